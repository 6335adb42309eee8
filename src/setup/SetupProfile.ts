import * as Effect from "effect/Effect"
import type { AwsConfig } from "../domain/aws-config/AwsConfig.ts"
import { variable } from "../domain/base/Environment.ts"
import { printable } from "../domain/base/Printable.ts"
import { hasPlaintextKey, offeredProfiles, type OpenProfile, presentProfile, profileDetail } from "./PresentProfile.ts"
import { isProfileName, profileNameComplaint } from "./ProfileDraft.ts"
import { choose, confirmed, guide, tell, typed } from "../session/interview/Answers.ts"
import { orFail } from "../session/OrFail.ts"
import { SetupFailure } from "./SetupFailure.ts"
import type { ChosenProfile, SetupRequest } from "./SetupRequest.ts"

/**
 * Which profile is set up: the one that is named, or a choice of those that there are and a new one. A key in plaintext
 * stands in the way, unless the profile `losesKey`.
 */
export const chooseProfile = Effect.fnUntraced(function*(
  config: AwsConfig,
  { environment, profile: named }: Pick<SetupRequest, "environment" | "profile">,
  losesKey: boolean
) {
  const inUse = variable(environment, "AWS_PROFILE")
  const { foreign, open: all } = offeredProfiles(config, inUse)
  const open = all.filter(({ name }) => isProfileName(name))
  const odd = all.filter(({ name }) => !isProfileName(name)).map(({ name }) => ({ name, because: "has a name that not every AWS client reads" }))
  const alone = [...foreign, ...odd]
  if (named === undefined && alone.length > 0) {
    const told = alone.slice(0, 8).map(({ because, name }) => `${printable(name)}, which ${printable(because)}`)
    yield* guide(`Left alone: ${told.join("; ")}${alone.length > 8 ? "; …" : ""}.`)
  }
  for (;;) {
    const chosen = yield* usable(config, named ?? (yield* askName(config, open, inUse)), losesKey)
    if (chosen !== undefined) return chosen
    if (named !== undefined) return yield* Effect.fail(SetupFailure.ProfileTaken(named, "another program"))
  }
})

const askName = Effect.fnUntraced(function*(
  config: AwsConfig,
  open: ReadonlyArray<OpenProfile>,
  inUse: string | undefined
) {
  const unasked = { certain: inUse ?? "default" }
  const there = open.length === 0 ? undefined : yield* choose<string | undefined>({
    question: "Which AWS profile?",
    choices: [
      ...open.map((present) => ({ value: present.name, label: printable(present.name), detail: profileDetail(present) })),
      { value: undefined, label: "A new profile" }
    ],
    unasked
  })
  if (there !== undefined) return there
  const names = config.profileNames()
  const usual = [inUse, "default"].find((name) => name !== undefined && !names.includes(name) && isProfileName(name))
  return yield* typed({
    question: "Name of the AWS profile",
    ...usual === undefined ? undefined : { usual },
    check: (name) => names.includes(name) ? "There is a profile of this name already." : profileNameComplaint(name),
    unasked
  })
})

/** The profile of that name as it can be set up; undefined where the person would rather keep what it is. */
const usable = Effect.fnUntraced(function*(config: AwsConfig, name: string, losesKey: boolean) {
  const present = yield* orFail(presentProfile(config, name))
  if (present.kind === "foreign") return yield* Effect.fail(SetupFailure.ProfileLeftAlone(name, present.because))
  if (!isProfileName(name)) return yield* Effect.fail(SetupFailure.ProfileNameUnusable(name))
  if (present.kind === "process") {
    const question = `${printable(name)} gets its credentials from ${printable(present.program)}. Replace that?`
    if (!(yield* confirmed(question, false, SetupFailure.ProfileTaken(name, present.program)))) return undefined
  }
  if (present.kind === "aws-vault-role") {
    const base = yield* orFail(presentProfile(config, present.base))
    if (base.kind === "foreign" || base.kind === "aws-vault-role") {
      return yield* Effect.fail(SetupFailure.ProfileLeftAlone(name, `has aws-vault assume a role of profile ${present.base}`))
    }
    yield* tell(
      `${printable(name)} is a role to aws-vault, and the key is that of profile ${printable(base.name)}: both are set up.`
    )
    if (!losesKey) yield* ofPlaintext(base)
    return { target: base, borrower: { present, named: present.line.named } } satisfies ChosenProfile
  }
  if (!losesKey) yield* ofPlaintext(present)
  return { target: present } satisfies ChosenProfile
})

/** A key in plaintext would go before the one in 1Password. */
const ofPlaintext = Effect.fnUntraced(function*(present: OpenProfile) {
  if (present.kind === "new" || !hasPlaintextKey(present.profile)) return
  yield* tell(`${printable(present.name)} has a key in plaintext, which AWS's clients use before anything in 1Password.`)
  const next = yield* choose<"move" | "go on" | "stop", SetupFailure<"PlaintextFirst">>({
    question: "What shall be done?",
    choices: [
      { value: "move", label: "Move it into 1Password now", detail: "as `import` does" },
      { value: "go on", label: "Go on, and leave it where it is" },
      { value: "stop", label: "Stop here" }
    ],
    unasked: { failure: SetupFailure.PlaintextFirst(present.name) }
  })
  if (next !== "go on") return yield* Effect.fail(SetupFailure.PlaintextFirst(present.name, next === "move"))
})

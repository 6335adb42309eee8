import * as Effect from "effect/Effect"
import type { AwsConfig } from "../domain/aws-config/AwsConfig.ts"
import { variable } from "../domain/base/Environment.ts"
import { printable } from "../domain/base/Printable.ts"
import { hasPlaintextKey, offeredProfiles, type OpenProfile, presentProfile, profileDetail } from "./PresentProfile.ts"
import { isProfileName, profileNameComplaint } from "./ProfileDraft.ts"
import { Interview } from "../services/interview/Interview.ts"
import { confirmed, type Manner, tell } from "../session/interview/Answers.ts"
import { orFail } from "../session/OrFail.ts"
import { SetupFailure } from "./SetupFailure.ts"
import type { SetupRequest } from "./SetupRequest.ts"

/** The profile that gets the key, and one that only runs this program for another, where that was chosen. */
export interface ChosenProfile {
  readonly target: Exclude<OpenProfile, { readonly kind: "aws-vault-role" }>
  /** Its line is to be for the profile `named`, whose role aws-vault has assumed until now. */
  readonly borrower?: { readonly present: OpenProfile; readonly named: string }
}

/** Which profile is set up: the one that is named, or a choice of those that there are and a new one. */
export const chooseProfile = Effect.fnUntraced(function*(
  manner: Manner,
  config: AwsConfig,
  { environment, importing = false, profile: named }: Pick<SetupRequest, "environment" | "importing" | "profile">
) {
  const inUse = variable(environment, "AWS_PROFILE")
  const fixed = named ?? (manner.asks ? undefined : inUse ?? "default")
  const { foreign, open: all } = offeredProfiles(config, inUse)
  const open = all.filter(({ name }) => isProfileName(name))
  const odd = all.filter(({ name }) => !isProfileName(name)).map(({ name }) => ({ name, because: "has a name that not every AWS client reads" }))
  const alone = [...foreign, ...odd]
  if (fixed === undefined && alone.length > 0) {
    const told = alone.slice(0, 8).map(({ because, name }) => `${printable(name)}, which ${printable(because)}`)
    yield* tell(`Left alone: ${told.join("; ")}${alone.length > 8 ? "; …" : ""}.`)
  }
  for (;;) {
    const name = fixed ?? (yield* askName(config, open, inUse))
    // Only the profile that `import` names loses its key afterwards; any other may have another key.
    const chosen = yield* usable(manner, config, name, importing && named !== undefined)
    if (chosen !== undefined) return chosen
    if (fixed !== undefined) return yield* Effect.fail(SetupFailure.ProfileTaken(name, "another program"))
  }
})

const askName = Effect.fnUntraced(function*(
  config: AwsConfig,
  open: ReadonlyArray<OpenProfile>,
  inUse: string | undefined
) {
  const interview = yield* Interview
  const isNew = open.length === 0 || (yield* interview.choose({
    question: "Which AWS profile?",
    choices: [
      ...open.map((present) => ({ value: present.name, label: printable(present.name), detail: profileDetail(present) })),
      { value: undefined, label: "A new profile" }
    ]
  }))
  if (typeof isNew === "string") return isNew
  const names = config.profileNames()
  const usual = [inUse, "default"].find((name) => name !== undefined && !names.includes(name) && isProfileName(name))
  return yield* interview.text({
    question: "Name of the AWS profile",
    ...usual === undefined ? undefined : { usual },
    check: (name) => names.includes(name) ? "There is a profile of this name already." : profileNameComplaint(name)
  })
})

/** The profile of that name as it can be set up; undefined where the person would rather keep what it is. */
const usable = Effect.fnUntraced(function*(manner: Manner, config: AwsConfig, name: string, importing: boolean) {
  const present = yield* orFail(presentProfile(config, name))
  if (present.kind === "foreign") return yield* Effect.fail(SetupFailure.ProfileLeftAlone(name, present.because))
  if (!isProfileName(name)) return yield* Effect.fail(SetupFailure.ProfileNameUnusable(name))
  if (present.kind === "process") {
    if (!manner.asks) return yield* Effect.fail(SetupFailure.ProfileTaken(name, present.program))
    const question = `${printable(name)} gets its credentials from ${printable(present.program)}. Replace that?`
    if (!(yield* confirmed(manner, question, false, false))) return undefined
  }
  if (present.kind === "aws-vault-role") {
    const base = yield* orFail(presentProfile(config, present.base))
    if (base.kind === "foreign" || base.kind === "aws-vault-role") {
      return yield* Effect.fail(SetupFailure.ProfileLeftAlone(name, `has aws-vault assume a role of profile ${present.base}`))
    }
    yield* tell(
      `${printable(name)} is a role to aws-vault, and the key is that of profile ${printable(base.name)}: both are set up.`
    )
    if (!importing) yield* ofPlaintext(manner, base)
    return { target: base, borrower: { present, named: present.line.named } } satisfies ChosenProfile
  }
  if (!importing) yield* ofPlaintext(manner, present)
  return { target: present } satisfies ChosenProfile
})

/** A key in plaintext would go before the one in 1Password. */
const ofPlaintext = Effect.fnUntraced(function*(manner: Manner, present: OpenProfile) {
  if (present.kind === "new" || !hasPlaintextKey(present.profile)) return
  yield* tell(`${printable(present.name)} has a key in plaintext, which AWS's clients use before anything in 1Password.`)
  if (!manner.asks) return yield* Effect.fail(SetupFailure.PlaintextFirst(present.name))
  const next = yield* (yield* Interview).choose<"move" | "go on" | "stop">({
    question: "What shall be done?",
    choices: [
      { value: "move", label: "Move it into 1Password now", detail: "as `import` does" },
      { value: "go on", label: "Go on, and leave it where it is" },
      { value: "stop", label: "Stop here" }
    ]
  })
  if (next !== "go on") return yield* Effect.fail(SetupFailure.PlaintextFirst(present.name, next === "move"))
})

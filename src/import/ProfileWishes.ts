import * as Effect from "effect/Effect"
import { type PlaintextKey, profilesOf } from "../domain/aws-config/PlaintextKeys.ts"
import type { Failure } from "../domain/base/Failure.ts"
import { setupCommand } from "../domain/base/OwnCommand.ts"
import { printable } from "../domain/base/Printable.ts"
import { itemOf } from "../domain/onepassword/OpItemDocument.ts"
import { isOurs } from "../domain/settings/ProfileChoice.ts"
import type { Destination } from "./ImportDestination.ts"
import type { ImportWish } from "./ImportRequest.ts"
import { itemToMake, type KeptKey } from "./KeepInItem.ts"
import type { KeyOwner, ProvingGround } from "./KeyProof.ts"
import { AwsConfigFile } from "../services/aws-config/AwsConfigFile.ts"
import { Interview } from "../services/interview/Interview.ts"
import { begin, type Begun, setup } from "../setup/Setup.ts"
import { answerAhead, type AnsweredAhead } from "../setup/SetupAhead.ts"
import type { SetupRequest } from "../setup/SetupRequest.ts"
import type { Standing } from "./Standing.ts"

/** A profile that has the key, or is to have it, and what is to become of it. */
export interface ProfileWish {
  /** Undefined for a key from elsewhere, which has no profile yet. */
  readonly profile: string | undefined
  /** All that was asked about it; undefined where it is not to be set up. */
  readonly ready: { readonly begun: Begun; readonly answers: AnsweredAhead } | undefined
}

/** A key that was tried, and where it is to go. */
export interface KeyOnItsWay {
  readonly key: PlaintextKey
  readonly owner: KeyOwner
  readonly ground: ProvingGround
  readonly destination: Destination
}

/**
 * Finds out which profiles are to be set up, and asks all that can be asked about them, before anything is written. What
 * goes wrong with that ends it where nobody is asked; a person is told, and goes on without.
 */
export const askForProfiles = Effect.fnUntraced(function*(wish: ImportWish, way: KeyOnItsWay) {
  const config = yield* (yield* AwsConfigFile).load
  const names = profilesOf(way.key)
  const bare: ReadonlyArray<string | undefined> = names.filter((profile) => !isOurs(config.profile(profile)))
  const wishes: Array<ProfileWish> = []
  // A key from elsewhere has no profile yet.
  for (const profile of names.length === 0 ? [undefined] : bare) {
    const wanted = yield* wantsProfile(wish, profile)
    wishes.push({ profile, ready: wanted ? yield* orWithout(wish, askForProfile(wish, way, profile)) : undefined })
  }
  return wishes
})

/** Undefined where it went wrong and a person has been told so, who goes on without. */
const orWithout = <A, E extends Failure, R>({ unattended }: ImportWish, work: Effect.Effect<A, E, R>) =>
  Effect.catchIf(
    work,
    ({ _tag }) => !unattended && _tag !== "InterviewLeft" && _tag !== "Stopped",
    ({ hint, message }) =>
      Effect.flatMap(Interview, (interview) => Effect.as(interview.tell(`The profile is not set up: ${message}\n  ${hint}`), undefined))
  )

const wantsProfile = ({ setup, unattended }: ImportWish, profile: string | undefined) => {
  if (setup || unattended) return Effect.succeed(setup)
  const question = profile === undefined ? "Set up a profile that uses it?" : `Set up profile "${printable(profile)}" to use it?`
  return Effect.flatMap(Interview, (interview) => interview.confirm(question, true))
}

const askForProfile = Effect.fnUntraced(function*(
  wish: ImportWish,
  { destination, ground, key, owner }: KeyOnItsWay,
  profile: string | undefined
) {
  const request = requestOf(wish, profile)
  const begun = yield* begin(request)
  const document = destination.kind === "new" ? itemToMake(destination.title, key, ground) : destination.document
  const answers = yield* answerAhead(begun, request, { key, item: itemOf(document), arn: owner.arn })
  return { begun, answers }
})

const requestOf = ({ environment, look, running, unattended, wanted, workingDirectory }: ImportWish, profile: string | undefined): SetupRequest => ({
  profile,
  region: wanted?.region,
  flags: wanted?.flags ?? {},
  yes: unattended,
  importing: true,
  print: false,
  environment,
  running,
  directory: workingDirectory,
  look
})

/**
 * Has these profiles use the key in 1Password, before they lose it here: else AWS's clients would find no credentials.
 * What goes wrong with that is no reason to leave the key in plaintext where a person can be asked.
 */
export const setUpProfiles = Effect.fnUntraced(function*(
  wish: ImportWish,
  wishes: ReadonlyArray<ProfileWish>,
  kept: KeptKey,
  standing: Standing
) {
  const interview = yield* Interview
  const { account, cliPath, item, vault } = kept.reference
  for (const { profile, ready } of wishes) {
    if (ready === undefined) {
      yield* interview.tell(`To have AWS clients use the key in 1Password:\n  ${setupCommand({ profile, account, vault, item })}`)
      continue
    }
    const { answers, begun } = ready
    const flags = {
      ...answers.flags,
      "op-vault": vault,
      "op-item": item,
      ...(account === undefined ? undefined : { "op-account": account }),
      ...(cliPath === "op" ? undefined : { "op-cli-path": cliPath }),
      ...(kept.named ? { "op-access-key-id-field": kept.fields.accessKeyIdField, "op-secret-access-key-field": kept.fields.secretAccessKeyField } : undefined)
    }
    const done = yield* orWithout(wish, setup({ ...requestOf(wish, profile), region: answers.region, flags }, begun))
    if (done !== undefined) {
      standing.say(`The key is safe in the item "${printable(kept.title)}", and its profile is set up; it is still in plaintext where it was.`)
    }
  }
})

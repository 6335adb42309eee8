import * as Effect from "effect/Effect"
import { type PlaintextKey, profilesOf } from "../domain/aws-config/PlaintextKeys.ts"
import type { Failure } from "../domain/base/Failure.ts"
import { setupCommand } from "../domain/base/OwnCommand.ts"
import { printable } from "../domain/base/Printable.ts"
import { itemOf, keyLabels } from "../domain/onepassword/OpItemDocument.ts"
import { isOurs } from "../domain/settings/ProfileChoice.ts"
import type { Destination } from "./ImportDestination.ts"
import type { ImportRequest } from "./ImportRequest.ts"
import { itemToMake, type KeptKey, referenceTo } from "./KeepInItem.ts"
import type { ProvingGround } from "./KeyProof.ts"
import type { CallerIdentity } from "../services/aws/Sts.ts"
import { AwsConfigFile } from "../services/aws-config/AwsConfigFile.ts"
import { Interview } from "../services/interview/Interview.ts"
import { confirmed, tell } from "../session/interview/Answers.ts"
import { begin, setUp } from "../setup/Setup.ts"
import { answersFor, type ProfileAnswers } from "../setup/SetupPlan.ts"
import { needsKey, type ProfileToBe } from "../setup/SetupRequest.ts"
import type { Standing } from "./Standing.ts"

/** A profile that has the key, or is to have it, and what is to become of it. */
export interface ProfileWish {
  /** Undefined for a key from elsewhere, which has no profile yet. */
  readonly name: string | undefined
  /** All that was asked about it; undefined where it is not to be set up. */
  readonly ready: { readonly profile: ProfileToBe; readonly answers: ProfileAnswers | undefined } | undefined
}

/** A key that was tried, and where it is to go. */
export interface KeyOnItsWay {
  readonly key: PlaintextKey
  readonly owner: CallerIdentity
  readonly ground: ProvingGround
  readonly destination: Destination
}

/**
 * Finds out which profiles are to be set up, and asks all that can be asked about them, before anything is written. What
 * goes wrong with that ends it where nobody is asked; a person is told, and goes on without.
 */
export const askForProfiles = Effect.fnUntraced(function*(request: ImportRequest, way: KeyOnItsWay) {
  const config = yield* (yield* AwsConfigFile).load
  const names = profilesOf(way.key)
  const bare: ReadonlyArray<string | undefined> = names.filter((profile) => !isOurs(config.profile(profile)))
  // A key from elsewhere has no profile yet.
  return yield* Effect.forEach(names.length === 0 ? [undefined] : bare, Effect.fnUntraced(function*(name) {
    const question = name === undefined ? "Set up a profile that uses it?" : `Set up profile "${printable(name)}" to use it?`
    const isWanted = request.setup || (yield* confirmed(question, true, false))
    const wish: ProfileWish = { name, ready: isWanted ? yield* orWithout(askForProfile(request, way, name)) : undefined }
    return wish
  }))
})

/** Undefined where it went wrong and a person has been told so, who goes on without. */
const orWithout = Effect.fnUntraced(function*<A, E extends Failure, R>(work: Effect.Effect<A, E, R>) {
  const { attended } = yield* Interview
  return yield* Effect.catchIf(
    work,
    ({ _tag }) => attended && _tag !== "InterviewLeft" && _tag !== "Stopped",
    ({ hint, message }) => Effect.as(tell(`The profile is not set up: ${message}\n  ${hint}`), undefined)
  )
})

const askForProfile = Effect.fnUntraced(function*(
  { environment, flags, look, region, running, workingDirectory: directory }: ImportRequest,
  { destination, ground, key, owner }: KeyOnItsWay,
  name: string | undefined
) {
  const request = { profile: name, region, flags, print: false, environment, running, directory, look }
  // Only the profile that has the key loses it afterwards; any other may have another key.
  const profile = yield* begin(request, name !== undefined)
  const document = destination.kind === "new" ? itemToMake(destination.title, key, ground) : destination.document
  const answers = needsKey(profile) ? yield* answersFor(profile, { key, item: itemOf(document) }, owner.arn) : undefined
  return { profile, answers }
})

/**
 * Has these profiles use the key in 1Password, before they lose it here: else AWS's clients would find no credentials.
 * What goes wrong with that is no reason to leave the key in plaintext where a person can be asked.
 */
export const setUpProfiles = Effect.fnUntraced(function*(
  wishes: ReadonlyArray<ProfileWish>,
  key: PlaintextKey,
  kept: KeptKey,
  standing: Standing
) {
  const { document, fields, home } = kept
  const isUsual = fields.accessKeyIdField.toLowerCase() === keyLabels.accessKeyId &&
    fields.secretAccessKeyField.toLowerCase() === keyLabels.secretAccessKey
  const names = isUsual ? { accessKeyIdField: undefined, secretAccessKeyField: undefined } : fields
  const found = { home, document, item: itemOf(document), found: { key, names, renamed: undefined } }
  for (const { name, ready } of wishes) {
    if (ready === undefined) {
      const { account, item, vault } = referenceTo(kept)
      yield* tell(`To have AWS clients use the key in 1Password:\n  ${setupCommand({ profile: name, account, vault, item })}`)
      continue
    }
    const { answers, profile } = ready
    const done = yield* orWithout(Effect.as(setUp(profile, answers && { found, answers }), true))
    if (done !== undefined) {
      standing.say(`The key is safe in the item "${printable(document.title)}", and its profile is set up; it is still in plaintext where it was.`)
    }
  }
})

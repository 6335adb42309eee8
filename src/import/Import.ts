import * as Effect from "effect/Effect"
import type { AwsConfig } from "../domain/aws-config/AwsConfig.ts"
import { placesWords, type PlaintextKey, profilesOf } from "../domain/aws-config/PlaintextKeys.ts"
import { homePath } from "../domain/base/Environment.ts"
import { Failure } from "../domain/base/Failure.ts"
import { subCommand } from "../domain/base/OwnCommand.ts"
import { accountOfArn } from "../domain/aws/Region.ts"
import { printable } from "../domain/base/Printable.ts"
import { isOurs } from "../domain/settings/ProfileChoice.ts"
import { chooseDestination, importNoteName } from "./ImportDestination.ts"
import { importPlace, type ImportRequest } from "./ImportRequest.ts"
import { chooseKey, profileToTry } from "./ImportSource.ts"
import { keepInItem, type KeptKey, referenceTo } from "./KeepInItem.ts"
import {
  isRoot,
  provePlaintextKey,
  type ProvingGround,
  userName,
  usualTitle
} from "./KeyProof.ts"
import { fileLinesWords } from "./KeyRemoval.ts"
import { changesShown, plannedRemoval, removeFrom, type SecretCopy, verifyRemoved } from "./PlaintextRemoval.ts"
import { askForProfiles, setUpProfiles } from "./ProfileWishes.ts"
import type { CallerIdentity } from "../services/aws/Sts.ts"
import { AwsConfigFile } from "../services/aws-config/AwsConfigFile.ts"
import { Notes } from "../services/cache/Notes.ts"
import { Signals } from "../services/host/Signals.ts"
import { Interview } from "../services/interview/Interview.ts"
import { confirmed, guide, tell } from "../session/interview/Answers.ts"
import { orFail } from "../session/OrFail.ts"
import { type PlaintextSearch, searchPlaintext } from "../setup/PlaintextSearch.ts"
import { type Standing, tellingHowItStands } from "./Standing.ts"

/**
 * Brings a key from plaintext into 1Password: proves that it works, writes it, proves what 1Password returns, and only
 * then takes it out of AWS's files, if that is wanted. At every moment the key is in plaintext or proven in 1Password,
 * or both.
 */
export const importKey = Effect.fn("importKey")(function*(request: ImportRequest) {
  const { stopped } = yield* Signals
  // Before anything has begun there is no standing to tell of.
  const search = yield* Effect.raceFirst(searchFor(request), stopped)
  yield* tellingHowItStands("The import", (standing) => Effect.raceFirst(steps(request, search, standing), stopped))
})

const steps = Effect.fnUntraced(function*(request: ImportRequest, search: PlaintextSearch, standing: Standing) {
  const key = yield* chooseKey(request.source, search)
  const { foreign, ground, owner, place } = yield* tryKey(request, search, key)
  yield* tell(...ownerLines(key, owner))
  if (foreign !== undefined) {
    yield* tell(`The MFA device ${printable(foreign)} belongs to account ${accountOfArn(foreign)}, so it is left out.`)
  }
  yield* guide(beforeWriting(key))
  const destination = yield* chooseDestination({ request, key, place, usualTitle: usualTitle(owner) })
  const profiles = yield* askForProfiles(request, { key, owner, ground, destination })
  const kept = yield* keepInItem(destination, key, owner, ground, standing)
  yield* setUpProfiles(profiles, key, kept, standing)
  // As long as the key stays in plaintext another run may come, which is to find the item whatever it is called.
  if (yield* removal(request, kept, key, standing)) yield* (yield* Notes).remove(importNoteName(key.accessKeyId))
  const config = yield* (yield* AwsConfigFile).load
  yield* tell(advice(search, key, usersOf(config, kept, key)))
})

/** What is about to happen, before anything is written. */
const beforeWriting = ({ places }: PlaintextKey): string =>
  "Next: it goes into an item, is read back from 1Password, and AWS is asked again. Nothing is written before you have said where to." +
  (places.length === 0
    ? ""
    : " AWS's clients prefer the key in plaintext as long as it stands there: taking it out is offered last, and shown first.")

/** What there is in plaintext. Where it cannot go to what was named, that is told before anybody is asked. */
export const searchFor = Effect.fnUntraced(function*(request: ImportRequest) {
  const { environment, source } = request
  const search = yield* searchPlaintext(environment)
  yield* orFail(importPlace(request, search.config, source.kind === "profile" ? source.profile : undefined))
  return search
})

/** Whose key it is, and where it is to go as far as was said: as the profile says that has it, among others. */
export const tryKey = Effect.fnUntraced(function*(request: ImportRequest, { config }: PlaintextSearch, key: PlaintextKey) {
  const profile = profileToTry(key)
  const place = yield* orFail(importPlace(request, config, profile))
  const ground: ProvingGround = {
    config,
    environment: request.environment,
    profile,
    region: key.region,
    mfaSerial: request.mfaSerial ?? key.mfaSerial
  }
  const owner = yield* provePlaintextKey(key, ground)
  // A device of another account is no device of this user's.
  const { mfaSerial } = ground
  const isForeign = mfaSerial !== undefined && (accountOfArn(mfaSerial) ?? owner.account) !== owner.account
  return { place, owner, ground: isForeign ? { ...ground, mfaSerial: undefined } : ground, foreign: isForeign ? mfaSerial : undefined }
})

/** Whose key it is, for a person. */
export const ownerLines = (key: PlaintextKey, owner: CallerIdentity): ReadonlyArray<string> => [
  `${printable(key.accessKeyId)} works. It belongs to ${isRoot(owner) ? "the root user" : `user "${printable(userName(owner))}"`} of account ${owner.account}.`,
  ...(isRoot(owner)
    ? ["Nothing limits what the root user's key may do. AWS advises to have none: make an IAM user, import its key, and delete this one."]
    : [])
]

/**
 * Shows what would go, takes it out where that is wanted, and tells whether it was. Copies that this program made go
 * first, as nobody looks for those once AWS's own files are without the key.
 */
const removal = Effect.fnUntraced(function*(request: ImportRequest, { document }: KeptKey, key: PlaintextKey, standing: Standing) {
  const { attended } = yield* Interview
  const config = yield* (yield* AwsConfigFile).load
  const { changes, copies, loss, variables } = yield* plannedRemoval(request, config, key)
  const own = copies.flatMap(({ change, kind }) => kind === "ours" && change !== undefined ? [change] : [])
  const shown = (path: string): string => printable(homePath(path, request.environment))
  const places = listed([...changes.map(({ path }) => shown(path)), ...ownCopiesWords(own.length)])
  if (places !== "") {
    yield* tell(
      ...(changes.length === 0 ? [] : [`\n${changesShown(changes, key, request)}`]),
      ...(own.length === 0 ? [] : [`Made by this program, and with the key in it too: ${own.map(({ path }) => shown(path)).join(", ")}`]),
      ...(loss === undefined ? [] : [loss])
    )
    if (!(request.remove || (yield* confirmed(`Remove the key from ${places}?`, loss === undefined, false)))) {
      const before = loss === undefined ? " AWS clients use it before the one in 1Password." : ""
      yield* tell(`The key stays in plaintext in ${places}.${before}${attended ? "" : " --remove takes it out."}`)
      return false
    }
    for (const change of [...own, ...changes]) {
      yield* removeFrom(change)
      standing.say(`The key is safe in the item "${printable(document.title)}", and no longer in ${shown(change.path)}.`)
    }
    yield* tell(`Removed the key from ${places}.`)
  }
  yield* clearCopies(request, copies.filter(({ change }) => change === undefined || !own.includes(change)))
  if (variables !== undefined) yield* tell(variables)
  yield* verifyRemoved(config, key, request.environment)
  return true
})

const listed = (words: ReadonlyArray<string>): string => [words.slice(0, -1).join(", "), ...words.slice(-1)].filter((part) => part !== "").join(" and ")

const ownCopiesWords = (count: number): ReadonlyArray<string> =>
  count === 0 ? [] : [count === 1 ? "a copy that this program made" : `${count} copies that this program made`]

/** Other people's copies beside AWS's files are offered to be cleared, and those that cannot be are named. */
const clearCopies = Effect.fnUntraced(function*({ environment }: ImportRequest, copies: ReadonlyArray<SecretCopy>) {
  for (const copy of copies) {
    const name = fileLinesWords({ ...copy, path: homePath(copy.path, environment) })
    if (copy.change === undefined) {
      yield* tell(`${name} holds the secret too: delete that file.`)
      continue
    }
    const isWanted = yield* confirmed(`${name} holds the secret too. Take it out there as well?`, false, false)
    if (isWanted) yield* removeFrom(copy.change)
    yield* tell(isWanted ? `Removed the key from ${printable(homePath(copy.path, environment))}.` : `${name} still holds the secret.`)
  }
})

/** The profiles of this program's that use the key: those that had it, and what `setup` has just written for it. */
const usersOf = (config: AwsConfig, kept: KeptKey, key: PlaintextKey): ReadonlyArray<string> => {
  const reference = referenceTo(kept)
  const names = (profile: string): boolean => {
    const read = config.profile(profile)
    return read !== undefined && !(read instanceof Failure) && read.values.get("op_vault") === reference.vault &&
      read.values.get("op_item") === reference.item
  }
  return [...profilesOf(key).filter((profile) => isOurs(config.profile(profile))), ...config.profileNames().filter(names)]
}

/** What is left to do when all went well. */
const advice = ({ keys }: PlaintextSearch, key: PlaintextKey, [user]: ReadonlyArray<string>): string => {
  const others = keys.filter(({ accessKeyId }) => accessKeyId !== key.accessKeyId)
  const named = user ?? profilesOf(key)[0]
  return [
    ...(others.length === 0 ? [] : [`Still in plaintext: ${others.map((other) => `${other.accessKeyId} (${printable(placesWords(other))})`).join(", ")}.`]),
    `Old copies may be left in backups, in the shell's history or in a repository. A new key makes them worthless${user === undefined ? ", once a profile uses this one" : ""}:`,
    `  ${subCommand("rotate", named)}${named === undefined ? " <profile>" : ""}`
  ].join("\n")
}

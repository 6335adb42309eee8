import * as Effect from "effect/Effect"
import type { AwsConfig } from "../domain/aws-config/AwsConfig.ts"
import { placesWords, type PlaintextKey, profilesOf } from "../domain/aws-config/PlaintextKeys.ts"
import { homePath } from "../domain/base/Environment.ts"
import { Failure } from "../domain/base/Failure.ts"
import { subCommand } from "../domain/base/OwnCommand.ts"
import { printable } from "../domain/base/Printable.ts"
import { diffText } from "../domain/base/TextDiff.ts"
import { isOurs } from "../domain/settings/ProfileChoice.ts"
import { chooseDestination, importNoteName } from "./ImportDestination.ts"
import type { ImportWish } from "./ImportRequest.ts"
import { chooseKey, profileToTry } from "./ImportSource.ts"
import { keepInItem, type KeptKey } from "./KeepInItem.ts"
import {
  accountOfSerial,
  isRoot,
  type KeyOwner,
  provePlaintextKey,
  type ProvingGround,
  userName,
  usualTitle
} from "./KeyProof.ts"
import { fileLinesWords, lossWords, variablesWords } from "./KeyRemoval.ts"
import {
  changeShown,
  copiesOf,
  type FileChange,
  plannedRemoval,
  removeFrom,
  type SecretCopy,
  shellLines,
  verifyRemoved
} from "./PlaintextRemoval.ts"
import { askForProfiles, setUpProfiles } from "./ProfileWishes.ts"
import { AwsConfigFile } from "../services/aws-config/AwsConfigFile.ts"
import { Notes } from "../services/cache/Notes.ts"
import { Signals } from "../services/host/Signals.ts"
import { Interview } from "../services/interview/Interview.ts"
import { type PlaintextSearch, searchPlaintext } from "../setup/PlaintextSearch.ts"
import { type Standing, tellingHowItStands } from "./Standing.ts"

/**
 * Brings a key from plaintext into 1Password: proves that it works, writes it, proves what 1Password returns, and only
 * then takes it out of AWS's files, if that is wanted. At every moment the key is in plaintext or proven in 1Password,
 * or both.
 */
export const importKey = (wish: ImportWish) =>
  tellingHowItStands("The import", (standing) =>
    Effect.flatMap(Signals, ({ stopped }) => Effect.raceFirst(steps(wish, standing), stopped)))

const steps = Effect.fnUntraced(function*(wish: ImportWish, standing: Standing) {
  const { environment, unattended } = wish
  const interview = yield* Interview
  const search = yield* searchPlaintext(environment)
  const key = yield* chooseKey(wish.source, search, unattended)
  const ground = groundOf(wish, search, key)
  const owner = yield* provePlaintextKey(key, ground)
  yield* interview.tell(ownerLines(key, owner).join("\n"))
  const { agrees, ground: ownGround, lines } = serialOf(ground, owner)
  if (!agrees) yield* interview.tell(lines)
  if (!unattended) yield* interview.tell(beforeWriting(key))
  const destination = yield* chooseDestination({ ...wish, key, usualTitle: usualTitle(owner) })
  const profiles = yield* askForProfiles(wish, { key, owner, ground: ownGround, destination })
  const kept = yield* keepInItem(destination, key, owner, ownGround, standing)
  yield* setUpProfiles(wish, profiles, kept, standing)
  // As long as the key stays in plaintext another run may come, which is to find the item whatever it is called.
  if (yield* removal(wish, kept, key, standing)) yield* (yield* Notes).remove(importNoteName(key.accessKeyId))
  const config = yield* (yield* AwsConfigFile).load
  yield* interview.tell(advice(search, key, usersOf(config, kept, key)))
})

/** What is about to happen, before anything is written. */
const beforeWriting = ({ places }: PlaintextKey): string =>
  "Next: it goes into an item, is read back from 1Password, and AWS is asked again. Nothing is written before you have said where to." +
  (places.length === 0
    ? ""
    : " AWS's clients prefer the key in plaintext as long as it stands there: taking it out is offered last, and shown first.")

/** Where a key that was found is to be tried. */
export const groundOf = (wish: ImportWish, search: PlaintextSearch, key: PlaintextKey): ProvingGround => ({
  config: search.config,
  environment: wish.environment,
  profile: profileToTry(key),
  region: key.region,
  mfaSerial: wish.mfaSerial ?? key.mfaSerial
})

/** Whose key it is, for a person. */
export const ownerLines = (key: PlaintextKey, owner: KeyOwner): ReadonlyArray<string> => [
  `${printable(key.accessKeyId)} works. It belongs to ${isRoot(owner) ? "the root user" : `user "${printable(userName(owner))}"`} of account ${owner.account}.`,
  ...(isRoot(owner)
    ? ["Nothing limits what the root user's key may do. AWS advises to have none: make an IAM user, import its key, and delete this one."]
    : [])
]

/** A device of another account is no device of this user's. */
const serialOf = (ground: ProvingGround, owner: KeyOwner) => {
  const account = ground.mfaSerial === undefined ? undefined : accountOfSerial(ground.mfaSerial)
  if (account === undefined || account === owner.account) return { agrees: true, ground, lines: "" }
  return {
    agrees: false,
    ground: { ...ground, mfaSerial: undefined },
    lines: `The MFA device ${printable(ground.mfaSerial ?? "")} belongs to account ${account}, so it is left out.`
  }
}

/**
 * Shows what would go, takes it out where that is wanted, and tells whether it was. Copies that this program made go
 * first, as nobody looks for those once AWS's own files are without the key.
 */
const removal = Effect.fnUntraced(function*(wish: ImportWish, kept: KeptKey, key: PlaintextKey, standing: Standing) {
  const interview = yield* Interview
  const config = yield* (yield* AwsConfigFile).load
  const changes = yield* plannedRemoval(config, key)
  const copies = yield* copiesOf(config, key)
  const own = copies.flatMap(({ change, kind }) => kind === "ours" && change !== undefined ? [change] : [])
  const shown = (path: string): string => printable(homePath(path, wish.environment))
  const places = listed([...changes.map(({ path }) => shown(path)), ...ownCopiesWords(own.length)])
  if (places !== "") {
    const loss = lossWords(key, (profile) => isOurs(config.profile(profile)))
    const files = changes.length === 0 ? [] : [`\n${changesShown(changes, key, wish)}`]
    const ownCopies = own.length === 0 ? [] : [`Made by this program, and with the key in it too: ${own.map(({ path }) => shown(path)).join(", ")}`]
    yield* interview.tell([...files, ...ownCopies, ...(loss === undefined ? [] : [loss])].join("\n"))
    if (!(yield* wantsRemoval(wish, `Remove the key from ${places}?`, loss === undefined))) {
      const before = loss === undefined ? " AWS clients use it before the one in 1Password." : ""
      yield* interview.tell(`The key stays in plaintext in ${places}.${before}${wish.unattended ? " --remove takes it out." : ""}`)
      return false
    }
    for (const change of [...own, ...changes]) {
      yield* removeFrom(change)
      standing.say(`The key is safe in the item "${printable(kept.title)}", and no longer in ${shown(change.path)}.`)
    }
    yield* interview.tell(`Removed the key from ${places}.`)
  }
  yield* clearCopies(wish, copies.filter(({ change }) => change === undefined || !own.includes(change)))
  const variables = variablesWords(key, yield* shellLines(wish.environment, wish.workingDirectory, key))
  if (variables !== undefined) yield* interview.tell(variables)
  yield* verifyRemoved(config, key, wish.environment)
  return true
})

const listed = (words: ReadonlyArray<string>): string => [words.slice(0, -1).join(", "), ...words.slice(-1)].filter((part) => part !== "").join(" and ")

const ownCopiesWords = (count: number): ReadonlyArray<string> =>
  count === 0 ? [] : [count === 1 ? "a copy that this program made" : `${count} copies that this program made`]

const wantsRemoval = ({ remove, unattended }: ImportWish, question: string, usual: boolean) =>
  remove || unattended
    ? Effect.succeed(remove)
    : Effect.flatMap(Interview, (interview) => interview.confirm(question, usual))

/** Every file with what goes from it. */
export const changesShown = (
  changes: ReadonlyArray<FileChange>,
  key: PlaintextKey,
  { environment, look }: Pick<ImportWish, "environment" | "look">
): string =>
  changes.map((change) => `${printable(homePath(change.path, environment))}:\n${diffText(changeShown(change, key), look)}`).join("\n")

/** Other people's copies beside AWS's files are offered to be cleared, and those that cannot be are named. */
const clearCopies = Effect.fnUntraced(function*(wish: ImportWish, copies: ReadonlyArray<SecretCopy>) {
  const interview = yield* Interview
  for (const copy of copies) {
    const name = fileLinesWords({ ...copy, path: homePath(copy.path, wish.environment) })
    if (copy.change === undefined) {
      yield* interview.tell(`${name} holds the secret too: delete that file.`)
      continue
    }
    const wanted = !wish.unattended && (yield* interview.confirm(`${name} holds the secret too. Take it out there as well?`, false))
    if (wanted) yield* removeFrom(copy.change)
    yield* interview.tell(wanted ? `Removed the key from ${printable(homePath(copy.path, wish.environment))}.` : `${name} still holds the secret.`)
  }
})

/** The profiles of this program's that use the key: those that had it, and what `setup` has just written for it. */
const usersOf = (config: AwsConfig, { reference }: KeptKey, key: PlaintextKey): ReadonlyArray<string> => {
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

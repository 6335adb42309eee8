import { ExitCode, type Failure, type FailureOf, failures } from "../domain/base/Failure.ts"
import { printable } from "../domain/base/Printable.ts"
import { wordSh } from "../domain/base/ShellQuoting.ts"
import type { EpochMillis } from "../domain/base/Time.ts"
import type { UserKey } from "./RotationStep.ts"
import { keyText } from "./RotationText.ts"

const { sts, usage, refused } = ExitCode

const spared = {
  "in use": (id: string) =>
    `find out what uses it, and deactivate it in the AWS console for a while; if nothing misses it, pass --delete-key ${id}`,
  "young":
    (id: string) =>
      `it may be of a rotation on another machine: let that finish, or pass --delete-key ${id} if you know better`,
  "unnamed": (id: string) => `pass --delete-key ${id} to have it deleted first, or run it in a terminal without --yes`
} as const

const again = (profile: string): string => `\`op-aws-credential-process rotate ${wordSh(profile)}\``

/** How things stand where a rotation could neither go on nor be undone. */
export type Standing =
  /** The item holds the new key, and the old one is active. */
  | { readonly _tag: "BothWork"; readonly held: string; readonly old: string }
  /** The item holds the new key, and the old one is inactive. */
  | { readonly _tag: "OldInactive"; readonly held: string; readonly old: string }
  /** The item holds the old key, and a new one may be there that nobody has the secret of. */
  | { readonly _tag: "Orphan"; readonly held: string; readonly made: string | undefined }
  /** Nobody knows which of the two the item holds; both are active. */
  | { readonly _tag: "Either"; readonly made: string; readonly old: string }
  /** The item holds a new key that AWS does not take, and could not be given the old one back, which is active. */
  | { readonly _tag: "Stranded"; readonly held: string; readonly old: string }
  /** The same, and the old one is inactive. */
  | { readonly _tag: "Lost"; readonly held: string; readonly old: string }

const standings = (standing: Standing, profile: string): string => {
  switch (standing._tag) {
    case "BothWork":
      return `the item holds the new key, ${standing.held}, which works; the old one, ${standing.old}, is still active; ${again(profile)} finishes it`
    case "OldInactive":
      return `the item holds the new key, ${standing.held}, which works; the old one, ${standing.old}, is inactive and not deleted; ${again(profile)} finishes it`
    case "Orphan":
      return `the item holds ${standing.held} as before; ${
        standing.made === undefined ? "a new key may have been made" : `the new key, ${standing.made}, could not be deleted again`
      }, which ${again(profile)} will see to`
    case "Either":
      return `1Password may hold ${standing.old} or ${standing.made}, and both work; ${again(profile)} finds out, and finishes or undoes it`
    case "Stranded":
      return `the item holds ${standing.held}, which AWS does not take, and ${standing.old} is still active: restore the item's last version in 1Password (its history is on 1password.com), then run ${again(profile)}`
    case "Lost":
      return `the item holds ${standing.held}, which AWS does not take, and ${standing.old} is inactive: activate it in the AWS console, restore the item's last version in 1Password (its history is on 1password.com), then run ${again(profile)}`
  }
}

export const RotationFailure = failures({
  /** STS takes the key of the item, and IAM does not list it. */
  HeldKeyNotListed: (held: string) => [
    sts,
    `IAM does not list ${printable(held)}, the key in the item, among the user's keys`,
    "IAM takes a moment to list a key that was just made: try again in a minute"
  ],
  HeldKeyInactive: (held: string) => [
    sts,
    `${printable(held)}, the key in the item, is inactive`,
    "activate it under the user's security credentials in the AWS console, or put a key that is active into the item"
  ],
  /** The user has as many keys as AWS allows, and nobody has said that this one may go. */
  SecondKeyThere: (key: UserKey, reason: keyof typeof spared, now: EpochMillis) => [
    sts,
    `the user has a second access key, and AWS allows two: ${keyText(key, now)}`,
    spared[reason](printable(key.accessKeyId))
  ],
  /** `--delete-key` names a key that it cannot mean. */
  WrongKeyToDelete: (named: string, held: string, other: string | undefined) => [
    usage,
    named === held
      ? `--delete-key names ${printable(named)}, which is the key in the item`
      : `--delete-key names ${printable(named)}, which is no key of the user`,
    other === undefined ? "leave it out: the user has no second key" : `the user's second key is ${printable(other)}`
  ],
  RotationUnderWay: () => [
    usage,
    "another `rotate` is at work on this machine, or waits for an answer in another terminal",
    "let it finish or end it, and try again"
  ],
  /** The session and the key are not of one user: somebody has put another user's key into the item. */
  SessionOfAnother: (session: string, key: string) => [
    usage,
    `the cached session is of ${printable(session)}, and the key in the item is of ${printable(key)}`,
    "pass --refresh, which gets a session of the key that is there now"
  ],
  /** A role, or a federated user: they have no access keys of their own. */
  NotAUsersKey: (arn: string) => [
    usage,
    `the key in the item is of ${printable(arn)}, which is no IAM user`,
    "rotate is for the access keys of IAM users; make the root user's own in the AWS console, or better none"
  ],
  /** Writing to a login through `op` deletes a passkey in it. */
  ItemIsLogin: (title: string) => [
    refused,
    `the item "${printable(title)}" is a login, and a passkey in it would be lost when the 1Password CLI writes to it`,
    "move the key to an item of its own (an API credential), or pass --without-passkey if the login has none"
  ],
  /** Somebody has changed the item or the keys since they were looked at. */
  ChangedMeanwhile: (what: "item" | "keys") => [
    usage,
    what === "item" ? "the key in the item was replaced meanwhile" : "the user's keys have changed meanwhile",
    "run it again, and look at what it says now"
  ],
  /** The new key belongs to somebody else than the old one, which no AWS would do. */
  NewKeyOfAnother: (arn: string) => [
    sts,
    `the new access key is of ${printable(arn)}, and the old one is not`,
    "check the endpoints that are configured for STS and IAM"
  ],
  /** AWS gave out a new key, and does not know it after a minute. */
  NewKeyRefused: (key: string) => [
    sts,
    `AWS does not take the new key, ${printable(key)}`,
    "try again later; https://health.aws.amazon.com/health/status shows outages"
  ],
  /** An earlier run has stored a key that AWS does not take, and the one that worked is not in the item any more. */
  NewKeyDead: (held: string, old: string) => [
    sts,
    `an interrupted rotation put ${printable(held)} into the item, and AWS does not take it`,
    `restore the item's last version in 1Password (its history is on 1password.com), so that it holds ${printable(old)} again, and run it again`
  ],
  /** It went wrong, and everything is as it was before; or the item as somebody else has made it. */
  RotationUndone: (cause: Failure, held: string) => [
    cause.exitCode,
    `the key was not replaced: ${cause.message}`,
    cause._tag === "ChangedMeanwhile"
      ? `${cause.hint}; the new key is deleted again`
      : `${cause.hint}; the item holds ${printable(held)} as before, and the new key is deleted again`
  ],
  /** It went wrong half-way. The next run goes on from here. */
  RotationUnfinished: (cause: Failure, standing: Standing, profile: string) => [
    cause.exitCode,
    `the rotation is not finished: ${cause.message}`,
    `${printable(standings(standing, profile), 1000)}. First: ${cause.hint}`
  ]
})

export type RotationFailure<Tag extends keyof typeof RotationFailure = keyof typeof RotationFailure> =
  FailureOf<typeof RotationFailure, Tag>

import { ExitCode, type FailureOf, failures } from "../domain/base/Failure.ts"
import { printable } from "../domain/base/Printable.ts"

const { usage, sts, refused, op, findings } = ExitCode

export const ImportFailure = failures({
  /** There is no key where one was looked for. `where` completes "there is no long-lived access key in …". */
  NoPlaintextKey: (where: string, known: ReadonlyArray<string>) => [
    usage,
    `there is no long-lived access key in plaintext ${printable(where, 300)}`,
    known.length > 0
      ? `there is one in: ${printable(known.join(", "), 300)}`
      : "`import --typed` asks for one; `doctor` says what else is wrong"
  ],
  /** A key that was named and cannot be imported. */
  KeyNotImportable: (where: string, why: string, temporary: boolean) => [
    usage,
    `the key in ${printable(where)} cannot be imported: ${printable(why, 300)}`,
    temporary
      ? "leave it to the tool that made it; 1Password is for the long-lived key behind it (AKIA…)"
      : "correct it there, or type the key in with `import --typed`"
  ],
  /** AWS does not take a key that is in no item yet. `where` is empty for a key that was typed in. */
  PlaintextKeyRefused: (refusal: string, where: string) => [
    sts,
    refusal,
    `${where === "" ? "type both parts once more" : `correct it in ${printable(where)}`}, or make a new key in the AWS console: AWS shows a secret once only, and import takes no key that does not work`
  ],
  /** Several keys, and nobody to choose. */
  SeveralKeys: (known: ReadonlyArray<string>, source: "any" | "profile" | "environment") => [
    usage,
    `there is more than one key: ${printable(known.join(", "), 300)}`,
    source === "any"
      ? "name the profile that has it (`import <profile>`), or say --env"
      : source === "profile"
      ? "run it in a terminal without --yes, and choose; or take the other one out of AWS's files"
      : "unset the variables of the other one, or run it in a terminal without --yes, and choose"
  ],
  /** The item holds another key, which would be gone from it. */
  ItemHoldsOtherKey: (title: string, accessKeyId: string) => [
    refused,
    `the item "${printable(title)}" holds another key, ${printable(accessKeyId)}`,
    "--replace puts the new one in its place; without --op-item a new item is made"
  ],
  /** `op item edit` would take a passkey out of the item. */
  PasskeyAtStake: (title: string) => [
    refused,
    `the item "${printable(title)}" is a login, and the 1Password CLI takes a passkey out of a login that it changes`,
    "leave --op-item out, so that an item of its own is made, or change the login in the app"
  ],
  /** There is an item of that title, with something else in it. */
  TitleTaken: (title: string, vault: string) => [
    refused,
    `there is an item "${printable(title)}" in the vault "${printable(vault)}" already, and it does not hold this key`,
    "give the new one another name with --title, or name that item with --op-item"
  ],
  /** What 1Password returns is not the key that was written. */
  KeyNotProven: (title: string, what: string) => [
    op,
    `the item "${printable(title)}" does not return the key that was written: ${printable(what)}`,
    "look at the item in 1Password; the plaintext was not touched, and `import` may be run again"
  ],
  /** A secret that was to be gone is still there. Each as `path:line`. */
  SecretStays: (places: ReadonlyArray<string>) => [
    findings,
    `the secret is still in plaintext in ${printable(places.join(", "), 400)}`,
    "delete it there by hand; the key itself is safe in 1Password"
  ]
})

export type ImportFailure<Tag extends keyof typeof ImportFailure = keyof typeof ImportFailure> =
  FailureOf<typeof ImportFailure, Tag>

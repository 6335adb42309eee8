import { ExitCode } from "../base/Failure.ts"
import { printable } from "../base/Printable.ts"
import { OpProblem, type OpReference } from "./OpProblem.ts"

abstract class OpItemFailure extends OpProblem {
  override readonly exitCode = ExitCode.refused
}

const quoted = (name: string): string => `"${printable(name, 100)}"`

const listed = (names: ReadonlyArray<string>): string => printable(names.join(", "), 300)

const ofItem = (title: string | undefined): string => title === undefined ? "the item" : `the item ${quoted(title)}`

export class ItemNotFound extends OpItemFailure {
  override readonly _tag = "ItemNotFound"

  constructor({ item, vault }: OpReference) {
    super(
      `there is no item ${quoted(item)} in the vault ${quoted(vault)}`,
      "`op item list` shows the names: correct --op-item (op_item in the profile) or use the item's ID; an archived item has to be restored first"
    )
  }
}

/** No vault of the account has the item. */
export class ItemNotFoundAnywhere extends OpItemFailure {
  override readonly _tag = "ItemNotFoundAnywhere"

  constructor({ item }: OpReference) {
    super(
      `there is no item ${quoted(item)} in any vault that op can see`,
      "`op item list` shows the names; say which vault with --op-vault (op_vault), and which account with --op-account (op_account)"
    )
  }
}

export class VaultNotFound extends OpItemFailure {
  override readonly _tag = "VaultNotFound"

  constructor({ account, vault }: OpReference) {
    const of = account === undefined ? "" : ` ${quoted(account)}`
    super(
      `there is no vault ${quoted(vault)} in the 1Password account${of}`,
      "`op vault list` shows the names; another account's vault needs --op-account (op_account), and OP_SERVICE_ACCOUNT_TOKEN or OP_CONNECT_HOST, where set, decides what op sees"
    )
  }
}

export class SeveralItems extends OpItemFailure {
  override readonly _tag = "SeveralItems"
  readonly ids: ReadonlyArray<string>

  constructor({ item, vault }: OpReference, ids: ReadonlyArray<string>) {
    super(
      `several items are called ${quoted(item)} in the vault ${quoted(vault)}`,
      `name one by its ID with --op-item (op_item): ${ids.length === 0 ? "`op item list` shows them" : listed(ids)}`
    )
    this.ids = ids
  }
}

export class SeveralVaults extends OpItemFailure {
  override readonly _tag = "SeveralVaults"
  readonly ids: ReadonlyArray<string>

  constructor({ vault }: OpReference, ids: ReadonlyArray<string>) {
    super(
      `several vaults are called ${quoted(vault)}`,
      `name one by its ID with --op-vault (op_vault): ${ids.length === 0 ? "`op vault list` shows them" : listed(ids)}`
    )
    this.ids = ids
  }
}

/** A secret reference that `op` cannot read. */
export class ReferenceInvalid extends OpProblem {
  override readonly _tag = "ReferenceInvalid"
  override readonly exitCode = ExitCode.usage

  constructor(reason: string) {
    super(
      `op cannot read the secret reference: ${printable(reason)}`,
      "a reference takes letters, digits, spaces and - _ . only: use the IDs of vault and item, or --op-vault and --op-item"
    )
  }
}

/** No field of that name. `labels` are the names that would do, undefined where they are not known. */
export class FieldMissing extends OpItemFailure {
  override readonly _tag = "FieldMissing"
  readonly field: string
  readonly labels: ReadonlyArray<string> | undefined

  constructor(title: string | undefined, field: string, labels: ReadonlyArray<string> | undefined, setting: string) {
    super(
      `${ofItem(title)} has no field ${quoted(field)}`,
      labels === undefined
        ? `look at the item's fields in 1Password and name one with ${setting}, which \`op-aws-credential-process setup\` writes`
        : labels.length === 0
        ? "the item has no fields at all: check that it is the right one"
        : `its fields are: ${listed(labels)}; name one with ${setting}, which \`op-aws-credential-process setup\` writes`
    )
    this.field = field
    this.labels = labels
  }
}

/** Several fields of that name. `names` tell them apart: `section.label` or an ID, one for each field. */
export class DuplicateField extends OpItemFailure {
  override readonly _tag = "DuplicateField"
  readonly field: string
  readonly names: ReadonlyArray<string>

  constructor(title: string | undefined, field: string, names: ReadonlyArray<string>, setting: string) {
    super(
      `${ofItem(title)} has ${names.length} fields ${quoted(field)}`,
      `say which one with ${setting}: ${listed(names)}`
    )
    this.field = field
    this.names = names
  }
}

export class FieldEmpty extends OpItemFailure {
  override readonly _tag = "FieldEmpty"

  constructor(title: string | undefined, field: string, setting: string) {
    super(
      `the field ${quoted(field)} of ${ofItem(title)} is empty`,
      `fill it in 1Password, or name another field with ${setting}`
    )
  }
}

/** `op` printed its "use --reveal" text in place of the value. */
export class FieldConcealed extends OpItemFailure {
  override readonly _tag = "FieldConcealed"

  constructor(title: string | undefined, field: string) {
    super(
      `op did not reveal the field ${quoted(field)} of ${ofItem(title)}`,
      "update 1Password CLI, and check that --op-cli-path names op itself and no script that prints an item in another form"
    )
  }
}

/** A value that cannot be what its field is for. The value is never shown. */
export class FieldMalformed extends OpItemFailure {
  override readonly _tag = "FieldMalformed"
  readonly field: string

  constructor(title: string | undefined, field: string, expected: string, hint: string) {
    super(`the field ${quoted(field)} of ${ofItem(title)} does not hold ${expected}`, hint)
    this.field = field
  }
}

/** The key is not one that STS makes sessions for: a session's own, or the ID of something else. */
export class KeyNotLongLived extends OpItemFailure {
  override readonly _tag = "KeyNotLongLived"

  /** `held` completes "the item holds …". */
  constructor(title: string | undefined, field: string, held: string) {
    super(
      `${ofItem(title)} holds ${held} in the field ${quoted(field)}, and STS makes sessions for long-lived keys only`,
      "create an access key for the IAM user (AKIA…) and put that into the item, both fields"
    )
  }
}

/** A one-time password field without a current code and without a seed that codes can be computed from. */
export class OneTimePasswordUnusable extends OpItemFailure {
  override readonly _tag = "OneTimePasswordUnusable"

  constructor(title: string | undefined) {
    super(
      `the one-time password of ${ofItem(title)} gives no code`,
      "set the one-time password up again in 1Password from the secret that AWS shows, or pass --mfa prompt to type the code"
    )
  }
}

/** Several one-time passwords, and nothing says which. `names` tell them apart. */
export class SeveralOneTimePasswords extends OpItemFailure {
  override readonly _tag = "SeveralOneTimePasswords"
  readonly names: ReadonlyArray<string>

  constructor(title: string | undefined, names: ReadonlyArray<string>) {
    super(
      `${ofItem(title)} has ${names.length} one-time passwords: ${listed(names)}`,
      "say which one is AWS's with op_otp_field in the profile or --op-otp-field, which `op-aws-credential-process setup` asks and writes, or type the code with --mfa prompt"
    )
    this.names = names
  }
}

/** What 1Password itself says of items and vaults. */
export type OpLookupTrouble =
  | ItemNotFound
  | ItemNotFoundAnywhere
  | VaultNotFound
  | SeveralItems
  | SeveralVaults
  | ReferenceInvalid
  | FieldMissing

/** What an item that was read lacks. */
export type ItemTrouble =
  | FieldMissing
  | DuplicateField
  | FieldEmpty
  | FieldConcealed
  | FieldMalformed
  | KeyNotLongLived
  | OneTimePasswordUnusable
  | SeveralOneTimePasswords

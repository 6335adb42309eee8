import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { digest } from "../domain/base/Digest.ts"
import type { Environment } from "../domain/base/Environment.ts"
import { Failure } from "../domain/base/Failure.ts"
import { noteFormat, record, text } from "../domain/base/NoteFormat.ts"
import { printable } from "../domain/base/Printable.ts"
import { InterviewFailure } from "../domain/interview/InterviewFailure.ts"
import { categoryName, rankItems } from "../domain/onepassword/AwsLikeness.ts"
import type { ItemAddress } from "../domain/onepassword/ItemAddress.ts"
import { fieldSettings, findField, type KeyFields, type LongLivedKey, type OpItem } from "../domain/onepassword/OpItem.ts"
import { itemOf, keyLabels, mayLosePasskey, type OpItemDocument } from "../domain/onepassword/OpItemDocument.ts"
import type { ItemTrouble } from "../domain/onepassword/OpFailure.ts"
import type { OpItemHeader, OpVault } from "../domain/onepassword/OpItemHeader.ts"
import { ImportFailure } from "./ImportFailure.ts"
import { Notes } from "../services/cache/Notes.ts"
import { Interview } from "../services/interview/Interview.ts"
import { OpItems, type OpPlace } from "../services/onepassword/OpItems.ts"
import type { Manner } from "../session/interview/Answers.ts"
import { orFail } from "../session/OrFail.ts"
import { waitingForOp } from "../session/terminal/Waiting.ts"
import { chooseAccount } from "../setup/AccountChoice.ts"
import { placeOf } from "../setup/SetupItem.ts"

/** What is known of where a key is to go. */
export interface DestinationWish {
  readonly environment: Environment
  readonly key: LongLivedKey
  readonly place: OpPlace
  readonly address: ItemAddress
  /** The fields of an item that is there. */
  readonly fields: KeyFields
  /** The title of a new item, where somebody wants another one than usual. */
  readonly title: string | undefined
  readonly usualTitle: string
  /** The device that a new item is to name, where somebody said so. */
  readonly mfaSerial: string | undefined
  /** The key that an item holds may be replaced, and nobody needs to be asked. */
  readonly replace: boolean
  /** Nobody is to be asked for anything. */
  readonly unattended: boolean
}

/** Where a key is to go, or where it was found to be already. */
export type Destination = { readonly place: OpPlace; readonly fields: KeyFields } & (
  | { readonly kind: "new"; readonly vault: OpVault; readonly title: string }
  | { readonly kind: "fill"; readonly document: OpItemDocument; readonly loses: HeldKey["holds"] }
  | { readonly kind: "there"; readonly document: OpItemDocument; readonly earlier: boolean }
)

/** The fields of an item that we make. */
const ownFields: KeyFields = {
  accessKeyIdField: keyLabels.accessKeyId,
  secretAccessKeyField: keyLabels.secretAccessKey
}

/** Of several items with the same title, so many are looked into. */
const mostLookedInto = 5

/** Finds out where the key goes, by what was said, by what an earlier run has left, and by asking. Writes nothing. */
export const chooseDestination = Effect.fnUntraced(function*(wish: DestinationWish) {
  const note = yield* noteOf(wish.key)
  const manner: Manner = { command: "import", asks: !wish.unattended, yes: wish.unattended }
  const place = placeOf(yield* chooseAccount(manner, {
    environment: wish.environment,
    cliPath: wish.place.cliPath,
    named: wish.place.account,
    likely: note?.account === undefined ? [] : [note.account]
  }))
  if (wish.address.item !== undefined) {
    return yield* intoItem(wish, place, { vault: wish.address.vault ?? "", item: wish.address.item })
  }
  const earlier = yield* fromEarlierRun(wish, place, note)
  if (earlier !== undefined) return earlier
  const vault = yield* chooseVault(wish, place)
  const items = yield* waitingForOp((yield* OpItems).list(place, vault.id))
  for (;;) {
    const chosen = isForNew(wish) ? undefined : yield* chooseItem(items, vault)
    if (chosen === undefined) return yield* newItem(wish, place, vault, items)
    const found = yield* intoItem(wish, place, { vault: vault.id, item: chosen.id })
    if (found !== undefined) return found
  }
}, Effect.filterOrFail((found) => found !== undefined, () => InterviewFailure.InterviewLeft()))

/** What was said makes sense for a new item only, or nobody is there to choose another. */
export const isForNew = ({ mfaSerial, title, unattended }: Pick<DestinationWish, "mfaSerial" | "title" | "unattended">): boolean =>
  unattended || title !== undefined || mfaSerial !== undefined

const noteOf = (key: LongLivedKey) =>
  Effect.map(
    Effect.flatMap(Notes, (notes) => notes.read(importNoteName(key.accessKeyId))),
    (written) => Option.isNone(written) ? undefined : importNote.decode(written.value)
  )

const chooseVault = Effect.fnUntraced(function*(wish: DestinationWish, place: OpPlace) {
  const named = wish.address.vault
  if (named !== undefined) return { id: named, name: named }
  const vaults = yield* waitingForOp((yield* OpItems).vaults(place))
  const [only, ...others] = vaults
  if (only !== undefined && others.length === 0) return only
  if (wish.unattended || only === undefined) {
    return yield* Effect.fail(InterviewFailure.AnswerMissing("import", "into which vault the item goes", "--op-vault <vault>"))
  }
  const byName = Map.groupBy(vaults, ({ name }) => name)
  const sameName = (vault: OpVault) => (byName.get(vault.name) ?? []).length > 1
  return yield* (yield* Interview).choose({
    question: "Into which vault?",
    choices: vaults.map((vault) => ({ value: vault, label: vault.name, ...(sameName(vault) ? { detail: vault.id } : undefined) }))
  })
})

/** Undefined stands for a new item. */
const chooseItem = Effect.fnUntraced(function*(items: ReadonlyArray<OpItemHeader>, vault: OpVault) {
  if (items.length === 0) return undefined
  return yield* (yield* Interview).choose<OpItemHeader | undefined>({
    question: `Into which item of ${printable(vault.name)}?`,
    choices: [
      { value: undefined, label: "a new item" },
      ...rankItems(items).map((item) => ({
        value: item,
        label: item.title,
        detail: [categoryName(item.category), ...(item.subtitle === undefined ? [] : [item.subtitle])].join(", ")
      }))
    ]
  })
})

/** An item that is there already. Undefined where the person thinks better of it. */
const intoItem = Effect.fnUntraced(function*(
  wish: DestinationWish,
  place: OpPlace,
  address: { readonly vault: string; readonly item: string }
) {
  const document = yield* waitingForOp((yield* OpItems).read({ ...place, ...address }))
  const { fields, key, replace, unattended } = wish
  const held = yield* orFail(heldKey(itemOf(document), fields, key))
  if (held.holds === "same") return { place, fields, kind: "there", document, earlier: false } as const
  if (held.holds === "other" && !replace) {
    const what = held.accessKeyId === undefined ? "something else in the fields of a key" : `another key, ${held.accessKeyId}`
    const question = `"${printable(document.title)}" holds ${what}. Replace it with ${key.accessKeyId}? 1Password keeps the old one in the item's history only.`
    const failure = ImportFailure.ItemHoldsOtherKey(document.title, held.accessKeyId ?? "in fields of the same names")
    if (!(yield* confirmed(unattended, question, failure))) return undefined
  }
  if (mayLosePasskey(document)) {
    const question = `"${printable(document.title)}" is a login. The 1Password CLI takes a passkey out of a login that it changes. Change it nevertheless?`
    if (!(yield* confirmed(unattended, question, ImportFailure.PasskeyAtStake(document.title)))) return undefined
  }
  return { place, fields, kind: "fill", document, loses: held.holds } as const
})

/** Asks whether to go on, or fails where nobody is to be asked. */
const confirmed = (unattended: boolean, question: string, failure: Failure) =>
  unattended ? Effect.fail(failure) : Effect.flatMap(Interview, (interview) => interview.confirm(question, false))

/** A new item, unless the vault has one of that title with this very key in it. */
const newItem = Effect.fnUntraced(function*(
  wish: DestinationWish,
  place: OpPlace,
  vault: OpVault,
  items: ReadonlyArray<OpItemHeader>
) {
  const wanted = wish.title ?? wish.usualTitle
  const there = yield* withThisKey(wish, place, vault, items, wanted)
  if (there !== undefined) return there
  const taken = new Set(items.map((item) => item.title.toLowerCase()))
  const isTaken = (title: string) => taken.has(title.toLowerCase())
  if (wish.unattended || wish.title !== undefined) {
    return isTaken(wanted)
      ? yield* Effect.fail(ImportFailure.TitleTaken(wanted, vault.name))
      : { place, fields: ownFields, kind: "new", vault, title: wanted } as const
  }
  const title = yield* (yield* Interview).text({
    question: "What shall it be called?",
    usual: freeTitle(wanted, isTaken),
    check: (answer) =>
      answer.trim() === ""
        ? "A title is needed."
        : isTaken(answer.trim())
        ? "There is an item of that title already."
        : undefined
  })
  return { place, fields: ownFields, kind: "new", vault, title: title.trim() } as const
})

const freeTitle = (wanted: string, isTaken: (title: string) => boolean): string => {
  for (let count = 2, title = wanted;; title = `${wanted} ${count++}`) if (!isTaken(title)) return title
}

/** An item of that title that holds the key already: an earlier run was interrupted, or somebody put it there. */
const withThisKey = Effect.fnUntraced(function*(
  wish: DestinationWish,
  place: OpPlace,
  vault: OpVault,
  items: ReadonlyArray<OpItemHeader>,
  title: string
) {
  const opItems = yield* OpItems
  const candidates = items.filter((item) => item.title.toLowerCase() === title.toLowerCase()).slice(0, mostLookedInto)
  for (const { id } of candidates) {
    const document = yield* waitingForOp(opItems.read({ ...place, vault: vault.id, item: id }))
    const held = heldKey(itemOf(document), ownFields, wish.key)
    if (!(held instanceof Failure) && held.holds === "same") {
      return { place, fields: ownFields, kind: "there", document, earlier: true } as const
    }
  }
  return undefined
})

/** What a run has made that did not come to its end. A vault goes by its id or by its name, as whoever ran it said. */
const fromEarlierRun = Effect.fnUntraced(function*(wish: DestinationWish, place: OpPlace, note: ImportNote | undefined) {
  if (note === undefined || note.account !== place.account) return undefined
  const vault = wish.address.vault ?? note.vault
  const items = yield* waitingForOp((yield* OpItems).list(place, vault))
  const there = items.filter((item) => [item.vault.id, item.vault.name].includes(note.vault))
  return yield* withThisKey(wish, place, { id: vault, name: vault }, there, note.title)
}, Effect.catchTag("VaultNotFound", () => Effect.undefined))

/** What the fields for a key hold, as far as it matters to somebody who wants to put a key there. */
export type HeldKey =
  /** This very key. */
  | { readonly holds: "same" }
  /** Nothing that would be lost. */
  | { readonly holds: "nothing" }
  /** Something that would be gone; its ID, where it is a key's. */
  | { readonly holds: "other"; readonly accessKeyId: string | undefined }

/** What is in a field, or nothing, or why nobody can tell. */
const contents = (item: OpItem, name: string, setting: string): string | undefined | ItemTrouble => {
  const field = findField(item, name, setting)
  if (field instanceof Error) return field._tag === "FieldMissing" || field._tag === "FieldEmpty" ? undefined : field
  // Security: unwrapped to be compared.
  return Redacted.value(field.value).trim()
}

/** Compares what an item holds with a key. */
export const heldKey = (item: OpItem, fields: KeyFields, key: LongLivedKey): HeldKey | ItemTrouble => {
  const id = contents(item, fields.accessKeyIdField, fieldSettings.accessKeyId)
  if (id instanceof Error) return id
  const secret = contents(item, fields.secretAccessKeyField, fieldSettings.secretAccessKey)
  if (secret instanceof Error) return secret
  // Security: compared, and not kept.
  const sameSecret = secret === Redacted.value(key.secretAccessKey)
  const sameId = id === key.accessKeyId
  if (sameId && sameSecret) return { holds: "same" }
  if ((id === undefined || sameId) && (secret === undefined || sameSecret)) return { holds: "nothing" }
  return { holds: "other", accessKeyId: id !== undefined && /^\w{16,128}$/.test(id) ? id : undefined }
}

/**
 * What `import` is about to write, kept until it is done: whoever comes after an interruption looks there before making
 * a second item. Written before the item is, when it has no id yet, so that its vault and its title are what it is found
 * by.
 */
export const importNote = noteFormat(record({ vault: text, title: text }, { account: text }))

export type ImportNote = NonNullable<ReturnType<typeof importNote.decode>>

/** The note of a key. An access key ID is no secret. */
export const importNoteName = (accessKeyId: string): string => `import-${digest(accessKeyId)}`

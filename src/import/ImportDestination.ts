import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { digest } from "../domain/base/Digest.ts"
import { Failure } from "../domain/base/Failure.ts"
import { noteFormat, record, text } from "../domain/base/NoteFormat.ts"
import { printable } from "../domain/base/Printable.ts"
import { InterviewFailure } from "../domain/interview/InterviewFailure.ts"
import { categoryName, rankItems } from "../domain/onepassword/AwsLikeness.ts"
import { fieldSettings, findField, type KeyFields, type LongLivedKey, type OpItem } from "../domain/onepassword/OpItem.ts"
import { itemOf, keyLabels, mayLosePasskey, type OpItemDocument } from "../domain/onepassword/OpItemDocument.ts"
import type { ItemTrouble } from "../domain/onepassword/OpFailure.ts"
import type { OpItemHeader, OpVault } from "../domain/onepassword/OpItemHeader.ts"
import { ImportFailure } from "./ImportFailure.ts"
import { type ImportPlace, type ImportRequest, isForNew } from "./ImportRequest.ts"
import { Notes } from "../services/cache/Notes.ts"
import { OpItems } from "../services/onepassword/OpItems.ts"
import { choose, confirmed, typed } from "../session/interview/Answers.ts"
import { orFail } from "../session/OrFail.ts"
import { waitingForOp } from "../session/terminal/Waiting.ts"
import { chooseAccount, type OpHome } from "../setup/AccountChoice.ts"
import { type ChosenBefore, inProfile, placeOf } from "../setup/SetupItem.ts"

/** What is known of where a key is to go. */
export interface DestinationWish {
  readonly request: ImportRequest
  readonly key: LongLivedKey
  readonly place: ImportPlace
  readonly usualTitle: string
}

/** Where a key is to go, or where it was found to be already. */
export type Destination = { readonly home: OpHome; readonly fields: KeyFields } & (
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
  const { place: { account, address, cliPath, there }, request } = wish
  const note = yield* noteOf(wish.key)
  const home = yield* chooseAccount({
    environment: request.environment,
    cliPath,
    named: account,
    likely: note?.account === undefined ? [] : [note.account]
  })
  if (address.item !== undefined) return yield* intoItem(wish, home, { vault: address.vault ?? "", item: address.item })
  const earlier = yield* fromEarlierRun(wish, home, note)
  if (earlier !== undefined) return earlier
  const vault = yield* chooseVault(address.vault, home)
  const items = yield* waitingForOp((yield* OpItems).list(placeOf(home), vault.id))
  for (;;) {
    const chosen = isForNew(request) || items.length === 0 ? undefined : yield* chooseItem(items, vault, inProfile(there, items))
    if (chosen === undefined) return yield* newItem(wish, home, vault, items)
    const found = yield* intoItem(wish, home, { vault: vault.id, item: chosen.id })
    if (found !== undefined) return found
  }
}, Effect.filterOrFail((found) => found !== undefined, () => InterviewFailure.InterviewLeft()))

const noteOf = (key: LongLivedKey) =>
  Effect.map(
    Effect.flatMap(Notes, (notes) => notes.read(importNoteName(key.accessKeyId))),
    (written) => Option.isNone(written) ? undefined : importNote.decode(written.value)
  )

const chooseVault = Effect.fnUntraced(function*(named: string | undefined, home: OpHome) {
  if (named !== undefined) return { id: named, name: named }
  const vaults = yield* waitingForOp((yield* OpItems).vaults(placeOf(home)))
  const [only, ...others] = vaults
  const unasked = { what: "into which vault the item goes", flags: "--op-vault <vault>" }
  if (only === undefined) return yield* Effect.fail(InterviewFailure.AnswerMissing("import", unasked.what, unasked.flags))
  if (others.length === 0) return only
  const byName = Map.groupBy(vaults, ({ name }) => name)
  const sameName = (vault: OpVault) => (byName.get(vault.name) ?? []).length > 1
  return yield* choose({
    question: "Into which vault?",
    choices: vaults.map((vault) => ({ value: vault, label: vault.name, ...(sameName(vault) ? { detail: vault.id } : undefined) })),
    unasked
  })
})

/** Undefined stands for a new item, which it is without a question unless the profile has one already. */
const chooseItem = (items: ReadonlyArray<OpItemHeader>, vault: OpVault, present: ReadonlyArray<ChosenBefore>) => {
  const isPresent = ({ id }: OpItemHeader): boolean => present.some(({ itemId }) => itemId === id)
  return choose<OpItemHeader | undefined>({
    question: `Into which item of ${printable(vault.name)}?`,
    choices: [
      { value: undefined, label: "a new item" },
      ...rankItems(items, present).map((item) => ({
        value: item,
        label: item.title,
        detail: [
          categoryName(item.category),
          ...(item.subtitle === undefined ? [] : [item.subtitle]),
          ...(isPresent(item) ? ["now in the profile"] : [])
        ].join(", ")
      }))
    ],
    unasked: { certain: present.length === 1 ? items.find(isPresent) : undefined }
  })
}

/** An item that is there already. Undefined where the person thinks better of it. */
const intoItem = Effect.fnUntraced(function*(
  { key, place: { fields }, request: { replace } }: DestinationWish,
  home: OpHome,
  address: { readonly vault: string; readonly item: string }
) {
  const document = yield* waitingForOp((yield* OpItems).read({ ...placeOf(home), ...address }))
  const held = yield* orFail(heldKey(itemOf(document), fields, key))
  if (held.holds === "same") return { home, fields, kind: "there", document, earlier: false } as const
  if (held.holds === "other" && !replace) {
    const what = held.accessKeyId === undefined ? "something else in the fields of a key" : `another key, ${held.accessKeyId}`
    const question = `"${printable(document.title)}" holds ${what}. Replace it with ${key.accessKeyId}? 1Password keeps the old one in the item's history only.`
    const failure = ImportFailure.ItemHoldsOtherKey(document.title, held.accessKeyId ?? "in fields of the same names")
    if (!(yield* confirmed(question, false, failure))) return undefined
  }
  if (mayLosePasskey(document)) {
    const question = `"${printable(document.title)}" is a login. The 1Password CLI takes a passkey out of a login that it changes. Change it nevertheless?`
    if (!(yield* confirmed(question, false, ImportFailure.PasskeyAtStake(document.title)))) return undefined
  }
  return { home, fields, kind: "fill", document, loses: held.holds } as const
})

/** A new item, unless the vault has one of that title with this very key in it. */
const newItem = Effect.fnUntraced(function*(
  { key, request: { title: named }, usualTitle }: DestinationWish,
  home: OpHome,
  vault: OpVault,
  items: ReadonlyArray<OpItemHeader>
) {
  const wanted = named ?? usualTitle
  const there = yield* withThisKey(key, home, vault, items, wanted)
  if (there !== undefined) return there
  const taken = new Set(items.map((item) => item.title.toLowerCase()))
  const isTaken = (title: string) => taken.has(title.toLowerCase())
  const failure = isTaken(wanted) ? ImportFailure.TitleTaken(wanted, vault.name) : undefined
  const made = { home, fields: ownFields, kind: "new", vault } as const
  if (named !== undefined) return failure === undefined ? { ...made, title: named } : yield* Effect.fail(failure)
  const title = yield* typed({
    question: "What shall it be called?",
    usual: freeTitle(wanted, isTaken),
    check: (answer) =>
      answer.trim() === ""
        ? "A title is needed."
        : isTaken(answer.trim())
        ? "There is an item of that title already."
        : undefined,
    unasked: failure === undefined ? { certain: wanted } : { failure }
  })
  return { ...made, title: title.trim() }
})

const freeTitle = (wanted: string, isTaken: (title: string) => boolean): string => {
  for (let count = 2, title = wanted;; title = `${wanted} ${count++}`) if (!isTaken(title)) return title
}

/** An item of that title that holds the key already: an earlier run was interrupted, or somebody put it there. */
const withThisKey = Effect.fnUntraced(function*(
  key: LongLivedKey,
  home: OpHome,
  vault: OpVault,
  items: ReadonlyArray<OpItemHeader>,
  title: string
) {
  const opItems = yield* OpItems
  const candidates = items.filter((item) => item.title.toLowerCase() === title.toLowerCase()).slice(0, mostLookedInto)
  for (const { id } of candidates) {
    const document = yield* waitingForOp(opItems.read({ ...placeOf(home), vault: vault.id, item: id }))
    const held = heldKey(itemOf(document), ownFields, key)
    if (!(held instanceof Failure) && held.holds === "same") {
      return { home, fields: ownFields, kind: "there", document, earlier: true } as const
    }
  }
  return undefined
})

/** What a run has made that did not come to its end. A vault goes by its id or by its name, as whoever ran it said. */
const fromEarlierRun = Effect.fnUntraced(function*({ key, place }: DestinationWish, home: OpHome, note: ImportNote | undefined) {
  if (note === undefined || note.account !== home.account) return undefined
  const vault = place.address.vault ?? note.vault
  const items = yield* waitingForOp((yield* OpItems).list(placeOf(home), vault))
  const there = items.filter((item) => [item.vault.id, item.vault.name].includes(note.vault))
  return yield* withThisKey(key, home, { id: vault, name: vault }, there, note.title)
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

import * as Effect from "effect/Effect"
import { chooseAccount, type OpHome } from "./AccountChoice.ts"
import { itemsOfPlugin } from "../doctor/PluginSettings.ts"
import { Failure } from "../domain/base/Failure.ts"
import { printable } from "../domain/base/Printable.ts"
import { InterviewFailure } from "../domain/interview/InterviewFailure.ts"
import { categoryName, type KnownItem, placeAmong, rankItems } from "../domain/onepassword/AwsLikeness.ts"
import type { ItemAddress } from "../domain/onepassword/ItemAddress.ts"
import { type OpItem, readKey, usualFields } from "../domain/onepassword/OpItem.ts"
import { itemOf, type OpItemDocument } from "../domain/onepassword/OpItemDocument.ts"
import type { OpItemHeader } from "../domain/onepassword/OpItemHeader.ts"
import { type GivenSettings, onePasswordPlace, opProgramOf } from "../domain/settings/GivenSettings.ts"
import { OpItems, type OpPlace } from "../services/onepassword/OpItems.ts"
import { choose } from "../session/interview/Answers.ts"
import { orFail } from "../session/OrFail.ts"
import { waitingForOp } from "../session/terminal/Waiting.ts"
import { SetupFailure } from "./SetupFailure.ts"
import { findKey, type FoundKey } from "./SetupFields.ts"
import type { ProfileToBe } from "./SetupRequest.ts"

export interface FoundItem {
  readonly home: OpHome
  readonly document: OpItemDocument
  readonly item: OpItem
  readonly found: FoundKey
  /** The words by which the profile names this very item already, and no other. */
  readonly named?: { readonly vault: string | undefined; readonly item: string }
}

/** The item with the key: the one that is named, else a choice, until one has a key in it. */
export const findItem = Effect.fnUntraced(function*(profile: ProfileToBe) {
  const { given, now, request: { directory, environment }, there } = profile
  const plugin = yield* itemsOfPlugin(environment, directory)
  const account = there["op-account"]?.value ?? addressIn(there).account
  // What the profile says of the item is a choice among others here, and what it says of the program is not.
  const cliPath = yield* orFail(opProgramOf(given))
  const { account: named, address } = yield* orFail(onePasswordPlace(now))
  const home = yield* chooseAccount({
    environment,
    cliPath: whole(cliPath, directory),
    named,
    likely: [...account === undefined ? [] : [account], ...plugin.flatMap(({ accountId }) => accountId ?? [])]
  })
  if (address.item !== undefined && address.vault !== undefined) {
    const document = yield* readWhole(home, address.vault, address.item)
    const found = yield* findKey(document, profile)
    if (found !== undefined) return { home, document, item: itemOf(document), found } satisfies FoundItem
    const key = readKey(itemOf(document), usualFields)
    return yield* Effect.fail(key instanceof Failure ? key : InterviewFailure.InterviewLeft())
  }
  const listed = yield* listItems(home, address)
  const present = inProfile(there, listed)
  const before = [
    ...present,
    ...plugin.map((one): ChosenBefore => ({ ...one, by: "1Password's plugin uses it" }))
  ]
  const headers = rankItems(listed, before)
  for (;;) {
    const header = yield* chooseItem(headers, before)
    const document = yield* readWhole(home, header.vault.id, header.id)
    const found = yield* findKey(document, profile)
    if (found === undefined) continue
    const isPresent = present.length === 1 && present[0]?.itemId === header.id
    const named = isPresent ? wordsOf(there) : undefined
    return { home, document, item: itemOf(document), found, ...named && { named } } satisfies FoundItem
  }
})

/** Where the profile says that the item is; nothing where that cannot be read. */
export const addressIn = (there: GivenSettings): ItemAddress => {
  const place = onePasswordPlace(there)
  if (!(place instanceof Failure)) return { ...place.address, ...place.account === undefined ? undefined : { account: place.account } }
  const item = there["op-item"]?.value
  // A script may leave the vault to op.
  return item === undefined || item.includes("://") ? {} : { item }
}

/** Vault and item as the profile names them: the vault may be in the reference to the item. */
const wordsOf = (there: GivenSettings): FoundItem["named"] => {
  const [vault, item] = [there["op-vault"]?.value, there["op-item"]?.value]
  return item === undefined || item.startsWith("https://") || vault === undefined && !item.startsWith("op://") ? undefined : { vault, item }
}

/** The path from the root on: whoever runs the profile's line is in another directory. */
const whole = (path: string, directory: string): string =>
  path.startsWith("/") || !path.includes("/") ? path : `${directory}/${path.replace(/^(?:\.\/+)+/, "")}`

/** The item that the profile names now, by ID or by title. */
export const inProfile = (there: GivenSettings, headers: ReadonlyArray<OpItemHeader>): ReadonlyArray<ChosenBefore> => {
  const address = addressIn(there)
  const names = (wanted: string | undefined, id: string, title: string): boolean =>
    wanted === id || wanted?.toLowerCase() === title.toLowerCase()
  return address.item === undefined ? [] : headers.filter(({ id, title, vault }) =>
    names(address.item, id, title) && (address.vault === undefined || names(address.vault, vault.id, vault.name))
  ).map(({ id, vault }) => ({ itemId: id, vaultId: vault.id, by: "now in the profile" }))
}

/** An item that somebody chose before, and who. */
export interface ChosenBefore extends KnownItem {
  readonly by: string
}

export const placeOf = ({ account, cliPath }: OpHome): OpPlace => ({
  cliPath,
  ...account === undefined ? undefined : { account }
})

/** All items that could be meant: of one vault, or of all. A service account has to be asked vault by vault. */
const listItems = Effect.fnUntraced(function*(home: OpHome, { vault }: ItemAddress) {
  const items = yield* OpItems
  const place = placeOf(home)
  const listed = vault !== undefined || home.account !== undefined
    ? yield* waitingForOp(items.list(place, vault))
    : (yield* waitingForOp(
      Effect.flatMap(items.vaults(place), Effect.forEach(({ id }) => items.list(place, id)))
    )).flat()
  if (listed.length === 0) {
    return yield* Effect.fail(SetupFailure.NoItems(vault === undefined ? home.called : `the vault ${vault}`))
  }
  return listed
})

/** The item that is asked for among those, or that flags name. */
const chooseItem = Effect.fnUntraced(function*(headers: ReadonlyArray<OpItemHeader>, before: ReadonlyArray<ChosenBefore>) {
  const placeOf = placeAmong(before)
  const known = headers.filter((header) => placeOf(header) !== undefined)
  const certain = known.length === 1 ? known[0] : undefined
  return yield* choose({
    question: "Which item has the access key?",
    choices: headers.map((header) => ({
      value: header,
      label: printable(header.title) || "(without a title)",
      detail: detailOf(header, before[placeOf(header) ?? before.length]?.by)
    })),
    unasked: { what: "which item has the access key", flags: "--op-item op://<vault>/<item>", certain }
  })
})

const detailOf = (header: OpItemHeader, by: string | undefined): string => {
  const told = [header.vault.name, categoryName(header.category), header.subtitle ?? "", by ?? ""]
  return told.map((part) => printable(part, 60)).filter((part) => part !== "" && part !== "—").join(", ")
}

/** The whole item. */
const readWhole = Effect.fnUntraced(function*(home: OpHome, vault: string, item: string) {
  return yield* waitingForOp((yield* OpItems).read({ ...placeOf(home), vault, item }))
})

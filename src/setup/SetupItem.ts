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
import { onePasswordPlace, opProgramOf } from "../domain/settings/OnePasswordPlace.ts"
import { OpItems, type OpPlace } from "../services/onepassword/OpItems.ts"
import { choose, type Manner } from "../session/interview/Answers.ts"
import { orFail } from "../session/OrFail.ts"
import { waitingForOp } from "../session/terminal/Waiting.ts"
import { SetupFailure } from "./SetupFailure.ts"
import { findKey, type FoundKey } from "./SetupFields.ts"
import type { SetupRequest } from "./SetupRequest.ts"

export interface FoundItem {
  readonly home: OpHome
  readonly document: OpItemDocument
  readonly item: OpItem
  readonly found: FoundKey
  /** The words by which the profile names this very item already, and no other. */
  readonly named?: { readonly vault: string | undefined; readonly item: string }
}

/** The item with the key: the one that is named, else a choice, until one has a key in it. */
export const findItem = Effect.fnUntraced(function*(
  manner: Manner,
  request: SetupRequest,
  target: string,
  said: ReadonlyMap<string, string>
) {
  const { directory, environment, flags, importing } = request
  const plugin = yield* itemsOfPlugin(environment, directory)
  const account = said.get("op_account") ?? addressIn(said).account
  // What the profile says of the item is a choice among others here, and what it says of the program is not.
  const input = { flags, environment, profile: target }
  const cliPath = yield* orFail(opProgramOf(input, { name: target, values: said }))
  const { account: named, address } = yield* orFail(onePasswordPlace(input))
  const home = yield* chooseAccount(manner, {
    environment,
    cliPath: whole(cliPath, directory),
    named,
    likely: [...account === undefined ? [] : [account], ...plugin.flatMap(({ accountId }) => accountId ?? [])]
  })
  const wishes = {
    // `import` has just put it there.
    quiet: importing === true,
    given: {
      accessKeyIdField: flags["op-access-key-id-field"],
      secretAccessKeyField: flags["op-secret-access-key-field"]
    },
    present: {
      accessKeyIdField: said.get("op_access_key_id_field"),
      secretAccessKeyField: said.get("op_secret_access_key_field")
    }
  }
  if (address.item !== undefined && address.vault !== undefined) {
    const document = yield* readWhole(home, address.vault, address.item)
    const found = yield* findKey(manner, document, wishes)
    if (found !== undefined) return { home, document, item: itemOf(document), found } satisfies FoundItem
    const key = readKey(itemOf(document), usualFields)
    return yield* Effect.fail(key instanceof Failure ? key : InterviewFailure.InterviewLeft())
  }
  const listed = yield* listItems(home, address)
  const present = inProfile(said, listed)
  const before = [
    ...present,
    ...plugin.map((one): ChosenBefore => ({ ...one, by: "1Password's plugin uses it" }))
  ]
  const headers = rankItems(listed, before)
  for (;;) {
    const header = yield* chooseItem(manner, headers, before)
    const document = yield* readWhole(home, header.vault.id, header.id)
    const found = yield* findKey(manner, document, wishes)
    if (found === undefined) continue
    const isPresent = present.length === 1 && present[0]?.itemId === header.id
    const named = isPresent ? wordsOf(said) : undefined
    return { home, document, item: itemOf(document), found, ...named && { named } } satisfies FoundItem
  }
})

/** Where the profile says that the item is; nothing where that cannot be read. */
const addressIn = (said: ReadonlyMap<string, string>): ItemAddress => {
  const place = onePasswordPlace({ flags: {}, environment: {}, profile: "" }, { name: "", values: said })
  if (!(place instanceof Failure)) return { ...place.address, ...place.account === undefined ? undefined : { account: place.account } }
  const item = said.get("op_item")
  // A script may leave the vault to op.
  return item === undefined || item.includes("://") ? {} : { item }
}

/** Vault and item as the profile names them: the vault may be in the reference to the item. */
const wordsOf = (said: ReadonlyMap<string, string>): FoundItem["named"] => {
  const [vault, item] = [said.get("op_vault"), said.get("op_item")]
  return item === undefined || item.startsWith("https://") || vault === undefined && !item.startsWith("op://") ? undefined : { vault, item }
}

/** The path from the root on: whoever runs the profile's line is in another directory. */
const whole = (path: string, directory: string): string =>
  path.startsWith("/") || !path.includes("/") ? path : `${directory}/${path.replace(/^(?:\.\/+)+/, "")}`

/** The item that the profile names now, by ID or by title. */
const inProfile = (
  said: ReadonlyMap<string, string>,
  headers: ReadonlyArray<OpItemHeader>
): ReadonlyArray<ChosenBefore> => {
  const address = addressIn(said)
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
export const listItems = Effect.fnUntraced(function*(home: OpHome, { vault }: ItemAddress) {
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
export const chooseItem = Effect.fnUntraced(function*(
  manner: Manner,
  headers: ReadonlyArray<OpItemHeader>,
  before: ReadonlyArray<ChosenBefore>
) {
  const placeOf = placeAmong(before)
  const known = headers.filter((header) => placeOf(header) !== undefined)
  const certain = known.length === 1 ? known[0] : undefined
  return yield* choose(manner, {
    question: "Which item has the access key?",
    choices: headers.map((header) => ({
      value: header,
      label: printable(header.title) || "(without a title)",
      detail: detailOf(header, before[placeOf(header) ?? before.length]?.by)
    }))
  }, {
    what: "which item has the access key",
    flags: "--op-item op://<vault>/<item>",
    ...certain === undefined ? undefined : { certain }
  })
})

const detailOf = (header: OpItemHeader, by: string | undefined): string => {
  const told = [header.vault.name, categoryName(header.category), header.subtitle ?? "", by ?? ""]
  return told.map((part) => printable(part, 60)).filter((part) => part !== "" && part !== "—").join(", ")
}

/** The whole item. */
export const readWhole = Effect.fnUntraced(function*(home: OpHome, vault: string, item: string) {
  return yield* waitingForOp((yield* OpItems).read({ ...placeOf(home), vault, item }))
})

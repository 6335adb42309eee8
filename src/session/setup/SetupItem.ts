import * as Effect from "effect/Effect"
import { variable } from "../../domain/Environment.ts"
import { Failure } from "../../domain/Failure.ts"
import { InterviewLeft } from "../../domain/InterviewFailure.ts"
import { type ItemAddress, itemAddress } from "../../domain/ItemAddress.ts"
import { type OpItem, readKey, usualFields } from "../../domain/OpItem.ts"
import { itemOf, type OpItemDocument } from "../../domain/OpItemDocument.ts"
import type { OpItemHeader } from "../../domain/OpItemHeader.ts"
import { rankItems } from "../../domain/setup/AwsLikeness.ts"
import { chooseAccount, type OpHome } from "./AccountChoice.ts"
import type { Manner } from "./Answers.ts"
import { type ChosenBefore, chooseItem, listItems, readWhole } from "./ItemChoice.ts"
import { orFail } from "../OrFail.ts"
import { itemsOfPlugin } from "./PluginSettings.ts"
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
  said: ReadonlyMap<string, string>
) {
  const { directory, environment, flags, importing } = request
  const plugin = yield* itemsOfPlugin(environment, directory)
  const namedAccount = flags["op-account"] ?? variable(environment, "OP_AWS_ACCOUNT")
  const address = yield* orFail(itemAddress(
    flags["op-vault"] ?? variable(environment, "OP_AWS_VAULT"),
    flags["op-item"] ?? variable(environment, "OP_AWS_ITEM"),
    namedAccount
  ))
  const account = said.get("op_account") ?? addressIn(said).account
  const home = yield* chooseAccount(manner, {
    environment,
    cliPath: whole(flags["op-cli-path"], directory) ?? variable(environment, "OP_AWS_CLI_PATH") ?? said.get("op_cli_path") ?? "op",
    named: namedAccount ?? address.account,
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
    return yield* Effect.fail(key instanceof Failure ? key : new InterviewLeft())
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
  const item = said.get("op_item")
  const address = itemAddress(said.get("op_vault"), item)
  // A script may leave the vault to op.
  return !(address instanceof Failure) ? address : item === undefined || item.includes("://") ? {} : { item }
}

/** Vault and item as the profile names them: the vault may be in the reference to the item. */
const wordsOf = (said: ReadonlyMap<string, string>): FoundItem["named"] => {
  const [vault, item] = [said.get("op_vault"), said.get("op_item")]
  return item === undefined || item.startsWith("https://") || vault === undefined && !item.startsWith("op://") ? undefined : { vault, item }
}

/** The path from the root on: whoever runs the profile's line is in another directory. */
const whole = (path: string | undefined, directory: string): string | undefined =>
  path === undefined || path.startsWith("/") || !path.includes("/") ? path : `${directory}/${path.replace(/^(?:\.\/+)+/, "")}`

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

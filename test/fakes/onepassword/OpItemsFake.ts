import { Effect, Layer, Redacted } from "effect"
import { chooseAccount, chooseItem, chooseVault, type OpWorld, runOp } from "./OpCliFake.ts"
import { headerJson, itemJson } from "../../../simulator/op/ItemJson.ts"
import type { OpItem as StoredItem, OpVault as StoredVault } from "../../../simulator/op/State.ts"
import { created, replaced, type Template } from "../../../simulator/op/Writing.ts"
import { OpFailure } from "../../../src/domain/onepassword/OpFailure.ts"
import {
  concealedField,
  isKept,
  type OpItemDocument,
  parseOpItemDocument,
  printOpItemDocument
} from "../../../src/domain/onepassword/OpItemDocument.ts"
import { parseOpItemHeaders, parseOpVaults } from "../../../src/domain/onepassword/OpListJson.ts"
import type { ItemReference } from "../../../src/services/onepassword/OpCli.ts"
import { OpItems, type OpPlace } from "../../../src/services/onepassword/OpItems.ts"

const printing = (now: number) => ({ state: { placeholder: false }, now: () => now })

const templateOf = (document: OpItemDocument): Template =>
  JSON.parse(Redacted.value(printOpItemDocument(document))) as Template

const visible = ({ items }: StoredVault): ReadonlyArray<StoredItem> => items.filter(({ state }) => state !== "ARCHIVED")

/** `op` over a world. What is written here is what the fake of `OpCli` over the same world reads. */
export const layerOver = (world: OpWorld): Layer.Layer<OpItems> => {
  const reference = (place: OpPlace, vault = "", item = ""): ItemReference => ({ ...place, vault, item })

  const again = <A>(run: Effect.Effect<A, OpFailure>) => Effect.retry(run, { times: 1, while: ({ retry }) => retry })

  const read = (of: ItemReference): Effect.Effect<OpItemDocument, OpFailure> =>
    again(runOp(world, "item get", of, (now) => {
      const vault = chooseVault(chooseAccount(world, of.account), of.vault)
      return JSON.stringify(itemJson(printing(now), vault, chooseItem(vault, of.item)))
    }, parseOpItemDocument))

  const readAgain = Effect.fnUntraced(function*(
    place: OpPlace,
    written: OpItemDocument,
    returned: OpItemDocument
  ): Effect.fn.Return<OpItemDocument, OpFailure | OpFailure<"OpWriteNotKept">> {
    const kept = yield* read(reference(place, returned.vault?.id, returned.id)).pipe(
      Effect.catchTag("ItemNotFound", () => Effect.undefined)
    )
    return kept !== undefined && isKept(written, kept) ? kept : yield* Effect.fail(OpFailure.OpWriteNotKept(written.title))
  })

  return Layer.succeed(OpItems, {
    vaults: (place) =>
      again(runOp(world, "vault list", reference(place), () => {
        const { vaults } = chooseAccount(world, place.account)
        return JSON.stringify(vaults.map(({ id, name }) => ({ id, name })))
      }, parseOpVaults)),

    list: (place, vault) =>
      again(runOp(world, "item list", reference(place, vault), () => {
        const account = chooseAccount(world, place.account)
        const vaults = vault === undefined ? account.vaults : [chooseVault(account, vault)]
        return JSON.stringify(vaults.flatMap((one) => visible(one).map((item) => headerJson(one, item))))
      }, parseOpItemHeaders)),

    read,

    create: Effect.fnUntraced(function*(place, vault, document) {
      const returned = yield* runOp(world, "item create", reference(place, vault, document.title), (now, forgets) => {
        const account = chooseAccount(world, place.account)
        const into = chooseVault(account, vault)
        const item = created(document.category, templateOf(document), { now, user: account.user_uuid })
        if (!forgets) into.items.push(item)
        return JSON.stringify(itemJson(printing(now), into, item))
      }, parseOpItemDocument)
      return yield* readAgain(place, document, returned)
    }),

    replace: Effect.fnUntraced(function*(place, document) {
      const concealed = concealedField(document)
      if (concealed !== undefined) return yield* Effect.fail(concealed)
      const of = reference(place, document.vault?.name, document.id)
      const returned = yield* again(runOp(world, "item edit", of, (now, forgets) => {
        const vault = chooseVault(chooseAccount(world, place.account), document.vault?.id ?? "")
        const before = chooseItem(vault, of.item)
        const item = { ...replaced(before, templateOf(document)), version: before.version + 1 }
        if (!forgets) vault.items[vault.items.indexOf(before)] = item
        return JSON.stringify(itemJson(printing(now), vault, item))
      }, parseOpItemDocument))
      return yield* readAgain(place, document, returned)
    })
  })
}

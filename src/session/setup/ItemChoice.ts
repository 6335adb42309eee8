import * as Effect from "effect/Effect"
import type { ItemAddress } from "../../domain/ItemAddress.ts"
import type { OpItemHeader } from "../../domain/OpItemHeader.ts"
import { printable } from "../../domain/Printable.ts"
import { categoryName, type KnownItem, placeAmong } from "../../domain/setup/AwsLikeness.ts"
import { NoItems } from "../../domain/setup/SetupFailure.ts"
import { OpItems, type OpPlace } from "../../services/OpItems.ts"
import type { OpHome } from "./AccountChoice.ts"
import { choose, type Manner } from "./Answers.ts"
import { waitingForOp } from "../Waiting.ts"

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
    return yield* Effect.fail(new NoItems(vault === undefined ? home.called : `the vault ${vault}`))
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

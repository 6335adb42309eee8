import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { OpFailure } from "../../domain/onepassword/OpFailure.ts"
import type { OpItemDocument } from "../../domain/onepassword/OpItemDocument.ts"
import type { OpItemHeader, OpVault } from "../../domain/onepassword/OpItemHeader.ts"
import type { ItemReference } from "./OpCli.ts"

/** Which `op`, and which account of it. */
export type OpPlace = Pick<ItemReference, "account" | "cliPath">

/**
 * What the wizards do with 1Password beyond reading a key: look around, and write items. Runs `op` as `OpCli` does (one
 * run a call, nothing on stdin but what is written, no `AWS_*`, no shell that sees a value). What is written goes to
 * `op` through a FIFO: never on a command line, never in a file. Whatever was written is read again before a call
 * succeeds, because `op` can end with 0 and have kept nothing.
 */
export class OpItems extends Context.Service<OpItems, {
  vaults(place: OpPlace): Effect.Effect<ReadonlyArray<OpVault>, OpFailure>
  /** The items of a vault, or of all vaults that the account opens; archived ones are not there. */
  list(place: OpPlace, vault?: string): Effect.Effect<ReadonlyArray<OpItemHeader>, OpFailure>
  /** A whole item, to look at or to change and write back. */
  read(reference: ItemReference): Effect.Effect<OpItemDocument, OpFailure>
  /** Makes an item, and gives it as 1Password returns it afterwards. Tried once, because twice would make two. */
  create(place: OpPlace, vault: string, document: OpItemDocument): Effect.Effect<OpItemDocument, OpFailure>
  /**
   * Writes a changed document in place of the item that it was read from, and gives it as it is returned afterwards. A
   * document whose values were not revealed is not written.
   */
  replace(
    place: OpPlace,
    document: OpItemDocument
  ): Effect.Effect<OpItemDocument, OpFailure>
}>()("op-aws-credential-process/services/OpItems") {}

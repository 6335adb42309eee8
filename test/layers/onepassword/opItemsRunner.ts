/**
 * Makes an item and changes it, in a process of its own under whichever runtime: `opItemsRunner.ts OP SIZE`. Prints what
 * 1Password returned.
 */
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { inEnvironment } from "../../fixtures/Variables.ts"
import { itemOf, newKeyItem, renameField } from "../../../src/domain/onepassword/OpItemDocument.ts"
import * as OpItemsProcess from "../../../src/layers/onepassword/OpItemsProcess.ts"
import { OpItems } from "../../../src/services/onepassword/OpItems.ts"

const [cliPath = "op", size = "1"] = process.argv.slice(2)

const program = Effect.gen(function*() {
  const items = yield* OpItems
  const key = { accessKeyId: "AKIAFAKE0000EXAMPLE1", secretAccessKey: Redacted.make("fake-CANARY-secret") }
  const seed = Redacted.make("fake-CANARY-".repeat(Number(size)))
  const made = yield* items.create({ cliPath }, "Private", newKeyItem({ title: "New", key, seed }))
  const changed = yield* items.replace({ cliPath }, renameField(made, itemOf(made).fields[0]?.id ?? "", "Access Key ID"))
  yield* Console.log(JSON.stringify(itemOf(changed).fields.map(({ label }) => label)))
}).pipe(
  Effect.catch((failure) => Console.log(`${failure._tag}: ${failure.message}`)),
  Effect.provide(inEnvironment(OpItemsProcess.layer))
)

Effect.runFork(program)

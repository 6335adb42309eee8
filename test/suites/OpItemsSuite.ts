import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, type Layer, Redacted, type Scope } from "effect"
import { documentOf, jsonOf, printedItem } from "../fixtures/OpItemDocuments.ts"
import { valueOf } from "../fixtures/OpItems.ts"
import type { Fault } from "../../simulator/op/Faults.ts"
import { account, awsItem, fakeId, item, type OpAccount, vault } from "../../simulator/op/State.ts"
import { readKey } from "../../src/domain/onepassword/OpItem.ts"
import { itemOf, newKeyItem, renameField, withKey } from "../../src/domain/onepassword/OpItemDocument.ts"
import { OpItems, type OpPlace } from "../../src/services/onepassword/OpItems.ts"

/** One 1Password with the program that reads and writes it. */
export interface Subject {
  readonly layer: Layer.Layer<OpItems>
  readonly cliPath: string
  /** Replaces what 1Password holds and what goes wrong. */
  readonly set: (parts: { readonly accounts?: Array<OpAccount>; readonly faults?: Array<Fault> }) => void
  /** The command of each run of the program so far. */
  readonly commands: () => ReadonlyArray<string>
}

const names = { accessKeyIdField: "Access key ID", secretAccessKeyField: "Secret access key" }
const key = { accessKeyId: "AKIAFAKE0000EXAMPLE1", secretAccessKey: Redacted.make("fake-secret-number-two") }

/** What every `OpItems` must do. */
export const suite = (name: string, subject: Effect.Effect<Subject, never, Scope.Scope>): void => {
  describe(`${name} as 1Password's items`, () => {
    type Use = (items: OpItems["Service"], place: OpPlace, subject: Subject) => Effect.Effect<void, unknown, Scope.Scope>
    const behaves = (does: string, use: Use) =>
      it.live(does, () =>
        Effect.gen(function*() {
          const made = yield* subject
          const items = yield* Effect.provide(OpItems, made.layer)
          yield* use(items, { cliPath: made.cliPath }, made)
        }))
    const tagged = <A>(effect: Effect.Effect<A, { readonly _tag: string }>) =>
      Effect.map(Effect.flip(effect), ({ _tag }) => _tag)

    behaves("shows vaults and items, one vault's or all, and no archived ones", (items, place, { commands, set }) =>
      Effect.gen(function*() {
        const work = vault({
          id: fakeId("work"),
          name: "Work",
          items: [
            item({ id: fakeId("login"), title: "Console", category: "LOGIN", tags: ["aws"], additional_information: "me" }),
            item({ id: fakeId("old"), title: "Old", state: "ARCHIVED" })
          ]
        })
        set({ accounts: [account({ vaults: [vault(), work] })] })
        const [first, second] = yield* items.vaults(place)
        assert.deepStrictEqual([first, second], [{ id: fakeId("vault"), name: "Private" }, { id: fakeId("work"), name: "Work" }])
        const all = yield* items.list(place)
        assert.deepStrictEqual(all.map(({ title }) => title), ["AWS", "Console"])
        assert.deepStrictEqual(yield* items.list(place, fakeId("work")), [{
          id: fakeId("login"),
          title: "Console",
          category: "LOGIN",
          tags: ["aws"],
          vault: { id: fakeId("work"), name: "Work" },
          subtitle: "me"
        }])
        assert.deepStrictEqual(commands(), ["vault list", "item list", "item list"])
        set({ accounts: [account({ vaults: [] })] })
        assert.deepStrictEqual([yield* items.vaults(place), yield* items.list(place)], [[], []])
      }))

    behaves("reads a whole item", (items, place, { commands }) =>
      Effect.gen(function*() {
        const document = yield* items.read({ ...place, vault: "Private", item: "AWS" })
        assert.deepStrictEqual([document.id, document.vault?.id], [fakeId("awsitem"), fakeId("vault")])
        assert.strictEqual(valueOf(itemOf(document), "Access key ID"), "AKIAFAKE0000EXAMPLE0")
        assert.deepStrictEqual(commands(), ["item get"])
      }))

    behaves("makes an item, and gives it as it is there afterwards", (items, place, { commands }) =>
      Effect.gen(function*() {
        const seed = Redacted.make("FAKESEEDFAKESEED")
        const wanted = newKeyItem({ title: "AWS \"new\" é\\", key, region: "eu-west-1", mfaSerial: "GAHT12345678", seed })
        const made = yield* items.create(place, "Private", wanted)
        assert.match(made.id, /^[a-z2-7]{26}$/)
        assert.deepStrictEqual(made.vault, { id: fakeId("vault"), name: "Private" })
        assert.deepStrictEqual(commands(), ["item create", "item get"])
        const again = yield* items.read({ ...place, vault: fakeId("vault"), item: made.id })
        assert.strictEqual(again.title, "AWS \"new\" é\\")
        const kept = readKey(itemOf(again), names)
        if (kept instanceof Error) return assert.fail(kept.message)
        assert.strictEqual(Redacted.value(kept.secretAccessKey), "fake-secret-number-two")
        assert.strictEqual(valueOf(itemOf(again), "one-time password"), "FAKESEEDFAKESEED")
      }))

    behaves("puts a changed item in the place of the one that was read, however large", (items, place, { commands, set }) =>
      Effect.gen(function*() {
        const note = `ключ "\\\r\n`.repeat(20_000)
        const before = { ...awsItem({ seed: "FAKESEEDFAKESEED", section: "Keys" }), tags: ["a"], favorite: true }
        const [notes, ...fields] = before.fields
        set({ accounts: [account({ vaults: [vault({ items: [{ ...before, fields: [{ ...notes!, value: note }, ...fields] }] })] })] })
        const document = yield* items.read({ ...place, vault: "Private", item: "AWS" })
        const changed = withKey(renameField(document, "fakekeyid", "access key id"), names, key)
        if (changed instanceof Error) return assert.fail(changed.message)
        const after = yield* items.replace(place, changed)
        assert.deepStrictEqual(commands(), ["item get", "item edit", "item get"])
        const item = itemOf(after)
        assert.deepStrictEqual(item.fields.map(({ label }) => label), [
          "notesPlain",
          "access key id",
          "Secret access key",
          "one-time password"
        ])
        assert.strictEqual(valueOf(item, "notesPlain"), note)
        assert.strictEqual(valueOf(item, "Keys.access key id"), key.accessKeyId)
        assert.deepInclude({ ...jsonOf(after) }, { version: 2, tags: ["a"], favorite: true })
      }))

    behaves("says so when nothing of it was kept", (items, place, { set }) =>
      Effect.gen(function*() {
        const document = yield* items.read({ ...place, vault: "Private", item: "AWS" })
        const changed = withKey(document, names, key)
        if (changed instanceof Error) return assert.fail(changed.message)
        set({ faults: [{ fault: "forgets", command: "item edit" }, { fault: "forgets", command: "item create" }] })
        assert.strictEqual(yield* tagged(items.replace(place, changed)), "OpWriteNotKept")
        assert.strictEqual(yield* tagged(items.create(place, "Private", newKeyItem({ title: "N", key }))), "OpWriteNotKept")
      }))

    behaves("does not write back what op did not reveal", (items, place, { commands }) =>
      Effect.gen(function*() {
        const fields = [{ id: "s", type: "CONCEALED", label: "s", value: "[use 'op item get x --reveal' to reveal]" }]
        assert.strictEqual(yield* tagged(items.replace(place, documentOf(printedItem({ fields })))), "FieldConcealed")
        assert.deepStrictEqual(commands(), [])
      }))

    behaves("says which name leads nowhere", (items, place) =>
      Effect.gen(function*() {
        const none = newKeyItem({ title: "N", key })
        assert.strictEqual(yield* tagged(items.list(place, "None")), "VaultNotFound")
        assert.strictEqual(yield* tagged(items.create(place, "None", none)), "VaultNotFound")
        assert.strictEqual(yield* tagged(items.read({ ...place, vault: "Private", item: "None" })), "ItemNotFound")
        const gone = documentOf(printedItem({ id: fakeId("gone"), vault: { id: fakeId("vault"), name: "Private" } }))
        assert.strictEqual(yield* tagged(items.replace(place, gone)), "ItemNotFound")
        assert.strictEqual(yield* tagged(items.vaults({ ...place, account: "nobody" })), "AccountUnknown")
      }))

    const faults: ReadonlyArray<readonly [Fault["fault"], string]> = [
      ["prompt-dismissed", "ApprovalDismissed"],
      ["forbidden", "AccessForbidden"],
      ["silent", "OpSilent"],
      ["killed", "OpKilled"],
      ["empty", "OpOutputUnusable"],
      ["truncated", "OpOutputUnusable"]
    ]
    for (const [fault, tag] of faults) {
      behaves(`ends as typed after ${fault}, and works afterwards`, (items, place, { set }) =>
        Effect.gen(function*() {
          set({ faults: [{ fault, call: [1, 2, 3] }] })
          const document = newKeyItem({ title: "New", key })
          assert.strictEqual(yield* tagged(items.create(place, "Private", document)), tag)
          const [lists, vaults] = [items.list(place), items.vaults(place)]
          assert.deepStrictEqual([yield* tagged(lists), yield* tagged(vaults)], [tag, tag])
          assert.isNotEmpty(yield* lists)
        }))
    }

    behaves("says whether it is reading or writing that is forbidden", (items, place, { set }) =>
      Effect.gen(function*() {
        const document = yield* items.read({ ...place, vault: "Private", item: "AWS" })
        set({ faults: [{ fault: "forbidden" }] })
        const said = (call: Effect.Effect<unknown, Error>) => Effect.map(Effect.flip(call), ({ message }) => message)
        assert.strictEqual(
          yield* said(items.read({ ...place, vault: "Private", item: "AWS" })),
          "1Password does not let you read from the vault \"Private\""
        )
        for (const write of [items.replace(place, document), items.create(place, "Private", newKeyItem({ title: "N", key }))]) {
          assert.strictEqual(yield* said(write), "1Password does not let you write to the vault \"Private\"")
        }
      }))

    behaves("tries once more when the app did not answer in time, and makes an item once only", (items, place, subject) =>
      Effect.gen(function*() {
        const { commands, set } = subject
        set({ faults: [{ fault: "app-timed-out", call: [1, 3] }] })
        yield* items.list(place)
        assert.deepStrictEqual(commands(), ["item list", "item list"])
        assert.strictEqual(yield* tagged(items.create(place, "Private", newKeyItem({ title: "New", key }))), "AppBusy")
        assert.lengthOf(commands(), 3)
      }))

    behaves("has written an item whose maker was killed right after it", (items, place, { set }) =>
      Effect.gen(function*() {
        set({ faults: [{ fault: "killed-after", call: 1 }] })
        assert.strictEqual(yield* tagged(items.create(place, "Private", newKeyItem({ title: "New", key }))), "OpKilled")
        assert.deepStrictEqual((yield* items.list(place)).map(({ title }) => title), ["AWS", "New"])
      }))

    behaves("can be interrupted while it writes, and works afterwards", (items, place, { commands, set }) =>
      Effect.gen(function*() {
        set({ faults: [{ fault: "hang", call: 1 }] })
        const big = newKeyItem({ title: "x".repeat(300_000), key })
        const writing = yield* Effect.forkChild(items.create(place, "Private", big))
        while (commands().length === 0) yield* Effect.sleep("10 millis")
        yield* Fiber.interrupt(writing)
        assert.lengthOf(yield* items.list(place), 1)
      }))
  })
}

import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, type Layer, Redacted, type Scope } from "effect"
import { valueOf } from "../fixtures/OpItems.ts"
import type { Fault } from "../../simulator/op/Faults.ts"
import { account, awsItem, fakeId, item, type OpAccount, vault } from "../../simulator/op/State.ts"
import { totp } from "../../simulator/Totp.ts"
import type { OpFailure } from "../../src/domain/onepassword/OpFailure.ts"
import { type OpItem, readKey, readOneTimePassword } from "../../src/domain/onepassword/OpItem.ts"
import { type ItemReference, OpCli } from "../../src/services/onepassword/OpCli.ts"

/** One 1Password with the program that reads it. */
export interface Subject {
  readonly layer: Layer.Layer<OpCli>
  readonly cliPath: string
  /** Replaces what 1Password holds and what goes wrong. */
  readonly set: (parts: { readonly accounts?: Array<OpAccount>; readonly faults?: Array<Fault> }) => void
  /** The item of each run of the program so far. */
  readonly items: () => ReadonlyArray<string>
}

const seed = "FAKESEEDFAKESEED"

/** What every `OpCli` must do. */
export const suite = (name: string, subject: Effect.Effect<Subject, never, Scope.Scope>): void => {
  describe(`${name} as op`, () => {
    type Read = (reference?: Partial<ItemReference>) => Effect.Effect<OpItem, OpFailure>

    const using = (use: (read: Read, subject: Subject) => Effect.Effect<void, OpFailure | OpItem>) =>
      Effect.gen(function*() {
        const made = yield* subject
        yield* Effect.gen(function*() {
          const op = yield* OpCli
          yield* use(
            (reference) => op.readItem({ vault: "Private", item: "AWS", cliPath: made.cliPath, ...reference }),
            made
          )
        }).pipe(Effect.provide(made.layer))
      })

    it.live("reads a whole item in one run", () =>
      using((read, { items, set }) =>
        Effect.gen(function*() {
          set({
            accounts: [
              account({ vaults: [vault({ items: [awsItem({ seed, mfaSerial: "GAHT12345678", section: "" })] })] })
            ]
          })
          const before = Date.now()
          const aws = yield* read()
          const key = readKey(aws, { accessKeyIdField: "access key id", secretAccessKeyField: "secret access key" })
          if (key instanceof Error) return assert.fail(key.message)
          assert.strictEqual(aws.title, "AWS")
          assert.strictEqual(key.accessKeyId, "AKIAFAKE0000EXAMPLE0")
          assert.strictEqual(Redacted.value(key.secretAccessKey), "fake-secret-for-tests")
          assert.strictEqual(valueOf(aws, "add more.mfa serial"), "GAHT12345678")
          assert.strictEqual(valueOf(aws, "notesPlain"), "FieldEmpty")
          const password = readOneTimePassword(aws)
          if (password === undefined || password instanceof Error) return assert.fail("no one-time password")
          assert.strictEqual(password.seed && Redacted.value(password.seed), seed)
          assert.include([totp(seed, before), totp(seed, Date.now())], password.code && Redacted.value(password.code))
          assert.deepStrictEqual(items(), ["AWS"])
        })
      ))

    it.live("takes names as they are, in any case, and ids", () =>
      using((read, { items, set }) =>
        Effect.gen(function*() {
          const titles = ["AWS Access Key(my-project)", "a, b = \"c\" 'd' é $HOME `x` \\", "--reveal", "-v", "ключ"]
          set({
            accounts: [account({
              vaults: [vault({ items: titles.map((title, index) => item({ title, id: fakeId("i".repeat(index)) })) })]
            })]
          })
          for (const title of titles) {
            assert.strictEqual((yield* read({ item: title })).title, title)
          }
          assert.strictEqual((yield* read({ vault: "PRIVATE", item: "Ключ" })).title, "ключ")
          assert.strictEqual((yield* read({ vault: fakeId("vault"), item: fakeId("ii") })).title, "--reveal")
          assert.deepStrictEqual(items().slice(0, titles.length), titles)
        })
      ))

    it.live("reads from the account that is named", () =>
      using((read, { set }) =>
        Effect.gen(function*() {
          const accounts = ["one", "two"].map((name) =>
            account({
              url: `${name}.1password.com`,
              account_uuid: name,
              user_uuid: `user-${name}`,
              vaults: [vault({ items: [awsItem({ region: name })] })]
            })
          )
          set({ accounts })
          assert.strictEqual(valueOf(yield* read({ account: "two" }), "default region"), "two")
          assert.strictEqual(valueOf(yield* read({ account: "one.1password.com" }), "default region"), "one")
          assert.strictEqual((yield* Effect.flip(read()))._tag, "SeveralAccounts")
          assert.strictEqual((yield* Effect.flip(read({ account: "three" })))._tag, "AccountUnknown")
          set({ accounts: accounts.map((one) => ({ ...one, url: "my.1password.com" })) })
          assert.strictEqual((yield* Effect.flip(read({ account: "my.1password.com" })))._tag, "AccountAmbiguous")
          set({ accounts: [] })
          assert.strictEqual((yield* Effect.flip(read()))._tag, "NoAccountsConfigured")
        })
      ))

    it.live("says which name leads nowhere, or to several", () =>
      using((read, { set }) =>
        Effect.gen(function*() {
          assert.strictEqual((yield* Effect.flip(read({ item: "None" })))._tag, "ItemNotFound")
          assert.strictEqual((yield* Effect.flip(read({ vault: "None" })))._tag, "VaultNotFound")
          const twins = [
            awsItem({ id: fakeId("one") }),
            awsItem({ id: fakeId("two") }),
            awsItem({ id: fakeId("old"), title: "Old" })
          ]
          set({
            accounts: [account({
              vaults: [
                vault({ items: twins.map((twin) => twin.title === "Old" ? { ...twin, state: "ARCHIVED" } : twin) })
              ]
            })]
          })
          const several = yield* Effect.flip(read())
          assert.deepStrictEqual(several._tag === "SeveralItems" ? several.ids : several._tag, [
            fakeId("one"),
            fakeId("two")
          ])
          assert.strictEqual((yield* read({ item: fakeId("two") })).title, "AWS")
          assert.strictEqual((yield* Effect.flip(read({ item: "Old" })))._tag, "ItemNotFound")
          set({ accounts: [account({ vaults: [vault(), vault({ id: fakeId("other") })] })] })
          const vaults = yield* Effect.flip(read())
          assert.deepStrictEqual(vaults._tag === "SeveralVaults" ? vaults.ids : vaults._tag, [
            fakeId("vault"),
            fakeId("other")
          ])
        })
      ))

    const oneRun: ReadonlyArray<readonly [Fault["fault"], OpFailure["_tag"]]> = [
      ["prompt-dismissed", "ApprovalDismissed"],
      ["prompt-timeout", "ApprovalTimedOut"],
      ["not-signed-in", "SignedOut"],
      ["silent", "OpSilent"],
      ["panic", "OpCrashed"],
      ["killed", "OpKilled"],
      ["truncated", "OpOutputUnusable"],
      ["empty", "OpOutputUnusable"]
    ]
    it.live.each(oneRun)(
      "does not try again after %s",
      ([fault, tag]) =>
        using((read, { items, set }) =>
          Effect.gen(function*() {
            set({ faults: [{ fault, call: 1 }] })
            assert.strictEqual((yield* Effect.flip(read()))._tag, tag)
            assert.lengthOf(items(), 1)
            assert.strictEqual((yield* read()).title, "AWS")
          })
        )
    )

    it.live("tries once more when the app did not answer in time", () =>
      using((read, { items, set }) =>
        Effect.gen(function*() {
          set({ faults: [{ fault: "app-timed-out", call: 1 }, { fault: "app-deadline", call: [3, 4] }] })
          assert.strictEqual((yield* read()).title, "AWS")
          assert.lengthOf(items(), 2)
          assert.strictEqual((yield* Effect.flip(read()))._tag, "AppBusy")
          assert.lengthOf(items(), 4)
        })
      ))

    it.live("shows words that it does not know", () =>
      using((read, { set }) =>
        Effect.gen(function*() {
          set({ faults: [{ fault: "message", message: "something new" }] })
          assert.include((yield* Effect.flip(read())).message, "something new")
        })
      ))

    it.live("can be interrupted while it waits, and works afterwards", () =>
      using((read, { items, set }) =>
        Effect.gen(function*() {
          set({ faults: [{ fault: "hang", call: 1 }] })
          const waiting = yield* Effect.forkChild(read())
          while (items().length === 0) yield* Effect.sleep("10 millis")
          yield* Fiber.interrupt(waiting)
          assert.strictEqual((yield* read()).title, "AWS")
        })
      ))
  })
}

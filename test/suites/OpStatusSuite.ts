import { assert, describe, it } from "@effect/vitest"
import { Effect, type Layer, type Scope } from "effect"
import { account, type OpAccount } from "../../simulator/op/State.ts"
import type { OpFailure } from "../../src/domain/onepassword/OpFailure.ts"
import { OpStatus } from "../../src/services/onepassword/OpStatus.ts"

/** One 1Password with its program. */
export interface Subject {
  readonly layer: Layer.Layer<OpStatus>
  readonly cliPath: string
  readonly set: (parts: { readonly version?: string; readonly accounts?: Array<OpAccount> }) => void
  /** Somebody opens an account. */
  readonly open: (account: OpAccount) => void
}

/** What every `OpStatus` must do. */
export const suite = (name: string, subject: Effect.Effect<Subject, never, Scope.Scope>): void => {
  describe(`${name} as op's word for itself`, () => {
    const using = (use: (status: OpStatus["Service"], subject: Subject) => Effect.Effect<void, OpFailure>) =>
      Effect.gen(function*() {
        const made = yield* subject
        yield* Effect.flatMap(OpStatus, (status) => use(status, made)).pipe(Effect.provide(made.layer))
      })

    const second = account({
      url: "work.1password.com",
      user_uuid: "USER2",
      account_uuid: "ACCOUNT2",
      shorthand: "work"
    })

    it.live("says which program it is", () =>
      using((status, { cliPath, set }) =>
        Effect.gen(function*() {
          set({ version: "2.31.1" })
          assert.deepStrictEqual(yield* status.program(cliPath), { path: cliPath, version: "2.31.1" })
        })
      ))

    it.live("says that there is none", () =>
      using((status) =>
        Effect.gen(function*() {
          const missing = "/no/such/op"
          const calls = [
            status.program(missing),
            status.accounts(missing),
            status.whoami({ cliPath: missing, vault: "V", item: "I" })
          ]
          const tags = yield* Effect.forEach(
            calls,
            (call) => Effect.match(call, { onSuccess: () => "an answer", onFailure: ({ _tag }) => _tag })
          )
          assert.deepStrictEqual(tags, ["OpNotFound", "OpNotFound", "OpNotFound"])
        })
      ))

    it.live("lists accounts, none and forty", () =>
      using((status, { cliPath, set }) =>
        Effect.gen(function*() {
          const own = account()
          set({ accounts: [own, second] })
          assert.deepStrictEqual(yield* status.accounts(cliPath), [
            { url: own.url, email: own.email, userId: own.user_uuid, accountId: own.account_uuid, shorthand: undefined },
            { url: "work.1password.com", email: second.email, userId: "USER2", accountId: "ACCOUNT2", shorthand: "work" }
          ])
          set({ accounts: [] })
          assert.deepStrictEqual(yield* status.accounts(cliPath), [])
          set({ accounts: Array.from({ length: 40 }, (_, index) => account({ account_uuid: `ACCOUNT${index}` })) })
          assert.lengthOf(yield* status.accounts(cliPath), 40)
        })
      ))

    it.live("knows whether an account is open", () =>
      using((status, { cliPath, open, set }) =>
        Effect.gen(function*() {
          const own = account()
          set({ accounts: [own, second] })
          const ask = (filter?: string) =>
            status.whoami({ cliPath, vault: "V", item: "I", account: filter }).pipe(
              Effect.match({ onSuccess: () => "open", onFailure: ({ _tag }) => _tag })
            )
          assert.strictEqual(yield* ask(), "SeveralAccounts")
          assert.strictEqual(yield* ask("ACCOUNT2"), "AccountNotSignedIn")
          assert.strictEqual(yield* ask("nobody"), "AccountUnknown")
          open(second)
          assert.strictEqual(yield* ask("ACCOUNT2"), "open")
          assert.strictEqual(yield* ask(own.account_uuid), "AccountNotSignedIn")
        })
      ))
  })
}

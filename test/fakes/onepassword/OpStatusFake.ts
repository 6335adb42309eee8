import { Effect, Layer } from "effect"
import { type ErrorRow, opError } from "../../../simulator/op/Errors.ts"
import { account, type OpAccount } from "../../../simulator/op/State.ts"
import { classifyOpFailure } from "../../../src/domain/onepassword/OpClassification.ts"
import { OpFailure, type OpReference } from "../../../src/domain/onepassword/OpFailure.ts"
import { OpStatus } from "../../../src/services/onepassword/OpStatus.ts"

/** 1Password's program as the fake has it. It may be changed at any time. */
export interface OpStatusWorld {
  /** Where the program is; it is on PATH as well, as `op`. Undefined where there is none. */
  path: string | undefined
  version: string
  accounts: ReadonlyArray<OpAccount>
  /** `account_uuid`s that somebody has opened. */
  open: ReadonlyArray<string>
  /** How often anything was asked. */
  asked: number
}

export const makeOpStatusWorld = (parts: Partial<OpStatusWorld> = {}): OpStatusWorld => ({
  path: "/usr/bin/op",
  version: "2.34.1",
  accounts: [account()],
  open: [],
  asked: 0,
  ...parts
})

const failed = (row: ErrorRow, reference: OpReference, filter = ""): OpFailure =>
  classifyOpFailure({
    exitCode: 1,
    stderr: `[ERROR] 2026/11/22 10:15:00 ${opError(row, { filter }).message}\n`,
    reference
  })

const whoami = ({ accounts, open }: OpStatusWorld, reference: OpReference): OpFailure | undefined => {
  const { account: filter } = reference
  const matching = accounts.filter((one) =>
    filter === undefined || [one.url, one.account_uuid, one.user_uuid, one.shorthand].includes(filter)
  )
  const [only] = matching
  if (only === undefined) return failed("whoami-no-account", reference, filter)
  if (matching.length > 1) {
    return failed(filter === undefined ? "whoami-several-accounts" : "account-ambiguous", reference, filter)
  }
  return open.includes(only.account_uuid) ? undefined : failed("whoami-not-signed-in", reference)
}

/** The program over a world that outlives it. */
export const layerOver = (world: OpStatusWorld): Layer.Layer<OpStatus> => {
  const there = (cliPath: string): Effect.Effect<string, OpFailure> =>
    Effect.suspend(() => {
      world.asked++
      return world.path !== undefined && (cliPath === "op" || cliPath === world.path)
        ? Effect.succeed(world.path)
        : Effect.fail(OpFailure.OpNotFound(cliPath, !cliPath.includes("/")))
    })

  return Layer.succeed(OpStatus, {
    program: (cliPath) => Effect.map(there(cliPath), (path) => ({ path, version: world.version })),
    accounts: (cliPath) =>
      Effect.map(there(cliPath), () =>
        world.accounts.map(({ account_uuid, email, shorthand, url, user_uuid }) => ({
          url,
          email,
          userId: user_uuid,
          accountId: account_uuid,
          shorthand
        }))),
    whoami: (reference) =>
      Effect.flatMap(there(reference.cliPath), () => {
        const failure = whoami(world, reference)
        return failure === undefined ? Effect.void : Effect.fail(failure)
      })
  })
}

import { Clock, Effect, Exit, Layer } from "effect"
import { OpError, opError, panicText } from "../../simulator/op/Errors.ts"
import { type Fault, faultFor } from "../../simulator/op/Faults.ts"
import {
  account,
  type OpAccount,
  type OpField,
  type OpItem as StoredItem,
  type OpVault
} from "../../simulator/op/State.ts"
import { totp } from "../../simulator/Totp.ts"
import { classifyOpFailure, type OpFailure } from "../../src/domain/OpFailure.ts"
import type { OpItem } from "../../src/domain/OpItem.ts"
import { parseOpItem } from "../../src/domain/OpItemJson.ts"
import { type ItemReference, OpCli } from "../../src/services/OpCli.ts"

/** One run of the program, and how it ended; without `ended` it still runs. Times are in milliseconds since 1970. */
export interface OpRun {
  readonly reference: ItemReference
  readonly began: number
  ended?: "item" | "failure" | "interrupted"
}

/** 1Password as the fake has it, in the words of the simulated `op`. It may be changed at any time. */
export interface OpWorld {
  accounts: Array<OpAccount>
  /** The account that `op signin` chose last, by `account_uuid` or `user_uuid`. */
  latestSignin?: string
  /** Faults by the number of the run, as the simulated `op` counts them. */
  faults: Array<Fault>
  /** How long each run takes, in milliseconds of Effect's clock. */
  latency: number
  readonly runs: Array<OpRun>
}

/** One account with the vault `Private` and the item `AWS`, and nothing that goes wrong, unless told otherwise. */
export const makeWorld = (parts: Partial<Omit<OpWorld, "runs">> = {}): OpWorld => ({
  accounts: [account()],
  faults: [],
  latency: 0,
  ...parts,
  runs: []
})

const sameName = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase()

const chooseAccount = ({ accounts, latestSignin }: OpWorld, filter: string | undefined): OpAccount => {
  if (accounts.length === 0) throw opError("no-accounts")
  const names = (
    one: OpAccount
  ): ReadonlyArray<string | undefined> => [one.shorthand, one.url, one.account_uuid, one.user_uuid]
  const wanted = filter ?? (accounts.length > 1 ? latestSignin : undefined)
  const matching = wanted === undefined ? accounts : accounts.filter((one) => names(one).includes(wanted))
  const [only] = matching
  if (only !== undefined && matching.length === 1) return only
  if (wanted === undefined) throw opError("several-accounts")
  throw opError(only === undefined ? "account-unknown" : "account-ambiguous", { filter: wanted })
}

const chooseVault = ({ vaults }: OpAccount, query: string): OpVault => {
  const matching = vaults.filter(({ id }) => id === query)
  const named = matching.length > 0 ? matching : vaults.filter(({ name }) => sameName(name, query))
  const [only] = named
  if (only === undefined) throw opError("vault-missing", { vault: query })
  if (named.length === 1) return only
  throw opError("vaults-duplicate", {
    vault: query,
    matches: named.map(({ id, name }) => `\t* for the vault "${name}": ${id}`)
  })
}

const chooseItem = ({ items, name }: OpVault, query: string): StoredItem => {
  const visible = items.filter(({ state }) => state !== "ARCHIVED")
  const matching = visible.filter(({ id }) => id === query)
  const titled = matching.length > 0 ? matching : visible.filter(({ title }) => sameName(title, query))
  const [only] = titled
  if (only === undefined) throw opError("item-missing", { item: query, vault: name })
  if (titled.length === 1) return only
  const matches = titled.map(({ id, title }) => `\t* for the item "${title}" in vault ${name}: ${id}`)
  throw opError("items-duplicate", { item: query, matches })
}

const codeOf = ({ type, value, without_totp }: OpField, now: number): string | undefined => {
  if (type !== "OTP" || value === undefined || without_totp === true) return undefined
  try {
    return totp(value, now)
  } catch {
    return undefined
  }
}

const print = ({ fields, sections, title }: StoredItem, now: number): string =>
  JSON.stringify({
    title,
    fields: fields.map((field) => ({
      id: field.id,
      section: sections?.find(({ id }) => id === field.section),
      type: field.type,
      label: field.label,
      value: field.value === "" ? undefined : field.value,
      totp: codeOf(field, now)
    }))
  })

/** What a run leaves: the answer on stdout, or a failure as the classification takes it. */
type Left = { readonly stdout: string } | {
  readonly exitCode?: number
  readonly signal?: string
  readonly stderr: string
}

const failed = ({ exit, message, preamble }: OpError): Left => ({
  exitCode: exit,
  stderr: `${preamble.join("\n")}\n[ERROR] 2026/11/22 10:15:00 ${message}\n`
})

const answer = (world: OpWorld, reference: ItemReference, now: number): Left => {
  try {
    return {
      stdout: print(
        chooseItem(chooseVault(chooseAccount(world, reference.account), reference.vault), reference.item),
        now
      )
    }
  } catch (error) {
    if (error instanceof OpError) return failed(error)
    throw error
  }
}

const suffer = ({ exit = 1, fault, message = "" }: Fault, whole: Left): Left => {
  switch (fault) {
    case "silent":
      return { exitCode: 1, stderr: "" }
    case "panic":
      return { exitCode: 2, stderr: panicText }
    case "killed":
      return { signal: "SIGKILL", stderr: "" }
    case "truncated":
      return "stdout" in whole ? { stdout: whole.stdout.slice(0, whole.stdout.length / 2) } : whole
    case "empty":
      return { stdout: "" }
    case "message":
      return failed(new OpError(message, { exit }))
    case "raw-stderr":
      return { exitCode: exit, stderr: message }
    case "none":
    case "hang":
      return whole
    default:
      return failed(opError(fault))
  }
}

const settle = (left: Left, reference: ItemReference): OpItem | OpFailure =>
  "stdout" in left
    ? parseOpItem(left.stdout)
    : classifyOpFailure({ exitCode: left.exitCode, signal: left.signal, stderr: left.stderr, reference })

const run = (world: OpWorld, reference: ItemReference): Effect.Effect<OpItem, OpFailure> =>
  Effect.gen(function*() {
    const entry: OpRun = { reference, began: yield* Clock.currentTimeMillis }
    world.runs.push(entry)
    const number = world.runs.length
    const living = Effect.gen(function*() {
      yield* Effect.sleep(world.latency)
      const fault = faultFor(world.faults, "item get", { all: number, command: number })
      yield* Effect.sleep(fault?.delay_ms ?? 0)
      if (fault?.fault === "hang") return yield* Effect.never
      const whole = answer(world, reference, yield* Clock.currentTimeMillis)
      const settled = settle(fault === undefined ? whole : suffer(fault, whole), reference)
      return settled instanceof Error ? yield* Effect.fail(settled) : settled
    })
    return yield* Effect.onExit(living, (exit) =>
      Effect.sync(() => {
        entry.ended = Exit.isSuccess(exit) ? "item" : Exit.hasInterrupts(exit) ? "interrupted" : "failure"
      }))
  })

/** `op` over a world. Whoever shares the world sees what the others did. */
export const layerOver = (world: OpWorld): Layer.Layer<OpCli> =>
  Layer.succeed(OpCli, {
    readItem: (reference) => Effect.retry(run(world, reference), { times: 1, while: ({ retry }) => retry })
  })

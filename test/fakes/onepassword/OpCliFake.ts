import { Clock, Effect, Exit, Layer } from "effect"
import { OpError, opError, panicText } from "../../../simulator/op/Errors.ts"
import { type Fault, faultFor } from "../../../simulator/op/Faults.ts"
import { account, type OpAccount, type OpField, type OpItem as StoredItem, type OpVault } from "../../../simulator/op/State.ts"
import { totp } from "../../../simulator/Totp.ts"
import { Failure } from "../../../src/domain/base/Failure.ts"
import { classifyOpFailure } from "../../../src/domain/onepassword/OpClassification.ts"
import type { OpFailure } from "../../../src/domain/onepassword/OpFailure.ts"
import { parseOpItem } from "../../../src/domain/onepassword/OpItemJson.ts"
import { type ItemReference, OpCli } from "../../../src/services/onepassword/OpCli.ts"

/** One run of the program, and how it ended; without `ended` it still runs. Times are in milliseconds since 1970. */
export interface OpRun {
  /** As faults name it. */
  readonly command: string
  /** Empty names where it was about no single item or vault. */
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
  /** Whether answers say which item they are of, as all do but those of programs in front of `op`. */
  ids: boolean
  readonly runs: Array<OpRun>
}

/** One account with the vault `Private` and the item `AWS`, and nothing that goes wrong, unless told otherwise. */
export const makeWorld = (parts: Partial<Omit<OpWorld, "runs">> = {}): OpWorld => ({
  accounts: [account()],
  faults: [],
  latency: 0,
  ids: true,
  ...parts,
  runs: []
})

const sameName = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase()

/** The account that `op` opens. Throws an OpError, like the ones below. */
export const chooseAccount = ({ accounts, latestSignin }: OpWorld, filter: string | undefined): OpAccount => {
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

export const chooseVault = ({ vaults }: OpAccount, query: string): OpVault => {
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

export const chooseItem = ({ items, name }: OpVault, query: string): StoredItem => {
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

const print = ({ fields, id, sections, title }: StoredItem, vault: OpVault | undefined, now: number): string =>
  JSON.stringify({
    ...vault === undefined ? undefined : { id, vault: { id: vault.id, name: vault.name } },
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

const answered = (answer: () => string): Left => {
  try {
    return { stdout: answer() }
  } catch (error) {
    if (error instanceof OpError) return failed(error)
    throw error
  }
}

/** What comes of a run that a fault befalls. Only some let it do what it was asked. */
const suffer = ({ exit = 1, fault, message = "" }: Fault, answer: () => Left): Left => {
  switch (fault) {
    case "silent":
      return { exitCode: 1, stderr: "" }
    case "panic":
      return { exitCode: 2, stderr: panicText }
    case "killed":
      return { signal: "SIGKILL", stderr: "" }
    case "killed-after":
      answer()
      return { signal: "SIGKILL", stderr: "" }
    case "truncated": {
      const whole = answer()
      return "stdout" in whole ? { stdout: whole.stdout.slice(0, whole.stdout.length / 2) } : whole
    }
    case "empty":
      answer()
      return { stdout: "" }
    case "message":
      return failed(new OpError(message, { exit }))
    case "raw-stderr":
      return { exitCode: exit, stderr: message }
    case "none":
    case "hang":
    case "forgets":
      return answer()
    default:
      return failed(opError(fault))
  }
}

/** One run of the program. `answer` does what is asked and gives what is printed, or throws an OpError. */
export const runOp = Effect.fnUntraced(function*<A>(
  world: OpWorld,
  command: string,
  reference: ItemReference,
  answer: (now: number, forgets: boolean) => string,
  read: (stdout: string) => A | OpFailure
): Effect.fn.Return<A, OpFailure> {
  const entry: OpRun = { command, reference, began: yield* Clock.currentTimeMillis }
  world.runs.push(entry)
  const numbers = { all: world.runs.length, command: world.runs.filter((run) => run.command === command).length }
  const living = Effect.gen(function*() {
    yield* Effect.sleep(world.latency)
    const fault = faultFor(world.faults, command, numbers)
    yield* Effect.sleep(fault?.delay_ms ?? 0)
    if (fault?.fault === "hang") return yield* Effect.never
    const now = yield* Clock.currentTimeMillis
    const whole = () => answered(() => answer(now, fault?.fault === "forgets"))
    const left = fault === undefined ? whole() : suffer(fault, whole)
    const settled = "stdout" in left
      ? read(left.stdout)
      : classifyOpFailure({
        exitCode: left.exitCode,
        signal: left.signal,
        stderr: left.stderr,
        reference: { ...reference, writes: command === "item create" || command === "item edit" }
      })
    return settled instanceof Failure ? yield* Effect.fail(settled) : settled
  })
  return yield* Effect.onExit(living, (exit) =>
    Effect.sync(() => {
      entry.ended = Exit.isSuccess(exit) ? "item" : Exit.hasInterrupts(exit) ? "interrupted" : "failure"
    }))
})

/** `op` over a world. Whoever shares the world sees what the others did. */
export const layerOver = (world: OpWorld): Layer.Layer<OpCli> =>
  Layer.succeed(OpCli, {
    readItem: (reference) =>
      Effect.retry(
        runOp(world, "item get", reference, (now) => {
          const vault = chooseVault(chooseAccount(world, reference.account), reference.vault)
          return print(chooseItem(vault, reference.item), world.ids ? vault : undefined, now)
        }, parseOpItem),
        { times: 1, while: ({ retry }) => retry }
      )
  })

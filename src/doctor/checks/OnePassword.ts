import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { profileHeader } from "../../domain/aws-config/AwsConfigSections.ts"
import { type Environment, variable } from "../../domain/base/Environment.ts"
import { Failure } from "../../domain/base/Failure.ts"
import { printable } from "../../domain/base/Printable.ts"
import type { OpAccount, OpProgram } from "../../domain/onepassword/OpAccount.ts"
import { OpFailure } from "../../domain/onepassword/OpFailure.ts"
import { givenSettings, opProgramOf } from "../../domain/settings/GivenSettings.ts"
import type { Settings } from "../../domain/settings/Settings.ts"
import { type Examined, type Finding, findingOf, fine, fineUnless, type Severity, together } from "../Finding.ts"
import { lookUp } from "./Program.ts"
import { OpStatus } from "../../services/onepassword/OpStatus.ts"

export interface OpFacts {
  readonly program: OpProgram | Failure
  /** As it is configured: a path, or a name for PATH. */
  readonly cliPath: string
  /** Where a program that was started from a desktop would find it. */
  readonly onDesktop: string | undefined
  /** The profiles that use it. */
  readonly profiles: ReadonlyArray<string>
  /** Whether a service account's token is set. */
  readonly byServiceAccount: boolean
}

/** Whether a version such as `2.31.1` or `2.40.0-beta.01` is at least this one. */
const atLeast = (version: string, ...least: ReadonlyArray<number>): boolean => {
  const numbers = version.split(/[.-]/).map(Number)
  for (const [index, wanted] of least.entries()) {
    const number = numbers[index] ?? 0
    if (number !== wanted) return number > wanted
  }
  return true
}

/** Whether 1Password CLI is there and new enough (1Password's pages on service accounts and on WSL name versions). */
export const checkOp = ({ byServiceAccount, cliPath, onDesktop, profiles, program }: OpFacts): Examined => {
  if (program instanceof Failure) {
    return { fine: [], findings: [findingOf("op", program, "without it no key can be read")] }
  }
  const { path, version } = program
  return fineUnless([
    ...versionFindings(program, byServiceAccount),
    ...cliPath.includes("/") || path.endsWith(".exe") || onDesktop !== undefined ? [] : [hidden(path, profiles)]
  ], `1Password CLI ${version} (${path})`)
}

const versionFindings = ({ path, version }: OpProgram, byServiceAccount: boolean): ReadonlyArray<Finding> => {
  const finding = (why: string): Finding => ({
    check: "op",
    severity: "error",
    what: `${printable(path)} is 1Password CLI ${printable(version, 40)}`,
    why,
    mend: "update 1Password CLI to the newest 2.x (https://www.1password.dev/cli/)"
  })
  if (!/^\d+\.\d+/.test(version)) {
    return [finding("that is no version of 1Password CLI 2, so it is probably another program")]
  }
  if (!atLeast(version, 2)) return [finding("version 1 has other commands, and an item cannot be read with it")]
  if (path.endsWith(".exe") && !atLeast(version, 2, 31, 1)) {
    return [finding("on Windows, versions before 2.31.1 do not reach the 1Password app")]
  }
  if (byServiceAccount && !atLeast(version, 2, 18)) return [finding("service accounts need 2.18 or newer")]
  return []
}

const hidden = (path: string, profiles: ReadonlyArray<string>): Finding => ({
  check: "op",
  severity: "warning",
  what: `op is ${printable(path)}, which is not on the PATH of programs that were started from a desktop`,
  why: "an IDE that runs this program then does not find it",
  mend: [
    profiles.length === 0
      ? "name it in the profile"
      : `write in ${profiles.map((name) => profileHeader(name)).join(", ")}`,
    `op_cli_path = ${printable(path)}`
  ].join("\n")
})

/** Which account some profiles are for; undefined leaves it to `op`. */
export interface AccountWish {
  readonly account: string | undefined
  readonly profiles: ReadonlyArray<string>
  readonly vault: string
  readonly item: string
  readonly cliPath: string
  /** What `op whoami` says of it: open, or why not. */
  readonly standing: "open" | Failure
}

export interface AccountFacts {
  readonly environment: Environment
  readonly accounts: ReadonlyArray<OpAccount> | Failure
  readonly wishes: ReadonlyArray<AccountWish>
}

const finding = (severity: Severity, what: string, why: string, mend: string): Finding => ({
  check: "account",
  severity,
  what,
  why,
  mend
})

/** Who 1Password CLI would answer as: Connect before a service account before the accounts of a person. */
export const backEnd = (environment: Environment): "connect" | "service-account" | "person" =>
  variable(environment, "OP_CONNECT_HOST") !== undefined && variable(environment, "OP_CONNECT_TOKEN") !== undefined
    ? "connect"
    : variable(environment, "OP_SERVICE_ACCOUNT_TOKEN") !== undefined
    ? "service-account"
    : "person"

/** Whether `op` would answer, and whether there is any doubt as whom. Nobody is asked for that. */
export const checkAccount = (facts: AccountFacts): Examined => {
  const machine = backEnd(facts.environment)
  return machine === "person" ? asPerson(facts) : asMachine(facts, machine)
}

const asMachine = ({ accounts, wishes }: AccountFacts, machine: "connect" | "service-account"): Examined => {
  const [variables, name] = machine === "connect"
    ? ["OP_CONNECT_HOST and OP_CONNECT_TOKEN", "a Connect server"]
    : ["OP_SERVICE_ACCOUNT_TOKEN", "a service account"]
  const own = accounts instanceof Failure ? [] : accounts
  const broken = wishes.flatMap(({ standing }) =>
    standing !== "open" && ["OpCrashed", "ServiceTokenMalformed", "ServiceAccountDeleted"].includes(standing._tag)
      ? [standing]
      : []
  )
  return fineUnless([
    ...broken.slice(0, 1).map((failure) =>
      findingOf("account", failure, "1Password CLI goes by that variable before anything else")
    ),
    ...own.length === 0 ? [] : [finding(
      "warning",
      `${variables} ${machine === "connect" ? "are" : "is"} set, and there are accounts of your own`,
      `1Password CLI answers as ${name}, which sees no personal vaults, and not as ${printable(own[0]!.url)}`,
      `set it only where no person is\nunset ${variables.replace(" and ", " ")}`
    )]
  ], `1Password answers as ${name} (${variables})`)
}

const asPerson = (facts: AccountFacts): Examined => {
  const { accounts } = facts
  if (accounts instanceof Failure) {
    return { fine: [], findings: [findingOf("account", accounts, "no key can be read without an account")] }
  }
  if (accounts.length === 0) {
    return { fine: [], findings: [findingOf("account", OpFailure.NoAccountFound(), "no key can be read without an account")] }
  }
  const named = byName(accounts)
  const parts = facts.wishes.map((wish) => chosen(facts.environment, accounts, named, wish))
  return {
    fine: [...new Set(parts.flatMap((part) => part.fine))],
    findings: parts.flatMap((part) => part.findings)
  }
}

const forProfiles = ({ profiles }: AccountWish): string => profiles.map((name) => printable(name)).join(", ")

/** The accounts that `op` would take for each name. */
const byName = (accounts: ReadonlyArray<OpAccount>): ReadonlyMap<string, ReadonlyArray<OpAccount>> => {
  const found = new Map<string, Array<OpAccount>>()
  for (const account of accounts) {
    for (const name of new Set(namesOf(account))) {
      const same = found.get(name)
      if (same === undefined) found.set(name, [account])
      else same.push(account)
    }
  }
  return found
}

const chosen = (
  environment: Environment,
  accounts: ReadonlyArray<OpAccount>,
  named: ReadonlyMap<string, ReadonlyArray<OpAccount>>,
  wish: AccountWish
): Examined => {
  const filter = wish.account ?? variable(environment, "OP_ACCOUNT")
  if (filter === undefined) return accounts.length > 1 ? unchosen(accounts, wish) : standing(accounts[0]!, wish)
  const matching = named.get(addressIn(filter)) ?? []
  const [account] = matching
  const why = `profile ${forProfiles(wish)} names it`
  if (account === undefined) {
    return { fine: [], findings: [findingOf("account", OpFailure.AccountUnknown(wish, filter), why)] }
  }
  if (matching.length > 1) {
    return { fine: [], findings: [findingOf("account", OpFailure.AccountAmbiguous(wish, filter), why)] }
  }
  return wish.account === undefined && accounts.length > 1 ? onlyHere(account, wish) : standing(account, wish)
}

const addressIn = (text: string): string => text.replace(/^https:\/\//, "").replace(/\/$/, "")

const namesOf = ({ accountId, shorthand, url, userId }: OpAccount): ReadonlyArray<string> =>
  [...shorthand === undefined ? [] : [shorthand], addressIn(url), accountId, userId]

/** Whether `op` would take this account for what a flag or a variable names. */
export const answersTo = (account: OpAccount, filter: string): boolean => namesOf(account).includes(addressIn(filter))

/** So many accounts are shown to choose from, for each profile anew. */
const mostShown = 10

const keyFor = ({ profiles }: AccountWish): string =>
  `write in ${profiles.map((name) => profileHeader(name)).join(", ")}`

const unchosen = (accounts: ReadonlyArray<OpAccount>, wish: AccountWish): Examined => ({
  fine: [],
  findings: [finding(
    "warning",
    `there are ${accounts.length} 1Password accounts, and profile ${forProfiles(wish)} does not say which`,
    "1Password CLI takes the one that `op signin` chose last in any terminal, or refuses to choose",
    [
      `${keyFor(wish)} one of these`,
      ...accounts.slice(0, mostShown).flatMap(({ accountId, url }) => [`# ${printable(url)}`, `op_account = ${printable(accountId)}`]),
      ...accounts.length > mostShown ? [`# and ${accounts.length - mostShown} more: op account list`] : []
    ]
      .join("\n")
  )]
})

const onlyHere = ({ accountId, url }: OpAccount, wish: AccountWish): Examined => ({
  fine: [],
  findings: [finding(
    "warning",
    `only OP_ACCOUNT says that profile ${forProfiles(wish)} is for ${printable(url)}`,
    "a program that was started from a desktop lacks the variable, and 1Password CLI then takes another account, or none",
    `${keyFor(wish)}\nop_account = ${printable(accountId)}`
  )]
})

/** That the app has not been asked yet is as it should be; a session by hand has to be there. */
const standing = (account: OpAccount, wish: AccountWish): Examined => {
  const name = printable(account.url)
  if (wish.standing === "open") return fine(`1Password account ${name}, open in this terminal`)
  if (account.shorthand === undefined) return fine(`1Password account ${name}, opened when it is needed`)
  return {
    fine: [],
    findings: [
      findingOf("account", OpFailure.SignedOut(), `the account ${name} was added by hand, so that no app can open it`)
    ]
  }
}

const orFailure = <A, R>(work: Effect.Effect<A, Failure, R>): Effect.Effect<A | Failure, never, R> =>
  Effect.map(Effect.result(work), Result.getOrElse((failure): A | Failure => failure))

/** 1Password's program, and the accounts that these profiles are for; without one, the program that it would get. */
export const examineOp = Effect.fnUntraced(function*(all: ReadonlyArray<Settings>, environment: Environment) {
  const byProgram = Map.groupBy(all, ({ cliPath }) => cliPath)
  if (byProgram.size === 0) {
    const usual = opProgramOf(givenSettings({ flags: {}, environment, profile: "" }))
    if (usual instanceof Failure) return fineUnless([findingOf("op", usual, "no key is read, and no such program is started")])
    byProgram.set(usual, [])
  }
  return together(
    yield* Effect.forEach(byProgram, ([cliPath, settings]) => examineProgram(cliPath, settings, environment))
  )
})

const examineProgram = Effect.fnUntraced(
  function*(cliPath: string, all: ReadonlyArray<Settings>, environment: Environment) {
    const op = yield* OpStatus
    const program = yield* orFailure(op.program(cliPath))
    const about = checkOp({
      program,
      cliPath,
      onDesktop: (yield* lookUp(cliPath, environment)).onDesktop,
      profiles: all.map(({ profile }) => profile),
      byServiceAccount: backEnd(environment) === "service-account"
    })
    // A program that is not 1Password's own is not asked for anything else.
    if (program instanceof Failure || !/^\d+\.\d+/.test(program.version)) return about
    const byAccount = Map.groupBy(all, ({ account }) => account)
    const [accounts, wishes] = yield* Effect.all([
      orFailure(op.accounts(cliPath)),
      Effect.forEach(byAccount, ([account, settings]) => wishOf(account, settings))
    ], { concurrency: "unbounded" })
    return together([about, all.length === 0 ? fine() : checkAccount({ environment, accounts, wishes })])
  }
)

const wishOf = Effect.fnUntraced(function*(account: string | undefined, settings: ReadonlyArray<Settings>) {
  const { cliPath, item, vault } = settings[0]!
  const reference = { cliPath, vault, item, account }
  const standing = yield* orFailure(Effect.as((yield* OpStatus).whoami(reference), "open" as const))
  const wish: AccountWish = { ...reference, profiles: settings.map(({ profile }) => profile), standing }
  return wish
})

import { type Environment, variable } from "../Environment.ts"
import { Failure } from "../Failure.ts"
import { type Examined, fine, fineUnless, type Finding, findingOf, type Severity } from "../Finding.ts"
import { AccountAmbiguous, AccountUnknown, NoAccountFound, SignedOut } from "../OpAccountFailure.ts"
import { printable } from "../Printable.ts"
import { profileHeader } from "../ProfileHeader.ts"

/** An account that `op` knows of, as `op account list` prints it. */
export interface OpAccount {
  readonly url: string
  readonly userId: string
  readonly accountId: string
  /** Whose it is; what tells two accounts of one address apart for a person. */
  readonly email?: string
  /** Only accounts that were added by hand have one. */
  readonly shorthand: string | undefined
}

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
    return { fine: [], findings: [findingOf("account", new NoAccountFound(), "no key can be read without an account")] }
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
    return { fine: [], findings: [findingOf("account", new AccountUnknown(wish, filter), why)] }
  }
  if (matching.length > 1) {
    return { fine: [], findings: [findingOf("account", new AccountAmbiguous(wish, filter), why)] }
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
      findingOf("account", new SignedOut(), `the account ${name} was added by hand, so that no app can open it`)
    ]
  }
}

import { readFileSync } from "node:fs"
import { type Call, option } from "./Call.ts"
import { type ErrorRow, opError } from "./Errors.ts"
import { append, type AuthorizedEvent, readLog } from "./Log.ts"
import { sleep } from "./Process.ts"
import type { OpAccount, OpPrompt, OpServiceAccount, OpVault } from "./State.ts"

/** What a call may see, once somebody let it. */
export interface Access {
  readonly account: OpAccount
  readonly vaults: ReadonlyArray<OpVault>
  readonly by: "connect" | "service-account" | "session" | "app"
}

const unanswered = 90_000

interface SelectionErrors {
  readonly none: ErrorRow
  readonly unknown: ErrorRow
  readonly several: ErrorRow
}

/** The account that flags, environment and the last sign-in choose. */
const selectAccount = (call: Call, errors: SelectionErrors): OpAccount => {
  const { accounts, latest_signin } = call.state
  const filter = option(call, "account", "OP_ACCOUNT")
  const latest = readLog(call.statePath).findLast((event) => event.event === "signin")?.account ?? latest_signin
  if (accounts.length === 0) throw opError(errors.none, { filter: filter ?? "" })
  if (filter === undefined) {
    const chosen = accounts.find((account) => account.account_uuid === latest || account.user_uuid === latest)
    if (chosen !== undefined) return chosen
    if (accounts.length > 1) throw opError(errors.several)
  }
  const matching = filter === undefined ? accounts : accounts.filter((account) => matches(account, filter))
  const [account] = matching
  if (account === undefined) throw opError(errors.unknown, { filter: filter ?? "" })
  if (matching.length > 1) throw opError("account-ambiguous", { filter: filter ?? "" })
  return account
}

const matches = (account: OpAccount, filter: string): boolean => {
  const address = filter.replace(/^https:\/\//, "").replace(/\/$/, "")
  return [account.shorthand, account.url, account.account_uuid, account.user_uuid].includes(address)
}

/** On Windows an approval belongs to the invoking process; elsewhere to the terminal. Without one nobody shares it. */
const sessionOf = (call: Call): string => {
  const { pid, ppid, sid, tty_nr } = call.place
  if (call.state.platform === "wsl-exe") return `parent:${ppid}:${startTime(ppid)}`
  return tty_nr === null || tty_nr === 0 ? `process:${pid}:${call.id}` : `tty:${tty_nr}:${sid}`
}

const startTime = (pid: number): string => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1")
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? ""
  } catch {
    return ""
  }
}

const isAuthorized = (call: Call, account: string, session: string): boolean => {
  const events = readLog(call.statePath)
  const locked = events.findLastIndex((event) => event.event === "locked")
  const known = events.slice(locked + 1).filter((event): event is AuthorizedEvent =>
    event.event === "authorized" && event.account === account && event.session === session
  )
  const approval = known.findLast((event) => event.by === "dialog")
  const used = known.at(-1)
  if (approval === undefined || used === undefined) return false
  const { idle_ms, limit_ms } = call.state.authorization
  return call.now() - used.at < idle_ms && call.now() - approval.at < limit_ms
}

const showDialog = (call: Call, account: string): void => {
  append(call.statePath, { event: "dialog", id: call.id, account, pid: process.pid, time: Date.now() })
  const shown = readLog(call.statePath).filter((event) => event.event === "dialog")
  const number = shown.findIndex((event) => event.id === call.id)
  const prompts = [call.state.prompt].flat()
  const prompt: OpPrompt = prompts[Math.min(number, prompts.length - 1)] ?? { answer: "approve" }
  const answered = (answer: "approved" | "dismissed" | "expired"): void =>
    append(call.statePath, { event: "answer", id: call.id, answer, time: Date.now() })
  sleep(prompt.after_ms ?? (prompt.answer === "ignore" ? unanswered : 0))
  if (prompt.answer === "approve") return answered("approved")
  answered(prompt.answer === "dismiss" ? "dismissed" : "expired")
  throw opError("prompt-dismissed")
}

const authorize = (call: Call, account: OpAccount, ask: boolean): void => {
  const session = sessionOf(call)
  const { account_uuid } = account
  const known = isAuthorized(call, account_uuid, session)
  if (!known || ask) showDialog(call, account_uuid)
  append(call.statePath, {
    event: "authorized",
    id: call.id,
    account: account_uuid,
    session,
    by: known && !ask ? "use" : "dialog",
    at: call.now()
  })
}

const requireApp = (call: Call): void => {
  switch (call.state.app) {
    case "running":
      return
    case "off":
      throw opError("not-signed-in")
    case "stopped":
      throw opError("app-not-running")
    case "hung":
      throw opError("app-timed-out")
    case "wrong-binary":
      throw opError("wrong-binary")
    case "offline":
      throw opError("app-offline")
  }
}

const serviceAccountOf = (call: Call, token: string): OpServiceAccount => {
  if (!token.startsWith("ops_")) throw opError("service-account-unrecognized")
  const found = call.state.service_accounts.find((entry) => entry.token === token)
  if (found === undefined) throw opError("service-account-malformed")
  if (found.status === "deleted") throw opError("service-account-deleted")
  if (found.status === "offline") throw opError("offline")
  return found
}

const openAsServiceAccount = (call: Call, token: string): Access => {
  const found = serviceAccountOf(call, token)
  if (found.status === "rate-limited") throw opError("service-account-rate-limit")
  const holds = (vault: OpVault): boolean => found.vaults.includes(vault.id) && vault.type !== "PERSONAL"
  const account = call.state.accounts.find((entry) => entry.vaults.some(holds)) ?? call.state.accounts[0]
  if (account === undefined) throw opError("service-account-deleted")
  const { account_uuid } = account
  append(call.statePath, {
    event: "authorized",
    id: call.id,
    account: account_uuid,
    session: `service-account:${account_uuid}`,
    by: "dialog",
    at: call.now()
  })
  return { account, vaults: account.vaults.filter(holds), by: "service-account" }
}

const sessionTokens = (call: Call): ReadonlyArray<string> => [
  ...call.arguments.values.has("session") ? [call.arguments.values.get("session") ?? ""] : [],
  ...Object.keys(call.env).filter((name) => name === "OP_SESSION" || name.startsWith("OP_SESSION_")).sort().map((
    name
  ) => call.env[name] ?? "")
]

const openBySession = (call: Call, tokens: ReadonlyArray<string>): Access => {
  const filter = option(call, "account", "OP_ACCOUNT")
  const session = call.state.sessions.find((entry) => {
    const account = call.state.accounts.find((known) => known.account_uuid === entry.account_uuid)
    return tokens.includes(entry.token) && account !== undefined && (filter === undefined || matches(account, filter))
  })
  if (session === undefined) throw opError("session-token-missing", { filter: filter ?? "my" })
  if (session.status === "expired") throw opError("session-expired")
  const account = call.state.accounts.find((known) => known.account_uuid === session.account_uuid)
  if (account === undefined) throw opError("session-inactive")
  return { account, vaults: account.vaults, by: "session" }
}

/**
 * Opens an account, in op's order: Connect, service account, session token, desktop app. The last may raise a dialog
 * and wait for its answer; `ask` (for `op signin`) raises one even when an approval is still good.
 */
export const openAccount = (call: Call, ask = false): Access => {
  const { OP_CONNECT_HOST, OP_CONNECT_TOKEN, OP_SERVICE_ACCOUNT_TOKEN } = call.env
  if (OP_CONNECT_HOST && OP_CONNECT_TOKEN) {
    const [account] = call.state.accounts
    if (account === undefined || OP_CONNECT_TOKEN !== call.state.connect_token) throw opError("unauthorized")
    return { account, vaults: account.vaults, by: "connect" }
  }
  if (OP_SERVICE_ACCOUNT_TOKEN) return openAsServiceAccount(call, OP_SERVICE_ACCOUNT_TOKEN)
  const tokens = sessionTokens(call)
  if (tokens.length > 0) return openBySession(call, tokens)
  const account = selectAccount(call, {
    none: "no-accounts",
    unknown: "account-unknown",
    several: "several-accounts"
  })
  requireApp(call)
  authorize(call, account, ask)
  return { account, vaults: account.vaults, by: "app" }
}

/** Who `op whoami` says this is: never a dialog. Null: a service account's token cannot be read (`op` panics). */
export const whoAmI = (call: Call): { readonly account: OpAccount; readonly by: Access["by"] } | null => {
  const token = call.env["OP_SERVICE_ACCOUNT_TOKEN"]
  const isKnown = (session: string, account: OpAccount): boolean => isAuthorized(call, account.account_uuid, session)
  if (token) {
    if (!call.state.service_accounts.some((entry) => entry.token === token)) return null
    serviceAccountOf(call, token)
    const account = call.state.accounts.find((entry) => isKnown(`service-account:${entry.account_uuid}`, entry))
    if (account === undefined) throw opError("service-account-not-authenticated")
    return { account, by: "service-account" }
  }
  const tokens = sessionTokens(call)
  if (tokens.length > 0) return openBySession(call, tokens)
  const account = selectAccount(call, {
    none: "whoami-no-account",
    unknown: "whoami-no-account",
    several: "whoami-several-accounts"
  })
  if (call.state.app !== "running" || !isKnown(sessionOf(call), account)) throw opError("whoami-not-signed-in")
  return { account, by: "app" }
}

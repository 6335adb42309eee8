import { readFileSync, writeFileSync } from "node:fs"
import { openAccount, whoAmI } from "./Auth.ts"
import { type Call, option, wantsJson } from "./Call.ts"
import { template, templateList } from "./Categories.ts"
import { opError, OpError, panicText } from "./Errors.ts"
import { append } from "./Log.ts"
import { printJson, printTable } from "./Print.ts"
import { readStdin } from "./Process.ts"
import { itemGet, itemList, read, resolve, vaultGet, vaultList } from "./Reading.ts"
import { itemCreate, itemEdit } from "./Writing.ts"

const accountList = (call: Call): string => {
  const { accounts } = call.state
  if (!wantsJson(call)) {
    return printTable([
      ["URL", "EMAIL", "USER ID", "ACCOUNT ID"],
      ...accounts.map(({ account_uuid, email, url, user_uuid }) => [url, email, user_uuid, account_uuid])
    ])
  }
  return printJson(
    accounts.map(({ account_uuid, email, shorthand, url, user_uuid }) => ({
      url,
      email,
      user_uuid,
      account_uuid,
      ...(shorthand === undefined ? {} : { shorthand })
    }))
  )
}

const whoami = (call: Call): string => {
  const found = whoAmI(call)
  if (found === null) throw new OpError("", { preamble: [panicText], exit: 2 })
  const { account: { account_uuid, email, url, user_uuid }, by } = found
  const shown = by === "service-account"
    ? { url: `https://${url}`, user_uuid, account_uuid, user_type: "SERVICE_ACCOUNT" }
    : { url: `https://${url}/`, email, user_uuid, account_uuid }
  if (wantsJson(call)) return printJson(shown)
  return printTable(Object.entries(shown).map(([key, value]) => [`${key}:`, value]))
}

const signin = (call: Call): string => {
  const { account } = openAccount(call, true)
  append(call.statePath, { event: "signin", id: call.id, account: account.account_uuid })
  return ""
}

const inject = (call: Call): string => {
  const file = option(call, "in-file")
  if (file === undefined && call.stdin !== "fifo") throw opError("stdin-missing")
  const text = file === undefined ? readStdin() : readFileSync(file, "utf8")
  const access = openAccount(call)
  const filled = text.replaceAll(
    /\{\{\s*(op:\/\/[^}]+?)\s*\}\}|(op:\/\/[\w./-]+(?:\?[\w=&-]+)?)/g,
    (_, enclosed: string | undefined, bare: string | undefined) => resolve(call, access, enclosed ?? bare ?? "")
  )
  const target = option(call, "out-file")
  if (target === undefined) return filled
  writeFileSync(target, filled, { mode: 0o600 })
  return `${target}\n`
}

// Plug-ins talk to a person: without a terminal they fail after the approval. Their dialogues are not played here.
const plugin = (call: Call): string => {
  openAccount(call)
  if (call.stdin !== "tty") throw opError("no-tty")
  throw new OpError("the stand-in has no plug-ins")
}

const rateLimit = (call: Call): string => {
  if (openAccount(call).by !== "service-account") throw opError("not-signed-in")
  return printTable([
    ["TYPE", "ACTION", "LIMIT", "USED", "REMAINING", "RESET"],
    ["token", "write", "100", "0", "100", "N/A"],
    ["token", "read", "1000", "0", "1000", "N/A"],
    ["account", "read_write", "1000", "0", "1000", "N/A"]
  ])
}

const help = (): string => "1Password CLI brings 1Password to your terminal.\n\nUsage:  op [command] [flags]\n"

const commands: Readonly<Record<string, (call: Call) => string>> = {
  "--version": (call) => `${call.state.version}\n`,
  "--help": help,
  "account list": accountList,
  whoami,
  signin,
  "vault list": vaultList,
  "vault get": vaultGet,
  "item list": itemList,
  "item get": itemGet,
  "item create": itemCreate,
  "item edit": itemEdit,
  "item template get": (call) => printJson(template(call.arguments.positionals[0] ?? "")),
  "item template list": () => printJson(templateList()),
  read,
  inject,
  "plugin run": plugin,
  "plugin init": plugin,
  "plugin inspect": plugin,
  "plugin clear": plugin,
  "service-account ratelimit": rateLimit
}

/** Runs the command of a call and returns what goes to stdout. Throws OpError. */
export const run = (call: Call): string => {
  const command = commands[call.arguments.command]
  if (command === undefined) throw new OpError(`unknown command "${call.arguments.command}" for "op"`)
  return command(call)
}

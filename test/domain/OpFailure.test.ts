import { assert, describe, it } from "@effect/vitest"
import { inspect } from "node:util"
import { errorRows, opError, panicText } from "../../simulator/op/Errors.ts"
import { classifyOpFailure, type OpFailure } from "../../src/domain/OpFailure.ts"

const reference = { vault: "Private", item: "AWS", cliPath: "op" }

const classify = (stderr: string, more: Partial<Parameters<typeof classifyOpFailure>[0]> = {}): OpFailure =>
  classifyOpFailure({ exitCode: 1, stderr, reference, ...more })

const marked = (message: string): string => `[ERROR] 2026/11/22 10:15:00 ${message}\n`
const client = (cause: string): string => marked(`error initializing client: ${cause}`)

type Row = readonly [situation: string, stderr: string, tag: OpFailure["_tag"], exitCode: number, shown: string]

const specify = "Specify the item with its UUID, name, or domain."

const table: ReadonlyArray<Row> = [
  ["no such item in the vault", marked(`"AWS" isn't an item in the "Private" vault. ${specify}`), "ItemNotFound", 4, "\"AWS\""],
  ["no such item anywhere", marked(`"AWS" isn't an item. ${specify}`), "ItemNotFoundAnywhere", 4, "any vault"],
  [
    "no such vault",
    marked("\"Private\" isn't a vault in this account. Specify the vault with its ID or name."),
    "VaultNotFound",
    4,
    "\"Private\""
  ],
  [
    "several items of the name",
    marked(
      "More than one item matches \"AWS\". Try again and specify the item by its ID: \n" +
        "\t* for the item \"AWS\" in vault Private: vwyt5in4gempt67i7d2mpao6c4\n" +
        "\t* for the item \"AWS\" in vault Private: nnotgv5xwrhjbdj6bt3rugrijy"
    ),
    "SeveralItems",
    4,
    "vwyt5in4gempt67i7d2mpao6c4, nnotgv5xwrhjbdj6bt3rugrijy"
  ],
  [
    "several vaults of the name",
    marked("More than one vault matches \"Private\". Try again and specify the vault by its ID: \n\t* for the vault \"Private\": vwyt5in4gempt67i7d2mpao6c4"),
    "SeveralVaults",
    4,
    "vwyt5in4gempt67i7d2mpao6c4"
  ],
  ["no such field", marked("\"token\" isn't a field in the \"AWS\" item"), "FieldMissing", 4, "no field \"token\""],
  [
    "op read: no such item",
    marked(`could not read secret 'op://Private/AWS/f': could not get item Private/AWS: "AWS" isn't an item in the "Private" vault. ${specify}`),
    "ItemNotFound",
    4,
    "\"AWS\""
  ],
  [
    "op read: no such field",
    marked("could not read secret 'op://Private/AWS/f': item 'Private/AWS' does not have a field 'f'"),
    "FieldMissing",
    4,
    "no field \"f\""
  ],
  [
    "a reference with a bad character",
    marked("could not read secret 'op://V/I(x)/f': invalid secret reference 'op://V/I(x)/f': invalid character in secret reference: '('"),
    "ReferenceInvalid",
    2,
    "'('"
  ],
  [
    "a reference that is too short",
    marked("invalid secret reference 'op://V': too few '/': secret references should have at least vault, item and field specified"),
    "ReferenceInvalid",
    2,
    "too few '/'"
  ],
  [
    "a reference that is too long",
    marked("invalid secret reference 'op://V/I/s/f/x': too many '/': secret references should match op://<vault>/<item>[/<section>]/<field>"),
    "ReferenceInvalid",
    2,
    "too many '/'"
  ],
  ["signed out", marked("You are not currently signed in. Please run `op signin --help` for instructions"), "SignedOut", 4, "not signed in"],
  ["whoami without a session", marked("account is not signed in"), "AccountNotSignedIn", 4, "not signed in"],
  ["whoami without an account", marked("no account found for filter "), "NoAccountFound", 4, "no 1Password account"],
  ["whoami of an unknown account", marked("no account found for filter X"), "AccountUnknown", 2, "\"X\""],
  [
    "no accounts, the integration off",
    "No accounts configured for use with 1Password CLI.\n\n - Turn on the 1Password desktop app integration to sign in with the accounts you've added to the app: " +
      "https://www.1password.dev/cli/app-integration/ for details.\n - Add an account manually with 'op account add' and sign in by entering your password on the command line.\n" +
      marked("could not read secret 'op://x/y/z': error initializing client: "),
    "NoAccountsConfigured",
    4,
    "op account add"
  ],
  ["an unknown account", client("found no accounts for filter \"x.1password.com\""), "AccountUnknown", 2, "\"x.1password.com\""],
  ["an ambiguous account", client("found multiple accounts for filter \"my.1password.com\""), "AccountAmbiguous", 2, "\"my.1password.com\""],
  [
    "several accounts and none chosen",
    client("multiple accounts found. Use the --account flag or set the OP_ACCOUNT environment variable to select an account."),
    "SeveralAccounts",
    2,
    "op_account"
  ],
  ["the approval dismissed", client("authorization prompt dismissed, please try again"), "ApprovalDismissed", 4, "dismissed"],
  ["the approval not answered", client("authorization timeout"), "ApprovalTimedOut", 4, "nobody answered"],
  ["no app", client("connecting to desktop app: cannot connect to 1Password app, make sure it is running"), "AppNotRunning", 3, "start the 1Password app"],
  ["an app that hangs", client("connecting to desktop app: connecting to desktop app timed out"), "AppBusy", 3, "did not answer"],
  ["an app that is busy", client("read: context deadline exceeded"), "AppBusy", 3, "did not answer"],
  [
    "an op that the app does not trust",
    client("connecting to desktop app: read: connection reset, make sure 1Password CLI is installed correctly"),
    "OpNotTrusted",
    3,
    "onepassword-cli"
  ],
  ["the app offline", client("RequestDelegatedSession: cannot setup session. Please check the logs of the 1Password app."), "AppOffline", 7, "network"],
  [
    "a service account offline",
    client("authenticating with the server: Post \"https://my.1password.com/api/v3/auth/start\": dial tcp: lookup my.1password.com: no such host"),
    "ServiceOffline",
    7,
    "servers"
  ],
  ["an expired session", marked("session expired, sign in to create a new session"), "OpSessionExpired", 4, "op signin"],
  ["an expired session, 401", marked("(401) Unauthorized: You aren't authorized to perform this action."), "OpSessionExpired", 4, "op signin"],
  ["no session token", marked("could not find session token for account my"), "OpSessionExpired", 4, "op signin"],
  ["no active session", marked("no active session found for account"), "OpSessionExpired", 4, "op signin"],
  ["forbidden, 403", marked("(403) Forbidden: You aren't authorized to access this resource."), "AccessForbidden", 4, "\"Private\""],
  ["forbidden, 101", marked("(101) You do not have permission to perform this action"), "AccessForbidden", 4, "\"Private\""],
  [
    "a malformed service account token",
    client("Validation: (failed to session.DecodeSACredentials), Server: (failed to DecodeSACredentials), illegal base64 data at input byte 12"),
    "ServiceTokenMalformed",
    4,
    "OP_SERVICE_ACCOUNT_TOKEN"
  ],
  ["a token pasted with its name", client("unrecognized auth type"), "ServiceTokenMalformed", 4, "variable's name"],
  [
    "a deleted service account",
    client(
      "Authentication: (failed to auth.LookupAuth), Network: (failed to request.DoUnencrypted), Server: (403) (Forbidden (Service Account Deleted)), The Service Account used in this integration has been deleted."
    ),
    "ServiceAccountDeleted",
    4,
    "deleted"
  ],
  ["a token not used yet", marked("service account token set, but not authenticated yet"), "ServiceAccountIdle", 4, "not been used"],
  [
    "a service account without a vault",
    marked("a vault query must be provided when this command is called by a service account. Please specify one either through the --vault flag or through piped input"),
    "ServiceAccountNeedsVault",
    2,
    "--op-vault"
  ],
  [
    "the request limit",
    marked("(429) Too Many Requests: You've reached the maximum number of this type of requests this service account is allowed to make. Please retry in 59 minutes or try other requests."),
    "RateLimited",
    4,
    "in 59 minutes"
  ],
  ["the request limit, briefly", marked("Too many requests"), "RateLimited", 4, "try again later"],
  ["no terminal", marked("interactive IO not available"), "OpNeedsTerminal", 3, "in a terminal"],
  ["an op that lacks a flag", marked("unknown flag: --reveal"), "OpTooOld", 3, "unknown flag: --reveal"],
  ["an op that lacks a command", marked("unknown command \"item\" for \"op\""), "OpTooOld", 3, "newest 2.x"],
  ["interop that is off", "<3>WSL (1234) ERROR: UtilConnectToInteropServer:300: connect failed 2\n", "InteropOff", 3, "wsl.exe --shutdown"],
  ["interop of older WSL", "<3>init: (9182) ERROR: UtilConnectUnix:467: connect failed 111\n", "InteropOff", 3, "wsl.exe --shutdown"],
  ["words that are not known", marked("the moon is in the wrong phase"), "OpRefused", 4, "the moon is in the wrong phase"],
  ["an error without words", marked("error initializing client: "), "OpRefused", 4, "error initializing client"],
  ["words that are not op's", "dyld: Library not loaded\n", "OpBroken", 3, "dyld: Library not loaded"],
  ["no words", " \r\n", "OpSilent", 3, "exit 1"]
]

const shownBy = ({ hint, message }: OpFailure): string => `${message}\n${hint}`

describe("classifyOpFailure", () => {
  it.each(table)("knows %s", (_, stderr, tag, exitCode, shown) => {
    for (const text of [stderr, stderr.replaceAll("\n", "\r\n"), `a warning that means nothing\n${stderr}`]) {
      if (text.startsWith("a warning") && stderr.trim() === "") continue
      const failure = classify(text)
      assert.strictEqual(failure._tag, tag)
      assert.strictEqual(failure.exitCode, exitCode)
      assert.strictEqual(failure.retry, tag === "AppBusy")
      assert.include(shownBy(failure), tag === "OpBroken" ? "dyld" : shown)
    }
  })

  it("knows every message of the simulated op that reading can meet", () => {
    const writing = ["stdin-not-json", "stdin-and-template", "category-missing", "stdin-missing", "otp-missing"]
    for (const row of errorRows().filter((name) => !writing.includes(name))) {
      const error = opError(row, { item: "AWS", vault: "Private" })
      const failure = classify(`${error.preamble.join("\n")}\n${marked(error.message)}`)
      assert.notInclude(["OpRefused", "OpBroken", "OpSilent"], failure._tag, row)
    }
  })

  it("gives every situation a hint of its own, on one line", () => {
    const byTag = new Map(table.map(([, stderr]) => classify(stderr)).map((failure) => [failure._tag, failure]))
    const hints = [...byTag.values()].map(({ hint }) => hint)
    assert.strictEqual(new Set(hints).size, byTag.size)
    for (const failure of byTag.values()) {
      assert.notMatch(shownBy(failure).replace("\n", ""), /\p{Cc}/u)
      assert.isBelow(failure.message.length, 300)
      assert.isBelow(failure.hint.length, 500)
    }
  })

  it("goes by how the process ended before it goes by what it said", () => {
    assert.strictEqual(classify("", { exitCode: undefined, signal: "SIGKILL" })._tag, "OpKilled")
    assert.include(classify("", { exitCode: undefined, signal: "SIGKILL" }).message, "SIGKILL")
    const crash = classify(panicText, { exitCode: 2 })
    assert.strictEqual(crash._tag, "OpCrashed")
    assert.include(crash.message, "invalid memory address")
    assert.notInclude(crash.message, "goroutine")
  })

  it("takes a shell's failure to run a Windows program for lost interop", () => {
    const cliPath = "/mnt/c/Program Files/1Password CLI/op.exe"
    const failure = classify("op.exe: 1: MZ: not found\n", { exitCode: 127, reference: { ...reference, cliPath } })
    assert.strictEqual(failure._tag, "InteropOff")
    assert.include(failure.message, cliPath)
    assert.strictEqual(classify("x: not found\n", { exitCode: 127 })._tag, "OpBroken")
  })

  it("is not misled by names that sound like errors", () => {
    for (const name of ["authorization timeout", "context deadline exceeded", "isn't a vault in this account", "unknown flag: --x"]) {
      const missing = classify(marked(`"${name}" isn't an item in the "session expired" vault. ${specify}`), {
        reference: { ...reference, item: name }
      })
      assert.strictEqual(missing._tag, "ItemNotFound")
      assert.strictEqual(classify(marked(`"${name}" isn't a field in the "dial tcp" item`))._tag, "FieldMissing")
    }
  })

  it("goes by the first error and not by the noise around it", () => {
    const noise = `${"x".repeat(200_000)}\nsession expired soon\n`
    assert.strictEqual(classify(noise + client("authorization timeout") + marked("account is not signed in"))._tag, "ApprovalTimedOut")
    assert.strictEqual(classify(`session expired soon\n${marked("something new")}`)._tag, "OpRefused")
  })

  it("shows what it does not know on one line, bounded, without controls and without a token", () => {
    const failure = classify(marked(`new\u001b[31m trouble\u202e with\n"ops_eyJmYWtlIjoi.x-y_z=" and ${"y".repeat(1000)}`))
    assert.strictEqual(failure._tag, "OpRefused")
    assert.match(failure.message, /^op said: new\[31m trouble with "ops_…" and y+…$/)
    assert.isBelow(failure.message.length, 220)
    assert.notInclude(inspect(failure), "eyJmYWtl")
  })

  it("keeps control characters of names out of what it shows", () => {
    const failure = classify(marked(`"x" isn't an item in the "Private" vault`), {
      reference: { ...reference, item: "A\u0007WS\n[ERROR]", vault: `V${"\u001b]0;title\u0007"}`.padEnd(500, "v") }
    })
    assert.notMatch(shownBy(failure).replace("\n", ""), /\p{Cc}/u)
    assert.include(failure.message, "\"AWS [ERROR]\"")
    assert.isBelow(failure.message.length, 300)
  })

  it("names the setting that chose the account", () => {
    const unknown = client("found no accounts for filter \"x\"")
    assert.include(classify(unknown).hint, "OP_ACCOUNT")
    assert.include(classify(unknown, { reference: { ...reference, account: "x" } }).hint, "--op-account")
  })
})

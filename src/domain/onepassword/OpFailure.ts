import { ExitCode, type FailureOf, failures, type Row } from "../base/Failure.ts"
import { printable } from "../base/Printable.ts"
import { shortages } from "../host/Shortage.ts"

const { op, refused, usage, network } = ExitCode

const integration = "turn on Settings > Developer > Integrate with 1Password CLI in the 1Password app"

const chosenBy = ({ account }: OpReference): string =>
  account === undefined ? "OP_ACCOUNT" : "--op-account (op_account, OP_AWS_ACCOUNT)"

const quoted = (name: string): string => `"${printable(name, 100)}"`

const listed = (names: ReadonlyArray<string>): string => printable(names.join(", "), 300)

const ofItem = (title: string | undefined): string => title === undefined ? "the item" : `the item ${quoted(title)}`

/** What was asked of `op`, for messages. The names come from a profile or a flag. */
export interface OpReference {
  readonly vault: string
  readonly item: string
  readonly account?: string | undefined
  readonly cliPath: string
  /** It was to write, and not to read. */
  readonly writes?: boolean
}

const install = "install 1Password CLI 2 (https://www.1password.dev/cli/)"

/** What was wrong with the answer of an `op` that reported success. */
export type UnusableOutput = "empty" | "truncated" | "not-json" | "not-an-item" | "too-large" | "lost"

const unusable: Record<UnusableOutput, string> = {
  "empty": "op reported success and printed nothing",
  "truncated": "what op printed breaks off in the middle",
  "not-json": "what op printed is not JSON",
  "not-an-item": "what op printed is not an item",
  "too-large": "op printed more than any item holds",
  "lost": "what op printed could not be read"
}

const idsIn = (text: string): ReadonlyArray<string> => text.match(/\b[a-z2-7]{26}$/gmu) ?? []

/**
 * A row for something that `op` 2.x says, in the words of its recorded output and its users' reports. `pattern` knows
 * it; what its group finds, or all of it where no group does, comes after what was asked of `op`.
 */
const said = <Facts extends Array<unknown>, const Made extends ReturnType<Row>>(
  pattern: RegExp,
  row: (...facts: Facts) => Made
) => Object.assign(row, { pattern })

/**
 * Patterns are tried in the order of the rows. Those that begin with a quoted name come first and are anchored: a vault
 * may be called "authorization timeout".
 */
const rows = {
  ItemNotFound: said(/^".*" isn't an item in the ".*" vault/su, ({ item, vault }: OpReference) => [
    refused,
    `there is no item ${quoted(item)} in the vault ${quoted(vault)}`,
    "`op item list` shows the names: correct --op-item (op_item in the profile) or use the item's ID; an archived item has to be restored first"
  ]),
  /** No vault of the account has the item. */
  ItemNotFoundAnywhere: said(/^".*" isn't an item\./su, ({ item }: OpReference) => [
    refused,
    `there is no item ${quoted(item)} in any vault that op can see`,
    "`op item list` shows the names; say which vault with --op-vault (op_vault), and which account with --op-account (op_account)"
  ]),
  VaultNotFound: said(/^".*" isn't a vault in this account/su, ({ account, vault }: OpReference) => {
    const of = account === undefined ? "" : ` ${quoted(account)}`
    return [
      refused,
      `there is no vault ${quoted(vault)} in the 1Password account${of}`,
      "`op vault list` shows the names; another account's vault needs --op-account (op_account), and OP_SERVICE_ACCOUNT_TOKEN or OP_CONNECT_HOST, where set, decides what op sees"
    ]
  }),
  /** No field of that name. `labels` are the names that would do, undefined where they are not known. */
  FieldMissing: said(/^"(.*?)" isn't a field in the "|^item '.*' does not have a field '(.*)'/su, (
    { item: title }: { readonly item: string | undefined },
    field: string,
    labels?: ReadonlyArray<string>,
    setting = "op_access_key_id_field and op_secret_access_key_field"
  ) => [
    refused,
    `${ofItem(title)} has no field ${quoted(field)}`,
    labels === undefined
      ? `look at the item's fields in 1Password and name one with ${setting}, which \`op-aws-credential-process setup\` writes`
      : labels.length === 0
      ? "the item has no fields at all: check that it is the right one"
      : `its fields are: ${listed(labels)}; name one with ${setting}, which \`op-aws-credential-process setup\` writes`,
    { field, labels }
  ]),
  SeveralItems: said(/^More than one item matches.*/su, ({ item, vault }: OpReference, text: string) => {
    const ids = idsIn(text)
    return [
      refused,
      `several items are called ${quoted(item)} in the vault ${quoted(vault)}`,
      `name one by its ID with --op-item (op_item): ${ids.length === 0 ? "`op item list` shows them" : listed(ids)}`,
      { ids }
    ]
  }),
  SeveralVaults: said(/^More than one vault matches.*/su, ({ vault }: OpReference, text: string) => {
    const ids = idsIn(text)
    return [
      refused,
      `several vaults are called ${quoted(vault)}`,
      `name one by its ID with --op-vault (op_vault): ${ids.length === 0 ? "`op vault list` shows them" : listed(ids)}`,
      { ids }
    ]
  }),
  /** A secret reference that `op` cannot read. */
  ReferenceInvalid: said(/^invalid secret reference '.*?': (.*)/u, (_: OpReference, reason: string) => [
    usage,
    `op cannot read the secret reference: ${printable(reason)}`,
    "a reference takes letters, digits, spaces and - _ . only: use the IDs of vault and item, or --op-vault and --op-item"
  ]),
  NoAccountFound: said(/^no account found for filter *$/mu, () => [
    refused,
    "op knows of no 1Password account",
    `add one with \`op account add\`, or ${integration}`
  ]),
  AccountUnknown: said(
    /^no account found for filter (.+)|^found no accounts for filter "(.*)"/u,
    (reference: OpReference, filter: string) => [
      usage,
      `op knows no 1Password account "${printable(filter)}"`,
      `set ${chosenBy(reference)} to an account_uuid of \`op account list --format json\``
    ]
  ),
  /** Several accounts share the sign-in address that was given. */
  AccountAmbiguous: said(/^found multiple accounts for filter "(.*)"/u, (reference: OpReference, filter: string) => [
    usage,
    `several 1Password accounts match "${printable(filter)}"`,
    `set ${chosenBy(reference)} to one's account_uuid: \`op account list --format json\` shows it`
  ]),
  /** Whatever else keeps op from the app on this machine, in op's own words: it never concerns 1Password's servers. */
  AppUnreachable: said(/connecting to desktop app(?:: *(.*))?/isu, (_: OpReference, text: string) => [
    op,
    `op cannot connect to the 1Password app: ${printable(text === "" ? "op does not say why" : text)}`,
    "start and unlock the 1Password app, and update it and op to the newest versions; " +
      "where a sandbox (a container, an IDE, a coding agent) blocks the app's socket, run `op-aws-credential-process login` outside of it"
  ]),
  SeveralAccounts: said(/multiple accounts found/iu, () => [
    usage,
    "op has several 1Password accounts and none is chosen",
    "add op_account = <account_uuid> to the profile, or pass --op-account: `op account list --format json` shows the IDs"
  ]),
  /** The app's integration is off and no account was added by hand. */
  NoAccountsConfigured: said(/No accounts configured/iu, () => [
    refused,
    "no account is set up for 1Password CLI",
    `${integration}, or add an account with \`op account add\``
  ]),
  SignedOut: said(/You are not currently signed in/iu, () => [
    refused,
    "you are not signed in to 1Password",
    `${integration}, or sign in with \`eval $(op signin)\` in this terminal`
  ]),
  /** `op` knows the account, and nothing has opened it for this terminal. */
  AccountNotSignedIn: said(/account is not signed in/iu, ({ account }: OpReference) => {
    const name = account === undefined ? "" : ` "${printable(account)}"`
    return [
      refused,
      `the 1Password account${name} is not signed in`,
      "run `op signin` in this terminal, or unlock the 1Password app, then try again"
    ]
  }),
  /** Dismissed by the person, or open until the app gave up: op says the same of both. */
  ApprovalDismissed: said(/authorization prompt dismissed/iu, () => [
    refused,
    "the 1Password approval was dismissed or not answered",
    "run it again and approve the dialog of the 1Password app"
  ]),
  ApprovalTimedOut: said(/authorization timeout/iu, () => [
    refused,
    "nobody answered the 1Password approval in time",
    "unlock the 1Password app and run it again; `op-aws-credential-process login` asks beforehand"
  ]),
  /** The app was there and did not answer in op's own time, which a second call often mends. */
  AppBusy: said(/context deadline exceeded/iu, () => [
    op,
    "the 1Password app did not answer op in time",
    "unlock the 1Password app, restart it if it hangs, then try again",
    { retry: true }
  ]),
  /** On Linux the app only talks to a program of the group `onepassword-cli`. */
  OpNotTrusted: said(/make sure 1Password CLI is installed correctly/iu, ({ cliPath }: OpReference) => [
    op,
    `the 1Password app refuses to talk to "${printable(cliPath)}"`,
    "use op as its package installs it (group onepassword-cli, set-gid bit): a copied op, or one without its distribution's wrapper, is refused"
  ]),
  AppNotRunning: said(/cannot connect to 1Password app/iu, () => [
    op,
    "op cannot reach the 1Password app",
    "start the 1Password app and unlock it; on a machine without the app use a service account (OP_SERVICE_ACCOUNT_TOKEN)"
  ]),
  AppOffline: said(/cannot setup session/iu, () => [
    network,
    "the 1Password app could not open a session",
    "check the network connection; if it works, look at the logs of the 1Password app"
  ]),
  ServiceOffline: said(/no such host|dial tcp|network is unreachable|connection refused|TLS handshake timeout/iu, () => [
    network,
    "op could not reach 1Password's servers",
    "check the network connection and the proxy, and OP_CONNECT_HOST where it is set"
  ]),
  ServiceAccountDeleted: said(/Service Account (?:used in this integration has been )?deleted/iu, () => [
    refused,
    "the 1Password service account has been deleted",
    "create a new service account and set OP_SERVICE_ACCOUNT_TOKEN to its token, or unset it"
  ]),
  ServiceTokenMalformed: said(/DecodeSACredentials|unrecognized auth type/iu, () => [
    refused,
    "OP_SERVICE_ACCOUNT_TOKEN does not hold a service account token",
    "set it to the token alone, which begins with ops_, without quotes and without a variable's name before it"
  ]),
  /** A token is set that has not been used yet. */
  ServiceAccountIdle: said(/service account token set, but not authenticated/iu, () => [
    refused,
    "the service account token has not been used yet",
    "run `op vault list` once to check that the token works"
  ]),
  ServiceAccountNeedsVault: said(/a vault query must be provided/iu, () => [
    usage,
    "a service account has to be told the vault",
    "set op_vault in the profile, or pass --op-vault"
  ]),
  /** Hourly for each token and daily for each account, as 1Password's page on service account rate limits has it. */
  RateLimited: said(/too many requests(?:.*retry in (\d+ \w+)|())/isu, (_: OpReference, wait: string) => {
    const when = wait === "" ? "later" : `in ${printable(wait)}`
    return [
      refused,
      "1Password's request limit is used up",
      `try again ${when}; naming vault and item by ID costs a service account one request instead of three`
    ]
  }),
  OpSessionExpired: said(/session expired|\(401\)|could not find session token|no active session found/iu, () => [
    refused,
    "the 1Password session of this terminal has expired",
    "sign in again with `eval $(op signin)`: a session that was opened by hand ends when it is not used for half an hour"
  ]),
  AccessForbidden: said(/\(403\)|\(101\)|do not have permission|aren't authorized/iu, ({ vault, writes }: OpReference) => [
    refused,
    `1Password does not let you ${writes ? "write to" : "read from"} the vault "${printable(vault)}"`,
    writes
      ? "ask the owner of the vault to let you create and edit items in it; a service account has to be created with write_items for the vault"
      : "ask the owner of the vault for access; a service account only reads the vaults that it was created with"
  ]),
  OpNeedsTerminal: said(/interactive IO not available/iu, () => [
    op,
    "op wants to ask something and has no terminal",
    "run `op vault list` once in a terminal and answer what op asks"
  ]),
  OpTooOld: said(/^unknown (?:shorthand )?(?:flag|command).*/imu, (_: OpReference, text: string) => [
    op,
    `op does not understand what it is asked: ${printable(text)}`,
    "update 1Password CLI to the newest 2.x; `op --version` shows what you have, and 1.x cannot be used"
  ]),
  /** Windows programs cannot be started from this WSL at the moment. */
  InteropOff: said(/ERROR: Util\w+:\d+: .*failed/u, ({ cliPath }: Pick<OpReference, "cliPath">) => [
    op,
    `WSL could not start the Windows program "${printable(cliPath)}"`,
    "check that interop is enabled in /etc/wsl.conf, then run `wsl.exe --shutdown` in Windows and open a new terminal; or install op in WSL itself"
  ]),
  /** There is no such program. `searched` is false for a path, which is not looked for in PATH. */
  OpNotFound: (cliPath: string, searched: boolean) => [
    op,
    `1Password's command line program "${printable(cliPath)}" was not found${searched ? " in PATH" : ""}`,
    `${install}, or say where it is with --op-cli-path (op_cli_path in the profile); an IDE often has a shorter PATH than the shell`
  ],
  OpNotExecutable: (path: string) => [
    op,
    `"${printable(path)}" may not be executed`,
    "let --op-cli-path name the program itself (not its folder), and make it executable with chmod +x"
  ],
  /** The system refuses to start the file: another system's program, a script without `#!`, a lost interpreter. */
  OpNotRunnable: (path: string, reason: string) => [
    op,
    `"${printable(path)}" could not be started: ${printable(reason)}`,
    "check that it is 1Password CLI for this system and processor; a script needs a first line such as #!/bin/sh"
  ],
  /**
   * The machine or a limit stands in the way, and `op` has nothing to do with it. `code` is the system's; `limit`
   * how many files may be open, where that is known.
   */
  NothingToSpare: (code: string, limit: number | undefined) => {
    const [what, mend] = shortages.get(code) ?? ["the system has nothing to spare", "end some programs"]
    const allowed = code === "EMFILE" && limit !== undefined ? ` than the ${limit} that its limit allows` : ""
    return [
      op,
      `${what}${allowed} (${printable(code)})`,
      `${mend} where the program that calls this one is started, and try again`
    ]
  },
  OpKilled: (signal: string) => [
    op,
    `op was ended by ${printable(signal)} before it answered`,
    "try again; if it was not you, look for what ends op (memory limits, a watchdog)"
  ],
  /** A Go panic. A malformed service account token is one known cause. */
  OpCrashed: (panic: string) => [
    op,
    `op crashed: ${printable(panic)}`,
    "update 1Password CLI; where OP_SERVICE_ACCOUNT_TOKEN is set, check that it is the whole token, as one way to crash op is a token cut short"
  ],
  /** A failure without a word, which is how op ends when its set-up questions are declined. */
  OpSilent: (exitCode: number) => [
    op,
    `op failed (exit ${exitCode}) without saying why`,
    "run `op vault list` in a terminal: op may want to be set up first"
  ],
  /** A failure in words that are not op's own. */
  OpBroken: (exitCode: number, text: string) => [
    op,
    `op failed (exit ${exitCode}): ${printable(text)}`,
    "run `op --version` in a terminal to see whether op works; --op-cli-path names another one"
  ],
  /** Exit 0 and no item. What was printed is never shown: it may hold secrets. */
  OpOutputUnusable: (reason: UnusableOutput) => [
    op,
    unusable[reason],
    "try again; if it stays, update 1Password CLI and check that --op-cli-path names 1Password's own op",
    { reason }
  ],
  /** `op` said that it wrote an item, and what 1Password returns is not what was written. */
  OpWriteNotKept: (title: string) => [
    op,
    `1Password did not keep what was written to the item "${printable(title)}"`,
    "update the 1Password CLI (`op --version`), look at the item in the app, and try again"
  ],
  /** 1Password's own words, where they are not known here. */
  OpRefused: (text: string) => [
    refused,
    `op said: ${printable(text)}`,
    "run `op vault list` in a terminal to see whether 1Password answers there"
  ],
  /** Several fields of that name. `names` tell them apart: `section.label` or an ID, one for each field. */
  DuplicateField: (title: string | undefined, field: string, names: ReadonlyArray<string>, setting: string) => [
    refused,
    `${ofItem(title)} has ${names.length} fields ${quoted(field)}`,
    `say which one with ${setting}: ${listed(names)}`,
    { field, names }
  ],
  FieldEmpty: (title: string | undefined, field: string, setting: string) => [
    refused,
    `the field ${quoted(field)} of ${ofItem(title)} is empty`,
    `fill it in 1Password, or name another field with ${setting}`
  ],
  /** `op` printed its "use --reveal" text in place of the value. */
  FieldConcealed: (title: string | undefined, field: string) => [
    refused,
    `op did not reveal the field ${quoted(field)} of ${ofItem(title)}`,
    "update 1Password CLI, and check that --op-cli-path names op itself and no script that prints an item in another form"
  ],
  /** A value that cannot be what its field is for. The value is never shown. */
  FieldMalformed: (title: string | undefined, field: string, expected: string, hint: string) => [
    refused,
    `the field ${quoted(field)} of ${ofItem(title)} does not hold ${expected}`,
    hint,
    { field }
  ],
  /**
   * The key is not one that STS makes sessions for: a session's own, or the ID of something else. `held` completes
   * "the item holds …".
   */
  KeyNotLongLived: (title: string | undefined, field: string, held: string) => [
    refused,
    `${ofItem(title)} holds ${held} in the field ${quoted(field)}, and STS makes sessions for long-lived keys only`,
    "create an access key for the IAM user (AKIA…) and put that into the item, both fields"
  ],
  /** A one-time password field without a current code and without a seed that codes can be computed from. */
  OneTimePasswordUnusable: (title: string | undefined) => [
    refused,
    `the one-time password of ${ofItem(title)} gives no code`,
    "set the one-time password up again in 1Password from the secret that AWS shows, or pass --mfa prompt to type the code"
  ],
  /** Several one-time passwords, and nothing says which. `names` tell them apart. */
  SeveralOneTimePasswords: (title: string | undefined, names: ReadonlyArray<string>) => [
    refused,
    `${ofItem(title)} has ${names.length} one-time passwords: ${listed(names)}`,
    "say which one is AWS's with op_otp_field in the profile or --op-otp-field, which `op-aws-credential-process setup` asks and writes, or type the code with --mfa prompt",
    { names }
  ]
} satisfies Readonly<Record<string, Row>>

/** `retry` says whether running `op` once more, at once, is known to help. */
export const OpFailure = failures(rows, { retry: false })

/** The kinds that `op` itself tells of. */
export type Said = {
  [Tag in keyof typeof rows]: (typeof rows)[Tag] extends { readonly pattern: RegExp } ? Tag : never
}[keyof typeof rows]

export const sayings = Object.entries(rows).flatMap(
  ([tag, row]) => "pattern" in row ? [{ tag: tag as Said, pattern: row.pattern }] : []
)

export type OpFailure<Tag extends keyof typeof OpFailure = keyof typeof OpFailure> = FailureOf<typeof OpFailure, Tag>

/** What an item that was read lacks. */
export type ItemTrouble = OpFailure<
  | "FieldMissing"
  | "DuplicateField"
  | "FieldEmpty"
  | "FieldConcealed"
  | "FieldMalformed"
  | "KeyNotLongLived"
  | "OneTimePasswordUnusable"
  | "SeveralOneTimePasswords"
>

/** The names of the rows of the error table, as faults and tests use them. */
export type ErrorRow = keyof typeof rows

/** What a message may need to name; whatever is not known is shown as `X`. */
export interface ErrorContext {
  readonly item?: string
  readonly vault?: string
  readonly field?: string
  readonly reference?: string
  readonly filter?: string
  readonly flag?: string
  /** Lines below the message, one for each match. */
  readonly matches?: ReadonlyArray<string>
}

/** A failure of `op`: first lines without the `[ERROR]` mark, the message behind that mark, the exit status. */
export class OpError extends Error {
  readonly preamble: ReadonlyArray<string>
  readonly exit: number
  constructor(message: string, options: { preamble?: ReadonlyArray<string>; exit?: number } = {}) {
    super(message)
    this.preamble = options.preamble ?? []
    this.exit = options.exit ?? 1
  }
}

const specify = "Specify the item with its UUID, name, or domain."
const client = (cause: string) => (): string => `error initializing client: ${cause}`
const plain = (message: string) => (): string => message

const invalidReference = (reason: string) => (context: ErrorContext): string =>
  `invalid secret reference '${context.reference ?? "op://X/X/X"}': ${reason}`

/**
 * The messages of real `op` 2.x as users and recorded test fixtures show them. All of them come out of `op read`
 * behind `could not read secret '<reference>': `.
 */
const rows = {
  "item-missing": (context: ErrorContext) =>
    `"${context.item ?? "X"}" isn't an item in the "${context.vault ?? "X"}" vault. ${specify}`,
  "item-missing-anywhere": (context: ErrorContext) => `"${context.item ?? "X"}" isn't an item. ${specify}`,
  "vault-missing": (context: ErrorContext) =>
    `"${context.vault ?? "X"}" isn't a vault in this account. Specify the vault with its ID or name.`,
  "items-duplicate": (context: ErrorContext) =>
    [
      `More than one item matches "${context.item ?? "X"}". Try again and specify the item by its ID: `,
      ...context.matches ?? []
    ].join("\n"),
  "vaults-duplicate": (context: ErrorContext) =>
    [
      `More than one vault matches "${context.vault ?? "X"}". Try again and specify the vault by its ID: `,
      ...context.matches ?? []
    ].join("\n"),
  "field-missing": (context: ErrorContext) =>
    `"${context.field ?? "X"}" isn't a field in the "${context.item ?? "X"}" item`,
  "reference-field-missing": (context: ErrorContext) =>
    `item '${context.vault ?? "X"}/${context.item ?? "X"}' does not have a field '${context.field ?? "X"}'`,
  "otp-missing": (context: ErrorContext) => `"${context.item ?? "X"}" doesn't have a one-time password.`,
  "reference-character": (context: ErrorContext) =>
    invalidReference(`invalid character in secret reference: '${context.field ?? "("}'`)(context),
  "reference-short": invalidReference(
    "too few '/': secret references should have at least vault, item and field specified"
  ),
  "reference-long": invalidReference(
    "too many '/': secret references should match op://<vault>/<item>[/<section>]/<field>"
  ),
  "not-signed-in": plain("You are not currently signed in. Please run `op signin --help` for instructions"),
  "whoami-not-signed-in": plain("account is not signed in"),
  "whoami-no-account": (context: ErrorContext) => `no account found for filter ${context.filter ?? ""}`,
  "whoami-several-accounts": plain(
    "multiple accounts found. Use the --account flag or set the OP_ACCOUNT environment variable to select an account."
  ),
  "no-accounts": client(""),
  "account-unknown": (context: ErrorContext) =>
    `error initializing client: found no accounts for filter "${context.filter ?? "X"}"`,
  "account-ambiguous": (context: ErrorContext) =>
    `error initializing client: found multiple accounts for filter "${context.filter ?? "X"}"`,
  "several-accounts": client(
    "multiple accounts found. Use the --account flag or set the OP_ACCOUNT environment variable to select an account."
  ),
  "prompt-dismissed": client("authorization prompt dismissed, please try again"),
  "prompt-timeout": client("authorization timeout"),
  "app-not-running": client(
    "connecting to desktop app: cannot connect to 1Password app, make sure it is running"
  ),
  "app-timed-out": client("connecting to desktop app: connecting to desktop app timed out"),
  "app-deadline": client("read: context deadline exceeded"),
  "wrong-binary": client(
    "connecting to desktop app: read: connection reset, make sure 1Password CLI is installed correctly"
  ),
  "app-offline": client(
    "RequestDelegatedSession: cannot setup session. Please check the logs of the 1Password app."
  ),
  offline: client(
    'authenticating with the server: Post "https://my.1password.com/api/v3/auth/start": dial tcp: ' +
      "lookup my.1password.com: no such host"
  ),
  "session-expired": plain("session expired, sign in to create a new session"),
  unauthorized: plain("(401) Unauthorized: You aren't authorized to perform this action."),
  "session-token-missing": (context: ErrorContext) =>
    `could not find session token for account ${context.filter ?? "my"}`,
  "session-inactive": plain("no active session found for account"),
  forbidden: plain("(403) Forbidden: You aren't authorized to access this resource."),
  "no-permission": plain("(101) You do not have permission to perform this action"),
  "service-account-malformed": client(
    "Validation: (failed to session.DecodeSACredentials), Server: (failed to DecodeSACredentials), " +
      "illegal base64 data at input byte 12"
  ),
  "service-account-unrecognized": client("unrecognized auth type"),
  "service-account-deleted": client(
    "Authentication: (failed to auth.LookupAuth), Network: (failed to request.DoUnencrypted), Server: (403) " +
      "(Forbidden (Service Account Deleted)), The Service Account used in this integration has been deleted."
  ),
  "service-account-not-authenticated": plain("service account token set, but not authenticated yet"),
  "service-account-needs-vault": plain(
    "a vault query must be provided when this command is called by a service account. Please specify one either " +
      "through the --vault flag or through piped input"
  ),
  "service-account-rate-limit": plain(
    "(429) Too Many Requests: You've reached the maximum number of this type of requests this service account is " +
      "allowed to make. Please retry in 59 minutes or try other requests."
  ),
  "too-many-requests": plain("Too many requests"),
  "no-tty": plain("interactive IO not available"),
  "unknown-flag": (context: ErrorContext) => `unknown flag: ${context.flag ?? "--reveal"}`,
  "stdin-not-json": plain("invalid JSON in piped input"),
  "stdin-and-template": plain("cannot create an item from template and stdin at the same time"),
  "category-missing": plain("provide the item category with '--category' flag"),
  "stdin-missing": plain("expected data on stdin but none found")
}

const noAccountsPreamble = [
  "No accounts configured for use with 1Password CLI.",
  "",
  " - Turn on the 1Password desktop app integration to sign in with the accounts you've added to the app: " +
    "https://www.1password.dev/cli/app-integration/ for details.",
  " - Add an account manually with 'op account add' and sign in by entering your password on the command line."
]

/** The names of all rows. */
export const errorRows = (): ReadonlyArray<ErrorRow> => Object.keys(rows) as Array<ErrorRow>

/** The error of a row, naming what the context knows. */
export const opError = (row: ErrorRow, context: ErrorContext = {}): OpError =>
  new OpError(rows[row](context), row === "no-accounts" ? { preamble: noAccountsPreamble } : {})

/** An error as `op read` words it. */
export const readingFailed = (reference: string, error: OpError): OpError =>
  new OpError(`could not read secret '${reference}': ${error.message}`, { preamble: error.preamble, exit: error.exit })

/** What a Go program writes when it panics. Exit status 2. */
export const panicText = [
  "panic: runtime error: invalid memory address or nil pointer dereference",
  "[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x0]",
  "",
  "goroutine 1 [running]:",
  "main.main()"
].join("\n")

import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs"
import { dirname } from "node:path"
import type { Fault } from "./Faults.ts"

/**
 * The state file of the simulated `op`, in the spelling of op's own JSON. It is read at each call and never written
 * by the stand-in: what changes lies beside it, in `<state>.log` and `<state>.items/`.
 */
export interface OpState {
  /** What `--version` prints. Below 2.30.0 there is no `--reveal`; 1.x knows none of the commands. */
  version: string
  /**
   * `wsl-exe`: approvals belong to the parent process, OP_* arrives only when WSLENV names it, and create/edit take any
   * stdin that is no terminal for a template.
   */
  platform: "unix" | "wsl-exe"
  /** The desktop app. `off`: the integration is not turned on. */
  app: "running" | "stopped" | "hung" | "wrong-binary" | "offline" | "off"
  accounts: Array<OpAccount>
  /** `account_uuid` or `user_uuid` of the account that `op signin` chose last. */
  latest_signin?: string
  service_accounts: Array<OpServiceAccount>
  /** The token that OP_CONNECT_TOKEN has to hold; it opens the first account. */
  connect_token?: string
  sessions: Array<OpSession>
  /** How dialogs are answered; of a list, each entry answers one and the last entry all that remain. */
  prompt: OpPrompt | Array<OpPrompt>
  /** How long an approval lasts unused, and at most. */
  authorization: { idle_ms: number; limit_ms: number }
  /** Added to the machine's clock: for codes, approvals and timestamps. */
  clock_offset_ms: number
  /** What each call takes from the start of its process (Node's own start included), besides waiting for dialogs. */
  latency_ms: number
  faults: Array<Fault>
  /** Lines end in CR LF. */
  crlf: boolean
  /** stdout begins with a byte order mark. */
  bom: boolean
  /** A line for stderr although the call succeeds. */
  warn?: string
  /** So many bytes go to stderr before anything else. */
  stderr_bytes: number
  /** Concealed values are printed as op's "use --reveal" placeholder, also in JSON. */
  placeholder: boolean
  /** `--fields` prints an array for a single hit too. */
  always_array: boolean
  field_order: "request" | "item"
  field_case: "sensitive" | "insensitive"
}

export interface OpAccount {
  url: string
  email: string
  user_uuid: string
  account_uuid: string
  /** Only accounts that were added by hand have one. */
  shorthand?: string
  vaults: Array<OpVault>
}

export interface OpVault {
  id: string
  name: string
  /** Vaults of this type are out of reach for service accounts. */
  type?: "PERSONAL" | "USER_CREATED"
  items: Array<OpItem>
}

/** An item without what `op` computes when it prints one: vault, references, current codes. */
export interface OpItem {
  id: string
  title: string
  category: string
  version: number
  created_at: string
  updated_at: string
  favorite?: boolean
  tags?: Array<string>
  state?: "ARCHIVED"
  last_edited_by?: string
  additional_information?: string
  urls?: Array<{ label?: string; primary?: boolean; href: string }>
  sections?: Array<OpSection>
  fields: Array<OpField>
}

export interface OpSection {
  id: string
  label?: string
}

export interface OpField {
  id: string
  type: string
  label?: string
  /** Absent or empty: printed without a `value` key. The seed or `otpauth://` URI when `type` is OTP. */
  value?: string
  /** The id of one of the item's sections. */
  section?: string
  purpose?: string
  entropy?: number
  password_details?: { entropy?: number; generated?: boolean; strength?: string }
  /** An OTP field that is printed without its current code. */
  without_totp?: boolean
}

export interface OpPrompt {
  /** `ignore`: the call waits `after_ms` (90 s unless given) and then says that the prompt was dismissed. */
  answer: "approve" | "dismiss" | "ignore"
  after_ms?: number
}

export interface OpServiceAccount {
  token: string
  status: "valid" | "deleted" | "rate-limited" | "offline"
  /** Ids of the vaults that it was given. */
  vaults: Array<string>
}

export interface OpSession {
  /** The value that OP_SESSION, OP_SESSION_<shorthand or id> or `--session` has to hold. */
  token: string
  account_uuid: string
  status: "valid" | "expired"
}

/** An id in the form of op's own, 26 characters of lower-case base32, that says it is none. */
export const fakeId = (name: string): string => `fake${name}`.replace(/[^a-z2-7]/g, "").padEnd(26, "a").slice(0, 26)

/** A state with one account, one vault `Private` and one item `AWS`, whose app approves every dialog at once. */
export const defaultState = (overrides: Partial<OpState> = {}): OpState => ({
  version: "2.34.1",
  platform: "unix",
  app: "running",
  accounts: [account()],
  service_accounts: [],
  sessions: [],
  prompt: { answer: "approve" },
  authorization: { idle_ms: 600_000, limit_ms: 43_200_000 },
  clock_offset_ms: 0,
  latency_ms: 0,
  faults: [],
  crlf: false,
  bom: false,
  stderr_bytes: 0,
  placeholder: false,
  always_array: false,
  field_order: "item",
  field_case: "insensitive",
  ...overrides
})

/** An account; the vault `Private` with the item of `awsItem()` unless others are given. */
export const account = (overrides: Partial<OpAccount> = {}): OpAccount => ({
  url: "example.1password.com",
  email: "person@example.com",
  user_uuid: fakeId("user").toUpperCase(),
  account_uuid: fakeId("account").toUpperCase(),
  vaults: [vault()],
  ...overrides
})

/** A vault; `Private` with the item of `awsItem()` unless other things are given. */
export const vault = (overrides: Partial<OpVault> = {}): OpVault => ({
  id: fakeId("vault"),
  name: "Private",
  items: [awsItem()],
  ...overrides
})

/** An item of any category; `fields` come without ids, sections and types as often as they can. */
export const item = (
  overrides: Omit<Partial<OpItem>, "fields"> & { fields?: Array<Partial<OpField>> } = {}
): OpItem => ({
  id: fakeId("item"),
  title: "Item",
  category: "API_CREDENTIAL",
  version: 1,
  last_edited_by: fakeId("user").toUpperCase(),
  created_at: "2024-03-01T09:00:00Z",
  updated_at: "2024-03-02T10:30:00Z",
  ...overrides,
  fields: (overrides.fields ?? []).map((field, index) => ({ id: `fakefield${index}`, type: "STRING", ...field }))
})

export interface AwsItemOptions {
  title?: string
  id?: string
  category?: string
  accessKeyId?: string
  secretAccessKey?: string
  /** Base32 or `otpauth://`; no one-time password field without it. */
  seed?: string
  mfaSerial?: string
  region?: string
  /** A section's label, or an empty string for the app's nameless `add more`; no section without it. */
  section?: string
  /** Other labels than `Access key ID`, `Secret access key`, `one-time password`, `mfa serial`, `default region`. */
  labels?: { accessKeyId?: string; secretAccessKey?: string; seed?: string; mfaSerial?: string; region?: string }
}

/** An item that holds an AWS access key, with whatever else is asked for. */
export const awsItem = (options: AwsItemOptions = {}): OpItem => {
  const section = options.section === undefined ? {} : { section: options.section === "" ? "add more" : "fakesection" }
  const field = (id: string, type: string, label: string, value: string | undefined): Array<OpField> =>
    value === undefined ? [] : [{ id, ...section, type, label, value }]
  const labels = options.labels ?? {}
  return item({
    id: options.id ?? fakeId("awsitem"),
    title: options.title ?? "AWS",
    category: options.category ?? "API_CREDENTIAL",
    ...(options.section === undefined ? {} : {
      sections: [options.section === "" ? { id: "add more" } : { id: "fakesection", label: options.section }]
    }),
    fields: [
      { id: "notesPlain", type: "STRING", purpose: "NOTES", label: "notesPlain" },
      ...field(
        "fakekeyid",
        "STRING",
        labels.accessKeyId ?? "Access key ID",
        options.accessKeyId ?? "AKIAFAKE0000EXAMPLE0"
      ),
      ...field(
        "fakesecret",
        "CONCEALED",
        labels.secretAccessKey ?? "Secret access key",
        options.secretAccessKey ?? "fake-secret-for-tests"
      ),
      ...field("TOTP_fakeotp", "OTP", labels.seed ?? "one-time password", options.seed),
      ...field("fakeserial", "STRING", labels.mfaSerial ?? "mfa serial", options.mfaSerial),
      ...field("fakeregion", "STRING", labels.region ?? "default region", options.region)
    ]
  })
}

/** Reads a state file; what it leaves out is as in `defaultState()`. */
export const readState = (path: string): OpState =>
  defaultState(JSON.parse(readFileSync(path, "utf8")) as Partial<OpState>)

/** Writes a state file in one step, so that a call in progress reads the old one or the new one. Returns the path. */
export const writeState = (path: string, state: OpState): string => {
  mkdirSync(dirname(path), { recursive: true })
  const temporary = `${path}.${process.pid}.new`
  writeFileSync(temporary, JSON.stringify(state, null, 2))
  renameSync(temporary, path)
  return path
}

/** Changes a state file by a function that returns the parts to replace. */
export const updateState = (path: string, change: (state: OpState) => Partial<OpState>): void => {
  const before = existsSync(path) ? readState(path) : defaultState()
  writeState(path, { ...before, ...change(before) })
}

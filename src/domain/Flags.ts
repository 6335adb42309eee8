/** What one setting may be, and every place it may come from. */
export interface FlagSpec {
  readonly description: string
  /** How its value is shown in help; a flag without one takes no value. */
  readonly value?: string
  readonly choices?: ReadonlyArray<string>
  readonly variable?: string
  readonly profileKey?: string
  readonly default?: string
}

/**
 * The flags that print credentials, in the order of the help text. The command line, the environment, profiles, help
 * and completions all read this one table.
 */
export const flags = {
  "profile": { value: "name", description: "AWS config profile" },
  "duration": {
    value: "duration",
    description: "how long the MFA session lasts, 15m to 36h",
    variable: "OP_AWS_DURATION",
    profileKey: "op_duration",
    default: "12h"
  },
  "op-vault": {
    value: "vault",
    description: "1Password vault, by name or id",
    variable: "OP_AWS_VAULT",
    profileKey: "op_vault"
  },
  "op-item": {
    value: "item",
    description: "1Password item: name or id, op://vault/item, or its private link",
    variable: "OP_AWS_ITEM",
    profileKey: "op_item"
  },
  "op-access-key-id-field": {
    value: "field",
    description: "the item's field with the access key id: label, section.label or id",
    profileKey: "op_access_key_id_field",
    default: "Access key ID"
  },
  "op-secret-access-key-field": {
    value: "field",
    description: "the item's field with the secret access key: label, section.label or id",
    profileKey: "op_secret_access_key_field",
    default: "Secret access key"
  },
  "op-otp-field": {
    value: "field",
    description: "the item's one-time password, where it has several: label, section.label or id",
    profileKey: "op_otp_field"
  },
  "op-mfa-serial-field": {
    value: "field",
    description: "the item's field with the MFA device: label, section.label or id",
    profileKey: "op_mfa_serial_field",
    default: "mfa serial"
  },
  "op-cli-path": {
    value: "path",
    description: "the 1Password CLI",
    variable: "OP_AWS_CLI_PATH",
    profileKey: "op_cli_path",
    default: "op"
  },
  "op-account": {
    value: "account",
    description: "1Password account: sign-in address or id",
    variable: "OP_AWS_ACCOUNT",
    profileKey: "op_account"
  },
  "mfa": {
    value: "source",
    choices: ["auto", "process", "otp", "prompt", "none"],
    description: "where the MFA code comes from",
    variable: "OP_AWS_MFA",
    profileKey: "op_mfa",
    default: "auto"
  },
  "mfa-serial": {
    value: "serial",
    description: "the MFA device: ARN or hardware serial",
    profileKey: "mfa_serial"
  },
  "mfa-process": {
    value: "command",
    description: "a command that prints the MFA code",
    profileKey: "mfa_process"
  },
  "mfa-prompt": {
    value: "where",
    choices: ["auto", "tty", "gui", "none"],
    description: "where to ask for the MFA code",
    default: "auto"
  },
  "no-prompt": { description: "short for --mfa-prompt none", variable: "OP_AWS_NO_PROMPT" },
  "role-arn": { value: "arn", description: "assume this role with the session", profileKey: "role_arn" },
  "role-duration": {
    value: "duration",
    description: "how long the role's session lasts, 15m to 12h",
    profileKey: "duration_seconds",
    default: "1h"
  },
  "external-id": { value: "id", description: "external id for the role", profileKey: "external_id" },
  "role-session-name": { value: "name", description: "session name for the role", profileKey: "role_session_name" },
  "timeout": {
    value: "duration",
    description: "how long everything together may take",
    variable: "OP_AWS_TIMEOUT",
    default: "55s"
  },
  "cache": {
    value: "kind",
    choices: ["file", "keyring", "none"],
    description: "where sessions are kept",
    variable: "OP_AWS_CACHE",
    default: "file"
  },
  "refresh": { description: "pass over the cached session and replace it" },
  "log-level": {
    value: "level",
    choices: ["error", "warning", "info", "debug"],
    description: "what is said on stderr",
    variable: "OP_AWS_LOG_LEVEL",
    default: "warning"
  }
} as const satisfies Record<string, FlagSpec>

export type FlagName = keyof typeof flags

/** The flags that were given, as they were written; a flag without a value is "true". */
export type FlagValues = { readonly [Name in FlagName]?: string }

/** The table without its literal types, for code that goes through all of it. */
export const flagSpecs: Readonly<Record<FlagName, FlagSpec>> = flags

/** The flags that speak of a role. All but the first change a role that is there, and are no use without one. */
export const roleFlags = [
  "role-arn",
  "role-duration",
  "external-id",
  "role-session-name"
] as const satisfies ReadonlyArray<FlagName>

export type RoleFlag = (typeof roleFlags)[number]

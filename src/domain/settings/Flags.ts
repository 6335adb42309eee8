/** What one setting may be, and every place it may come from. */
export interface FlagSpec {
  /** How its value is shown in help; a flag without one takes no value. */
  readonly value?: string
  readonly choices?: ReadonlyArray<string>
  readonly variable?: string
  readonly profileKey?: string
  readonly default?: string
  /** It may be given several times, and all of them count. */
  readonly several?: true
}

/**
 * The flags that print credentials, in the order of the help text. The command line, the environment, profiles, help
 * and completions all read this one table; the words that help has for each are in `FlagDescriptions.ts`.
 */
export const flags = {
  "profile": { value: "name" },
  "duration": {
    value: "duration",
    variable: "OP_AWS_DURATION",
    profileKey: "op_duration",
    default: "12h"
  },
  "op-vault": { value: "vault", variable: "OP_AWS_VAULT", profileKey: "op_vault" },
  "op-item": { value: "item", variable: "OP_AWS_ITEM", profileKey: "op_item" },
  "op-access-key-id-field": {
    value: "field",
    profileKey: "op_access_key_id_field",
    default: "Access key ID"
  },
  "op-secret-access-key-field": {
    value: "field",
    profileKey: "op_secret_access_key_field",
    default: "Secret access key"
  },
  "op-otp-field": {
    value: "field",
    profileKey: "op_otp_field"
  },
  "op-mfa-serial-field": {
    value: "field",
    profileKey: "op_mfa_serial_field",
    default: "mfa serial"
  },
  "op-cli-path": {
    value: "path",
    variable: "OP_AWS_CLI_PATH",
    profileKey: "op_cli_path",
    default: "op"
  },
  "op-account": { value: "account", variable: "OP_AWS_ACCOUNT", profileKey: "op_account" },
  "mfa": {
    value: "source",
    choices: ["auto", "process", "otp", "prompt", "none"],
    variable: "OP_AWS_MFA",
    profileKey: "op_mfa",
    default: "auto"
  },
  "mfa-serial": { value: "serial", profileKey: "mfa_serial" },
  "mfa-process": { value: "command", profileKey: "mfa_process" },
  "mfa-prompt": { value: "where", choices: ["auto", "tty", "gui", "none"], default: "auto" },
  "no-prompt": { variable: "OP_AWS_NO_PROMPT" },
  "role-arn": { value: "arn", profileKey: "role_arn" },
  "role-duration": { value: "duration", profileKey: "duration_seconds", default: "1h" },
  "external-id": { value: "id", profileKey: "external_id" },
  "role-session-name": { value: "name", profileKey: "role_session_name" },
  "policy": { value: "file", variable: "OP_AWS_POLICY", profileKey: "op_policy" },
  "scope-duration": { value: "duration", variable: "OP_AWS_SCOPE_DURATION", profileKey: "op_scope_duration" },
  "policy-arn": { value: "arn", profileKey: "op_policy_arns", several: true },
  "timeout": { value: "duration", variable: "OP_AWS_TIMEOUT", default: "55s" },
  "cache": {
    value: "kind",
    choices: ["file", "keyring", "none"],
    variable: "OP_AWS_CACHE",
    default: "file"
  },
  "refresh": {},
  "log-level": {
    value: "level",
    choices: ["error", "warning", "info", "debug"],
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

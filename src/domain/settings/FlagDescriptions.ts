import type { FlagName } from "./Flags.ts"

/**
 * What help and completions say of each flag: apart from the table, because a cache hit reads that and says nothing.
 */
export const flagDescriptions: Readonly<Record<FlagName, string>> = {
  "profile": "AWS config profile",
  "duration": "how long the MFA session lasts, 15m to 36h",
  "op-vault": "1Password vault, by name or id",
  "op-item": "1Password item: name or id, op://vault/item, or its private link",
  "op-access-key-id-field": "the item's field with the access key id: label, section.label or id",
  "op-secret-access-key-field": "the item's field with the secret access key: label, section.label or id",
  "op-otp-field": "the item's one-time password, where it has several: label, section.label or id",
  "op-mfa-serial-field": "the item's field with the MFA device: label, section.label or id",
  "op-cli-path": "the 1Password CLI",
  "op-account": "1Password account: sign-in address or id",
  "mfa": "where the MFA code comes from",
  "mfa-serial": "the MFA device: ARN or hardware serial",
  "mfa-process": "a command that prints the MFA code",
  "mfa-prompt": "where to ask for the MFA code",
  "no-prompt": "short for --mfa-prompt none",
  "role-arn": "assume this role with the session",
  "role-duration": "how long the role's session lasts, 15m to 12h",
  "external-id": "external id for the role",
  "role-session-name": "session name for the role",
  "policy": "narrow the session, or the role's, to what this policy allows",
  "scope-duration": "how long the narrower session lasts, 1m to 36h",
  "policy-arn": "a managed policy that narrows the role; may be given ten times",
  "timeout": "how long everything together may take",
  "cache": "where sessions are kept",
  "refresh": "pass over the cached session and replace it",
  "log-level": "what is said on stderr"
}

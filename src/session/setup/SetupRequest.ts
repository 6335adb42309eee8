import type { Environment } from "../../domain/Environment.ts"
import type { FlagName, FlagValues } from "../../domain/Flags.ts"
import type { RunningProgram } from "../../domain/setup/InstalledProgram.ts"
import type { Look } from "../../domain/StatusText.ts"

export interface SetupRequest {
  readonly profile: string | undefined
  readonly region: string | undefined
  /** Those of `SetupFlag`. */
  readonly flags: FlagValues
  /** Every question has been answered: by flags, or by there being one answer only. */
  readonly yes: boolean
  /** A part of `import`: where it names the profile, the key in it is about to be taken out and stands in nobody's way. */
  readonly importing?: boolean
  /** Only the section is wanted, and nothing written. */
  readonly print: boolean
  readonly environment: Environment
  readonly running: RunningProgram
  /** Where the person is, for what 1Password's plugin keeps for directories. */
  readonly directory: string
  readonly look: Pick<Look, "color" | "unicode">
}

/** The flags that say something about the profile to be. */
export const setupFlags = [
  "op-vault",
  "op-item",
  "op-account",
  "op-access-key-id-field",
  "op-secret-access-key-field",
  "op-otp-field",
  "op-mfa-serial-field",
  "op-cli-path",
  "mfa",
  "mfa-serial",
  "mfa-process",
  "duration"
] as const satisfies ReadonlyArray<FlagName>

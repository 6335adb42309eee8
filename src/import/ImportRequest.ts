import type { Environment } from "../domain/base/Environment.ts"
import type { Look } from "../domain/base/TerminalText.ts"
import type { RunningProgram } from "../domain/host/RunningProgram.ts"
import type { ItemAddress } from "../domain/onepassword/ItemAddress.ts"
import type { KeyFields } from "../domain/onepassword/OpItem.ts"
import type { KeySource } from "./ImportSource.ts"
import type { OpPlace } from "../services/onepassword/OpItems.ts"
import type { SetupRequest } from "../setup/SetupRequest.ts"

/** What was said on the command line. */
export interface ImportWish {
  readonly environment: Environment
  readonly workingDirectory: string
  readonly source: KeySource
  readonly place: OpPlace
  readonly address: ItemAddress
  readonly fields: KeyFields
  readonly title: string | undefined
  readonly mfaSerial: string | undefined
  /** The key that an item holds may be replaced. */
  readonly replace: boolean
  /** The plaintext is to be removed, and nobody needs to be asked. */
  readonly remove: boolean
  /** Nobody is to be asked for anything but a key that is typed in. */
  readonly unattended: boolean
  /** The profiles that have the key are to be set up, and nobody needs to be asked. */
  readonly setup: boolean
  /** What such a profile is to say besides, where somebody said so. */
  readonly wanted?: Pick<SetupRequest, "flags" | "region">
  /** What a profile's line is to run. */
  readonly running: RunningProgram
  /** How what is different is shown. */
  readonly look: Pick<Look, "color" | "unicode">
}

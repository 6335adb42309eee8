import type * as Redacted from "effect/Redacted"
import type { OpVault } from "./OpItemHeader.ts"

/**
 * A whole item as `op item get --format json` prints it, members that we know nothing of included, so that writing it
 * back loses nothing. All of it is redacted: it holds secrets.
 */
export interface OpItemDocument {
  /** Empty before the item is made. */
  readonly id: string
  readonly title: string
  readonly category: string
  /** Undefined before the item is made. */
  readonly vault: OpVault | undefined
  readonly json: Redacted.Redacted<Readonly<Record<string, unknown>>>
}

import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { OpFailure } from "../../domain/onepassword/OpFailure.ts"
import type { OpItem } from "../../domain/onepassword/OpItem.ts"

/** Which item, and through which `op`. */
export interface ItemReference {
  readonly vault: string
  readonly item: string
  /** Passed as `--account`; absent leaves the choice to `op`. */
  readonly account?: string
  /** A path or a bare name that is looked for in PATH. Never run through a shell. */
  readonly cliPath: string
}

/**
 * 1Password's command line program. One call of `readItem` runs `op` once (twice only where the first failure is one
 * that a retry is known to mend), with stdin closed, on the caller's own terminal session, and without any `AWS_*`
 * variable. It never writes to stdout or stderr and never puts a secret on a command line. Interrupting it ends `op`
 * and what `op` started.
 */
export class OpCli extends Context.Service<OpCli, {
  readItem(reference: ItemReference): Effect.Effect<OpItem, OpFailure>
}>()("op-aws-credential-process/services/OpCli") {}

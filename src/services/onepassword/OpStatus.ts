import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { OpAccount, OpProgram } from "../../domain/onepassword/OpAccount.ts"
import type { OpFailure, OpReference } from "../../domain/onepassword/OpFailure.ts"

/**
 * What 1Password's program says without asking anybody: its version, the accounts that it knows of, whether one is
 * open. No dialog comes of it, no vault is opened, and it is run as `OpCli` runs it: nothing on stdin, no `AWS_*`.
 */
export class OpStatus extends Context.Service<OpStatus, {
  /** A path, or a bare name that is looked for in PATH. */
  program(cliPath: string): Effect.Effect<OpProgram, OpFailure>
  accounts(cliPath: string): Effect.Effect<ReadonlyArray<OpAccount>, OpFailure>
  /** Succeeds where the account is open for this terminal; that it is not open yet is a failure among others. */
  whoami(reference: OpReference): Effect.Effect<void, OpFailure>
}>()("op-aws-credential-process/services/OpStatus") {}

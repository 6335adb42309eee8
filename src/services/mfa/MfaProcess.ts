import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import type { MfaFailure } from "../../domain/mfa/MfaFailure.ts"

/**
 * A command of the user's that prints an MFA code, as aws-vault's `mfa_process` has it. It is run by `/bin/sh -c`,
 * with nothing on stdin, its stderr on the terminal (it may say "touch your key"), and without any `AWS_*` variable.
 */
export class MfaProcess extends Context.Service<MfaProcess, {
  /** The six digits that the command printed. */
  run(command: string): Effect.Effect<Redacted.Redacted<string>, MfaFailure<"MfaProcessFailed">>
}>()("op-aws-credential-process/services/MfaProcess") {}

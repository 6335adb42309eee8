import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import type { Environment } from "../../domain/base/Environment.ts"

/** How it ended by itself; without an exit code by a signal, or it could not be started. */
export interface ProcessEnd {
  readonly exitCode: number | undefined
  /** A session, when all went well. */
  readonly stdout: Redacted.Redacted
  readonly stderr: string
}

/**
 * A `credential_process` line as AWS's clients run it: by `sh -c`, on our terminal, with nothing on its stdin. It has
 * the given environment and nothing of ours. Interrupting it ends it and what it started.
 */
export class CredentialProcess extends Context.Service<CredentialProcess, {
  run(line: string, environment: Environment): Effect.Effect<ProcessEnd>
}>()("op-aws-credential-process/services/CredentialProcess") {}

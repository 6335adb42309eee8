/** Runs a command for its MFA code: `mfaProcessRunner.ts COMMAND`. Prints the code, or why there is none, on a line. */
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { inEnvironment } from "../../fixtures/Variables.ts"
import * as MfaProcessShell from "../../../src/layers/mfa/MfaProcessShell.ts"
import { MfaProcess } from "../../../src/services/mfa/MfaProcess.ts"

const program = Effect.flatMap(MfaProcess, (mfaProcess) => mfaProcess.run(process.argv[2] ?? "")).pipe(
  Effect.match({ onFailure: ({ message }) => message, onSuccess: Redacted.value }),
  Effect.flatMap(Console.log),
  Effect.provide(inEnvironment(MfaProcessShell.layer))
)

Effect.runFork(program)

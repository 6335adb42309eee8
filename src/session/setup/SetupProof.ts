import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type { Environment } from "../../domain/Environment.ts"
import { Failure } from "../../domain/Failure.ts"
import { bareEnvironment, proofOf } from "../../domain/setup/Proof.ts"
import { NotProven, type ProofFailed, PutBack } from "../../domain/setup/SetupFailure.ts"
import { CredentialProcess } from "../../services/CredentialProcess.ts"
import { choose, type Manner, sentence, tell } from "./Answers.ts"

export interface Proving {
  readonly profile: string
  readonly line: string
  readonly environment: Environment
  /** Whether there is something to be put back, should it not work. */
  readonly changed: boolean
}

/**
 * Runs the very line that was written, in an environment as bare as a client's may be, and gives until when its session
 * lasts. Where there is none, the person tries again, keeps what was written (`NotProven`), or wants it put back, which
 * is also what happens where nobody is asked. Where nothing was written, there is nothing to put back.
 */
export const prove = Effect.fnUntraced(function*(manner: Manner, { changed, environment, line, profile }: Proving) {
  const processes = yield* CredentialProcess
  for (;;) {
    const { exitCode, stderr, stdout } = yield* processes.run(line, bareEnvironment(environment))
    // Security: unwrapped for the time at which it ends; nothing else of it is looked at or kept.
    const proof = proofOf({ exitCode, stderr, stdout: Redacted.value(stdout) })
    if (!(proof instanceof Failure)) return proof.expiration
    if (!manner.asks && !changed) return yield* Effect.fail(proof)
    const next = manner.asks ? yield* askWhatNext(manner, proof, changed) : "back"
    if (next !== "again") return yield* Effect.fail(next === "keep" ? new NotProven(profile, proof) : new PutBack(profile, proof))
  }
})

const askWhatNext = Effect.fnUntraced(function*(manner: Manner, { hint, message }: ProofFailed, changed: boolean) {
  yield* tell(`It did not work: ${message.replace(/\.+$/, "")}.`, `${sentence(hint)}.`)
  return yield* choose<"again" | "keep" | "back">(manner, {
    question: "What shall be done?",
    choices: [
      { value: "again", label: "Try again" },
      ...changed ? [{ value: "back", label: "Put everything back as it was" } as const] : [],
      { value: "keep", label: "Keep the profile as it is now" }
    ]
  }, { what: "what to do about it", flags: "nothing" })
})

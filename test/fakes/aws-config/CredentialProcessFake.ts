import { Clock, Effect, Layer, Redacted } from "effect"
import type { Environment } from "../../../src/domain/base/Environment.ts"
import { credentialOutput } from "../../../src/domain/session/CredentialOutput.ts"
import { CredentialProcess, type ProcessEnd } from "../../../src/services/aws-config/CredentialProcess.ts"

/** How a line ends: with a session of twelve hours, with these words of ours and this exit code, or never. */
export type LineEnding =
  | "session"
  | "never"
  | { readonly exitCode: number; readonly stderr: string; readonly stdout?: string }

/** What lines did so far, and what the next ones do; when nothing is left, each ends with a session. */
export interface Lines {
  readonly endings: Array<LineEnding>
  readonly runs: Array<{ readonly line: string; readonly environment: Environment }>
}

export const makeLines = (...endings: ReadonlyArray<LineEnding>): Lines => ({ endings: [...endings], runs: [] })

const session = Effect.map(Clock.currentTimeMillis, (now) =>
  credentialOutput({
    accessKeyId: "ASIAFAKE0000EXAMPLE0",
    secretAccessKey: "fake-session-secret",
    sessionToken: "fake-session-token",
    expiration: now + 12 * 3_600_000
  }))

/** Lines that run nothing. */
export const layerOver = (lines: Lines): Layer.Layer<CredentialProcess> =>
  Layer.succeed(CredentialProcess, {
    run: (line, environment) =>
      Effect.suspend((): Effect.Effect<ProcessEnd> => {
        lines.runs.push({ line, environment })
        const ending = lines.endings.shift() ?? "session"
        if (ending === "never") return Effect.never
        if (ending !== "session") return Effect.succeed({ stdout: Redacted.make(""), ...ending, ...ending.stdout === undefined ? {} : { stdout: Redacted.make(ending.stdout) } } as ProcessEnd)
        return Effect.map(session, (stdout) => ({ exitCode: 0, stdout: Redacted.make(stdout), stderr: "" }))
      })
  })

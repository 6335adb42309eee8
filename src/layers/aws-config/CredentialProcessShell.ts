import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { runProgram } from "../host/RunProgram.ts"
import { CredentialProcess } from "../../services/aws-config/CredentialProcess.ts"

/** What Go's first SDK takes at most is 8 KiB; more than that is no answer. */
const limit = 8 * 1024

/** Lines of `/bin/sh`. */
export const layer: Layer.Layer<CredentialProcess> = Layer.succeed(CredentialProcess, {
  run: Effect.fn("CredentialProcess.run")(function*(line, environment) {
    const ofAws = Object.entries(environment).flatMap(([name, value]) =>
      name.startsWith("AWS_") && value !== undefined ? [`${name}=${value}`] : []
    )
    return yield* runProgram({
      // Programs that we run get nothing of AWS's; this one is AWS's. None of what it gets so is secret.
      program: "/usr/bin/env",
      args: [...ofAws, "/bin/sh", "-c", line],
      environment,
      stderr: "kept",
      limit
    }).pipe(
      // Security: what a line prints is a session.
      Effect.map(({ exitCode, stderr, stdout }) => ({ exitCode, stdout: Redacted.make(stdout), stderr })),
      Effect.catch(({ reason }) =>
        Effect.succeed({ exitCode: undefined, stdout: Redacted.make(""), stderr: `error: the line ${reason}\n` })
      )
    )
  })
})

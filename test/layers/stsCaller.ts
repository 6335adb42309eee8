/**
 * One call of STS in a process of its own, under whichever runtime it is started with, in the environment that it is
 * given. Reads what to ask as JSON from its argument and prints how it ended as JSON.
 */
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type { StsTarget } from "../../src/domain/StsTarget.ts"
import * as StsAws from "../../src/layers/StsAws.ts"
import { type MfaToken, Sts } from "../../src/services/Sts.ts"

export interface StsScenario {
  readonly target: StsTarget
  readonly mfa?: { readonly serial: string; readonly code: string }
  readonly warm?: boolean
}

export interface StsEnding {
  /** `done`, or the failure's. */
  readonly tag: string
  readonly message?: string
  readonly hint?: string
  readonly exitCode?: number
  readonly answerUnknown?: boolean
}

const { mfa, target, warm } = JSON.parse(process.argv[2] ?? "") as StsScenario
const token: MfaToken | undefined = mfa && { serial: mfa.serial, code: Redacted.make(mfa.code) }

const call = Effect.gen(function*() {
  const sts = yield* Sts
  if (warm === true) yield* sts.warm(target)
  yield* sts.getSessionToken({
    key: { accessKeyId: "AKIAFAKE0000EXAMPLE0", secretAccessKey: Redacted.make("fake-secret-for-tests") },
    target,
    duration: 3600,
    ...(token && { mfa: token })
  })
}).pipe(
  Effect.match({
    onSuccess: (): StsEnding => ({ tag: "done" }),
    onFailure: ({ _tag, answerUnknown, exitCode, hint, message }): StsEnding => ({
      tag: _tag,
      message,
      hint,
      exitCode,
      answerUnknown
    })
  }),
  Effect.provide(StsAws.layer)
)

console.log(JSON.stringify(await Effect.runPromise(call)))

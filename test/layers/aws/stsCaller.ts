/**
 * Calls of STS in a process of their own, under whichever runtime it is started with, in the environment that it is
 * given. Reads a list of what to ask as JSON from its argument and prints how each call ended.
 */
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { inEnvironment } from "../../fixtures/Variables.ts"
import type { StsTarget } from "../../../src/domain/aws/StsTarget.ts"
import * as StsAws from "../../../src/layers/aws/StsAws.ts"
import { type MfaToken, Sts } from "../../../src/services/aws/Sts.ts"

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

const call = Effect.fnUntraced(function*({ mfa, target, warm }: StsScenario) {
  const token: MfaToken | undefined = mfa && { serial: mfa.serial, code: Redacted.make(mfa.code) }
  const sts = yield* Sts
  if (warm === true) yield* sts.warm(target)
  yield* sts.getSessionToken({
    key: { accessKeyId: "AKIAFAKE0000EXAMPLE0", secretAccessKey: Redacted.make("fake-secret-for-tests") },
    target,
    duration: 3600,
    ...(token && { mfa: token })
  })
}, Effect.match({
  onSuccess: (): StsEnding => ({ tag: "done" }),
  onFailure: ({ _tag, answerUnknown, exitCode, hint, message }): StsEnding => ({
    tag: _tag,
    message,
    hint,
    exitCode,
    answerUnknown
  })
}))

const scenarios = JSON.parse(process.argv[2] ?? "") as ReadonlyArray<StsScenario>
const endings = await Effect.runPromise(Effect.forEach(scenarios, (scenario) => call(scenario)).pipe(Effect.provide(inEnvironment(StsAws.layer))))
console.log(JSON.stringify(endings))

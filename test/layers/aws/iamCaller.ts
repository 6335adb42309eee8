/**
 * Goes through what IAM does for a user, in a process of its own under whichever runtime: `iamCaller.ts URL [PEM]`.
 * Prints what came of it, as JSON.
 */
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { inEnvironment } from "../../fixtures/Variables.ts"
import * as IamAws from "../../../src/layers/aws/IamAws.ts"
import { Iam } from "../../../src/services/aws/Iam.ts"

const [endpoint = "", caBundle] = process.argv.slice(2)

const program = Effect.gen(function*() {
  const iam = yield* Iam
  const credentials = { accessKeyId: "AKIAFAKE0000EXAMPLE0", secretAccessKey: Redacted.make("fake-secret-for-tests") }
  const caller = { credentials, target: { partition: "aws", endpoint, fips: false, ...(caBundle && { caBundle }) } } as const
  const made = yield* iam.createAccessKey(caller)
  const second = { ...caller, credentials: made }
  yield* iam.setActive(second, credentials.accessKeyId, false)
  const states = (yield* iam.accessKeys(second)).map(({ active }) => active)
  yield* iam.deleteAccessKey(second, credentials.accessKeyId)
  const left = (yield* iam.accessKeys(second)).length
  const devices = (yield* iam.mfaDevices(second)).length
  yield* Console.log(JSON.stringify({ states, left, devices }))
}).pipe(
  Effect.catch(({ _tag, message }) => Console.log(JSON.stringify({ _tag, message }))),
  Effect.provide(inEnvironment(IamAws.layer))
)

await Effect.runPromise(program)

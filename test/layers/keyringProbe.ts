import { Console, Effect } from "effect"
import * as CacheKeyring from "../../src/layers/CacheKeyring.ts"

/** A process that opens the keychain and prints what came of it. */
Effect.runFork(
  CacheKeyring.open("op-aws-test").pipe(
    Effect.match({
      onFailure: ({ _tag, exitCode, hint, message }) => ({ _tag, exitCode, hint, message }),
      onSuccess: () => "open"
    }),
    Effect.flatMap((outcome) => Console.log(JSON.stringify(outcome)))
  )
)

import * as Effect from "effect/Effect"
import { write } from "node:fs"
import { OutputFailure } from "../../domain/base/OutputFailure.ts"
import type { StopFailure } from "../../domain/base/StopFailure.ts"
import { codeOf } from "../host/SystemError.ts"
import { Signals } from "../../services/host/Signals.ts"
import { isUnread } from "./WriteText.ts"

/**
 * How many bytes the standard output took, in the runtime's thread pool: a full pipe that is a blocking one would keep all
 * of us waiting. 0 where it is full and not a blocking one; undefined when nobody reads it any more.
 */
const writeSome = (bytes: Uint8Array): Effect.Effect<number | undefined, OutputFailure> =>
  Effect.callback((resume) => {
    write(1, bytes, 0, bytes.length, null, (error, written) => {
      if (error === null) return resume(Effect.succeed(written))
      const code = codeOf(error)
      if (code === "EAGAIN") return resume(Effect.succeed(0))
      resume(isUnread(code) ? Effect.succeed(undefined) : Effect.fail(OutputFailure.OutputUnwritable(code)))
    })
  })

/** How long to wait before another look at a full pipe (milliseconds). */
const shortestPause = 1
const longestPause = 50

/**
 * Writes all of it to the standard output, however long its reader takes. Answers false when nobody reads it any more; a
 * disk that takes no more of it is a failure.
 */
export const printBytes = Effect.fnUntraced(function*(bytes: Uint8Array) {
  let pause = shortestPause
  for (let rest = bytes; rest.length > 0;) {
    const taken = yield* writeSome(rest)
    if (taken === undefined) return false
    rest = rest.subarray(taken)
    if (taken > 0) pause = shortestPause
    else {
      yield* Effect.sleep(pause)
      pause = Math.min(2 * pause, longestPause)
    }
  }
  return true
})

/** The same for a text, until a signal ends it. */
export const print = (text: string): Effect.Effect<boolean, OutputFailure | StopFailure<"Stopped">, Signals> =>
  Effect.flatMap(Signals, ({ stopped }) => Effect.raceFirst(printBytes(new TextEncoder().encode(text)), stopped))

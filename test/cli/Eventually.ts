import { Effect } from "effect"

/** Long enough for the slowest machine: a test that waits this long has failed. */
const patience = "60 seconds"

/** Waits for something that nobody tells of, such as a file or a process: asks until the answer is not undefined. */
export const eventually = <A>(what: string, probe: () => A | undefined): Effect.Effect<A> =>
  Effect.gen(function*() {
    for (;;) {
      const found = probe()
      if (found !== undefined) return found
      yield* Effect.sleep("5 millis")
    }
  }).pipe(Effect.timeoutOrElse({ duration: patience, orElse: () => Effect.die(new Error(`${what} did not come`)) }))

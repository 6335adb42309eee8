import { Effect } from "effect"
import { readFileSync } from "node:fs"

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

/** Whether there is a process of that id; one that has ended and whose parent has not asked after it is none. */
export const isAlive = (pid: number): boolean => {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, "utf8"))
  } catch {
    return false
  }
}

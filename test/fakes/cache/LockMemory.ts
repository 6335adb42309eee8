import { Effect, Layer } from "effect"
import { Lock } from "../../../src/services/cache/Lock.ts"

/** Who holds what, shared by everything that plays a process of its own. */
export interface Locks {
  readonly held: Set<string>
  /** No lock can be had at all, as in a directory that is not ours. */
  unusable: boolean
}

export const makeLocks = (): Locks => ({ held: new Set(), unusable: false })

/** One process's view of the locks. */
export const layerOver = (locks: Locks): Layer.Layer<Lock> =>
  Layer.succeed(Lock, {
    tryTake: Effect.fn("LockMemory.tryTake")(function*(name) {
      const take = Effect.sync(() => {
        if (locks.unusable) return "unusable" as const
        if (locks.held.has(name)) return "busy" as const
        locks.held.add(name)
        return "held" as const
      })
      return yield* Effect.acquireRelease(take, (state) =>
        Effect.sync(() => {
          if (state === "held") locks.held.delete(name)
        }))
    }),
    trouble: Effect.sync(() => locks.unusable ? { reason: "/locks: permission denied" } : undefined)
  })

export const layer: Layer.Layer<Lock> = Layer.suspend(() => layerOver(makeLocks()))

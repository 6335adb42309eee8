import * as Effect from "effect/Effect"
import type { Disk } from "../services/host/Disk.ts"

const once = <A>(look: (path: string) => Effect.Effect<A>): (path: string) => Effect.Effect<A> => {
  const known = new Map<string, A>()
  return (path) =>
    Effect.suspend(() =>
      known.has(path)
        ? Effect.succeed(known.get(path)!)
        : Effect.tap(look(path), (found) => Effect.sync(() => known.set(path, found)))
    )
}

/** The same disk, each place of which is looked at once: thousands of profiles run one and the same program. */
export const diskOnce = (disk: Disk["Service"]): Disk["Service"] => ({
  ...disk,
  look: once(disk.look),
  read: once(disk.read),
  executable: once(disk.executable)
})

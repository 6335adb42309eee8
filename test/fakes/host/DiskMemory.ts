import { Effect, Layer } from "effect"
import type { Found } from "../../../src/domain/host/Found.ts"
import { Disk } from "../../../src/services/host/Disk.ts"

/** Something at a path. Directories above it are there without being named. */
export type Thing =
  | { readonly text: string; readonly mode?: number; readonly mine?: boolean }
  | { readonly directory: true; readonly mode?: number; readonly mine?: boolean }
  | { readonly link: string; readonly mine?: boolean }

/** What stands where, by absolute path. It may be changed at any time. */
export type Things = Map<string, Thing>

const thingAt = (things: Things, path: string): Thing | undefined =>
  things.get(path) ??
    ([...things.keys()].some((other) => other.startsWith(`${path}/`)) ? { directory: true } : undefined)

const behind = (things: Things, path: string, links = 8): Thing | undefined => {
  const thing = thingAt(things, path)
  return thing !== undefined && "link" in thing
    ? links === 0 ? undefined : behind(things, thing.link, links - 1)
    : thing
}

const realOf = (things: Things, path: string, links = 8): string | undefined => {
  const thing = thingAt(things, path)
  return thing === undefined || links === 0
    ? undefined
    : "link" in thing
    ? realOf(things, thing.link, links - 1)
    : path
}

const described = (thing: Thing | undefined): Found =>
  thing === undefined || "link" in thing
    ? { kind: "missing" }
    : "text" in thing
    ? { kind: "file", mode: thing.mode ?? 0o600, mine: thing.mine ?? true }
    : { kind: "directory", mode: thing.mode ?? 0o700, mine: thing.mine ?? true }

const look = (things: Things, path: string): Found => {
  const thing = thingAt(things, path)
  return thing !== undefined && "link" in thing
    ? { kind: "link", mine: thing.mine ?? true, to: described(behind(things, path)) }
    : described(thing)
}

const allows = (things: Things, path: string, bit: number): boolean => {
  const found = described(behind(things, path))
  return "mode" in found && found.mine && (found.mode & bit) !== 0
}

/** A disk over things that outlive it. */
export const layerOver = (things: Things): Layer.Layer<Disk> =>
  Layer.succeed(Disk, {
    look: (path) => Effect.sync(() => look(things, path)),
    list: (path) =>
      Effect.sync(() => {
        const below = [...things.keys()].filter((other) => other.startsWith(`${path}/`))
        return [...new Set(below.map((other) => other.slice(path.length + 1).split("/")[0] ?? ""))].sort()
      }),
    read: (path) =>
      Effect.sync(() => {
        const thing = behind(things, path)
        if (thing === undefined) return undefined
        if (!("text" in thing)) return { reason: "it is a directory" }
        return (thing.mode ?? 0o600) & 0o400 ? { text: thing.text } : { reason: "permission denied" }
      }),
    real: (path) => Effect.sync(() => realOf(things, path)),
    writable: (path) => Effect.sync(() => allows(things, path, 0o200)),
    executable: (path) =>
      Effect.sync(() => described(behind(things, path)).kind === "file" && allows(things, path, 0o100))
  })

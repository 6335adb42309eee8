import * as Effect from "effect/Effect"
import { readdirSync, readFileSync } from "node:fs"

/** A process, told apart from a later one with the same ID by the time it began (in ticks since the machine did). */
interface Entry {
  readonly pid: number
  readonly parent: number
  readonly began: string
  /** It was sent SIGSTOP and does nothing until it is continued. */
  readonly stopped: boolean
}

/** One line of /proc, as proc(5) has it: the name is in parentheses and may hold any character, these too. */
const readEntry = (pid: number): Entry | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1")
    const [state, parent, ...rest] = stat.slice(stat.lastIndexOf(")") + 2).split(" ")
    const isGone = state === "Z" || state === "X"
    return isGone ? undefined : { pid, parent: Number(parent), began: rest[17] ?? "", stopped: state === "T" }
  } catch {
    return undefined
  }
}

const isDefined = (entry: Entry | undefined): entry is Entry => entry !== undefined

const allEntries = (): ReadonlyArray<Entry> => {
  try {
    return readdirSync("/proc").filter((name) => /^\d+$/.test(name)).map((name) => readEntry(Number(name))).filter(
      isDefined
    )
  } catch {
    return []
  }
}

/** Those processes and everything below them. */
const withDescendants = (roots: ReadonlyArray<number>): ReadonlyArray<Entry> => {
  const entries = allEntries()
  const children = Map.groupBy(entries, ({ parent }) => parent)
  const pids = new Set(roots)
  // A set that grows while it is gone through is gone through to its end.
  for (const pid of pids) for (const child of children.get(pid) ?? []) pids.add(child.pid)
  return entries.filter(({ pid }) => pids.has(pid))
}

const isAlive = ({ began, pid }: Entry): boolean => readEntry(pid)?.began === began

const send = (signal: "SIGTERM" | "SIGSTOP" | "SIGKILL") => (entry: Entry): void => {
  if (!isAlive(entry)) return
  try {
    process.kill(entry.pid, signal)
  } catch {
    // Gone since, or another user's by a set-uid bit: nothing more can be done about it.
  }
}

const pollMillis = 10

/**
 * Waits until none of them is left, or for a quarter of a second by the clock: on a busy machine each look takes longer
 * than the pause before it, so that counting the pauses would come to a second and more.
 */
const awaitEnd = (entries: ReadonlyArray<Entry>): Effect.Effect<void> => {
  const ended: Effect.Effect<void> = Effect.suspend(() =>
    entries.some(isAlive) ? Effect.andThen(Effect.sleep(pollMillis), ended) : Effect.void
  )
  return Effect.asVoid(Effect.timeoutOption(ended, patience))
}

/** How long processes may take to come to a stop: one that waits for a disk cannot at once. */
const stopMillis = 50

/**
 * Those processes and everything below them, stopped: what would be started while we look would be found by nobody
 * once its parent is gone. When all were seen to stand still, one more look finds what they started until then.
 */
const withDescendantsStopped = Effect.fnUntraced(function*(roots: ReadonlyArray<number>): Effect.fn.Return<ReadonlyArray<Entry>> {
  let still = false
  for (let patience = stopMillis;; patience -= pollMillis) {
    const found = withDescendants(roots)
    const moving = found.filter(({ stopped }) => !stopped)
    if ((still && moving.length === 0) || patience <= 0) return found
    still = moving.length === 0
    moving.forEach(send("SIGSTOP"))
    if (!still) yield* Effect.sleep(pollMillis)
  }
})

const patience = "250 millis"

/**
 * Ends a process and all that it started: SIGTERM, and SIGKILL after a quarter of a second for those that stay and
 * what they have started meanwhile. Takes little more than half a second at most and never fails. Nothing happens
 * where the system has no /proc. A process whose parent has already ended belongs to nobody and is left alone.
 */
export const endProcessTree = Effect.fnUntraced(function*(root: number): Effect.fn.Return<void> {
  // Collected before anything is ended: what loses its parent is no longer found below the root.
  const tree = withDescendants([root])
  tree.forEach(send("SIGTERM"))
  yield* awaitEnd(tree)
  const survivors = yield* withDescendantsStopped(tree.filter(isAlive).map(({ pid }) => pid))
  survivors.forEach(send("SIGKILL"))
  yield* awaitEnd(survivors)
})

import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { integer, noteFormat, record } from "../domain/NoteFormat.ts"
import { Caller } from "../services/Caller.ts"
import { Lock } from "../services/Lock.ts"
import { Notes } from "../services/Notes.ts"
import { Progress, type Step } from "../services/Progress.ts"

/** What taking one's turn needs. */
export type Turn = Caller | Lock | Notes | Progress

/** How often a lock is tried that somebody else has. */
export const patience = "20 millis"

const holderNote = noteFormat(record({ pid: integer }))

const noteName = (name: string) => `holder-${name}`

/** The process that has the lock, as far as it has said so. */
const holderOf = (name: string) =>
  Effect.gen(function*() {
    const text = yield* (yield* Notes).read(noteName(name))
    return Option.getOrUndefined(text.pipe(Option.flatMapNullishOr(holderNote.decode)))?.pid
  })

/** What others are told of a process that they wait for. */
export const another = (pid: number | undefined): string => `another process${pid === undefined ? "" : ` (pid ${pid})`}`

/** What to do about a process that others wait for: one that was stopped hears of no signal but SIGKILL. */
export const orEnd = (what: string, pid: number | undefined): string =>
  pid === undefined
    ? `${what}, and try again`
    : `${what}, or end it with \`kill ${pid}\` (\`kill -9 ${pid}\` where it was stopped), and try again`

/** Waits until the lock is ours, or cannot be had at all; `step` is the waiting for the process that has it. */
export const takeTurn = (name: string, step: (holder: number | undefined) => Step) =>
  Effect.gen(function*() {
    const lock = yield* Lock
    const progress = yield* Progress
    const notes = yield* Notes
    const caller = yield* Caller
    const busy = Effect.map(lock.tryTake(name), (state) => state === "busy")

    /** False when another process has become the holder. */
    const freed = (holder: number | undefined) =>
      Effect.gen(function*() {
        for (;;) {
          yield* Effect.sleep(patience)
          if (!(yield* busy)) return true
          if ((yield* holderOf(name)) !== holder) return false
        }
      })

    let ours = !(yield* busy)
    while (!ours) {
      const holder = yield* holderOf(name)
      ours = yield* progress.during(step(holder), freed(holder))
    }
    yield* Effect.acquireRelease(
      notes.write(noteName(name), holderNote.encode({ pid: caller.pid })),
      () => notes.remove(noteName(name))
    )
  })

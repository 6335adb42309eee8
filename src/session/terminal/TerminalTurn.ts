import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import { digest } from "../../domain/base/Digest.ts"
import { integer, noteFormat, record } from "../../domain/base/NoteFormat.ts"
import type { MfaFailure } from "../../domain/mfa/MfaFailure.ts"
import { Lock } from "../../services/cache/Lock.ts"
import { Notes } from "../../services/cache/Notes.ts"
import { Caller } from "../../services/host/Caller.ts"
import { Progress, type Step } from "../../services/terminal/Progress.ts"
import { Tty } from "../../services/terminal/Tty.ts"

/** What taking one's turn needs. */
export type Turn = Caller | Lock | Notes | Progress

/** How often a lock is tried that somebody else has. */
export const patience = "20 millis"

const holderNote = noteFormat(record({ pid: integer }))

const noteName = (name: string) => `holder-${name}`

/** The process that has the lock, as far as it has said so. */
const holderOf = Effect.fnUntraced(function*(name: string) {
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
export const takeTurn = Effect.fnUntraced(function*(name: string, step: (holder: number | undefined) => Step) {
  const lock = yield* Lock
  const progress = yield* Progress
  const notes = yield* Notes
  const caller = yield* Caller
  const busy = Effect.map(lock.tryTake(name), (state) => state === "busy")

  /** False when another process has become the holder. */
  const freed = Effect.fnUntraced(function*(holder: number | undefined) {
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

/**
 * A terminal has two locks, shared by all processes on it. Whoever asks holds `asking` and then `writing`; whoever only
 * shows what it waits for holds `writing` and gives way as soon as `asking` is wanted by somebody.
 */
const lockNames = (device: string) => ({ asking: `terminal-asking-${digest(device)}`, writing: `terminal-writing-${digest(device)}` })

/** True when the lock is ours or cannot be had at all; false when somebody else still has it after so many tries. */
const takeSoon = Effect.fnUntraced(function*(name: string, tries: number): Effect.fn.Return<boolean, never, Lock | Scope.Scope> {
  const lock = yield* Lock
  for (let tried = 0; tried < tries; tried++) {
    if ((yield* lock.tryTake(name)) !== "busy") return true
    yield* Effect.sleep(patience)
  }
  return false
})

/** Three seconds: whoever shows something gives way in a tenth of one, unless it was stopped and writes nothing anyway. */
const longEnough = 150

/** A line of ours would run into the question. */
const somebodyAsks = (pid: number | undefined): Step => ({
  waitingFor: `${another(pid)} that asks on this terminal`,
  hint: orEnd("answer its question", pid),
  shown: false
})

/**
 * Runs a question while nobody else asks on this terminal: two readers of one terminal get each other's lines, because
 * the kernel hands each line to whichever of them reads first.
 */
export const asking = <A, E, R>(
  question: Effect.Effect<A, E, R>
): Effect.Effect<A, E | MfaFailure<"NoTerminal">, R | Tty | Turn> =>
  Effect.scoped(Effect.gen(function*() {
    const names = lockNames(yield* (yield* Tty).device)
    yield* takeTurn(names.asking, somebodyAsks)
    yield* takeSoon(names.writing, longEnough)
    return yield* question
  }))

/** Writes a line that stays, once nobody else asks or shows anything on the terminal. Does nothing without one. */
export const telling = (line: string): Effect.Effect<void, never, Tty | Turn> =>
  Effect.flatMap(Tty, (tty) => Effect.ignore(asking(tty.print(line))))

/** How often a mention tries to get its turn: twice as long as it takes to give way to it. */
const courtesy = 10

/**
 * Writes a line that stays, unless somebody asks on the terminal: it would run into the question, and waiting for the
 * answer is too much for a word in passing.
 */
export const mentioning = Effect.fnUntraced(function*(line: string) {
  const tty = yield* Tty
  const names = lockNames(yield* tty.device)
  if ((yield* takeSoon(names.asking, courtesy)) && (yield* takeSoon(names.writing, courtesy))) yield* tty.print(line)
}, Effect.scoped, (mention) => Effect.ignore(mention))

/** Whether nobody is asking on the terminal, nor showing anything; true holds until the scope closes. */
export const mayWrite = Effect.fnUntraced(function*(device: string): Effect.fn.Return<boolean, never, Lock | Scope.Scope> {
  const lock = yield* Lock
  const names = lockNames(device)
  return (yield* lock.tryTake(names.writing)) !== "busy" && !(yield* wanted(device))
})

/** Whether somebody waits to ask on the terminal. */
export const wanted = Effect.fnUntraced(function*(device: string) {
  const lock = yield* Lock
  return (yield* lock.tryTake(lockNames(device).asking)) === "busy"
}, Effect.scoped)

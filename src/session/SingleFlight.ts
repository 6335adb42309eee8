import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { given } from "../domain/base/Given.ts"
import type { Failure } from "../domain/base/Failure.ts"
import { isStoppedFromOutside, ownSignalGrace } from "../domain/base/Stopped.ts"
import type { EpochMillis } from "../domain/base/Time.ts"
import { noLock } from "../domain/cache/CacheFailure.ts"
import { type FlightNote, flightNote, noteOfFailure } from "../domain/session/FlightNote.ts"
import { FlightFailure } from "../domain/session/FlightFailure.ts"
import { Lock } from "../services/cache/Lock.ts"
import { Notes } from "../services/cache/Notes.ts"
import { Caller } from "../services/host/Caller.ts"
import { Progress, type Step } from "../services/terminal/Progress.ts"
import { Tty } from "../services/terminal/Tty.ts"
import { type Deadline, endedBy, type NotLooked } from "./terminal/Deadline.ts"
import { another, orEnd } from "./terminal/TerminalTurn.ts"
import { warn } from "./Trouble.ts"

export interface Flight<A, E, R> {
  /** The same for all processes that would do the same work. */
  readonly name: string
  /** The profile that the holder's result is kept under. */
  readonly profile: string
  /** Does the work. Only one process at a time is in here. */
  readonly work: Effect.Effect<A, E, R>
  /** Fetches what a holder kept under its profile; none when it cannot be had after all. */
  readonly fetch: (profile: string) => Effect.Effect<Option.Option<A>, NotLooked, R>
  /** Ends the waiting. The work has its own deadline inside, so that its end can be told to the others. */
  readonly deadline: Deadline
}

/** How often a waiter looks for an outcome, and at how many looks once for a lock whose holder died. */
const pause = "40 millis"
const looksPerProbe = 5

/**
 * Does the work once, however many processes ask at the same time. The first takes the lock; the others wait, and when
 * it is done they take its result, or fail with its failure. When the holder dies, the kernel frees its lock and one of
 * the others takes over. Where no lock can be had, everyone works for itself.
 */
export const singleFlight = Effect.fnUntraced(function*<A, E extends Failure, R>(flight: Flight<A, E, R>) {
  const lock = yield* Lock
  const progress = yield* Progress
  const since = yield* Clock.currentTimeMillis
  let known: FlightNote | undefined
  for (;;) {
    const tried = yield* Effect.scoped(Effect.gen(function*() {
      const taken = yield* lock.tryTake(flight.name)
      if (taken === "busy") return Option.none<A>()
      yield* Effect.logDebug(taken === "held" ? `the lock ${flight.name} is ours` : "working without a lock")
      const trouble = taken === "held" ? undefined : yield* lock.trouble
      if (trouble !== undefined) yield* warn(flight.profile, noLock(trouble))
      // The last holder may have ended between the last look, or our coming, and this try.
      const shared = yield* outcome(flight, since, known)
      return Option.isSome(shared) ? shared : Option.some(yield* hold(flight))
    }))
    if (Option.isSome(tried)) return tried.value
    const holder = known = yield* readNote(flight.name)
    const waiting = progress.during(yield* waitStep(holder), waitOn(flight, holder, since))
    const shared = yield* endedBy(waiting, flight.deadline)
    if (Option.isSome(shared)) return shared.value
  }
})

/** Waits for what this holder comes to; none once the lock seems free, or another process has become the holder. */
const waitOn = Effect.fnUntraced(function*<A, E, R>(flight: Flight<A, E, R>, holder: FlightNote | undefined, since: EpochMillis) {
  const lock = yield* Lock
  for (let looks = 1;; looks++) {
    yield* Effect.sleep(pause)
    const shared = yield* outcome(flight, since, holder)
    if (Option.isSome(shared)) return shared
    if ((yield* readNote(flight.name))?.startedAt !== holder?.startedAt) return Option.none<A>()
    if (looks % looksPerProbe !== 0) continue
    if ((yield* Effect.scoped(lock.tryTake(flight.name))) !== "busy") return Option.none<A>()
  }
})

/** Whether the two are of one holder, which was at work when the first was written. */
const isEndOf = (holder: FlightNote | undefined, note: FlightNote): boolean =>
  holder !== undefined && holder.endedAt === undefined && holder.pid === note.pid && holder.startedAt === note.startedAt

/** What the last holder came to, if it came to it while we waited: for the one we know of, or by the clock. */
const outcome = Effect.fnUntraced(function*<A, E, R>(
  flight: Flight<A, E, R>,
  since: EpochMillis,
  holder: FlightNote | undefined
) {
  const note = yield* readNote(flight.name)
  const now = yield* Clock.currentTimeMillis
  if (note?.endedAt === undefined) return Option.none<A>()
  // The clock may have been set meanwhile. What ends in the future ended before it was set right.
  if (!isEndOf(holder, note) && (note.endedAt <= since || note.endedAt > now)) return Option.none<A>()
  if (note.failure !== undefined) {
    const failed = Effect.fail(FlightFailure.SharedFailure(note.failure))
    // Ctrl-C reaches everybody on a terminal: where it was for us too, our own signal is about to be heard.
    return yield* note.failure.tag === "Stopped"
      ? endedBy(Effect.andThen(Effect.sleep(ownSignalGrace), failed), flight.deadline)
      : failed
  }
  return note.session === undefined ? Option.none<A>() : yield* flight.fetch(note.session.profile)
})

/** Does the work as the holder, and tells the others. */
const hold = Effect.fnUntraced(function*<A, E extends Failure, R>(flight: Flight<A, E, R>) {
  const caller = yield* Caller
  const terminal = yield* terminalName
  const startedAt = yield* Clock.currentTimeMillis
  const begun: FlightNote = { pid: caller.pid, ...given({ terminal }), startedAt }
  yield* writeNote(flight.name, begun)
  return yield* flight.work.pipe(
    Effect.tap(() => ended(flight.name, { ...begun, session: { profile: flight.profile } })),
    Effect.tapError((failure) =>
      isOwn(failure) ? Effect.void : ended(flight.name, { ...begun, failure: noteOfFailure(failure) })
    )
  )
})

/**
 * Whether a failure is the holder's own affair: it is told to go away, or its client has been told no before. It has
 * not failed at the task, and one of the others takes over as if it had died.
 */
const isOwn = (failure: Failure): boolean =>
  failure._tag === "RememberedRefusal" || isStoppedFromOutside(failure)

const ended = (name: string, note: FlightNote) =>
  Effect.flatMap(Clock.currentTimeMillis, (endedAt) => writeNote(name, { ...note, endedAt }))

const waitStep = Effect.fnUntraced(function*(holder: FlightNote | undefined) {
  const terminal = yield* terminalName
  const known = holder !== undefined && holder.endedAt === undefined
  const pid = known ? holder.pid : undefined
  const step: Step = {
    waitingFor: `${another(pid)} that is getting this session`,
    hint: orEnd("answer its question", pid),
    // The holder asks on its own terminal: a line of ours would run into its question.
    shown: terminal !== undefined && known && terminal !== holder.terminal
  }
  return step
})

const terminalName = Effect.gen(function*() {
  const tty = yield* Tty
  return (yield* tty.available) ? yield* Effect.orElseSucceed(tty.device, () => undefined) : undefined
})

const noteName = (name: string) => `flight-${name}`

const readNote = Effect.fnUntraced(function*(name: string) {
  const text = yield* (yield* Notes).read(noteName(name))
  return Option.isNone(text) ? undefined : flightNote.decode(text.value)
})

const writeNote = Effect.fnUntraced(function*(name: string, note: FlightNote) {
  yield* (yield* Notes).write(noteName(name), flightNote.encode(note))
})

import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { digest } from "../domain/Digest.ts"
import type { NoTerminal } from "../domain/MfaFailure.ts"
import { Lock } from "../services/Lock.ts"
import { Tty } from "../services/Tty.ts"

/**
 * A terminal has two locks, shared by all processes on it. Whoever asks holds `asking` and then `writing`; whoever only
 * shows what it waits for holds `writing` and gives way as soon as `asking` is wanted by somebody.
 */
const lockNames = (device: string) => ({ asking: `terminal-asking-${digest(device)}`, writing: `terminal-writing-${digest(device)}` })

const patience = "20 millis"

/** Waits until the lock is ours, or cannot be had at all. */
const take = (name: string): Effect.Effect<void, never, Lock | Scope.Scope> =>
  Effect.gen(function*() {
    const lock = yield* Lock
    while ((yield* lock.tryTake(name)) === "busy") yield* Effect.sleep(patience)
  })

/**
 * Runs a question while nobody else asks on this terminal: two readers of one terminal get each other's lines, because
 * the kernel hands each line to whichever of them reads first.
 */
export const asking = <A, E, R>(question: Effect.Effect<A, E, R>): Effect.Effect<A, E | NoTerminal, R | Lock | Tty> =>
  Effect.scoped(Effect.gen(function*() {
    const names = lockNames(yield* (yield* Tty).device)
    yield* take(names.asking)
    yield* take(names.writing)
    return yield* question
  }))

/** Writes a line that stays, once nobody else asks or shows anything on the terminal. Does nothing without one. */
export const telling = (line: string): Effect.Effect<void, never, Lock | Tty> =>
  Effect.flatMap(Tty, (tty) => Effect.ignore(asking(tty.print(line))))

/** How often a mention tries to get its turn: twice as long as it takes to give way to it. */
const courtesy = 10

/** Like `take`, but gives up soon; true when it is ours or cannot be had at all. */
const takeSoon = (name: string): Effect.Effect<boolean, never, Lock | Scope.Scope> =>
  Effect.gen(function*() {
    const lock = yield* Lock
    for (let tries = 0; tries < courtesy; tries++) {
      if ((yield* lock.tryTake(name)) !== "busy") return true
      yield* Effect.sleep(patience)
    }
    return false
  })

/**
 * Writes a line that stays, unless somebody asks on the terminal: it would run into the question, and waiting for the
 * answer is too much for a word in passing.
 */
export const mentioning = (line: string): Effect.Effect<void, never, Lock | Tty> =>
  Effect.scoped(Effect.gen(function*() {
    const tty = yield* Tty
    const names = lockNames(yield* tty.device)
    if ((yield* takeSoon(names.asking)) && (yield* takeSoon(names.writing))) yield* tty.print(line)
  })).pipe(Effect.ignore)

/** Whether nobody is asking on the terminal, nor showing anything; true holds until the scope closes. */
export const mayWrite = (device: string): Effect.Effect<boolean, never, Lock | Scope.Scope> =>
  Effect.gen(function*() {
    const lock = yield* Lock
    const names = lockNames(device)
    return (yield* lock.tryTake(names.writing)) !== "busy" && !(yield* wanted(device))
  })

/** Whether somebody waits to ask on the terminal. */
export const wanted = (device: string): Effect.Effect<boolean, never, Lock> =>
  Effect.scoped(Effect.gen(function*() {
    const lock = yield* Lock
    return (yield* lock.tryTake(lockNames(device).asking)) === "busy"
  }))

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

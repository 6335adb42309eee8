import { Deferred, Effect, Exit, Layer, Scope } from "effect"
import { Sts } from "../../src/services/aws/Sts.ts"
import { Cache } from "../../src/services/cache/Cache.ts"
import { Lock } from "../../src/services/cache/Lock.ts"
import { Notes } from "../../src/services/cache/Notes.ts"
import { OpCli } from "../../src/services/onepassword/OpCli.ts"
import { Tty } from "../../src/services/terminal/Tty.ts"

/**
 * Where a process may be killed: with its first lock just taken, while `op` runs, while its question stands, with a
 * code on its way, with the answer of STS in hand, with the session just kept.
 */
export const moments = ["locked", "reading", "asking", "sending", "answered", "kept"] as const

export type Moment = (typeof moments)[number]

/** The life of one process. */
export interface Life {
  /** The moment at which it is killed, if it comes to it. */
  readonly until: Moment | undefined
  dead: boolean
  /** What it holds of the kernel's, which is free at once when it is killed. */
  readonly held: Set<Scope.Closeable>
  readonly killed: Deferred.Deferred<void>
}

export const makeLife = (until?: Moment): Effect.Effect<Life> =>
  Effect.map(Deferred.make<void>(), (killed) => ({ until, dead: false, held: new Set(), killed }))

/** Kills the process as SIGKILL does: its locks are free, and it does nothing any more, not even on its way out. */
export const kill = (life: Life): Effect.Effect<never> =>
  Effect.gen(function*() {
    life.dead = true
    for (const scope of life.held) yield* Scope.close(scope, Exit.void)
    yield* Deferred.succeed(life.killed, undefined)
    return yield* Effect.never
  })

const at = (life: Life, moment: Moment): Effect.Effect<void> =>
  Effect.suspend(() => life.until === moment && !life.dead ? kill(life) : Effect.void)

const during = <A, E, R>(life: Life, moment: Moment, work: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  life.until === moment ? Effect.timeoutOrElse(work, { duration: 1, orElse: () => kill(life) }) : work

const living = (life: Life, effect: Effect.Effect<void>) => Effect.suspend(() => life.dead ? Effect.void : effect)

const takeLock = (life: Life, lock: Lock["Service"], name: string) =>
  Effect.gen(function*() {
    const scope = yield* Scope.make()
    life.held.add(scope)
    yield* Effect.addFinalizer(() => {
      life.held.delete(scope)
      return Scope.close(scope, Exit.void)
    })
    const state = yield* Scope.provide(lock.tryTake(name), scope)
    if (state === "held") yield* at(life, "locked")
    return state
  })

/** These services as a process has them that may be killed at its moment. */
export const layer = (life: Life) =>
  Layer.mergeAll(
    Layer.effect(Lock, Effect.map(Lock, (lock) => ({ ...lock, tryTake: (name: string) => takeLock(life, lock, name) }))),
    Layer.effect(Notes, Effect.map(Notes, (notes) => ({
      ...notes,
      write: (name: string, text: string) => living(life, notes.write(name, text)),
      remove: (name: string) => living(life, notes.remove(name))
    }))),
    Layer.effect(OpCli, Effect.map(OpCli, (op) => ({
      readItem: (reference) => during(life, "reading", op.readItem(reference))
    }))),
    Layer.effect(Tty, Effect.map(Tty, (tty) => ({
      ...tty,
      ask: (question: string) => during(life, "asking", tty.ask(question)),
      print: (line: string) => living(life, tty.print(line)),
      ring: living(life, tty.ring),
      show: (line: string) => living(life, tty.show(line))
    }))),
    Layer.effect(Sts, Effect.map(Sts, (sts) => ({
      ...sts,
      getSessionToken: (request) =>
        at(life, "sending").pipe(
          Effect.andThen(sts.getSessionToken(request)),
          Effect.tap(() => at(life, "answered"))
        )
    })))
  )

/** The same for a cache, which depends on the process's settings. */
export const layerCache = (life: Life) =>
  Layer.effect(Cache, Effect.map(Cache, (cache) => ({
    ...cache,
    write: (profile, entry) =>
      Effect.gen(function*() {
        if (life.dead) return
        const written = yield* Effect.exit(cache.write(profile, entry))
        yield* at(life, "kept")
        return yield* written
      })
  })))

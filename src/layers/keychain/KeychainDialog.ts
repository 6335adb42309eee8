import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { finite, noteFormat, record, text } from "../../domain/base/NoteFormat.ts"
import { Lock } from "../../services/cache/Lock.ts"
import { Notes } from "../../services/cache/Notes.ts"
import { Caller } from "../../services/host/Caller.ts"

const name = "keychain"

/** How often the lock is tried that another call has, whose dialog is on the screen. */
const pause = "40 millis"

/** How long a dialog that was dismissed is not shown again to the same client (milliseconds). */
const memory = 10_000

const refusalNote = noteFormat(record({ group: text, at: finite }))

/**
 * One dialog of the keychain at a time, whoever shows it: whoever waited finds it unlocked, or dismissed. `show` has to
 * look at it again; `isRefusal` tells from what it gives whether a person said no, and `refused` is given instead for a
 * short while after that, because a client may call once for every request it makes.
 */
export const keychainDialog = Effect.gen(function*() {
  const lock = yield* Lock
  const notes = yield* Notes
  const caller = yield* Caller

  const refusedLately = Effect.gen(function*() {
    const note = Option.flatMapNullishOr(yield* notes.read(name), refusalNote.decode)
    const now = yield* Clock.currentTimeMillis
    return Option.isSome(note) && note.value.group === (yield* caller.group) && note.value.at <= now &&
      now < note.value.at + memory
  })

  const remember = Effect.gen(function*() {
    const at = yield* Clock.currentTimeMillis
    yield* notes.write(name, refusalNote.encode({ group: yield* caller.group, at }))
  })

  return <A, E>(show: Effect.Effect<A, E>, isRefusal: (shown: A) => boolean, refused: A): Effect.Effect<A, E> =>
    Effect.scoped(Effect.gen(function*() {
      while ((yield* lock.tryTake(name)) === "busy") yield* Effect.sleep(pause)
      if (yield* refusedLately) return refused
      return yield* Effect.tap(show, (shown) => isRefusal(shown) ? remember : Effect.void)
    }))
})

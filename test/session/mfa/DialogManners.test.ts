import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Layer } from "effect"
import { TestClock } from "effect/testing"
import * as CallerFake from "../../fakes/host/CallerFake.ts"
import { DialogFake, type Person, replying } from "../../fakes/mfa/DialogFake.ts"
import * as NotesMemory from "../../fakes/cache/NotesMemory.ts"
import { Dialog } from "../../../src/services/mfa/Dialog.ts"
import * as DialogManners from "../../../src/session/mfa/DialogManners.ts"

/** A process of a group, at a screen with this person; the notes are what the processes share. */
const processOf = (group: string, notes: Map<string, string>, person: Person, present = true) =>
  DialogManners.layer.pipe(
    Layer.provideMerge(DialogFake.layer({ person, present })),
    Layer.provide([CallerFake.layer(1, group), NotesMemory.layerOver(notes)])
  )

/** Whether a dialog would be shown; false also where one was just dismissed, which is an error that says so. */
const look = Effect.gen(function*() {
  return yield* (yield* Dialog).available
}).pipe(Effect.catchTag("DialogDismissed", () => Effect.succeed(false)))

/** What comes of a question, and how many dialogs were shown for it. */
const ask = Effect.gen(function*() {
  const dialog = yield* Dialog
  const asked = dialog.ask("code: ", "dev")
  const answer = yield* Effect.match(asked, { onFailure: ({ _tag }) => _tag, onSuccess: (typed) => typed })
  return { answer, shown: (yield* (yield* DialogFake).questions).length }
})

const dismissing = replying({ dismiss: true })

const typing = { answer: "123456", shown: 1 }
const dismissal = { answer: "DialogDismissed", shown: 1 }
const silence = { answer: "DialogDismissed", shown: 0 }

describe("DialogManners", () => {
  it.effect("shows no dialog to a group for five minutes after one was dismissed in it", () =>
    Effect.gen(function*() {
      const notes = new Map<string, string>()
      const again = processOf("a", notes, replying("123456"))
      yield* TestClock.adjust("1 hour")
      assert.deepStrictEqual(yield* Effect.provide(ask, processOf("a", notes, dismissing)), dismissal)
      assert.isFalse(yield* Effect.provide(look, again))
      const why = yield* Effect.flip(Effect.provide(Effect.flatMap(Dialog, (dialog) => dialog.available), again))
      assert.strictEqual(why._tag, "DialogDismissed")
      assert.deepStrictEqual(yield* Effect.provide(ask, again), silence)
      yield* TestClock.adjust("299 seconds")
      assert.isFalse(yield* Effect.provide(look, again))
      assert.deepStrictEqual(yield* Effect.provide(ask, again), silence)
      yield* TestClock.adjust("1 second")
      assert.isTrue(yield* Effect.provide(look, again))
      assert.deepStrictEqual(yield* Effect.provide(ask, again), typing)
    }))

  it.effect("does so in the process that showed it, too", () =>
    Effect.gen(function*() {
      assert.isTrue(yield* look)
      assert.deepStrictEqual(yield* ask, dismissal)
      assert.isFalse(yield* look)
      assert.deepStrictEqual(yield* ask, dismissal)
    }).pipe(Effect.provide(processOf("a", new Map(), replying({ dismiss: true }, "123456")))))

  it.effect("counts from the moment of the dismissal, not of the question", () =>
    Effect.gen(function*() {
      const notes = new Map<string, string>()
      const slow = processOf("a", notes, replying({ dismiss: true, after: "4 minutes" }))
      const asked = yield* Effect.forkChild(Effect.provide(ask, slow))
      yield* TestClock.adjust("4 minutes")
      yield* Fiber.join(asked)
      yield* TestClock.adjust("4 minutes")
      assert.isFalse(yield* Effect.provide(look, processOf("a", notes, dismissing)))
    }))

  it.effect("leaves other groups alone, and remembers each for itself", () =>
    Effect.gen(function*() {
      const notes = new Map<string, string>()
      const lookFrom = (group: string) => Effect.provide(look, processOf(group, notes, dismissing))
      const looks = Effect.forEach(["a", "b", "c"], lookFrom)
      yield* Effect.provide(ask, processOf("a", notes, dismissing))
      assert.deepStrictEqual(yield* looks, [false, true, true])
      yield* TestClock.adjust("3 minutes")
      yield* Effect.provide(ask, processOf("b", notes, dismissing))
      assert.deepStrictEqual(yield* looks, [false, false, true])
      yield* TestClock.adjust("2 minutes")
      assert.deepStrictEqual(yield* looks, [true, false, true])
      yield* TestClock.adjust("3 minutes")
      assert.deepStrictEqual(yield* looks, [true, true, true])
    }))

  it.effect("forgets dismissals that are past, so that the note does not grow", () =>
    Effect.gen(function*() {
      const notes = new Map<string, string>()
      const sizes: Array<number> = []
      for (let group = 1000; group < 1020; group++) {
        yield* Effect.provide(ask, processOf(`${group}`, notes, dismissing))
        sizes.push([...notes.values()].join("").length)
        yield* TestClock.adjust("5 minutes")
      }
      assert.isBelow(Math.max(...sizes), 2 * (sizes[0] ?? 0))
    }))

  it.effect.each(["a typed line", "a failure", "an interruption"] as const)("takes %s for no dismissal", (what) =>
    Effect.gen(function*() {
      const notes = new Map<string, string>()
      const replies = { "a typed line": ["1"], "a failure": [{ fail: "no screen" }], "an interruption": [] }
      const person = replying(...replies[what])
      const asked = yield* Effect.forkChild(Effect.provide(ask, processOf("a", notes, person)))
      yield* TestClock.adjust("1 second")
      yield* Fiber.interrupt(asked)
      assert.isTrue(yield* Effect.provide(look, processOf("a", notes, person)))
      assert.strictEqual(notes.size, 0)
    }))

  it.effect("is not confused by a damaged note or by a clock that was set back", () =>
    Effect.gen(function*() {
      const notes = new Map<string, string>()
      yield* TestClock.adjust("1 day")
      yield* Effect.provide(ask, processOf("a", notes, dismissing))
      const [name = ""] = [...notes.keys()]
      yield* TestClock.setTime(60_000)
      assert.isTrue(yield* Effect.provide(look, processOf("a", notes, dismissing)))
      for (const text of ["", "{", "null", "{\"dismissals\":[{\"group\":\"a\"}]}"]) {
        notes.set(name, text)
        assert.isTrue(yield* Effect.provide(look, processOf("a", notes, dismissing)))
      }
      assert.deepStrictEqual(yield* Effect.provide(ask, processOf("a", notes, dismissing)), dismissal)
      assert.isFalse(yield* Effect.provide(look, processOf("a", notes, dismissing)))
    }))

  it.effect("makes no screen where there is none", () =>
    Effect.gen(function*() {
      assert.isFalse(yield* look)
      assert.deepStrictEqual(yield* ask, { answer: "DialogFailed", shown: 0 })
    }).pipe(Effect.provide(processOf("a", new Map(), dismissing, false))))
})

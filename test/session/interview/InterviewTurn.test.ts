import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Layer } from "effect"
import { TestClock } from "effect/testing"
import * as CallerFake from "../../fakes/host/CallerFake.ts"
import { type Answer, InterviewFake } from "../../fakes/terminal/InterviewFake.ts"
import * as LockMemory from "../../fakes/cache/LockMemory.ts"
import * as NotesMemory from "../../fakes/cache/NotesMemory.ts"
import { TtyFake } from "../../fakes/terminal/TtyFake.ts"
import { Interview } from "../../../src/services/interview/Interview.ts"
import * as InterviewTurn from "../../../src/session/interview/InterviewTurn.ts"
import * as ProgressTerminal from "../../../src/session/terminal/ProgressTerminal.ts"
import { asking } from "../../../src/session/terminal/TerminalTurn.ts"

const world = (answers: ReadonlyArray<Answer>, present = true) =>
  InterviewTurn.layer.pipe(
    Layer.provideMerge(ProgressTerminal.layer),
    Layer.provideMerge(Layer.mergeAll(
      present ? InterviewFake.layer(answers) : InterviewFake.absent,
      TtyFake.layer({ present }),
      LockMemory.layer,
      NotesMemory.layer,
      CallerFake.layer()
    ))
  )

const saidSoFar = Effect.flatMap(InterviewFake, ({ transcript }) => transcript)

describe("a wizard's turn on the terminal", () => {
  it.effect("comes when nobody else asks there, for what is told too", () =>
    Effect.gen(function*() {
      const interview = yield* Interview
      const other = yield* Effect.forkChild(asking(Effect.sleep("1 minute")))
      yield* TestClock.adjust("1 second")
      const wizard = yield* Effect.forkChild(Effect.andThen(interview.tell("Hello"), interview.confirm("Sure?", true)))
      yield* TestClock.adjust("50 seconds")
      assert.deepStrictEqual(yield* saidSoFar, [])
      yield* TestClock.adjust("10 seconds")
      yield* Fiber.join(other)
      assert.isTrue(yield* Fiber.join(wizard))
      assert.deepStrictEqual(yield* saidSoFar, ["Hello", "? Sure?  yes"])
    }).pipe(Effect.provide(world(["enter"]))))

  it.effect("is over between its questions", () =>
    Effect.gen(function*() {
      const interview = yield* Interview
      assert.isTrue(yield* interview.confirm("Sure?", true))
      yield* asking(Effect.void)
      assert.strictEqual((yield* Effect.flip(interview.text({ question: "Name" })))._tag, "InterviewLeft")
      yield* asking(Effect.void)
    }).pipe(Effect.provide(world(["enter", "leave"]))))

  it.effect("is not waited for without a terminal", () =>
    Effect.gen(function*() {
      const interview = yield* Interview
      assert.isFalse(yield* interview.available)
      assert.strictEqual((yield* Effect.flip(interview.secret({ question: "Key" })))._tag, "NobodyToAsk")
      yield* interview.tell("Hello")
      assert.deepStrictEqual(yield* saidSoFar, ["Hello"])
    }).pipe(Effect.provide(world([], false))))
})

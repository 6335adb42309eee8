import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"
import { Tty } from "../../../src/services/terminal/Tty.ts"
import { runSteps } from "../../suites/TtySteps.ts"
import { type Scene, ttySuite } from "../../suites/TtySuite.ts"
import { answering, type Person, TtyFake } from "./TtyFake.ts"

/** Waits for the question that each answer is to, as somebody in front of a real terminal does. */
const personOf = ({ answers = [] }: Scene): Person => {
  const left = [...answers]
  return (question) => {
    const next = left[0]
    if (next === undefined || next.to !== question) return { ignore: true }
    left.shift()
    return next.type === "\x04" ? { endInput: true } : { type: next.type.slice(0, -1) }
  }
}

const play = Effect.fnUntraced(function*(scene: Scene) {
  const present = (scene.terminal ?? "foreground") === "foreground"
  const { fake, outcomes } = yield* Effect.all({ outcomes: runSteps(scene.steps), fake: TtyFake }).pipe(
    Effect.provide(TtyFake.layer({ person: personOf(scene), present }))
  )
  return { outcomes, screen: yield* fake.screen }
})

ttySuite("the fake", play)

describe("the fake terminal", () => {
  it.effect("lets a person take their time, on the test's clock", () =>
    Effect.gen(function*() {
      const tty = yield* Tty
      const asked = yield* Effect.forkChild(tty.ask("code: "))
      yield* TestClock.adjust("59 seconds")
      assert.isUndefined(asked.pollUnsafe())
      yield* TestClock.adjust("1 second")
      assert.strictEqual(yield* Fiber.join(asked), "123456")
    }).pipe(Effect.provide(TtyFake.layer({ person: answering({ type: "123456", after: "1 minute" }) }))))

  it.effect("tells what happened on it, oldest first", () =>
    Effect.gen(function*() {
      const tty = yield* Tty
      yield* tty.show("waiting")
      yield* tty.ask("code: ")
      yield* tty.print("kept")
      const fake = yield* TtyFake
      assert.deepStrictEqual(yield* fake.transcript, [
        { what: "shown", text: "waiting" },
        { what: "erased", text: "waiting" },
        { what: "asked", text: "code: " },
        { what: "typed", text: "123456" },
        { what: "printed", text: "kept" }
      ])
      assert.deepStrictEqual(yield* fake.questions, ["code: "])
    }).pipe(Effect.provide(TtyFake.layer({ person: answering("123456") }))))

  it.effect("notices when two processes ask on it at one time", () =>
    Effect.gen(function*() {
      const fake = yield* TtyFake
      const [here, there] = [yield* Tty, yield* fake.attach]
      yield* Effect.all([here.ask("code: "), there.ask("code: ")], { concurrency: "unbounded" })
      assert.strictEqual(yield* fake.mostAtOnce, 2)
    }).pipe(Effect.provide(TtyFake.layer({ person: () => Effect.as(Effect.yieldNow, { type: "123456" }) }))))

  it.effect("can go away, and somebody else can sit down", () =>
    Effect.gen(function*() {
      const fake = yield* TtyFake
      const tty = yield* Tty
      yield* fake.setPresent(false)
      assert.strictEqual((yield* Effect.flip(tty.ask("code: ")))._tag, "NoTerminal")
      yield* fake.setPresent(true)
      yield* fake.seat((question, count) => ({ type: `${question}${count}` }))
      assert.strictEqual(yield* tty.ask("again: "), "again: 1")
    }).pipe(Effect.provide(TtyFake.layer())))
})

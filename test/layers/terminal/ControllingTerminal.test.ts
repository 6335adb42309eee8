import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { eventually } from "../../cli/Eventually.ts"
import { script } from "../../fixtures/Programs.ts"
import { temporaryDirectory } from "../../fixtures/TemporaryDirectory.ts"
import { throughPs } from "../../../src/layers/terminal/ControllingTerminal.ts"

/** A `ps` that does one of these each time it is asked, and the last one from then on. */
const psThat = (...answers: ReadonlyArray<string>) =>
  Effect.map(temporaryDirectory, (directory) => {
    const path = join(directory, "ps")
    script(
      path,
      `echo asked >>"$0.log"`,
      `n=0; while read -r _; do n=$((n + 1)); done <"$0.log"`,
      "case $n in",
      ...answers.map((answer, index) => `${index + 1 === answers.length ? "*" : index + 1}) ${answer} ;;`),
      "esac"
    )
    const asked = (): number => existsSync(`${path}.log`) ? readFileSync(`${path}.log`, "utf8").split("\n").length - 1 : 0
    return { path, asked }
  })

const inFront = "echo ' 100   100 ttys001'"
const behind = "echo '  100   200 ttys001 '"
const without = "echo '  100     0 ??'"
const hanging = "exec /bin/sleep 600"

const aSecondLater = TestClock.adjust("1 second")

describe("the terminal by ps", () => {
  it.effect("is known by name, and whether its keys are ours to read", () =>
    Effect.gen(function*() {
      const { path } = yield* psThat(inFront, behind, without)
      const look = yield* throughPs(path)
      assert.deepStrictEqual(yield* look, { name: "tty-ttys001", foreground: true })
      yield* aSecondLater
      assert.deepStrictEqual(yield* look, { name: "tty-ttys001", foreground: false })
      yield* aSecondLater
      assert.isUndefined(yield* look)
    }))

  it.effect("is asked for once a second", () =>
    Effect.gen(function*() {
      const { asked, path } = yield* psThat(inFront)
      const look = yield* throughPs(path)
      for (let looks = 0; looks < 5; looks++) yield* look
      assert.strictEqual(asked(), 1)
      yield* aSecondLater
      yield* look
      assert.strictEqual(asked(), 2)
    }))

  it.effect("is not gone because ps could not be run for once", () =>
    Effect.gen(function*() {
      const { path } = yield* psThat(inFront, "exit 1", "kill -KILL $$", without)
      const look = yield* throughPs(path)
      for (let looks = 0; looks < 3; looks++) {
        assert.deepStrictEqual(yield* look, { name: "tty-ttys001", foreground: true })
        yield* aSecondLater
      }
      assert.isUndefined(yield* look)
    }))

  it.effect("is not gone because the machine was asleep while ps was asked", () =>
    Effect.gen(function*() {
      const { asked, path } = yield* psThat(inFront, hanging, behind)
      const look = yield* throughPs(path)
      yield* look
      yield* aSecondLater
      const asking = yield* Effect.forkChild(look)
      yield* TestClock.withLive(eventually("the second question", () => asked() === 2 ? true : undefined))
      yield* TestClock.adjust("1 hour")
      assert.deepStrictEqual(yield* Fiber.join(asking), { name: "tty-ttys001", foreground: true })
      assert.deepStrictEqual(yield* look, { name: "tty-ttys001", foreground: false })
    }))

  it.effect("is none where there is no ps, and where it never answers", () =>
    Effect.gen(function*() {
      assert.isUndefined(yield* yield* throughPs("/nowhere/ps"))
      const { asked, path } = yield* psThat(hanging)
      const asking = yield* Effect.forkChild(yield* throughPs(path))
      yield* TestClock.withLive(eventually("a question", () => asked() === 1 ? true : undefined))
      yield* TestClock.adjust("2 seconds")
      assert.isUndefined(yield* Fiber.join(asking))
    }))
})

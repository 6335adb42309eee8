import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Clock, Effect, Exit, Schema } from "effect"
import { TestClock } from "effect/testing"
import * as Fate from "../rotate/RotationFate.ts"
import { begin, heldWorks, inItem, keysOf, makeWorld, oldKey, run, type World } from "../rotate/RotationWorld.ts"
import { journalPrefix } from "../../src/rotate/RotationJournal.ts"

/** What happens to each of some runs, one after the other. */
type History = ReadonlyArray<ReadonlyArray<readonly [step: number, blow: Fate.Blow]>>

interface Setting {
  readonly mfa: "auto" | "none"
  /** How long a new key stays unknown, in seconds. */
  readonly delay: number
  /** How long a person waits until the next run, in seconds. */
  readonly pause: number
}

/** Sees to it, at every step, that whoever reads the item gets a key that works. */
const watching = (world: World, log: Array<string>) => (step: string) =>
  Effect.map(Clock.currentTimeMillis, (now) => {
    log.push(`${step}: ${inItem(world).id ?? "nothing"} in the item, of ${keysOf(world).join(", ")}`)
    assert.isTrue(heldWorks(world, now), `the key in the item does not work:\n${log.join("\n")}`)
  })

const journals = ({ notes }: World) => [...notes.keys()].filter((name) => name.startsWith(journalPrefix))

/** Runs with these blows, and then without any until one comes to its end; a person would do the same. */
const live = (history: History, { delay, mfa, pause }: Setting) =>
  Effect.gen(function*() {
    yield* begin
    const world = makeWorld()
    world.sts.keyDelay = delay * 1000
    world.sts.users[oldKey]!.iam = { requiresMfa: mfa === "auto" }
    const log: Array<string> = []
    for (const blows of [...history, [], [], []]) {
      const fate = Fate.make(blows, watching(world, log))
      const { exit } = yield* run(world, { fate, flags: { mfa } })
      log.push(exit === "killed" ? "killed" : Exit.isSuccess(exit) ? `done: ${JSON.stringify(exit.value)}` : `failed: ${String(exit.cause)}`)
      // The kernel frees what a killed process held.
      world.locks.held.clear()
      yield* watching(world, log)("the end of a run")
      if (exit !== "killed" && Exit.isSuccess(exit)) {
        yield* TestClock.adjust("40 seconds")
        yield* watching(world, log)("after all that was under way")
        const { id, secret } = inItem(world)
        const story = log.join("\n")
        assert.deepStrictEqual(keysOf(world), [`${id ?? ""} active`], story)
        assert.strictEqual(world.sts.users[id ?? ""]?.secret, secret, story)
        assert.notStrictEqual(id, oldKey, story)
        assert.deepStrictEqual(journals(world), [], story)
        return { log, steps: fate.steps }
      }
      yield* TestClock.adjust(pause * 1000)
    }
    throw new Error(`it does not come to its end:\n${log.join("\n")}`)
  })

const settings: ReadonlyArray<Setting> = [
  { mfa: "auto", delay: 3, pause: 1 },
  { mfa: "none", delay: 8, pause: 1 }
]

describe("a rotation", () => {
  for (const setting of settings) {
    const how = setting.mfa === "none" ? "with the key itself" : "with a session"

    it.effect(`${how}, to which anything happens at any one step, ends well when it is run again`, () =>
      Effect.gen(function*() {
        const { steps } = yield* live([], setting)
        assert.isAbove(steps.length, 12)
        for (const blow of Fate.blows) {
          for (let step = 1; step <= steps.length + 1; step++) yield* live([[[step, blow]]], setting)
        }
      }))

    it.effect(`${how}, which is killed at two steps of two runs, ends well when it is run once more`, () =>
      Effect.gen(function*() {
        for (let first = 4; first <= 20; first++) {
          for (let second = 1 + first % 2; second <= 20; second += 2) {
            yield* live([[[first, "kill after"]], [[second, "kill after"]]], setting)
          }
        }
      }))
  }

  const whole = (minimum: number, maximum: number) => Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum, maximum })))
  const blow = Arbitrary.map(
    Arbitrary.all([whole(1, 24), Arbitrary.schema(Schema.Literals(Fate.blows))]),
    ([step, blow]) => [step, blow] as const
  )
  const history = Arbitrary.array(Arbitrary.array(blow, { maxLength: 3 }), { minLength: 1, maxLength: 5 })
  const setting = Arbitrary.all({
    mfa: Arbitrary.schema(Schema.Literals(["auto", "none"])),
    delay: whole(0, 20),
    pause: Arbitrary.schema(Schema.Literals([0, 1, 30, 3600, 90_000]))
  })

  it.effect.prop(
    "never leaves a key in the item that does not work, and ends with one key, whatever happens to how many runs",
    [history, setting],
    ([history, setting]) => live(history, setting),
    { arbitrary: { runs: 150 } }
  )
})


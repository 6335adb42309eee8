import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Effect, Schema } from "effect"
import { TestClock } from "effect/testing"
import { run } from "../session/Composed.ts"
import { configOf, keysOf, makeEveryday, reading, seatOf, today } from "../session/Everyday.ts"

/** Two items under all the names that they go by, one profile a name. */
const [first, second] = ["item0", "item1"]
const vaultId = makeEveryday().op.accounts[0]!.vaults[0]!.id
const accountIds = makeEveryday().op.accounts[0]!
const names: ReadonlyArray<{ readonly of: number; readonly keys: Readonly<Record<string, string>> }> = [
  { of: 0, keys: keysOf("One") },
  { of: 0, keys: keysOf("one") },
  { of: 0, keys: keysOf(first!) },
  { of: 0, keys: { ...keysOf(first!), op_vault: vaultId } },
  { of: 0, keys: { ...keysOf("One"), op_vault: vaultId, op_account: accountIds.account_uuid } },
  { of: 0, keys: { ...keysOf("One"), op_account: accountIds.url } },
  { of: 1, keys: keysOf("Two") },
  { of: 1, keys: { ...keysOf(second!), op_vault: vaultId } }
]

const whole = (minimum: number, maximum: number) => Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum, maximum })))

const step = Arbitrary.all({ name: whole(0, names.length - 1), minutes: whole(0, 500) })
const history = Arbitrary.array(step, { minLength: 2, maxLength: 8 })

const hours12 = 720

describe("an item under many names", () => {
  it.effect.prop("has one session at a time, for which a person is asked once, whatever it is called", [history], ([steps]) =>
    Effect.gen(function*() {
      yield* today
      const config = configOf(Object.fromEntries(names.map(({ keys }, index) => [`p${index}`, keys])))
      const world = makeEveryday([{ title: "One" }, { title: "Two" }], config)
      const seat = yield* seatOf("a shell", reading(world))
      const ends = [0, 0]
      let asked = 0
      let at = 0
      for (const { minutes, name } of steps) {
        yield* TestClock.adjust(`${minutes} minutes`)
        at += minutes
        const { of } = names[name]!
        const before = world.sts.calls.length
        const [ending] = yield* run(world, [{ words: ["--profile", `p${name}`], seat }])
        assert.strictEqual(ending?.code, 0)
        // Questions take seconds, which are not counted here: what is that near to the margin is either.
        const left = ends[of]! - at
        if (Math.abs(left - 16) > 3) {
          assert.strictEqual(world.sts.calls.length - before, left > 16 ? 0 : 1, JSON.stringify({ left, name }))
        }
        if (world.sts.calls.length > before) {
          asked++
          ends[of] = at + hours12
        }
      }
      assert.strictEqual((yield* seat.terminal.questions).length, asked)
    }), { arbitrary: { runs: 60 } })
})

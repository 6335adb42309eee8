import { assert, describe, it } from "@effect/vitest"
import { Cause, Effect, Exit, Redacted } from "effect"
import { type Answer, InterviewFake } from "./InterviewFake.ts"
import { Interview } from "../../../src/services/interview/Interview.ts"

const talk = Effect.gen(function*() {
  const interview = yield* Interview
  yield* interview.tell("Hello.\nTwo lines.\n")
  const vault = yield* interview.choose({
    question: "Vault",
    choices: [{ value: 1, label: "Private" }, { value: 2, label: "Shared", detail: "team" }]
  })
  const region = yield* interview.text({ question: "Region", usual: "eu-west-1" })
  const key = yield* interview.secret({ question: "Key", check: (text) => text === "" ? "a key is needed" : undefined })
  const sure = yield* interview.confirm("Write it?", true)
  return { vault, region, key: Redacted.value(key), sure }
})

const using = (answers: ReadonlyArray<Answer>) => Effect.provide(InterviewFake.layer(answers))

describe("the fake of a conversation", () => {
  it.effect("takes the answers one after the other, and remembers what was said", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* talk, { vault: 2, region: "eu-west-1", key: "FAKEKEY", sure: true })
      const fake = yield* InterviewFake
      assert.deepStrictEqual(yield* fake.transcript, [
        "Hello.",
        "Two lines.",
        "? Vault  Shared",
        "? Region  eu-west-1",
        "! a key is needed",
        "? Key  ****",
        "? Write it?  yes"
      ])
      assert.deepStrictEqual(yield* fake.questions, ["Vault", "Region", "Key", "Key", "Write it?"])
      assert.deepStrictEqual(yield* fake.offered, [["Private", "Shared (team)"]])
      assert.deepStrictEqual(yield* fake.unused, [])
    }).pipe(using([{ choose: "team" }, "enter", { secret: " " }, { secret: " FAKEKEY\n" }, { confirm: true }])))

  it.effect("is left where it says so", () =>
    Effect.gen(function*() {
      assert.strictEqual((yield* Effect.flip(talk))._tag, "InterviewLeft")
      const fake = yield* InterviewFake
      assert.strictEqual((yield* fake.transcript).at(-1), "? Region  left")
      assert.deepStrictEqual(yield* fake.unused, ["enter"])
    }).pipe(using(["enter", "leave", "enter"])))

  it.effect.each<{ readonly answers: ReadonlyArray<Answer>; readonly why: RegExp }>([
    { answers: [], why: /"Vault": no answer is left/ },
    { answers: [{ choose: "Other" }], why: /no choice is "?.*among: Private, Shared \(team\)/ },
    { answers: [{ choose: "r" }], why: /more than one choice/ },
    { answers: [{ text: "Private" }], why: /not to be answered/ }
  ])("fails the test where the answers do not fit", ({ answers, why }) =>
    Effect.gen(function*() {
      const exit = yield* Effect.exit(talk)
      assert.match(Exit.isFailure(exit) ? Cause.pretty(exit.cause) : "", why)
    }).pipe(using(answers)))

  it.effect("has nobody to ask without a terminal", () =>
    Effect.gen(function*() {
      assert.isFalse(yield* (yield* Interview).available)
      assert.strictEqual((yield* Effect.flip(talk))._tag, "NobodyToAsk")
    }).pipe(Effect.provide(InterviewFake.absent)))
})

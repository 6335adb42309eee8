import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Redacted } from "effect"
import { type Answer, InterviewFake } from "../../fakes/terminal/InterviewFake.ts"
import { UsageFailure } from "../../../src/domain/settings/UsageFailure.ts"
import { Interview } from "../../../src/services/interview/Interview.ts"
import { agreed, guide, tell } from "../../../src/session/interview/Answers.ts"
import * as InterviewUnattended from "../../../src/session/interview/InterviewUnattended.ts"

const world = (answers: ReadonlyArray<Answer> | "absent", ...how: Parameters<typeof InterviewUnattended.layer>) =>
  Layer.provideMerge(
    InterviewUnattended.layer(...how),
    answers === "absent" ? InterviewFake.absent : InterviewFake.layer(answers)
  )

const instead = { instead: "pass --yes" }
const unasked = { what: "which vault it is", flags: "--op-vault <vault>" }
const choices = [{ value: 1, label: "one" }, { value: 2, label: "two" }]

describe("where nobody is asked", () => {
  it.effect("what is certain is the answer, and what is not a failure that says by which flags it is told", () =>
    Effect.gen(function*() {
      const interview = yield* Interview
      const failure = UsageFailure.BadUsage("no")
      assert.isFalse(interview.attended)
      assert.strictEqual(yield* interview.choose({ question: "Which?", choices, unasked: { ...unasked, certain: 2 } }), 2)
      assert.strictEqual(yield* interview.text({ question: "Name?", unasked: { certain: "" } }), "")
      assert.isFalse(yield* interview.confirm("Sure?", true, { certain: false }))
      const missing = yield* Effect.flip(interview.choose({ question: "Which?", choices, unasked }))
      assert.deepStrictEqual(
        [missing._tag, missing.message, missing.hint],
        ["AnswerMissing", "`setup` cannot tell which vault it is without asking", "pass --op-vault <vault>, or run it in a terminal without --yes"]
      )
      assert.strictEqual(yield* Effect.flip(interview.text({ question: "Name?", unasked: { failure } })), failure)
      assert.strictEqual((yield* Effect.flip(agreed("Sure?", true, false)))._tag, "InterviewLeft")
      yield* agreed("Sure?", false, true)
      assert.deepStrictEqual(yield* (yield* InterviewFake).questions, [])
    }).pipe(Effect.provide(world([], "setup", true, instead))))

  it.effect("what no flag can say is asked all the same", () =>
    Effect.gen(function*() {
      const interview = yield* Interview
      assert.strictEqual(Redacted.value(yield* interview.secret({ question: "Secret" })), "FAKE")
      assert.strictEqual(yield* interview.text({ question: "Name?" }), "me")
    }).pipe(Effect.provide(world([{ secret: "FAKE" }, { text: "me" }], "import", true, instead))))

  it.effect("what guides a person is not said, and what happens is", () =>
    Effect.gen(function*() {
      yield* guide("Ctrl-C leaves.")
      yield* tell("Written.")
      assert.deepStrictEqual(yield* (yield* InterviewFake).transcript, ["Written."])
    }).pipe(Effect.provide(world([], "setup", true, instead))))

  it.effect("because there is no terminal, it is said that there is none", () =>
    Effect.gen(function*() {
      const missing = yield* Effect.flip((yield* Interview).choose({ question: "Which?", choices, unasked }))
      assert.deepStrictEqual([missing._tag, missing.hint], ["NobodyToAsk", "run it in a terminal, or pass --op-vault <vault>"])
    }).pipe(Effect.provide(world("absent", "setup", false, "unanswered"))))
})

describe("where somebody could be asked", () => {
  it.effect("a person is asked, whatever is certain", () =>
    Effect.gen(function*() {
      const interview = yield* Interview
      assert.isTrue(interview.attended)
      yield* guide("Ctrl-C leaves.")
      assert.isFalse(yield* interview.confirm("Sure?", true, { certain: true }))
      assert.deepStrictEqual(yield* (yield* InterviewFake).transcript, ["Ctrl-C leaves.", "? Sure?  no"])
    }).pipe(Effect.provide(world([{ confirm: false }], "setup", false, instead))))

  it.effect("a command that needs answers fails without a terminal, and one that asks nothing goes on", () =>
    Effect.gen(function*() {
      const failure = yield* Effect.flip(Effect.provide(Interview, world("absent", "rotate", false, instead)))
      assert.deepStrictEqual([failure._tag, failure.hint], ["NobodyToAsk", "run it in a terminal, or pass --yes"])
      assert.isTrue((yield* Effect.provide(Interview, world("absent", "rotate", false, "asks nothing"))).attended)
    }))
})

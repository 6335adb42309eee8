import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect, Layer, Redacted } from "effect"
import { TestClock } from "effect/testing"
import { type Ending, makeSeat, run } from "../Composed.ts"
import { callOf, configOf, keysOf, makeEveryday, reading, seatOf, seed, today, wrong } from "../Everyday.ts"
import { MfaProcessFake, printing, type Script } from "../../fakes/mfa/MfaProcessFake.ts"
import { codeOf, fakeSerial } from "../../fakes/aws/StsFake.ts"
import { answering, type Reaction } from "../../fakes/terminal/TtyFake.ts"
import { codeAtStep } from "../../../simulator/Totp.ts"
import { Progress } from "../../../src/services/terminal/Progress.ts"
import { itemCodes } from "../../../src/session/mfa/CodeSource.ts"

const tagOf = (ending: Ending | undefined) => ending !== undefined && "tag" in ending ? ending.tag : ending?.code

/** What comes of one call in which somebody reacts like this, with more flags. */
const typing = (reactions: ReadonlyArray<Reaction | string>, ...flags: ReadonlyArray<string>) =>
  Effect.gen(function*() {
    yield* today
    const world = makeEveryday()
    const right = codeOf(world.sts, yield* Clock.currentTimeMillis)
    const answers = reactions.map((reaction) => reaction === "right" ? right : reaction)
    const seat = yield* seatOf("typing", answering(...answers))
    const [ending] = yield* run(world, [callOf(seat, ...flags)])
    const entries = yield* seat.terminal.transcript
    return {
      world,
      ending,
      tag: tagOf(ending),
      questions: entries.flatMap(({ text, what }) => what === "asked" ? [text] : []),
      told: entries.flatMap(({ text, what }) => what === "printed" ? [text] : [])
    }
  })

describe("a typed code", () => {
  it.effect("is asked for by the profile and the device, on one plain line", () =>
    Effect.gen(function*() {
      const { questions, tag } = yield* typing(["right"])
      assert.strictEqual(tag, 0)
      assert.deepStrictEqual(questions, ["MFA code for dev (arn:aws:iam::123456789012:mfa/user): "])
    }))

  it.effect.each([
    ["in two groups", (code: string) => `${code.slice(0, 3)} ${code.slice(3)}`],
    ["with a dash", (code: string) => `${code.slice(0, 3)}-${code.slice(3)}`],
    ["in full-width digits", (code: string) => code.replace(/[0-9]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0))]
  ] as const)("may be written %s, and is sent as six digits", ([, written]) =>
    Effect.gen(function*() {
      yield* today
      const world = makeEveryday()
      const seat = yield* seatOf("typing", answering(written(codeOf(world.sts, yield* Clock.currentTimeMillis))))
      const [ending] = yield* run(world, [callOf(seat)])
      assert.strictEqual(tagOf(ending), 0)
      assert.strictEqual(world.sts.calls.length, 1)
    }))

  it.effect("may be wrong twice, with one call of op", () =>
    Effect.gen(function*() {
      const { tag, told, world } = yield* typing([wrong, wrong, "right"])
      assert.strictEqual(tag, 0)
      assert.deepStrictEqual(told, ["AWS did not accept that code.", "AWS did not accept that code."])
      assert.deepStrictEqual([world.op.runs.length, world.sts.calls.length], [1, 3])
    }))

  it.effect("that is wrong three times ends the call with 5, and nothing is kept", () =>
    Effect.gen(function*() {
      const { ending, questions, world } = yield* typing([wrong, wrong, wrong, "right"])
      assert.deepStrictEqual([ending?.code, tagOf(ending)], [5, "CodesRefused"])
      assert.strictEqual(questions.length, 3)
      assert.strictEqual(world.store.files.size, 0)
    }))

  it.effect("that is not six digits is seen here, told so, and counts as a try", () =>
    Effect.gen(function*() {
      const { tag, told, world } = yield* typing(["12345", "1234567", "12a456", "right"])
      assert.strictEqual(tag, "CodesRefused")
      assert.deepStrictEqual(new Set(told), new Set(["An MFA code is six digits."]))
      assert.strictEqual(world.sts.calls.length, 0)
    }))

  /** Somebody who takes their time, while the key is replaced in AWS, and in the item too if it is. */
  const whileReplaced = (inItem: boolean, after: number) =>
    Effect.gen(function*() {
      yield* today
      const world = makeEveryday()
      const person = () =>
        Effect.gen(function*() {
          yield* Effect.sleep(after)
          const [oldKey = ""] = Object.keys(world.sts.users)
          world.sts.users["AKIAFAKEREPLACED0000"] = { ...world.sts.users[oldKey]!, secret: "fake-secret-of-another" }
          delete world.sts.users[oldKey]
          for (const field of inItem ? world.op.accounts[0]!.vaults[0]!.items[0]!.fields : []) {
            if (/access key id/i.test(field.label ?? "")) field.value = "AKIAFAKEREPLACED0000"
            if (/secret/i.test(field.label ?? "")) field.value = "fake-secret-of-another"
          }
          return { type: codeOf(world.sts, yield* Clock.currentTimeMillis) }
        })
      const [ending] = yield* run(world, [callOf(yield* seatOf("slow", person))])
      return { tag: tagOf(ending), reads: world.op.runs.length, codes: new Set(world.sent.map(({ code }) => code)).size }
    })

  it.effect("is sent with the key that the item holds by now, where that was replaced meanwhile", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* whileReplaced(true, 20_000), { tag: 0, reads: 2, codes: 1 })
    }))

  it.effect("is not asked for again, nor 1Password for a third time, where the key is gone and there is no other", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* whileReplaced(false, 20_000), { tag: "KeyUnknown", reads: 2, codes: 1 })
      assert.deepStrictEqual(yield* whileReplaced(false, 10), { tag: "KeyUnknown", reads: 1, codes: 1 })
    }))

  it.effect("may have spaces around it", () =>
    Effect.gen(function*() {
      yield* today
      const right = codeOf(makeEveryday().sts, yield* Clock.currentTimeMillis)
      assert.strictEqual((yield* typing([` ${right}\t`])).tag, 0)
    }))

  it.effect("that never comes because the input ends is a failure with 5, asked once", () =>
    Effect.gen(function*() {
      const { ending, questions, world } = yield* typing([{ endInput: true }])
      assert.deepStrictEqual([ending?.code, tagOf(ending)], [5, "PromptEnded"])
      assert.strictEqual(questions.length, 1)
      assert.strictEqual(world.store.files.size, 0)
    }))

  it.effect("cannot be had without a terminal, which is said with the way out", () =>
    Effect.gen(function*() {
      const world = makeEveryday()
      const seat = yield* makeSeat("ide", { present: false })
      const [ending] = yield* run(world, [callOf(seat)])
      assert.deepStrictEqual([ending?.code, tagOf(ending)], [5, "NoTerminal"])
      assert.isTrue(ending !== undefined && "hint" in ending && ending.hint.includes("login --profile dev"))
    }))

  it.effect("is asked for in a dialog where there is no terminal, and not at all with --no-prompt", () =>
    Effect.gen(function*() {
      yield* today
      const world = makeEveryday()
      const code = codeOf(world.sts, yield* Clock.currentTimeMillis)
      const seat = yield* makeSeat("ide", { present: false }, { person: () => ({ type: code }) })
      assert.strictEqual(tagOf((yield* run(world, [callOf(seat, "--no-prompt")]))[0]), "NoTerminal")
      assert.strictEqual(tagOf((yield* run(world, [callOf(seat, "--mfa-prompt", "tty")]))[0]), "NoTerminal")
      assert.strictEqual(tagOf((yield* run(world, [callOf(seat)]))[0]), 0)
    }))
})

describe("where a code comes from", () => {
  const mfaProcess = "print-code"

  /** Everything is there: a command, an item with a one-time password, and a person. Answers with what was used. */
  const used = (mfa: string | undefined, without: ReadonlyArray<"process" | "password"> = [], script?: Script) =>
    Effect.gen(function*() {
      yield* today
      const process = without.includes("process") ? {} : { mfa_process: mfaProcess }
      const config = configOf({ dev: keysOf("AWS", { ...process, ...(mfa === undefined ? {} : { op_mfa: mfa }) }) })
      const item = without.includes("password") ? { title: "AWS" } : { title: "AWS", seed }
      const commands: Array<string> = []
      const world = makeEveryday([item], config)
      const code = codeOf(world.sts, yield* Clock.currentTimeMillis)
      world.mfaProcess = MfaProcessFake.layer((command, count) => {
        commands.push(command)
        return script?.(command, count) ?? { print: code }
      })
      const seat = yield* seatOf("a person", reading(world))
      const [ending] = yield* run(world, [callOf(seat)])
      return { world, ending, tag: tagOf(ending), commands, questions: (yield* seat.terminal.questions).length }
    })

  it.effect("is the profile's command first", () =>
    Effect.gen(function*() {
      const { commands, questions, tag } = yield* used(undefined)
      assert.deepStrictEqual([tag, commands, questions], [0, [mfaProcess], 0])
    }))

  it.effect("else the item's one-time password", () =>
    Effect.gen(function*() {
      const { questions, tag, world } = yield* used(undefined, ["process"])
      assert.deepStrictEqual([tag, questions, world.op.runs.length], [0, 0, 1])
    }))

  it.effect("else the person", () =>
    Effect.gen(function*() {
      const { questions, tag } = yield* used(undefined, ["process", "password"])
      assert.deepStrictEqual([tag, questions], [0, 1])
    }))

  it.effect("is the one place that --mfa names, or nowhere", () =>
    Effect.gen(function*() {
      const prompt = yield* used("prompt")
      assert.deepStrictEqual([prompt.tag, prompt.commands, prompt.questions], [0, [], 1])
      const otp = yield* used("otp")
      assert.deepStrictEqual([otp.tag, otp.commands, otp.questions], [0, [], 0])
      const process = yield* used("process")
      assert.deepStrictEqual([process.tag, process.commands], [0, [mfaProcess]])
      const none = yield* used("none")
      assert.deepStrictEqual([none.tag, none.commands, none.questions], [0, [], 0])
      assert.isUndefined(none.world.sts.calls[0]?.serial)
      assert.strictEqual((yield* used("otp", ["password"])).tag, "NoOneTimePassword")
      assert.strictEqual((yield* used("process", ["process"])).tag, "NoMfaProcess")
    }))

  it.effect("gives a second code, of the next half minute, when the first is refused, and no third", () =>
    Effect.gen(function*() {
      const late = yield* used(undefined, [], printing(wrong))
      assert.strictEqual(late.tag, "TimedOut")
      const { commands, tag, world } = yield* used(undefined, [], () => ({ print: wrong }))
      assert.deepStrictEqual([tag, commands.length], ["CodesRefused", 2])
      const [first, second] = world.sent.map(({ at }) => Math.floor(at / 30_000))
      assert.strictEqual(second! - first!, 1)
    }))

  it.effect("of the item gives the next code when a fresh one is refused, without op", () =>
    Effect.gen(function*() {
      yield* today
      const world = makeEveryday([{ title: "AWS", seed }])
      const seat = yield* seatOf("a person", reading(world))
      // AWS takes the step of this moment from nobody any more.
      const [user] = Object.values(world.sts.users)
      user!.devices[fakeSerial]!.spent.push(codeOf(world.sts, yield* Clock.currentTimeMillis))
      const [ending] = yield* run(world, [callOf(seat)])
      assert.strictEqual(ending?.code, 0)
      assert.deepStrictEqual(world.sent.map(({ outcome }) => outcome), ["MfaCodeRefused", "done"])
      assert.strictEqual(world.op.runs.length, 1)
      assert.strictEqual(world.sent[1]!.at % 30_000, 0)
    }))
})

/** Nothing that is being waited for is shown. */
const unseen = Layer.succeed(Progress, {
  during: (_step, work) => work,
  current: Effect.succeed({ waitingFor: "nothing", hint: "", shown: false })
})

describe("codes of an item whose clock is not ours", () => {
  const now = 1_750_000_000_700
  const step = Math.floor(now / 30_000)

  for (const ahead of [-20, -1, 0, 1, 20]) {
    it.effect(`are told apart by their digits and come when that clock shows them: ${ahead} steps ahead`, () =>
      Effect.gen(function*() {
        yield* TestClock.setTime(now)
        const password = { seed: Redacted.make(seed), code: Redacted.make(codeAtStep(seed, step + ahead)) }
        const codes = itemCodes(password, Effect.die("the item is read once"))
        const first = yield* codes.first
        assert.strictEqual(first.step, step + ahead)
        const coming = yield* Effect.forkChild(codes.next(first))
        yield* TestClock.adjust(30_000 - now % 30_000 - 1)
        assert.isUndefined(coming.pollUnsafe())
        yield* TestClock.adjust(1)
        const exit = coming.pollUnsafe()
        assert.strictEqual(exit?._tag, "Success")
        if (exit?._tag !== "Success") return
        assert.strictEqual(exit.value.step, step + ahead + 1)
        assert.strictEqual(Redacted.value(exit.value.code), codeAtStep(seed, step + ahead + 1))
      }).pipe(Effect.provide(unseen)))
  }

  it.effect("come from reading the item again where it gives no seed", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(now)
      let reads = 0
      const field = (code: string) => ({ type: "OTP", label: "one-time password", totp: Redacted.make(code) })
      const reread = Effect.sync(() => ({ fields: [field(`22222${reads++}`)] }))
      const codes = itemCodes({ code: Redacted.make("111111") }, reread)
      const first = yield* codes.first
      assert.isUndefined(first.step)
      const coming = yield* Effect.forkChild(codes.next(first))
      yield* TestClock.adjust("30 seconds")
      const exit = coming.pollUnsafe()
      assert.isTrue(exit?._tag === "Success" && Redacted.value(exit.value.code) === "222220")
      assert.strictEqual(reads, 1)
    }).pipe(Effect.provide(unseen)))
})

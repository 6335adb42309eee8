import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { existsSync } from "node:fs"
import { join } from "node:path"
import { defaultSerial } from "../../../simulator/sts/StsState.ts"
import { totpStep } from "../../../simulator/Totp.ts"
import { keptSession } from "../KeepSession.ts"
import { artifacts, bundleOnOldNode, type Home, makeHome, onInstalled, profile, type RunOptions } from "../Program.ts"
import { wrongCode } from "../WrongCode.ts"

const seed = "FAKESEEDFAKESEED"
const question = `MFA code for dev (${defaultSerial}): `
const elsewhere: RunOptions = { place: "elsewhere" }

const call = (home: Home, words: ReadonlyArray<string> = [], options?: RunOptions) =>
  Effect.flatMap(home.run(["--profile", "dev", ...words], options), ({ exit }) => exit)

const without = (key: string): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(profile()).filter(([name]) => name !== key))

const answer = (home: Home, text: string) => Effect.andThen(home.terminal.waitFor(question), home.terminal.type(text))

const done = { code: 0, stderr: "" }
const places = bundleOnOldNode === undefined ? artifacts : [...artifacts, bundleOnOldNode]

describe.each(places)("the MFA code that $name needs", (artifact) => {
  const alike = onInstalled(artifact)
  it.live("is not asked for over a program that has taken the terminal out of its line mode", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact })
      const set = (...args: ReadonlyArray<string>) =>
        Effect.flatMap(
          home.terminal.start({ command: "/bin/stty", args, stdin: "tty" }),
          ({ exit }) => exit
        )
      yield* set("-icanon", "-echo")
      const ended = yield* call(home)
      assert.strictEqual(ended.code, 5)
      assert.match(ended.stderr, /no terminal to ask on.*\nhint: run `op-aws-credential-process login/)
      assert.strictEqual(home.terminal.written, "", "nothing is drawn over its screen")
      // Only the echo is off where a program waits for a password: that is a terminal still.
      yield* set("icanon", "-echo")
      const run = yield* home.run(["--profile", "dev"])
      yield* answer(home, `${home.code()}\r`)
      assert.deepInclude(yield* run.exit, done)
    }))

  it.live("is asked for in one plain line, and seen while it is typed", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact })
      const run = yield* home.run(["--profile", "dev"])
      yield* home.terminal.waitFor(question)
      assert.deepStrictEqual(home.terminal.screen, [question.trimEnd()])
      assert.isTrue(home.terminal.written.endsWith(question))
      const code = home.code()
      yield* home.terminal.type(`${code}\r`)
      const ended = yield* run.exit
      assert.deepInclude(ended, done)
      assert.match(ended.stdout, /^\{"Version":1,.*"Expiration":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ","AccountId":"123456789012"\}\n?$/)
      assert.isTrue(home.terminal.written.endsWith(`${question}${code}\r\n`))
    }))

  alike("is asked for again, without another call of op, until it is right", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact })
      const run = yield* home.run(["--profile", "dev"])
      const wrong = wrongCode(home)
      yield* answer(home, "12 345\r")
      yield* answer(home, `${wrong}\r`)
      const right = home.code()
      yield* answer(home, `${right}\r`)
      assert.deepInclude(yield* run.exit, done)
      assert.deepStrictEqual(home.terminal.screen, [
        `${question}12 345`,
        "An MFA code is six digits.",
        `${question}${wrong}`,
        "AWS did not accept that code.",
        `${question}${right}`
      ])
      assert.strictEqual(home.opCalls().length, 1)
      assert.deepStrictEqual(home.sts.requests.map(({ status }) => status), [403, 200])
    }))

  alike("is not asked for a fourth time", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact })
      const run = yield* home.run(["--profile", "dev"])
      for (let tries = 0; tries < 3; tries++) yield* answer(home, `${wrongCode(home)}\r`)
      const ended = yield* run.exit
      assert.deepInclude(ended, { code: 5, stdout: "" })
      assert.match(ended.stderr, /^error: 3 MFA codes /)
      assert.strictEqual(home.opCalls().length, 1)
      assert.strictEqual(home.sts.requests.length, 3)
      assert.isFalse(existsSync(join(home.cache, "dev.json")))
    }))

  it.live.each([["Ctrl-C", "\x03", 130], ["Ctrl-\\", "\x1c", 131]] as const)("leaves nothing behind when the question is answered with %s", ([, key, code]) =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact })
      const run = yield* home.run(["--profile", "dev"])
      yield* answer(home, `123${key}`)
      assert.deepInclude(yield* run.exit, { code, signal: null, stdout: "", stderr: "" })
      assert.isFalse(existsSync(join(home.cache, "dev.json")))
      assert.strictEqual(home.sts.requests.length, 0)
    }))

  alike("comes from the item, in the same call of op, without a terminal", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact, item: { seed } })
      assert.deepInclude(yield* call(home, [], elsewhere), done)
      assert.strictEqual(home.opCalls().length, 1)
      const requests = home.sts.requests.map(({ hasTokenCode, params }) => [hasTokenCode, params["SerialNumber"]])
      assert.deepStrictEqual(requests, [[true, defaultSerial]])
      assert.deepStrictEqual(home.terminal.screen, [])
    }))

  it.live("is not asked for from the background, where a question would stop the program", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact })
      const ended = yield* call(home, [], { place: "background" })
      assert.deepInclude(ended, { code: 5, stdout: "" })
      assert.deepStrictEqual(home.terminal.screen, [])
    }))

  it.live("is never looked for on standard input, which may be somebody's data", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact })
      const data = "123456\n654321\n"
      const run = yield* home.run(["--profile", "dev"], { stdin: { data } })
      yield* answer(home, `${home.code()}\r`)
      assert.deepInclude(yield* run.exit, { ...done, unread: data })
      assert.deepStrictEqual(home.opCalls().map(({ stdin }) => stdin), ["char"])
    }))

  alike("may have its serial from the item, and the next call is served from the cache", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({
        artifact,
        profiles: { dev: without("mfa_serial") },
        item: { seed, mfaSerial: defaultSerial }
      })
      const first = yield* call(home, [], elsewhere)
      assert.deepInclude(first, done)
      assert.strictEqual(keptSession(home)?.serialFromItem, true)
      assert.deepStrictEqual(yield* call(home, [], elsewhere), first)
      assert.strictEqual(home.opCalls().length, 1)
      assert.strictEqual(home.sts.requests.length, 1)
    }))

  alike("is not needed with --mfa none", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact, profiles: { dev: without("mfa_serial") }, item: { seed } })
      assert.deepInclude(yield* call(home, ["--mfa", "none"], elsewhere), done)
      assert.deepStrictEqual(home.sts.requests.map(({ hasTokenCode }) => hasTokenCode), [false])
    }))

  alike("comes from a command, whose words are seen on the terminal alone", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact })
      const command = `echo touch your key >&2; echo ${home.code()}`
      assert.deepInclude(yield* call(home, ["--mfa-process", command]), done)
      assert.deepStrictEqual(home.terminal.screen, ["touch your key"])
      assert.strictEqual(home.opCalls().length, 1)
      assert.strictEqual(home.sts.requests.length, 1)
    }))

  alike("is refused at the prompt when it was used already, which is no try", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact })
      const first = yield* home.run(["--profile", "dev"])
      const used = home.code()
      yield* answer(home, `${used}\r`)
      assert.deepInclude(yield* first.exit, done)
      const second = yield* home.run(["--profile", "dev", "--refresh"])
      for (let times = 0; times < 3; times++) {
        yield* answer(home, `${used}\r`)
        yield* home.terminal.waitFor("That code was used already: wait for the next one.")
      }
      yield* answer(home, `${home.code()}\r`)
      assert.deepInclude(yield* second.exit, done)
      assert.deepStrictEqual(home.sts.requests.map(({ status }) => status), [200, 200])
    }))

  alike("is awaited when the item's present one was used, with a line that counts down and goes away", () =>
    Effect.gen(function*() {
      const period = 4
      const quick = `otpauth://totp/AWS?secret=${seed}&period=${period}`
      const home = yield* makeHome({ artifact, item: { seed: quick } })
      const device = home.sts.state.users["AKIAFAKE0000EXAMPLE0"]!
      device.mfa = { [defaultSerial]: quick }
      assert.deepInclude(yield* call(home), done)
      // The clocks of the others go back to two steps before the code that was used. Should one of these pass until op is
      // asked, there still is a whole step to wait for the next code.
      const used = home.sts.requests[0]?.mfaStep ?? 0
      const offset = (used - 2 - totpStep(quick, Date.now())) * period * 1000
      home.changeOp(() => ({ clock_offset_ms: offset }))
      home.sts.state.clockOffsetMs = offset
      const second = yield* home.run(["--profile", "dev", "--refresh"])
      yield* home.terminal.waitFor(/waiting for the next MFA code, as the present one was used already, [1-4] s …/)
      assert.deepInclude(yield* second.exit, done)
      assert.deepStrictEqual(home.terminal.screen, [])
      const shown = Array.from(home.terminal.written.matchAll(/used already, (\d) s …/g), ([, seconds]) => seconds)
      assert.isAbove(new Set(shown).size, 1)
      assert.strictEqual(home.opCalls().length, 2)
      const steps = home.sts.requests.map(({ mfaStep = 0 }) => mfaStep)
      assert.deepStrictEqual(home.sts.requests.map(({ status }) => status), [200, 200])
      assert.isAbove(steps[1]!, steps[0]!)
    }))

  it.live("leaves the terminal as it was when the program is killed while it asks", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact })
      const stty = Effect.flatMap(
        home.terminal.start({ command: "/bin/stty", args: ["-a"], stdin: "tty" }),
        ({ exit }) => Effect.map(exit, ({ stdout }) => stdout)
      )
      const before = yield* stty
      assert.match(before, / icanon .* echo /)
      const run = yield* home.run(["--profile", "dev"])
      yield* home.terminal.waitFor(question)
      assert.strictEqual(yield* stty, before)
      yield* home.terminal.type("12")
      yield* home.terminal.waitFor("12")
      yield* run.signal("SIGKILL")
      assert.strictEqual((yield* run.exit).signal, "SIGKILL")
      assert.strictEqual(yield* stty, before)
    }))
})

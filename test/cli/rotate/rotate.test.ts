import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { lstatSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fakeId } from "../../../simulator/op/State.ts"
import { eventually } from "../Eventually.ts"
import { signalNow } from "../Processes.ts"
import { type Artifact, artifacts, type Home, onInstalled, type RunOptions } from "../Program.ts"
import { asked, heldWorks, inItem, journals, keysOf, oldKey, rotateHome, secondKey } from "./RotateHome.ts"
import type { Ended } from "../Terminal.ts"

const elsewhere = { place: "elsewhere" } as const

const rotate = (home: Home, ...words: ReadonlyArray<string>) =>
  Effect.flatMap(home.run(["rotate", "dev", ...words], elsewhere), ({ exit }) => exit)

/** Runs it in the terminal, and answers its question. */
const rotateAsked = (home: Home, question: string, answer: string, options: RunOptions = {}) =>
  Effect.gen(function*() {
    const run = yield* home.run(["rotate", "dev"], options)
    yield* home.terminal.waitFor(question)
    yield* home.terminal.type(answer)
    return yield* run.exit
  })

const wellDone = (home: Home, { code, stderr, stdout }: Ended): void => {
  const { id } = inItem(home)
  assert.strictEqual(code, 0, stderr)
  assert.strictEqual(stdout, `dev: the item has ${id}; ${oldKey} is deleted\n`)
  assert.notStrictEqual(id, oldKey)
  assert.deepStrictEqual(keysOf(home), [`${id} active`])
  assert.isTrue(heldWorks(home))
  assert.deepStrictEqual(journals(home), [])
}

const untouched = (home: Home, keys: ReadonlyArray<string> = [`${oldKey} active`]): void => {
  assert.deepStrictEqual(keysOf(home), keys)
  assert.deepStrictEqual(inItem(home), { id: oldKey, secret: "fake-secret-for-tests" })
  assert.deepStrictEqual(journals(home), [])
}

/** The screen, with names in place of the keys' ids, and of days that pass. */
const seen = (home: Home): ReadonlyArray<string> =>
  home.terminal.screen.map((line) =>
    line
      .replaceAll(oldKey, "<the old key>")
      .replaceAll(secondKey, "<the second key>")
      .replaceAll(/AKIAFAKE[0-9A-Z]{12}/g, "<the new key>")
      .replaceAll(/\d{4}-\d\d-\d\d/g, "<day>")
      .replaceAll(/used \d+s ago/g, "used 0s ago")
  )

/** With its standard output on the terminal. */
const onTerminal = (artifact: Artifact): RunOptions => ({
  artifact: {
    name: "a shell",
    command: "/bin/sh",
    args: ["-c", "exec \"$0\" \"$@\" >/dev/tty", artifact.command, ...artifact.args]
  }
})

describe.each(artifacts)("rotate with $name", (artifact) => {
  const alike = onInstalled(artifact)
  it.live("shows whose key it is, asks once, and ticks off what is done", () =>
    Effect.gen(function*() {
      const home = yield* rotateHome({ artifact, env: { LANG: "C.UTF-8" } })
      assert.include(yield* rotateAsked(home, "Replace the key?", "y\r", onTerminal(artifact)), { code: 0 })
      assert.deepStrictEqual(seen(home), [
        "The access key of profile dev:",
        "  user  arn:aws:iam::123456789012:user/user",
        "  item  AWS in Private",
        "  key   <the old key>, made <day> (390d ago), last used 0s ago",
        "",
        "A new key is made, tried, put into the item and tried again. Then the old",
        "one, <the old key>, is deactivated and deleted. Whatever else uses",
        "the old key stops working. Cached sessions go on.",
        "",
        "? Replace the key?  yes",
        "\u2713 made <the new key>",
        "\u2713 AWS takes it",
        "\u2713 put it into the item",
        "\u2713 AWS takes what 1Password returns",
        "\u2713 deactivated <the old key>",
        "\u2713 deleted <the old key>",
        "dev: the item has <the new key>; <the old key> is deleted"
      ])
    }))

  alike("fits forty columns, and does without colour and block characters", () =>
    Effect.gen(function*() {
      const home = yield* rotateHome({
        artifact,
        columns: 40,
        term: "dumb",
        env: { TERM: "dumb", NO_COLOR: "1" }
      })
      assert.include(yield* rotateAsked(home, "Replace the key?", "y\r", onTerminal(artifact)), { code: 0 })
      assert.deepStrictEqual(seen(home), [
        "The access key of profile dev:",
        "  user  arn:aws:iam::123456789012:user/",
        "        user",
        "  item  AWS in Private",
        "  key   <the old key>, made",
        "        <day> (390d ago), last",
        "        used 0s ago",
        "",
        "A new key is made, tried, put into the",
        "item and tried again. Then the old one,",
        "<the old key>, is deactivated",
        "and deleted. Whatever else uses the old",
        "key stops working. Cached sessions go",
        "on.",
        "",
        "? Replace the key? (y/N) y",
        "- made <the new key>",
        "- AWS takes it",
        "- put it into the item",
        "- AWS takes what 1Password returns",
        "- deactivated <the old key>",
        "- deleted <the old key>",
        "dev: the item has <the new key>;",
        "<the old key> is deleted"
      ])
    }))

  alike("asks for a code where none can be had otherwise, one and no more", () =>
    Effect.gen(function*() {
      const home = yield* rotateHome({ artifact, item: { seed: undefined as never } })
      const run = yield* home.run(["rotate", "dev"])
      yield* home.terminal.waitFor("MFA code for dev")
      yield* home.terminal.waitFor(": ")
      yield* home.terminal.type(`${home.code()}\r`)
      yield* home.terminal.waitFor("Replace the key?")
      yield* home.terminal.type("y\r")
      wellDone(home, yield* run.exit)
      assert.strictEqual(home.sts.count("GetSessionToken"), 1)
    }))

  alike("only looks with --dry-run", () =>
    Effect.gen(function*() {
      const home = yield* rotateHome({ artifact })
      const { code, stderr, stdout } = yield* rotate(home, "--dry-run")
      assert.deepInclude({ code, stdout }, { code: 0, stdout: "" })
      assert.match(stderr, /^The access key of profile dev:\n {2}user {2}arn:aws:iam::123456789012:user\/user\n/)
      untouched(home)
      assert.deepStrictEqual(asked(home).filter((action) => /Key/.test(action)), ["ListAccessKeys", "GetAccessKeyLastUsed"])
    }))

  alike("changes nothing when it is left with Ctrl-C", () =>
    Effect.gen(function*() {
      const home = yield* rotateHome({ artifact })
      const { code, stdout } = yield* rotateAsked(home, "Replace the key?", "\x03")
      assert.deepStrictEqual([code, stdout], [130, ""])
      untouched(home)
    }))

  alike("changes nothing when it is ended at the question", () =>
    Effect.gen(function*() {
      const home = yield* rotateHome({ artifact })
      const run = yield* home.run(["rotate", "dev"])
      yield* home.terminal.waitFor("Replace the key?")
      yield* run.signal("SIGTERM")
      assert.deepInclude(yield* run.exit, { code: 143, stdout: "" })
      untouched(home)
    }))

  it.live("deletes the new key again when it is ended before the item has it", () =>
    Effect.gen(function*() {
      const home = yield* rotateHome({ artifact, sts: { keyDelayMs: 60_000 } })
      const run = yield* home.run(["rotate", "dev", "--yes"])
      yield* home.terminal.waitFor("made AKIA")
      yield* run.signal("SIGINT")
      const { code, stderr } = yield* run.exit
      assert.strictEqual(code, 130)
      assert.match(stderr, /^error: the key was not replaced: stopped by SIGINT\nhint: .*; the item holds AKIAFAKE0000EXAMPLE0 as before/)
      untouched(home)
    }))

  it.live("is told of by status and doctor when it was killed half-way", () =>
    Effect.gen(function*() {
      const home = yield* rotateHome({ artifact, op: { faults: [{ command: "item edit", fault: "none", delay_ms: 60_000 }] } })
      const run = yield* home.run(["rotate", "dev", "--yes"])
      yield* home.terminal.waitFor("AWS takes it")
      const write = yield* eventually("a write", () => home.opCalls().find(({ command }) => command === "item edit"))
      yield* run.signal("SIGKILL")
      yield* run.exit
      signalNow(write.pid, "SIGKILL")
      const status = yield* (yield* home.run(["status"], elsewhere)).exit
      assert.match(status.stdout, /\n {2}rotate {3}begun \d+s ago and not finished: `op-aws-credential-process rotate dev` sees to it\n/)
      const doctor = yield* (yield* home.run(["doctor", "dev"], elsewhere)).exit
      assert.match(doctor.stdout, /the rotation of the access key of dev, begun \d+s ago, is not finished/)
      const dry = yield* rotate(home, "--dry-run")
      assert.match(dry.stderr, /is in no item and is deleted first\./)
    }))

  alike("lets no secret of the new key out, but to 1Password", () =>
    Effect.gen(function*() {
      const home = yield* rotateHome({ artifact })
      const ended = yield* rotate(home, "--yes", "--log-level", "debug")
      wellDone(home, ended)
      const { secret } = inItem(home)
      assert.match(secret, /^fake-new-secret-\w{24}$/)
      const files = (directory: string): ReadonlyArray<string> =>
        readdirSync(directory).flatMap((name) => {
          const path = join(directory, name)
          return lstatSync(path).isDirectory() ? files(path) : lstatSync(path).isFile() ? [path] : []
        })
      const holding = files(home.path).filter((path) => readFileSync(path, "latin1").includes(secret))
      assert.deepStrictEqual(holding.map((path) => path.slice(home.path.length)), [`/1password/state.json.items/${fakeId("awsitem")}.2.json`])
      for (const { argv, env } of home.opCalls()) {
        assert.notInclude(argv.join(" "), secret)
        assert.deepStrictEqual(env.filter((name) => name.startsWith("AWS_")), [])
      }
      for (const text of [ended.stdout, ended.stderr, home.terminal.written]) {
        assert.notInclude(text, secret)
        assert.notInclude(text, "fake-secret-for-tests")
      }
    }))
})

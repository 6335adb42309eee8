import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect } from "effect"
import { spawnSync } from "node:child_process"
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join, resolve } from "node:path"
import {
  type Artifact,
  artifacts,
  bundle,
  bundleOnOldNode,
  type Home,
  type HomeOptions,
  makeHome,
  profile,
  type RunOptions
} from "../cli/Program.ts"
import type { Ended } from "../cli/Terminal.ts"

const words = ["--profile", "dev"]
const silent = { code: 0, signal: null, stderr: "" }

const typeCode = (home: Home) =>
  Effect.gen(function*() {
    yield* home.terminal.waitFor("MFA code for dev")
    yield* home.terminal.waitFor(": ")
    yield* home.terminal.type(`${home.code()}\r`)
  })

/** A call that asks for a code and is given one. */
const miss = (home: Home, options?: RunOptions) =>
  Effect.gen(function*() {
    const run = yield* home.run(words, options)
    yield* typeCode(home)
    return yield* run.exit
  })

const hit = (home: Home, options?: RunOptions) =>
  Effect.gen(function*() {
    const before = home.terminal.written
    const ended = yield* (yield* home.run(words, options)).exit
    assert.strictEqual(home.terminal.written, before)
    return ended
  })

/** Checks what a client is given, member by member, to the byte. */
const assertAnswer = (ended: Ended) =>
  Effect.gen(function*() {
    assert.deepInclude(ended, silent)
    assert.isBelow(Buffer.byteLength(ended.stdout), 8192)
    const answer = JSON.parse(ended.stdout)
    assert.deepStrictEqual(Object.keys(answer), ["Version", "AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration", "AccountId"])
    assert.match(answer.AccountId, /^\d{12}$/)
    assert.strictEqual(answer.Version, 1)
    for (const member of ["AccessKeyId", "SecretAccessKey", "SessionToken"]) assert.match(answer[member], /^\S+$/)
    assert.match(answer.Expiration, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
    assert.isAbove(Date.parse(answer.Expiration), yield* Clock.currentTimeMillis)
    assert.strictEqual(ended.stdout, `${JSON.stringify(answer)}\n`)
  })

const shell = (script: string): Artifact => ({ name: "a shell", command: "/bin/sh", args: ["-c", script] })

/** The same artifact, started by a shell that does something to its descriptors first. */
const redirected = (artifact: Artifact, redirection: string): Artifact => ({
  name: artifact.name,
  command: "/bin/sh",
  args: ["-c", `exec "$0" "$@" ${redirection}`, artifact.command, ...artifact.args]
})

const oldNode = bundleOnOldNode === undefined ? [] : [bundleOnOldNode]

describe.each([...artifacts, ...oldNode])("$name", (artifact) => {
  it.live("prints one object and not a byte more, whatever the runtime has to warn of", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact })
      const first = yield* miss(home)
      yield* assertAnswer(first)
      assert.deepStrictEqual(yield* hit(home), first)
      const env = { NODE_OPTIONS: "--trace-warnings", NODE_PENDING_DEPRECATION: "1" }
      assert.deepStrictEqual(yield* hit(home, { env }), first)
      rmSync(home.cache, { recursive: true })
      yield* assertAnswer(yield* miss(home, { env }))
    }))

  it.live("leaves the data on its standard input to the client, and Enter to the shell", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact })
      const data = "0123456789abcdef".repeat(8000)
      const first = yield* miss(home, { stdin: { data } })
      yield* assertAnswer(first)
      assert.isTrue(first.unread === data)
      const second = yield* hit(home, { stdin: { data } })
      yield* assertAnswer(second)
      assert.isTrue(second.unread === data)
      assert.deepStrictEqual(home.opCalls().map(({ stdin }) => stdin), ["char"])
      // A shell's job that lasts: a terminal on which nothing runs any more is not waited for.
      yield* home.run([], { artifact: shell("exec sleep 600"), place: "background" })
      yield* home.terminal.type("typed ahead\r")
      yield* home.terminal.waitFor("typed ahead")
      yield* assertAnswer(yield* hit(home, { stdin: "tty" }))
      const next = yield* home.run([], { artifact: shell("read line; echo \"$line\""), stdin: "tty" })
      assert.strictEqual((yield* next.exit).stdout, "typed ahead\n")
    }))

  it.live("does without a standard input, and asks on a terminal that is its standard input too", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact })
      yield* assertAnswer(yield* miss(home, { stdin: "tty" }))
      rmSync(home.cache, { recursive: true })
      const closed = redirected(artifact, "<&-")
      const first = yield* miss(home, { artifact: closed })
      yield* assertAnswer(first)
      assert.deepStrictEqual(yield* hit(home, { artifact: closed }), first)
    }))

  it.live("keeps the session when nobody reads it any more", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact })
      const run = yield* home.run(words)
      yield* home.terminal.waitFor("MFA code for dev")
      yield* run.closeStdout
      yield* home.terminal.waitFor(": ")
      yield* home.terminal.type(`${home.code()}\r`)
      assert.deepInclude(yield* run.exit, { ...silent, stdout: "" })
      yield* assertAnswer(yield* hit(home))
      assert.strictEqual(home.opCalls().length, 1)
    }))

  it.live("writes its answer into no file that took the place of a closed standard output", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact })
      const closed = redirected(artifact, ">&-")
      assert.deepInclude(yield* miss(home, { artifact: closed }), { ...silent, stdout: "" })
      const config = readFileSync(join(home.path, ".aws/config"))
      const kept = readFileSync(join(home.cache, "dev.json"))
      assert.deepInclude(yield* hit(home, { artifact: closed }), { ...silent, stdout: "" })
      assert.deepStrictEqual(readFileSync(join(home.cache, "dev.json")), kept)
      assert.deepStrictEqual(readFileSync(join(home.path, ".aws/config")), config)
      yield* assertAnswer(yield* hit(home))
    }))

  const failures: ReadonlyArray<{
    readonly why: string
    readonly code: number
    readonly setting?: Omit<HomeOptions, "artifact">
    readonly words?: ReadonlyArray<string>
    readonly options?: RunOptions
  }> = [
    { why: "a flag that nobody knows", code: 2, words: ["--profile", "dev", "--unknown"] },
    { why: "a profile that nobody knows", code: 2, words: ["--profile", "other"] },
    { why: "no op", code: 3, words: [...words, "--op-cli-path", "/nonexistent/op"] },
    { why: "an approval that was dismissed", code: 4, setting: { op: { prompt: { answer: "dismiss" } } } },
    { why: "no terminal", code: 5, options: { place: "elsewhere" } },
    {
      why: "a key that AWS refuses",
      code: 6,
      setting: { item: { seed: "FAKESEEDFAKESEED", accessKeyId: "AKIAFAKE0000EXAMPLE9" } }
    },
    {
      why: "an AWS out of reach",
      code: 7,
      setting: { item: { seed: "FAKESEEDFAKESEED" }, env: { AWS_ENDPOINT_URL_STS: "http://127.0.0.1:1" } }
    },
    { why: "too little time", code: 8, words: [...words, "--timeout", "1s"] }
  ]

  it.live.each(failures)("prints nothing for a client that gets nothing: $why", ({ code, options, setting, words: said = words }) =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact, ...setting })
      const ended = yield* (yield* home.run(said, options)).exit
      assert.deepInclude(ended, { code, stdout: "" })
      assert.match(ended.stderr, /^error: \S.*\nhint: \S.*\n$/)
      assert.isFalse(existsSync(join(home.cache, "dev.json")))
    }))

  it.live("prints nothing when Ctrl-C ends the question", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact })
      const run = yield* home.run(words)
      yield* home.terminal.waitFor("MFA code for dev")
      yield* home.terminal.waitFor(": ")
      yield* home.terminal.type("\x03")
      assert.deepInclude(yield* run.exit, { code: 130, stdout: "", stderr: "" })
    }))
})

if (bundleOnOldNode === undefined) {
  it.skip("the bundle under Node 22 (skipped: TEST_NODE_22 does not say where that is)", () => {})
}

describe.each([bundle, ...oldNode])("$name and a library that warns", (artifact) => {
  it.live("says nothing of it", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact })
      const library = join(home.path, "warns.cjs")
      writeFileSync(library, "process.on(\"SIGUSR2\", () => process.emitWarning(\"the end of support is near\"))\n")
      const run = yield* home.run(words, { env: { NODE_OPTIONS: `--require ${library}` } })
      yield* home.terminal.waitFor("MFA code for dev")
      yield* run.signal("SIGUSR2")
      yield* home.terminal.waitFor(": ")
      yield* home.terminal.type(`${home.code()}\r`)
      yield* assertAnswer(yield* run.exit)
    }))
})

/** Files that Node, Bun or TypeScript may read from a working directory, each of which would change what we do. */
const traps = (directory: string): string => {
  mkdirSync(directory)
  const write = (name: string, text: string) => writeFileSync(join(directory, name), text)
  write(".env", "OP_AWS_ITEM=trap\nAWS_CONFIG_FILE=/nonexistent/trap\n")
  write(".env.local", "OP_AWS_ITEM=trap\n")
  write(".env.production", "OP_AWS_ITEM=trap\n")
  write("bunfig.toml", "preload = [\"./trap.ts\"]\n")
  write("trap.ts", "process.stdout.write(\"trapped\")\nprocess.exit(99)\n")
  write("package.json", "{ \"name\": trap")
  write("tsconfig.json", "{ \"compilerOptions\": trap")
  return directory
}

describe.each(artifacts)("$name in a directory of somebody else's", (artifact) => {
  it.live("reads nothing from it", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact, profiles: { dev: profile({ op_item: "AWS" }) } })
      const cwd = traps(join(home.path, "project"))
      const first = yield* miss(home, { cwd })
      yield* assertAnswer(first)
      assert.deepStrictEqual(yield* hit(home, { cwd }), first)
      assert.deepStrictEqual(home.opCalls().map(({ argv }) => argv.includes("trap")), [false])
    }))
})

describe("the traps", () => {
  it.live("catch a program that Bun runs as usual", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact: artifacts[0]! })
      const cwd = traps(join(home.path, "project"))
      const bun = resolve(import.meta.dirname, "../../node_modules/.bin/bun")
      const run = (...args: ReadonlyArray<string>) => spawnSync(bun, args, { cwd, encoding: "utf8", env: home.env })
      assert.deepInclude(run("-e", "1"), { status: 99, stdout: "trapped" })
      rmSync(join(cwd, "bunfig.toml"))
      assert.include(run("-p", "process.env.OP_AWS_ITEM").stdout, "trap")
    }))
})

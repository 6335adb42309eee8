import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { lstatSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { join, relative } from "node:path"
import { fakeId } from "../../../simulator/op/State.ts"
import { defaultSerial, stsUser } from "../../../simulator/sts/StsState.ts"
import { eventually } from "../Eventually.ts"
import { installGate } from "../Gate.ts"
import { below, type Process } from "../Processes.ts"
import { artifacts, type Artifact, type Home, makeHome, profile, type RunOptions } from "../Program.ts"
import type { Ended } from "../Terminal.ts"
import { wrongCode } from "../WrongCode.ts"

const accessKey = "fake-canary-of-the-secret-access-key"
const seed = "CANARYSEEDCANARY"
const opToken = "ops_fake-canary-of-the-op-token"
const awsSecret = "fake-canary-of-a-key-in-the-environment"

/** What must be nowhere: the canaries, and how everything that AWS issues begins. */
const always: Readonly<Record<string, string>> = {
  "the secret access key": accessKey,
  "the seed": seed,
  "the token of op": opToken,
  "the environment's own AWS key": awsSecret,
  "a session's secret": "fake-session-secret-",
  "a session's token": "fake-session-token-"
}

/** What is found in a text of what must not be there; a code counts where it is no part of a longer number or of a hash. */
const found = (text: string, codes: ReadonlyArray<string>, but: ReadonlyArray<string> = []): ReadonlyArray<string> => [
  ...Object.keys(always).filter((name) => !but.includes(name) && text.includes(always[name]!)),
  ...codes.filter((code) => new RegExp(`(?<![\\da-f])${code}(?![\\da-f])`).test(text)).map(() => "an MFA code")
]

/** A machine with a canary in every secret place. */
const canaryHome = (artifact: Artifact, options: { readonly otp?: true; readonly secret?: string } = {}) =>
  Effect.map(
    makeHome({
      artifact,
      item: { secretAccessKey: options.secret ?? accessKey, ...(options.otp === undefined ? {} : { seed }) },
      op: { service_accounts: [{ token: opToken, status: "valid", vaults: [fakeId("vault")] }] },
      sts: { users: { AKIAFAKE0000EXAMPLE0: stsUser({ secret: accessKey, mfa: { [defaultSerial]: seed } }) } },
      env: { OP_SERVICE_ACCOUNT_TOKEN: opToken, AWS_SECRET_ACCESS_KEY: awsSecret, AWS_SESSION_TOKEN: awsSecret }
    }),
    (home) => {
      mkdirSync(join(home.path, "tmp"))
      return home
    }
  )

const start = (home: Home, words: ReadonlyArray<string> = [], options: RunOptions = {}) =>
  home.run(["--profile", "dev", "--log-level", "debug", ...words], {
    ...options,
    env: { TMPDIR: join(home.path, "tmp"), ...options.env }
  })

const filesBelow = (directory: string): ReadonlyArray<string> =>
  readdirSync(directory).flatMap((name) => {
    const path = join(directory, name)
    return lstatSync(path).isDirectory() ? filesBelow(path) : [path]
  })

/** What children were told: `op` needs its token, and nothing of AWS's is anybody's business. */
const assertDiscreet = (children: ReadonlyArray<Process>, codes: ReadonlyArray<string>): void => {
  assert.isNotEmpty(children)
  for (const { commandLine, environment } of children) {
    assert.deepStrictEqual(found(commandLine, codes), [])
    assert.deepStrictEqual(found(environment, codes, ["the token of op"]), [])
    assert.notMatch(environment, /(?:^|\0)AWS_/)
  }
}

/** Nothing that must not be there is in a stream, on the terminal, in a command line or in a file. */
const assertNothingLeaked = (
  home: Home,
  ended: Ended,
  codes: ReadonlyArray<string>,
  typed: ReadonlyArray<string> = []
): void => {
  const { code, stderr, stdout } = ended
  assert.match(stderr, /^debug /)
  assert.deepStrictEqual(found(stderr, codes), [], stderr)
  if (code !== 0) assert.strictEqual(stdout, "")
  else assert.deepStrictEqual(found(stdout, codes), ["a session's secret", "a session's token"])
  const transcript = typed.reduce((text, digits) => text.replace(`: ${digits}\r\n`, ": "), home.terminal.written)
  assert.deepStrictEqual(found(transcript, codes), [])
  for (const call of home.opCalls()) assert.deepStrictEqual(found(JSON.stringify(call), codes), [])
  for (const path of filesBelow(home.path)) {
    // The stand-in's own state is where 1Password would be.
    if (path.startsWith(join(home.path, "1password"))) continue
    const isSession = path === join(home.cache, "dev.json")
    const expected = isSession ? ["a session's secret", "a session's token"] : []
    assert.deepStrictEqual(found(readFileSync(path, "latin1"), codes), expected, relative(home.path, path))
  }
}

const permissions = (path: string): number => statSync(path).mode & 0o777

const assertPrivate = (home: Home): void => {
  const directories = [home.cache, join(home.cache, "state")]
  assert.deepStrictEqual(directories.map(permissions), [0o700, 0o700])
  const files = directories.flatMap((directory) =>
    readdirSync(directory).map((name) => join(directory, name)).filter((path) => statSync(path).isFile())
  )
  assert.isAbove(files.length, 3)
  assert.deepStrictEqual(files.filter((path) => permissions(path) !== 0o600), [])
}

describe.each(artifacts)("a secret that $name handles", (artifact) => {
  it.live("is in the cache's entry and on stdout alone after a code was typed", () =>
    Effect.gen(function*() {
      const home = yield* canaryHome(artifact)
      const gate = installGate(home)
      const run = yield* start(home, [], { env: { OP_AWS_CLI_PATH: gate.path } })
      yield* gate.waiting
      assertDiscreet(below(run.pid), [])
      gate.open()
      const wrong = wrongCode(home)
      yield* home.terminal.waitFor("MFA code for dev")
      yield* home.terminal.type(`${wrong}\r`)
      yield* home.terminal.waitFor("MFA code for dev")
      const code = home.code()
      yield* home.terminal.type(`${code}\r`)
      const ended = yield* run.exit
      assert.strictEqual(ended.code, 0)
      assertNothingLeaked(home, ended, [code, wrong], [code, wrong])
      assertPrivate(home)
      const refreshed = yield* start(home, ["--refresh", "--no-prompt"])
      assertNothingLeaked(home, yield* refreshed.exit, [code, wrong], [code, wrong])
    }))

  it.live("stays where it belongs when the item has the one-time password", () =>
    Effect.gen(function*() {
      const home = yield* canaryHome(artifact, { otp: true })
      const codes = [-1, 0, 1, 2].map((steps) => home.sts.code(undefined, steps))
      const ended = yield* Effect.flatMap(start(home, [], { place: "elsewhere" }), ({ exit }) => exit)
      assert.strictEqual(ended.code, 0)
      assertNothingLeaked(home, ended, codes)
      assertPrivate(home)
    }))

  it.live("is not told to the command that prints the code, nor is the code told on", () =>
    Effect.gen(function*() {
      const home = yield* canaryHome(artifact)
      const folder = join(home.path, "1password")
      const code = home.code()
      writeFileSync(join(folder, "code"), code)
      const command = `: >${folder}/asked; while [ ! -e ${folder}/told ]; do sleep 0.01; done; cat ${folder}/code`
      home.configure({ dev: profile({ mfa_process: command }) })
      const run = yield* start(home)
      yield* eventually("the command", () => readdirSync(folder).find((name) => name === "asked"))
      assertDiscreet(below(run.pid), [code])
      writeFileSync(join(folder, "told"), "")
      const ended = yield* run.exit
      assert.strictEqual(ended.code, 0)
      assertNothingLeaked(home, ended, [code])
    }))

  it.live("is in no error", () =>
    Effect.gen(function*() {
      const failures = [
        { faults: [{ fault: "truncated" as const }], code: 3 },
        { faults: [{ fault: "message" as const, message: `bad token ${opToken}` }], code: 4 },
        { faults: [{ fault: "raw-stderr" as const, message: `bad token ${opToken}\n` }], code: 3 }
      ]
      for (const { code, faults } of failures) {
        const home = yield* canaryHome(artifact, { otp: true })
        home.changeOp(() => ({ faults }))
        const ended = yield* Effect.flatMap(start(home), ({ exit }) => exit)
        assert.strictEqual(ended.code, code)
        assertNothingLeaked(home, ended, [])
      }
      const spoiled = yield* canaryHome(artifact, { otp: true, secret: `${accessKey} and a word` })
      const ended = yield* Effect.flatMap(start(spoiled), ({ exit }) => exit)
      assert.strictEqual(ended.code, 4)
      assertNothingLeaked(spoiled, ended, [])
    }))

  it.live("is in no error of AWS's, nor of the way there", () =>
    Effect.gen(function*() {
      const faults = [
        { kind: "error" as const, code: "AccessDenied", status: 403 },
        { kind: "malformed" as const, count: 9 },
        { kind: "close" as const, count: 9 }
      ]
      for (const fault of faults) {
        const home = yield* canaryHome(artifact, { otp: true })
        home.sts.fail(fault)
        const codes = [-1, 0, 1, 2].map((steps) => home.sts.code(undefined, steps))
        const ended = yield* Effect.flatMap(start(home), ({ exit }) => exit)
        assert.include([6, 7], ended.code)
        assertNothingLeaked(home, ended, codes)
      }
    }))
})

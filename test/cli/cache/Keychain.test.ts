import { assert, describe, it } from "@effect/vitest"
import { Effect, Schedule } from "effect"
import { readdirSync, readFileSync } from "node:fs"
import {
  emptySecretService,
  keePassXc,
  lockSecrets,
  noKeePassXc,
  noPrompter,
  noSecretService,
  prompter,
  secretService,
  silentBus,
  why
} from "../../fixtures/SecretService.ts"
import { keepSession } from "../KeepSession.ts"
import { isAlive } from "../Processes.ts"
import { artifacts, type Home, installed, makeHome, onInstalled, type RunOptions } from "../Program.ts"

const item = { seed: "FAKESEEDFAKESEED" }

/** A home whose sessions are in the keychain that this environment leads to. */
const homeWith = (artifact: (typeof artifacts)[number], { DBUS_SESSION_BUS_ADDRESS = "" }: NodeJS.ProcessEnv, typed = false) =>
  makeHome({
    artifact,
    ...(typed ? undefined : { item }),
    env: { OP_AWS_CACHE: "keyring", DBUS_SESSION_BUS_ADDRESS }
  })

const run = (home: Home, words: ReadonlyArray<string>, options: RunOptions = { place: "elsewhere" }) =>
  Effect.flatMap(home.run(words, options), ({ exit }) => exit)

const dev = ["--profile", "dev"]

/** The processes that hold the keychain's library for this home. */
const holders = (home: Home): ReadonlyArray<number> =>
  readdirSync("/proc").map(Number).filter((pid) => {
    try {
      return pid > 0 && isAlive(pid) &&
        /:keychain|keychain\.js/.test(readFileSync(`/proc/${pid}/cmdline`, "utf8")) &&
        readFileSync(`/proc/${pid}/environ`, "utf8").includes(home.env["DBUS_SESSION_BUS_ADDRESS"]!)
    } catch {
      return false
    }
  })

const until = (answers: () => boolean) =>
  Effect.repeat(Effect.sync(answers), { until: (yes) => yes, schedule: Schedule.spaced("20 millis") }).pipe(
    Effect.timeout("60 seconds")
  )

/** A session that is in the keychain, which is locked then. */
const keptAndLocked = (home: Home, environment: NodeJS.ProcessEnv) =>
  Effect.gen(function*() {
    const { code, stdout } = yield* run(home, dev)
    assert.strictEqual(code, 0)
    lockSecrets(environment)
    return { stdout, opCalls: home.opCalls().length }
  })

describe.skipIf(noSecretService !== undefined).each(artifacts)(`the keychain as a cache with $name${why(noSecretService)}`, (artifact) => {
  const alike = onInstalled(artifact)
  it.live("is served from as from a file, in place of the file that there was, and no process is left", () =>
    Effect.gen(function*() {
      const environment = yield* secretService
      const home = yield* homeWith(artifact, environment)
      keepSession(home, { minutesOld: 60, minutesLeft: 600 })
      const made = yield* run(home, dev)
      assert.deepInclude(made, { code: 0, stderr: "" })
      assert.deepStrictEqual(readdirSync(home.cache).filter((name) => name.endsWith(".json")), [])
      const served = yield* run(home, dev)
      assert.deepStrictEqual(served, made)
      assert.lengthOf(home.opCalls(), 1)
      assert.deepStrictEqual(holders(home), [])
    }))

  alike("has to have a default collection, which is said before anybody is asked", () =>
    Effect.gen(function*() {
      const environment = yield* emptySecretService
      const home = yield* homeWith(artifact, environment)
      for (const words of [dev, [...dev, "--refresh"], ["login", "dev"]]) {
        const { code, stderr, stdout } = yield* run(home, words)
        assert.deepStrictEqual({ code, stdout }, { code: 2, stdout: "" })
        assert.match(stderr, /^error: the keychain has no default collection.*\nhint: make one /)
      }
      assert.deepStrictEqual(home.opCalls(), [])
      const { code, stdout } = yield* run(home, ["status"])
      assert.strictEqual(code, 0)
      assert.include(stdout, "the keychain has no default collection")
    }))
})

describe.skipIf(noPrompter !== undefined).each(artifacts)(`a locked keychain with $name${why(noPrompter)}`, (artifact) => {
  const alike = onInstalled(artifact)
  it.live("is unlocked by one dialog, and what is in it is good", () =>
    Effect.gen(function*() {
      const environment = yield* secretService
      const { dialogs } = yield* prompter(environment, "answer")
      const home = yield* homeWith(artifact, environment)
      lockSecrets(environment)
      const { stdout } = yield* keptAndLocked(home, environment)
      assert.strictEqual(dialogs(), 1)
      const served = yield* run(home, dev)
      assert.deepInclude(served, { code: 0, stdout })
      assert.strictEqual(dialogs(), 2)
      assert.lengthOf(home.opCalls(), 1)
      lockSecrets(environment)
      const cleared = yield* run(home, ["clear", "dev"])
      assert.match(cleared.stdout, /^dev: session removed/)
      assert.strictEqual(dialogs(), 3)
    }))

  alike("that somebody does not want to unlock is an error after one dialog, and nobody is asked for a session", () =>
    Effect.gen(function*() {
      const environment = yield* secretService
      const { dialogs } = yield* prompter(environment, "dismiss")
      const home = yield* homeWith(artifact, environment)
      const { opCalls } = yield* keptAndLocked(home, environment)
      const calls = [dev, [...dev, "--refresh"], ["env", "dev"], ["clear", "dev"], ["clear", "--all"]]
      for (const [index, words] of calls.entries()) {
        const { code, stderr, stdout } = yield* run(home, words)
        assert.deepStrictEqual({ code, stderr, stdout }, {
          code: 2,
          stderr: "error: the keychain is locked\nhint: unlock it and try again, or use --cache file\n",
          stdout: ""
        })
        assert.strictEqual(dialogs(), index + 1)
      }
      assert.lengthOf(home.opCalls(), opCalls)
    }))

  alike("is asked for once by all calls of a client", () =>
    Effect.gen(function*() {
      const environment = yield* secretService
      const { dialogs } = yield* prompter(environment, "dismiss")
      const home = yield* homeWith(artifact, environment)
      yield* keptAndLocked(home, environment)
      const calls = Array.from({ length: 8 }, () => Effect.flatMap(home.run(dev), ({ exit }) => exit))
      const ends = yield* Effect.all(calls, { concurrency: "unbounded" })
      assert.deepStrictEqual(ends.map(({ code }) => code), calls.map(() => 2))
      assert.strictEqual(dialogs(), 1)
    }))

  alike("that nobody unlocks is waited for until the time is over, a signal comes, or we are killed", () =>
    Effect.gen(function*() {
      const environment = yield* secretService
      const { dialogs } = yield* prompter(environment, "ignore")
      const home = yield* homeWith(artifact, environment)
      const { opCalls } = yield* keptAndLocked(home, environment)
      const late = yield* run(home, [...dev, "--timeout", "3s"])
      assert.deepStrictEqual({ code: late.code, stderr: late.stderr }, {
        code: 8,
        stderr: "error: no credentials after 3s: still waiting for the keychain\nhint: answer its dialog, or unlock it, and try again; or use --cache file\n"
      })
      assert.deepStrictEqual(holders(home), [])
      for (const [signal, code] of [["SIGTERM", 143], ["SIGINT", 130], ["SIGKILL", null]] as const) {
        const before = dialogs()
        const waiting = yield* home.run(dev, { place: "elsewhere" })
        yield* until(() => dialogs() > before)
        assert.lengthOf(holders(home), 1)
        yield* waiting.signal(signal)
        assert.strictEqual((yield* waiting.exit).code, code)
        yield* until(() => holders(home).length === 0)
      }
      assert.lengthOf(home.opCalls(), opCalls)
    }))

  alike("is told of by status and doctor, which ask nobody", () =>
    Effect.gen(function*() {
      const environment = yield* secretService
      const { dialogs } = yield* prompter(environment, "answer")
      const home = yield* homeWith(artifact, environment)
      yield* run(home, dev)
      const open = yield* run(home, ["status"])
      assert.include(open.stdout, "the keychain is unlocked")
      assert.match(open.stdout, /11h 59m left, until \S+, in the keychain/)
      lockSecrets(environment)
      const status = yield* run(home, ["status"])
      assert.strictEqual(status.code, 0)
      assert.include(status.stdout, "the keychain is locked")
      const json = JSON.parse((yield* run(home, ["status", "--json"])).stdout)
      assert.deepInclude(json, { keychain: "locked", keychain_problem: "the keychain is locked" })
      const doctor = yield* run(home, ["doctor"])
      assert.strictEqual(doctor.code, 1)
      assert.include(doctor.stdout, "the keychain is locked")
      assert.strictEqual(dialogs(), 0)
    }))

  alike("costs the cache and not the session when it is locked while the code is typed", () =>
    Effect.gen(function*() {
      const environment = yield* secretService
      const { dialogs } = yield* prompter(environment, "dismiss")
      const home = yield* homeWith(artifact, environment, true)
      const asking = yield* home.run(dev)
      yield* home.terminal.waitFor("MFA code for dev")
      lockSecrets(environment)
      yield* home.terminal.type(`${home.code()}\r`)
      const { code, stdout } = yield* asking.exit
      assert.strictEqual(code, 0)
      assert.strictEqual(JSON.parse(stdout).Version, 1)
      yield* home.terminal.waitFor("warning: the session could not be kept in the keychain: it is locked")
      assert.strictEqual(dialogs(), 1)
    }))
})

describe.skipIf(noKeePassXc !== undefined).each(artifacts)(`KeePassXC as the keychain with $name${why(noKeePassXc)}`, (artifact) => {
  const alike = onInstalled(artifact)
  it.live("keeps and gives sessions while its database is open", () =>
    Effect.gen(function*() {
      const home = yield* homeWith(artifact, yield* keePassXc("open"))
      const made = yield* run(home, dev)
      assert.deepInclude(made, { code: 0, stderr: "" })
      assert.deepStrictEqual(yield* run(home, dev), made)
      assert.lengthOf(home.opCalls(), 1)
      assert.match((yield* run(home, ["status"])).stdout, /the keychain is unlocked[^]*, in the keychain\n/)
      assert.match((yield* run(home, ["clear", "dev"])).stdout, /^dev: session removed/)
    }))

  alike("is told to be locked, and waited for no longer than there is time", () =>
    Effect.gen(function*() {
      const home = yield* homeWith(artifact, yield* keePassXc("locked"))
      assert.include((yield* run(home, ["status"])).stdout, "the keychain is locked")
      const { code, stderr } = yield* run(home, [...dev, "--timeout", "3s"])
      assert.strictEqual(code, 8)
      assert.include(stderr, "still waiting for the keychain")
      assert.deepStrictEqual([home.opCalls(), holders(home)], [[], []])
    }))
})

describe.skipIf(process.platform !== "linux").each(installed)("a D-Bus that never says a word with $name", (artifact) => {
  it.live("holds up no call beyond its time, and no signal", () =>
    Effect.gen(function*() {
      const home = yield* homeWith(artifact, yield* silentBus)
      const { code, stderr } = yield* run(home, [...dev, "--timeout", "2s"])
      assert.strictEqual(code, 8)
      assert.match(stderr, /^error: no credentials after 2s: still waiting for the keychain\n/)
      for (const words of [dev, ["clear", "dev"], ["login", "dev"]]) {
        const waiting = yield* home.run(words, { place: "elsewhere" })
        yield* until(() => holders(home).length === 1)
        yield* waiting.signal("SIGTERM")
        assert.strictEqual((yield* waiting.exit).code, 143)
      }
      const status = yield* run(home, ["status"])
      assert.strictEqual(status.code, 0)
      assert.include(status.stdout, "the keychain of this system cannot be used: it does not answer")
      assert.deepStrictEqual(holders(home), [])
      assert.deepStrictEqual(home.opCalls(), [])
    }))
})

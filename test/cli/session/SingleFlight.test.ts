import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { account, awsItem, fakeId, vault } from "../../../simulator/op/State.ts"
import { defaultSerial, stsUser } from "../../../simulator/sts/StsState.ts"
import { installGate } from "../Gate.ts"
import { keptSession } from "../KeepSession.ts"
import {
  type Artifact,
  artifacts,
  binary,
  bundle,
  bundleOnOldNode,
  type Home,
  installed,
  makeHome,
  profile,
  type RunOptions
} from "../Program.ts"
import { Terminal } from "../Terminal.ts"

const many = 50
const question = `MFA code for dev (${defaultSerial}): `
/** Fifty programs may take a minute to start on two cores that others use too, and the first has to wait for them. */
const patient = ["--profile", "dev", "--timeout", "5m"]
/** What a process that waits for another one writes into its debug log. */
const waits = "waiting for another process"

/** The n-th of many runs either one artifact, or all of them by turns. */
type Fleet = (index: number) => Artifact

const crowd = (home: Home, fleet: Fleet, options: (index: number) => RunOptions) =>
  Effect.forEach(
    Array.from({ length: many }, (_, index) => index),
    (index) =>
      home.run([...patient, "--log-level", "debug"], { artifact: fleet(index), ...options(index) }),
    { concurrency: "unbounded" }
  )

type Runs = Effect.Success<ReturnType<typeof crowd>>

/** Waits until all but one of them wait for that one. */
const allWaiting = (runs: Runs) =>
  Effect.gen(function*() {
    let waiting = 0
    yield* Effect.raceFirst(
      Effect.forEach(runs, (run) => Effect.andThen(run.wrote(waits), Effect.sync(() => ++waiting)), {
        concurrency: "unbounded",
        discard: true
      }),
      Effect.gen(function*() {
        while (waiting < many - 1) yield* Effect.sleep("5 millis")
      })
    )
  })

/** What all came to, the same for each; tells how far apart the first and the last were. */
const allServed = (title: string, home: Home, runs: Runs) =>
  Effect.gen(function*() {
    const answeredAt = performance.now()
    const ended = yield* Effect.forEach(
      runs,
      ({ exit }) => Effect.map(exit, (end) => ({ ...end, at: performance.now() })),
      { concurrency: "unbounded" }
    )
    const times = ended.map(({ at }) => at)
    const spread = Math.round(Math.max(...times) - Math.min(...times))
    const whole = Math.round(Math.max(...times) - answeredAt)
    console.log(`${title}: the last of ${many} was done ${spread} ms after the first, ${whole} ms after the answer`)
    assert.deepStrictEqual(ended.map(({ code }) => code), ended.map(() => 0))
    assert.match(ended[0]!.stdout, /^\{"Version":1,/)
    assert.deepStrictEqual(new Set(ended.map(({ stdout }) => stdout)).size, 1)
    assert.strictEqual(home.opCalls().length, 1)
    assert.strictEqual(home.sts.requests.length, 1)
    assert.isBelow(spread, 10_000)
  })

const flights: ReadonlyArray<readonly [name: string, artifact: Artifact, fleet: Fleet]> = [
  ...[...artifacts, ...(bundleOnOldNode === undefined ? [] : [bundleOnOldNode])].map((artifact) =>
    [artifact.name, artifact, () => artifact] as const
  ),
  ["both by turns", binary, (index) => index % 2 === 0 ? binary : bundle]
]

describe.each(flights)("fifty processes of %s that miss together", (name, artifact, fleet) => {
  it.live("ask once on the terminal that they share, and write nothing else there", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact })
      const runs = yield* crowd(home, fleet, () => ({}))
      yield* home.terminal.waitFor(question)
      yield* allWaiting(runs)
      const code = home.code()
      yield* home.terminal.type(`${code}\r`)
      yield* allServed(`${name}, one terminal`, home, runs)
      assert.deepStrictEqual(home.terminal.screen, [`${question}${code}`])
      assert.strictEqual(home.terminal.written.split("MFA code").length, 2)
      assert.notInclude(home.terminal.written, "another process")
    }))

  it.live("need no question where the item has the code and nobody has a terminal", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact, item: { seed: "FAKESEEDFAKESEED" } })
      const gate = installGate(home)
      const runs = yield* crowd(home, fleet, () => ({ place: "elsewhere", env: { OP_AWS_CLI_PATH: gate.path } }))
      yield* allWaiting(runs)
      gate.open()
      yield* allServed(`${name}, no terminal`, home, runs)
      assert.strictEqual(gate.arrived().length, 1)
    }))
})

describe.each(artifacts)("fifty terminals with $name", (artifact) => {
  it.live("see one question, and are told on the others what is waited for", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact })
      const terminals = yield* Effect.forEach(Array.from({ length: many }), () => Terminal.open(), { concurrency: 8 })
      const runs = yield* crowd(home, () => artifact, (index) => ({ terminal: terminals[index]! }))
      yield* allWaiting(runs)
      const asked = yield* Effect.raceAll(terminals.map((terminal) => Effect.as(terminal.waitFor(question), terminal)))
      const others = terminals.filter((terminal) => terminal !== asked)
      yield* Effect.forEach(others, (terminal) => terminal.waitFor(/waiting for another process \(pid \d+\) that/))
      const code = home.code()
      yield* asked.type(`${code}\r`)
      yield* allServed(`${artifact.name}, fifty terminals`, home, runs)
      assert.deepStrictEqual(asked.screen, [`${question}${code}`])
      assert.deepStrictEqual(new Set(others.map(({ screen }) => screen.join())), new Set([""]))
    }))
})

const otherSerial = "arn:aws:iam::123456789012:mfa/other"

describe.each(installed)("two identities with $name", (artifact) => {
  const twoPeople = Effect.gen(function*() {
    const items = [awsItem(), awsItem({ id: fakeId("other"), title: "Other", accessKeyId: "AKIAFAKE0000EXAMPLE1" })]
    const home = yield* makeHome({
      artifact,
      op: { accounts: [account({ vaults: [vault({ items })] })] },
      sts: {
        users: {
          AKIAFAKE0000EXAMPLE0: stsUser(),
          AKIAFAKE0000EXAMPLE1: stsUser({ mfa: { [otherSerial]: "OTHERFAKESEEDAAA" } })
        }
      },
      profiles: { dev: profile(), other: profile({ op_item: "Other", mfa_serial: otherSerial }) }
    })
    return home
  })

  it.live("ask one after the other on one terminal, and each gets its own answer", () =>
    Effect.gen(function*() {
      const home = yield* twoPeople
      const start = (name: string) => home.run(["--profile", name, "--log-level", "debug"])
      const runs = yield* Effect.forEach(["dev", "other"], start, { concurrency: 2 })
      for (const run of runs) yield* run.wrote("had 1Password")
      const lines: Array<string> = []
      for (const _ of runs) {
        const asked = yield* home.terminal.waitFor(/MFA code for \w+ \(.*?\): /)
        assert.strictEqual(home.terminal.screen.at(-1), asked.trimEnd())
        const code = home.code(asked.includes(otherSerial) ? otherSerial : defaultSerial)
        lines.push(`${asked}${code}`)
        yield* home.terminal.type(`${code}\r`)
      }
      const ended = yield* Effect.forEach(runs, ({ exit }) => exit)
      assert.deepStrictEqual(ended.map(({ code }) => code), [0, 0])
      assert.notStrictEqual(ended[0]!.stdout, ended[1]!.stdout)
      assert.deepStrictEqual(home.terminal.screen, lines)
      assert.deepStrictEqual(home.sts.requests.map(({ status }) => status), [200, 200])
    }))

  it.live("do not wait for each other's 1Password", () =>
    Effect.gen(function*() {
      const home = yield* twoPeople
      const gate = installGate(home)
      const slow = yield* home.run(["--profile", "dev", "--op-cli-path", gate.path])
      yield* gate.waiting
      const quick = yield* home.run(["--profile", "other"])
      yield* home.terminal.waitFor("MFA code for other")
      yield* home.terminal.type(`${home.code(otherSerial)}\r`)
      assert.strictEqual((yield* quick.exit).code, 0)
      gate.open()
      yield* home.terminal.waitFor(question)
      yield* home.terminal.type(`${home.code()}\r`)
      assert.strictEqual((yield* slow.exit).code, 0)
    }))

  it.live("write nothing over each other's question", () =>
    Effect.gen(function*() {
      const home = yield* twoPeople
      const asking = yield* home.run(["--profile", "other"])
      yield* home.terminal.waitFor(/MFA code for other \(.*?\): /)
      const seen = home.terminal.written
      const gate = installGate(home)
      const quiet = yield* home.run(["--profile", "dev", "--op-cli-path", gate.path, "--timeout", "3s"])
      assert.strictEqual((yield* quiet.exit).code, 8)
      assert.strictEqual(home.terminal.written, seen)
      yield* home.terminal.type(`${home.code(otherSerial)}\r`)
      assert.strictEqual((yield* asking.exit).code, 0)
    }))

  it.live("take back what they show when the other one has to ask", () =>
    Effect.gen(function*() {
      const home = yield* twoPeople
      const gate = installGate(home)
      const slow = yield* home.run(["--profile", "dev", "--op-cli-path", gate.path])
      yield* home.terminal.waitFor("waiting for 1Password …")
      const asking = yield* home.run(["--profile", "other"])
      const asked = yield* home.terminal.waitFor(/MFA code for other \(.*?\): /)
      assert.deepStrictEqual(home.terminal.screen, [asked.trimEnd()])
      const code = home.code(otherSerial)
      yield* home.terminal.type(`${code}\r`)
      assert.strictEqual((yield* asking.exit).code, 0)
      yield* home.terminal.waitFor("waiting for 1Password …")
      gate.open()
      yield* home.terminal.waitFor(question)
      assert.deepStrictEqual(home.terminal.screen, [`${asked}${code}`, question.trimEnd()])
      yield* home.terminal.type(`${home.code()}\r`)
      assert.strictEqual((yield* slow.exit).code, 0)
    }))
})

describe.each(installed)("processes of $name that keep no session", (artifact) => {
  it.live("ask for themselves, one after the other", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact })
      const start = home.run(["--profile", "dev", "--cache", "none"])
      const runs = yield* Effect.all([start, start], { concurrency: 2 })
      const codes: Array<string> = []
      for (const _ of runs) {
        yield* home.terminal.waitFor(question)
        codes.push(home.code())
        yield* home.terminal.type(`${codes.at(-1)}\r`)
        yield* home.terminal.waitFor("\r\n")
      }
      const ended = yield* Effect.forEach(runs, ({ exit }) => exit)
      for (const end of ended) assert.deepInclude(end, { code: 0, stderr: "" })
      assert.notStrictEqual(ended[0]!.stdout, ended[1]!.stdout)
      assert.deepStrictEqual(home.terminal.screen, codes.map((code) => `${question}${code}`))
      assert.isUndefined(keptSession(home))
    }))

  it.live("do so too where there is no directory that could have a lock", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact, env: { OP_AWS_CACHE_DIR: "/dev/null/nowhere" } })
      const start = home.run(["--profile", "dev"])
      const runs = yield* Effect.all([start, start], { concurrency: 2 })
      for (const _ of runs) {
        yield* home.terminal.waitFor(question)
        assert.strictEqual(home.terminal.screen.at(-1), question.trimEnd())
        yield* home.terminal.type(`${home.code()}\r`)
        yield* home.terminal.waitFor("\r\n")
      }
      const ended = yield* Effect.forEach(runs, ({ exit }) => exit)
      assert.deepStrictEqual(ended.map(({ code }) => code), [0, 0])
    }))
})

describe.each(installed)("a process of $name that waits for another one", (artifact) => {
  it.live("says so after a second on a terminal of its own, with the other's pid, and takes it back", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact })
      const holder = yield* home.run(["--profile", "dev"])
      yield* home.terminal.waitFor(question)
      const terminal = yield* Terminal.open({ columns: 120 })
      const waiter = yield* home.run(["--profile", "dev"], { terminal })
      const line = yield* terminal.waitFor(/waiting for .* …/)
      assert.strictEqual(line, `waiting for another process (pid ${holder.pid}) that is getting this session …`)
      yield* home.terminal.type(`${home.code()}\r`)
      const session = yield* holder.exit
      assert.strictEqual(session.code, 0)
      assert.deepStrictEqual(yield* waiter.exit, session)
      assert.deepStrictEqual(terminal.screen, [])
    }))
})

describe.each(installed)("twenty processes of $name for one item under two names", (artifact) => {
  it.live("read it once for each name at most, and ask and call STS once", () =>
    Effect.gen(function*() {
      const byId = profile({ op_vault: fakeId("vault"), op_item: fakeId("awsitem") })
      const home = yield* makeHome({ artifact, profiles: { dev: profile(), byid: byId } })
      const runs = yield* Effect.forEach(Array.from({ length: 20 }, (_, index) => index), (index) =>
        home.run(["--profile", index % 2 === 0 ? "dev" : "byid", "--timeout", "5m"], {}), { concurrency: "unbounded" })
      yield* home.terminal.waitFor(/MFA code for (?:dev|byid) /)
      yield* home.terminal.type(`${home.code()}\r`)
      const ended = yield* Effect.forEach(runs, ({ exit }) => exit, { concurrency: "unbounded" })
      assert.deepStrictEqual(new Set(ended.map(({ code }) => code)), new Set([0]))
      assert.strictEqual(new Set(ended.map(({ stdout }) => stdout)).size, 1)
      assert.isAtMost(home.opCalls().length, 2)
      assert.strictEqual(home.sts.requests.length, 1)
      assert.strictEqual(home.terminal.written.split("MFA code").length, 2)
      // Each is served by itself from now on.
      for (const name of ["dev", "byid"]) {
        const again = yield* Effect.flatMap(home.run(["--profile", name], {}), ({ exit }) => exit)
        assert.strictEqual(again.stdout, ended[0]!.stdout)
      }
      assert.isAtMost(home.opCalls().length, 2)
    }))
})

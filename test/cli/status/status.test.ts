import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { artifacts, type Home, makeHome, onInstalled, profile } from "../Program.ts"
import { localTime } from "../../../src/domain/base/Time.ts"
import { Terminal } from "../Terminal.ts"

const seeded = { item: { seed: "FAKESEEDFAKESEED" } } as const

const succeed = (home: Home, ...words: ReadonlyArray<string>) =>
  Effect.gen(function*() {
    const { code, stderr, stdout } = yield* (yield* home.run(words, { place: "elsewhere" })).exit
    assert.deepStrictEqual({ code, stderr }, { code: 0, stderr: "" })
    return stdout
  })

const roles = {
  dev: profile(),
  admin: { role_arn: "arn:aws:iam::210987654321:role/admin", source_profile: "dev" },
  broken: profile({ op_duration: "1y" })
}

describe.each(artifacts)("status with $name", (artifact) => {
  const alike = onInstalled(artifact)
  alike("tells a program what is cached and what comes next, and nothing secret", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact, ...seeded, profiles: roles, env: { AWS_PROFILE: "admin" } })
      const before = JSON.parse(yield* succeed(home, "status", "--json"))
      assert.deepStrictEqual(before.in_use, { profile: "admin", from: "AWS_PROFILE", direnv: null, standing: "a role" })
      const nexts = (status: typeof before) => status.profiles.map(({ next }: { readonly next: string }) => next)
      assert.deepStrictEqual(nexts(before), ["renew-or-ask", "renew-or-ask", "fail"])
      yield* succeed(home, "env", "admin")
      const after = yield* succeed(home, "status", "--json")
      assert.deepStrictEqual(nexts(JSON.parse(after)), ["serve", "serve", "fail"])
      for (const [id, { secret, token }] of Object.entries(home.sts.state.sessions)) {
        for (const text of [id, secret, token]) assert.notInclude(after, text)
      }
      assert.strictEqual(home.opCalls().length, 1)
    }))

  alike("shows a failure that an AWS client kept to itself", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact, op: { prompt: { answer: "dismiss" } } })
      const failed = yield* home.run(["--profile", "dev"], { place: "elsewhere" })
      assert.strictEqual((yield* failed.exit).code, 4)
      assert.match(yield* succeed(home, "status"), /\n {2}failed {3}\d+s ago: \S.*\n {11}\S/)
    }))

  it.live("fits a terminal of forty columns without colour, and is coloured on another", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact, ...seeded })
      yield* succeed(home, "login", "dev")
      const shown = (columns: number, env: Record<string, string>) =>
        Effect.gen(function*() {
          const terminal = yield* Terminal.open({ columns })
          const script = "exec \"$0\" \"$@\" >/dev/tty"
          const words = ["-c", script, artifact.command, ...artifact.args]
          const toTerminal = { name: "", command: "/bin/sh", args: words }
          const run = yield* home.run(["status"], { artifact: toTerminal, terminal, env })
          assert.deepInclude(yield* run.exit, { code: 0, stderr: "" })
          return terminal
        })
      const narrow = yield* shown(40, { NO_COLOR: "1", TZ: "UTC" })
      const until = Date.parse(JSON.parse(yield* succeed(home, "status", "--json")).profiles[0].session.expiration)
      assert.deepStrictEqual(narrow.screen, [
        "profile in use: default, as AWS_PROFILE",
        "is not set; no file has it",
        "",
        "dev",
        "  item     AWS in Private",
        "  device   arn:aws:iam::123456789012:mfa",
        "           /user",
        "  session  ############ 11h 59m left,",
        `           until ${localTime(until, "UTC")}`,
        "  next     served from the cache"
      ])
      const colored = yield* shown(100, { LANG: "en_US.UTF-8", TZ: "UTC" })
      assert.include(colored.written, "\x1b[1mdev\x1b[0m")
      assert.include(colored.written, `\x1b[32m████████████ 11h 59m left, until ${localTime(until, "UTC")}\x1b[0m`)
    }))

  alike("shows one profile, and knows when there is none of that name", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact, profiles: roles })
      assert.match(yield* succeed(home, "status", "--profile", "dev"), /\n\ndev\n(?!.*\nadmin)/)
      const unknown = yield* home.run(["status", "--profile", "nobody"])
      assert.deepInclude(yield* unknown.exit, { code: 2, stdout: "" })
    }))
})

import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Redacted } from "effect"
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { isAlive } from "../../cli/Processes.ts"
import { temporaryDirectory } from "../../fixtures/TemporaryDirectory.ts"
import * as CredentialProcessShell from "../../../src/layers/aws-config/CredentialProcessShell.ts"
import { CredentialProcess } from "../../../src/services/aws-config/CredentialProcess.ts"

const run = (line: string, environment: Readonly<Record<string, string>> = { PATH: "/usr/bin:/bin" }) =>
  Effect.flatMap(CredentialProcess, (processes) => processes.run(line, environment)).pipe(
    Effect.provide(CredentialProcessShell.layer)
  )

describe("a credential_process line", () => {
  it.live("is run by a shell with the environment that is given, AWS's part of it too, and with nothing else", () =>
    Effect.gen(function*() {
      const { exitCode, stderr, stdout } = yield* run("env | sort; echo said >&2; exit 3", {
        PATH: "/usr/bin:/bin",
        HOME: "/home of me",
        AWS_CONFIG_FILE: "/a b/$c"
      })
      assert.deepStrictEqual([exitCode, stderr], [3, "said\n"])
      const seen = Redacted.value(stdout).split("\n").filter((line) => !/^(?:_|PWD|SHLVL|OLDPWD)=/.test(line))
      assert.deepStrictEqual(seen, ["AWS_CONFIG_FILE=/a b/$c", "HOME=/home of me", "PATH=/usr/bin:/bin", ""])
      assert.strictEqual(String(stdout), "<redacted>")
    }))

  it.live("has nothing on its stdin, and ends in words where it cannot be run or says too much", () =>
    Effect.gen(function*() {
      assert.strictEqual((yield* run("cat; echo end")).exitCode, 0)
      assert.deepInclude(yield* run("/nonexistent/program --profile dev"), { exitCode: 127 })
      const long = yield* run("head -c 9000 /dev/zero")
      assert.isUndefined(long.exitCode)
      assert.match(long.stderr, /^error: the line printed far more/)
    }))

  it.live("is ended by interruption, with what it has started", () =>
    Effect.gen(function*() {
      const file = join(yield* temporaryDirectory, "pid")
      const fiber = yield* Effect.forkChild(run(`sh -c 'echo $$ >"${file}.new"; mv "${file}.new" "${file}"; exec sleep 60'; true`))
      while (!existsSync(file)) yield* Effect.sleep("20 millis")
      const pid = Number(readFileSync(file, "utf8"))
      yield* Fiber.interrupt(fiber)
      assert.isFalse(isAlive(pid))
    }))
})

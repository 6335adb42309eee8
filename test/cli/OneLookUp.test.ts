import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { existsSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { script } from "../fixtures/Programs.ts"
import { artifacts, type Home, makeHome } from "./Program.ts"

const plaintext = "[old]\naws_access_key_id = AKIAFAKE0000EXAMPLE0\naws_secret_access_key = fake-secret-for-tests\n"

/** Every command that has to do with a profile, as it would start `op` if it were to. */
const commands: ReadonlyArray<readonly [name: string, words: ReadonlyArray<string>]> = [
  ["the root command", ["--profile", "dev", "--refresh"]],
  ["login", ["login", "dev"]],
  ["exec", ["exec", "dev", "--", "true"]],
  ["env", ["env", "dev"]],
  ["rotate", ["rotate", "dev", "--yes"]],
  ["setup", ["setup", "dev", "--yes", "--print"]],
  ["import", ["import", "old", "--yes", "--op-vault", "Private"]],
  ["status", ["status"]],
  ["clear", ["clear", "dev"]],
  ["doctor", ["doctor"]]
]

/** What tells and forgets goes on without an `op`. */
const goesOn = ["status", "clear", "doctor"]

const call = (home: Home, words: ReadonlyArray<string>, env: Readonly<Record<string, string>>) =>
  Effect.flatMap(home.run(words, { place: "elsewhere", env }), ({ exit }) => exit)

describe.each(artifacts)("with a relative OP_AWS_CLI_PATH, $name", (artifact) => {
  it.live("starts nothing, whatever the command", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact, item: { seed: "FAKESEEDFAKESEED" } })
      writeFileSync(join(home.path, ".aws", "credentials"), plaintext, { mode: 0o600 })
      script(join(home.path, "bin", "other"), `echo "$*" >>'${home.path}/started'`, "exit 1")
      for (const [name, words] of commands) {
        const { code, stderr, stdout } = yield* call(home, words, { OP_AWS_CLI_PATH: "bin/other" })
        assert.isFalse(existsSync(join(home.path, "started")), name)
        if (goesOn.includes(name)) {
          if (name !== "clear") assert.match(stdout, /OP_AWS_CLI_PATH is "?bin\/other|OP_AWS_CLI_PATH/, name)
          continue
        }
        assert.deepStrictEqual({ name, code, stdout }, { name, code: 2, stdout: "" })
        assert.match(stderr, /^error: .*OP_AWS_CLI_PATH/, name)
      }
    }))
})

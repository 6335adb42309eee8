import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { spawnSync } from "node:child_process"
import { symlinkSync } from "node:fs"
import { join } from "node:path"
import { script } from "../fixtures/Programs.ts"
import { temporaryDirectory } from "../fixtures/TemporaryDirectory.ts"

const ask = "const { buildLauncher } = await import('./scripts/buildLauncher.ts'); console.log(await buildLauncher())"

describe("the build", () => {
  it.live("says in a few words what it has no launcher for", () =>
    Effect.gen(function*() {
      const path = yield* temporaryDirectory
      symlinkSync(process.execPath, join(path, "node"))
      const said = () => {
        const { status, stderr, stdout } = spawnSync(process.execPath, ["--input-type=module", "-e", ask], { env: { PATH: path }, encoding: "utf8" })
        assert.deepStrictEqual({ status, stderr }, { status: 0, stderr: "" })
        return stdout.trim()
      }
      assert.strictEqual(said(), "cargo is not here")
      script(join(path, "cargo"), "test \"$1\" = --version")
      assert.match(said(), /^there is no C compiler here/)
      script(join(path, "cc"), "exit 0")
      assert.strictEqual(said(), "cargo cannot get its crates")
    }))
})

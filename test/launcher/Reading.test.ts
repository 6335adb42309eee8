import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { execFileSync } from "node:child_process"
import { chmodSync, chownSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { dirname } from "node:path"
import { install, type Installed, isInstalled, words } from "./Installed.ts"

/** What is served, or undefined where the launcher became the program. */
const served = ({ run }: Installed): string | undefined => {
  // The program is `cat`, which knows no such option.
  const { code, stderr, stdout } = run(`exec "$0" ${words}`, { timeout: 20_000 })
  if (code === 1 && stdout === "" && stderr.includes("unrecognized option")) return undefined
  assert.deepStrictEqual({ code, stderr }, { code: 0, stderr: "" })
  return stdout
}

const isRoot = process.geteuid?.() === 0

describe.skipIf(!isInstalled)("the launcher reads an entry", () => {
  it.live("that is a file of ours, closed to others", () =>
    Effect.gen(function*() {
      const installed = yield* install
      for (const mode of [0o600, 0o400, 0o700]) {
        chmodSync(installed.entry, mode)
        assert.match(served(installed) ?? "", /^\{"Version":1,"AccessKeyId":"ASIAFAKE0000EXAMPLE0",.*"Expiration":"[^"]+Z"(?:,"AccountId":"\d{12}")?\}\n?$/)
      }
      linkSync(installed.entry, `${installed.entry}.second`)
      assert.isDefined(served(installed))
      const folder = dirname(installed.entry)
      renameSync(folder, `${folder}.real`)
      symlinkSync(`${folder}.real`, folder)
      assert.isDefined(served(installed), "only the last component must not be a link")
    }))

  const others: Record<string, (entry: string) => void> = {
    "is a link": (entry) => {
      renameSync(entry, `${entry}.elsewhere`)
      symlinkSync(`${entry}.elsewhere`, entry)
    },
    "the group may read": (entry) => chmodSync(entry, 0o640),
    "anybody may write to": (entry) => chmodSync(entry, 0o602),
    "is a FIFO": (entry) => {
      rmSync(entry)
      execFileSync("mkfifo", ["-m", "600", entry])
    },
    "is a directory": (entry) => {
      rmSync(entry)
      mkdirSync(entry, { mode: 0o700 })
    },
    "is larger than 64 KiB": (entry) => writeFileSync(entry, readFileSync(entry, "utf8") + " ".repeat(65_536)),
    "is cut off": (entry) => writeFileSync(entry, readFileSync(entry).subarray(0, -20)),
    "has one bit changed": (entry) => {
      const bytes = readFileSync(entry)
      bytes[100]! ^= 1
      writeFileSync(entry, bytes)
    },
    "is not there": (entry) => rmSync(entry),
    "is empty": (entry) => writeFileSync(entry, "")
  }

  it.live.each(Object.keys(others))("and leaves one that %s to the program", (what) =>
    Effect.gen(function*() {
      const installed = yield* install
      assert.isDefined(served(installed))
      others[what]!(installed.entry)
      assert.isUndefined(served(installed))
    }))

  it.live.skipIf(!isRoot)("and leaves one that is somebody else's to the program, also as root", () =>
    Effect.gen(function*() {
      const installed = yield* install
      chownSync(installed.entry, 65_534, 65_534)
      assert.isUndefined(served(installed))
    }))

  it.live("as its effective user, and no file by way of an environment that is another's", () =>
    Effect.gen(function*() {
      const installed = yield* install
      const { code } = installed.run(`HOME=/nonexistent exec "$0" ${words}`)
      assert.strictEqual(code, 1)
    }))
})

describe.skipIf(!isInstalled)("the launcher reads AWS's files", () => {
  it.live("only where they are regular ones, and takes nothing out of a pipe that the program will read", () =>
    Effect.gen(function*() {
      const { config, run } = yield* install
      const through = run(`cat "${config}" | AWS_CONFIG_FILE=/dev/stdin exec "$0" -`)
      assert.deepStrictEqual(through, { code: 0, signal: null, stdout: readFileSync(config, "utf8"), stderr: "" })
      const asked = run(`cat "${config}" | (AWS_CONFIG_FILE=/dev/stdin "$0" ${words} 2>/dev/null; cat)`)
      assert.strictEqual(asked.stdout, readFileSync(config, "utf8"))
      const ninth = run(`AWS_CONFIG_FILE=/dev/fd/9 "$0" ${words} 9<<END 2>/dev/null; true\nx\nEND`)
      assert.strictEqual(ninth.stdout, "")
    }))

  it.live("and does not open a FIFO, whose writer would take it for the reader", () =>
    Effect.gen(function*() {
      const { config, path, run } = yield* install
      execFileSync("mkfifo", [`${path}/fifo`])
      const line = [
        `cat "${config}" > "${path}/fifo" & writer=$!`,
        `AWS_CONFIG_FILE="${path}/fifo" "$0" ${words} 2>/dev/null`,
        `kill -0 $writer && cat "${path}/fifo"`
      ]
      assert.strictEqual(run(line.join("\n"), { timeout: 20_000 }).stdout, readFileSync(config, "utf8"))
    }))

  it.live("and becomes the program where one cannot be read", () =>
    Effect.gen(function*() {
      const { config, run } = yield* install
      rmSync(config)
      mkdirSync(config)
      assert.deepInclude(run(`exec "$0" ${words}`), { code: 1, stdout: "" })
    }))
})

import { Effect } from "effect"
import { spawnSync, type SpawnSyncOptions } from "node:child_process"
import { chmodSync, copyFileSync, existsSync, mkdirSync, writeFileSync } from "node:fs"
import { dirname, join, resolve } from "node:path"
import { entryOf } from "../fixtures/SessionEntry.ts"
import { temporaryDirectory } from "../fixtures/TemporaryDirectory.ts"
import { encodeEntry } from "../../src/domain/cache/CacheEntry.ts"

const dist = resolve(import.meta.dirname, "../../dist")

/** Whether the build made a launcher; it says why where it did not. */
export const isInstalled = existsSync(join(dist, "libexec"))

/** A launcher as it is installed, with `cat` in the place of its program, which shows what it was started with. */
export interface Installed {
  readonly path: string
  readonly launcher: string
  readonly program: string
  /** A home with a session that is served to the words below. */
  readonly home: string
  readonly config: string
  readonly entry: string
  /** Runs a shell's line that starts the launcher, which is its `$0`. */
  readonly run: (line: string, options?: SpawnSyncOptions) => { readonly code: number | null; readonly signal: string | null; readonly stdout: string; readonly stderr: string }
}

/** What the session is served to, as a shell has it. */
export const words = "--profile dev"

const hour = 3_600_000

/** The text of an entry that is good for hours from now. */
export const goodEntry = (now: number, sessionToken = "fake-session-token"): string =>
  encodeEntry({
    ...entryOf("AWS"),
    profile: "dev",
    partition: "aws",
    issuedAt: now - hour,
    credentials: { ...entryOf("AWS").credentials, sessionToken, expiration: now + 11 * hour }
  })

export const install = Effect.gen(function*() {
  const path = yield* temporaryDirectory
  const launcher = join(path, "opt/bin/op-aws-credential-process")
  const program = join(path, "opt/libexec/op-aws-credential-process/program")
  const home = join(path, "home")
  const config = join(home, ".aws/config")
  const entry = join(home, ".cache/op-aws-credential-process/dev.json")
  for (const file of [launcher, program, config, entry]) mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  copyFileSync(join(dist, "bin/op-aws-credential-process"), launcher)
  copyFileSync("/bin/cat", program)
  chmodSync(program, 0o755)
  const keys = ["mfa_serial = arn:aws:iam::123456789012:mfa/someone", "op_vault = Private", "op_item = AWS"]
  writeFileSync(config, ["[profile dev]", ...keys, ""].join("\n"))
  writeFileSync(entry, goodEntry(yield* Effect.clockWith((clock) => clock.currentTimeMillis)), { mode: 0o600 })
  const run: Installed["run"] = (line, options) => {
    const { signal, status, stderr, stdout } = spawnSync("/bin/sh", ["-c", line, launcher], {
      env: { HOME: home, PATH: "/usr/bin:/bin" },
      ...options,
      encoding: "utf8"
    })
    return { code: status, signal, stdout, stderr }
  }
  return { path, launcher, program, home, config, entry, run } satisfies Installed
})

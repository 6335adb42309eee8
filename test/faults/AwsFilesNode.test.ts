import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { execFileSync, spawn } from "node:child_process"
import { once } from "node:events"
import {
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync
} from "node:fs"
import { join } from "node:path"
import { temporaryDirectory } from "../fixtures/TemporaryDirectory.ts"
import { canMount, makeReadOnly, tinyDisk } from "../fixtures/TinyDisk.ts"
import * as AwsFilesNode from "../../src/layers/aws-config/AwsFilesNode.ts"
import { AwsFiles, type Replacement } from "../../src/services/aws-config/AwsFiles.ts"

const root = process.geteuid?.() === 0
const nobody = 65534

const replace = (replacement: Replacement) =>
  Effect.flatMap(AwsFiles, (files) => files.replace(replacement)).pipe(Effect.provide(AwsFilesNode.layer))

const read = (path: string) => Effect.flatMap(AwsFiles, (files) => files.read(path)).pipe(Effect.provide(AwsFilesNode.layer))

const refused = Effect.fnUntraced(function*(replacement: Replacement, reason: string, hint?: RegExp) {
  const failure = yield* Effect.flip(replace(replacement))
  assert.strictEqual(failure.message, `${replacement.path} cannot be written: ${reason}`)
  if (hint !== undefined) assert.match(failure.hint, hint)
})

/** As the user with this id, for as long as a synchronous piece of work takes. */
const asUser = <A, E>(user: number, work: Effect.Effect<A, E>) =>
  Effect.acquireUseRelease(
    Effect.sync(() => {
      process.setegid?.(user)
      process.seteuid?.(user)
    }),
    () => work,
    () =>
      Effect.sync(() => {
        process.seteuid?.(0)
        process.setegid?.(0)
      })
  )

describe("a file that cannot be replaced", () => {
  it.effect("is left as it is when its directory or itself may not be written (as another user, where we are root)", () =>
    Effect.gen(function*() {
      const home = yield* temporaryDirectory
      const path = join(home, "config")
      writeFileSync(path, "old")
      if (root) for (const one of [home, path]) chownSync(one, nobody, nobody)
      const checks = refused({ path, before: "old", after: "new", backup: true }, "permission denied", /owner and its permissions$/)
      const as = root ? asUser(nobody, checks) : checks
      chmodSync(home, 0o500)
      yield* as
      chmodSync(home, 0o700)
      chmodSync(path, 0o400)
      yield* as
      assert.deepStrictEqual(readdirSync(home), ["config"])
      assert.strictEqual(readFileSync(path, "utf8"), "old")
    }))

  it.effect("is neither waited for nor replaced when it is a FIFO", () =>
    Effect.gen(function*() {
      const path = join(yield* temporaryDirectory, "config")
      execFileSync("mkfifo", [path])
      yield* refused({ path, before: undefined, after: "new", backup: false }, "it is no file")
      assert.strictEqual((yield* Effect.flip(read(path))).message, `cannot read ${path}: it is no file`)
    }))

  it.effect("is not read when it is not UTF-8, because it could not be written again as it was", () =>
    Effect.gen(function*() {
      const path = join(yield* temporaryDirectory, "config")
      writeFileSync(path, Buffer.from([0x61, 0xff, 0x0a]))
      assert.strictEqual((yield* Effect.flip(read(path))).message, `cannot read ${path}: it is not UTF-8`)
      assert.strictEqual((yield* Effect.flip(replace({ path, before: "a\ufffd\n", after: "", backup: false })))._tag, "AwsFileChanged")
    }))

  it.effect("is said to be behind links in a circle", () =>
    Effect.gen(function*() {
      const path = join(yield* temporaryDirectory, "config")
      symlinkSync("config", path)
      yield* refused({ path, before: undefined, after: "new", backup: false }, "its links lead in a circle")
    }))

  it.effect("is said to be below a file", () =>
    Effect.gen(function*() {
      const home = yield* temporaryDirectory
      writeFileSync(join(home, ".aws"), "")
      const path = join(home, ".aws", "config")
      yield* refused({ path, before: undefined, after: "new", backup: false }, "a file is in the place of a directory")
    }))

  it.effect.skipIf(!canMount)("stays whole on a full disk, with nothing beside it (needs a mount)", () =>
    Effect.gen(function*() {
      const disk = yield* tinyDisk
      const path = join(disk, "config")
      const before = "o".repeat(24_000)
      const after = "n".repeat(24_000)
      writeFileSync(path, before)
      // Room for the new text, but not for the backup too; then for neither.
      for (const filled of [12_000, 36_000]) {
        writeFileSync(join(disk, "filler"), Buffer.alloc(filled))
        yield* refused({ path, before, after, backup: true }, "the disk is full", /^make room on the disk/)
        assert.deepStrictEqual(readdirSync(disk).sort(), ["config", "filler"])
        assert.strictEqual(readFileSync(path, "utf8"), before)
      }
      rmSync(join(disk, "filler"))
      yield* replace({ path, before, after, backup: false })
      assert.strictEqual(readFileSync(path, "utf8"), after)
    }))

  it.effect.skipIf(!canMount)("is on a read-only disk (needs a mount)", () =>
    Effect.gen(function*() {
      const disk = yield* tinyDisk
      writeFileSync(join(disk, "config"), "old")
      yield* makeReadOnly(disk)
      yield* refused({ path: join(disk, "config"), before: "old", after: "new", backup: true }, "the disk is read-only")
      yield* refused({ path: join(disk, "aws/config"), before: undefined, after: "new", backup: true }, "the disk is read-only")
    }))
})

describe("a file that is replaced", () => {
  it.effect("gets a directory that is for its owner alone", () =>
    Effect.gen(function*() {
      const home = yield* temporaryDirectory
      yield* replace({ path: join(home, ".aws/deep/config"), before: undefined, after: "new", backup: true })
      for (const made of [".aws", ".aws/deep"]) assert.strictEqual(statSync(join(home, made)).mode & 0o777, 0o700)
      assert.deepStrictEqual(readdirSync(join(home, ".aws/deep")), ["config"])
    }))

  it.effect.skipIf(!root)("keeps its owner, or lets no other group in (needs root to make one)", () =>
    Effect.gen(function*() {
      const home = yield* temporaryDirectory
      const path = join(home, "config")
      writeFileSync(path, "old")
      chownSync(path, nobody, nobody)
      chmodSync(path, 0o664)
      yield* replace({ path, before: "old", after: "new", backup: false })
      const kept = statSync(path)
      assert.deepStrictEqual([kept.uid, kept.gid, kept.mode & 0o777], [nobody, nobody, 0o664])
      chownSync(home, nobody, nobody)
      chownSync(path, nobody, 12345)
      yield* asUser(nobody, replace({ path, before: "new", after: "newer", backup: false }))
      const taken = statSync(path)
      assert.deepStrictEqual([taken.uid, taken.gid, taken.mode & 0o777], [nobody, nobody, 0o604])
    }))

  it.live("is cleaned up after writers that were killed long ago", () =>
    Effect.gen(function*() {
      const home = yield* temporaryDirectory
      for (const name of ["old", "young"]) writeFileSync(join(home, `.op-aws-credential-process-config-${name}`), "half")
      utimesSync(join(home, ".op-aws-credential-process-config-old"), 1, 1)
      yield* replace({ path: join(home, "config"), before: undefined, after: "new", backup: false })
      assert.deepStrictEqual(readdirSync(home).sort(), [".op-aws-credential-process-config-young", "config"])
    }))

  const bin = join(import.meta.dirname, "../../node_modules/.bin")

  it.live("is whole, old or new, whenever its writer is killed, and so is every backup", () =>
    Effect.gen(function*() {
      const home = yield* temporaryDirectory
      mkdirSync(join(home, "elsewhere"))
      const path = join(home, "config")
      symlinkSync("elsewhere/config", path)
      const whole = /^(?:a{60000}|b{60000}|c{60000})$/
      for (const [runtime, pause] of [["node", 0], ["bun", 2], ["node", 5], ["bun", 9], ["node", 14], ["bun", 21]] as const) {
        const child = spawn(join(bin, runtime), [join(import.meta.dirname, "awsFileWriter.ts"), path], {
          stdio: ["ignore", "pipe", "inherit"]
        })
        const closed = once(child, "close")
        yield* Effect.promise(() => once(child.stdout, "data"))
        yield* Effect.sleep(40 + pause)
        assert.isNull(child.exitCode, "it ended by itself")
        child.kill("SIGKILL")
        yield* Effect.promise(() => closed)
        assert.match(readFileSync(path, "utf8"), whole)
      }
      const backups = readdirSync(home).filter((name) => name.startsWith("config.backup-"))
      assert.isNotEmpty(backups)
      for (const name of backups) assert.match(readFileSync(join(home, name), "utf8"), whole)
      for (const name of readdirSync(join(home, "elsewhere"))) assert.strictEqual(statSync(join(home, "elsewhere", name)).mode & 0o777, 0o600)
    }))
})

describe.skipIf(!root)("in another user's home (needs root to be there)", () => {
  const ownersIn = (directory: string): ReadonlyArray<string> =>
    readdirSync(directory).map((name) => `${name.replace(/\d{8}T\d+Z/, "<time>")} ${statSync(join(directory, name)).uid}`).sort()

  it.live("what is new is that user's, who has to be able to read it", () =>
    Effect.gen(function*() {
      const home = yield* temporaryDirectory
      chownSync(home, nobody, nobody)
      const path = join(home, ".aws/below/config")
      yield* replace({ path, before: undefined, after: "one", backup: true })
      yield* replace({ path, before: "one", after: "two", backup: true })
      assert.deepStrictEqual(ownersIn(home), [`.aws ${nobody}`])
      assert.deepStrictEqual(ownersIn(join(home, ".aws")), [`below ${nobody}`])
      assert.deepStrictEqual(ownersIn(join(home, ".aws/below")), [`config ${nobody}`, `config.backup-<time> ${nobody}`])
      assert.strictEqual(statSync(join(home, ".aws")).mode & 0o777, 0o700)
    }))

  it.live("but not where everybody may write", () =>
    Effect.gen(function*() {
      const everybodys = yield* temporaryDirectory
      chmodSync(everybodys, 0o1777)
      chownSync(everybodys, nobody, nobody)
      yield* replace({ path: join(everybodys, "config"), before: undefined, after: "one", backup: true })
      assert.deepStrictEqual(ownersIn(everybodys), ["config 0"])
    }))
})

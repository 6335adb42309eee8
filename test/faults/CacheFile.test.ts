import { assert, describe, it } from "@effect/vitest"
import { Effect, Option } from "effect"
import { execFileSync } from "node:child_process"
import {
  chmodSync,
  chownSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync
} from "node:fs"
import { createServer } from "node:net"
import { join } from "node:path"
import { entryOf } from "../fixtures/SessionEntry.ts"
import { temporaryDirectory } from "../fixtures/TemporaryDirectory.ts"
import { canMount, makeReadOnly, tinyDisk } from "../fixtures/TinyDisk.ts"
import { encodeEntry, sessionKind } from "../../src/domain/cache/CacheEntry.ts"
import * as CacheFile from "../../src/layers/cache/CacheFile.ts"

const root = process.geteuid?.() === 0
const nobody = 65534

const entry = entryOf("item", {
  vault: "Privé 名前",
  profile: "dev",
  account: "example",
  issuedAt: 1_799_960_000_000
})
const bytes = Buffer.from(encodeEntry(entry))

const fileIn = (directory: string) => join(directory, "dev.json")

const place = (path: string, content: Buffer | string, mode = 0o600) => {
  writeFileSync(path, content)
  chmodSync(path, mode)
}

/** Nothing is served, and the next session takes the place of whatever is there. */
const missesAndMends = Effect.fn(function*(directory: string) {
  const cache = CacheFile.make(directory, sessionKind)
  assert.deepStrictEqual(yield* cache.read("dev"), Option.none())
  assert.deepStrictEqual(yield* cache.list, [])
  yield* cache.write("dev", entry)
  assert.deepStrictEqual(yield* cache.read("dev"), Option.some(entry))
  assert.deepStrictEqual(readdirSync(directory).filter((file) => file.startsWith(".tmp-")), [])
  assert.strictEqual(statSync(fileIn(directory)).mode & 0o777, 0o600)
})

/** As the user with this id, for as long as a synchronous piece of work takes. */
const asUser = <A, E>(user: number, work: Effect.Effect<A, E>) =>
  Effect.acquireUseRelease(
    Effect.sync(() => process.seteuid?.(user)),
    () => work,
    () => Effect.sync(() => process.seteuid?.(0))
  )

describe("a damaged entry", () => {
  it.effect("is a miss when it is cut off at any length", () =>
    Effect.gen(function*() {
      const directory = yield* temporaryDirectory
      const cache = CacheFile.make(directory, sessionKind)
      place(fileIn(directory), "")
      for (let length = 0; length < bytes.length; length++) {
        writeFileSync(fileIn(directory), bytes.subarray(0, length))
        assert.deepStrictEqual(yield* cache.read("dev"), Option.none(), `cut at ${length}`)
      }
      yield* missesAndMends(directory)
      assert.deepStrictEqual(readFileSync(fileIn(directory)), bytes)
    }))

  it.effect("is a miss when any bit of it is flipped", () =>
    Effect.gen(function*() {
      const directory = yield* temporaryDirectory
      const cache = CacheFile.make(directory, sessionKind)
      place(fileIn(directory), bytes)
      for (let bit = 0; bit < bytes.length * 8; bit++) {
        const flipped = Buffer.from(bytes)
        flipped[bit >> 3]! ^= 1 << (bit & 7)
        writeFileSync(fileIn(directory), flipped)
        assert.deepStrictEqual(yield* cache.read("dev"), Option.none(), `bit ${bit & 7} of byte ${bit >> 3}`)
      }
      yield* missesAndMends(directory)
    }))

  it.effect("is a miss when there is too much of it", () =>
    Effect.gen(function*() {
      const directory = yield* temporaryDirectory
      const bare = { ...entryOf("item") }
      const { checksum: _, ...members } = JSON.parse(encodeEntry(bare))
      const text = JSON.stringify(members)
      place(fileIn(directory), text.padEnd(64 * 1024))
      assert.deepStrictEqual(yield* CacheFile.make(directory, sessionKind).read("dev"), Option.some(bare))
      place(fileIn(directory), text.padEnd(64 * 1024 + 1))
      yield* missesAndMends(directory)
    }))
})

describe("something else in the place of an entry", () => {
  it.effect("is a miss when others may read or write it", () =>
    Effect.gen(function*() {
      const directory = yield* temporaryDirectory
      for (const mode of [0o644, 0o640, 0o604, 0o620, 0o602, 0o610, 0o601, 0o666]) {
        place(fileIn(directory), bytes, mode)
        yield* missesAndMends(directory)
      }
    }))

  it.effect("is never followed when it is a link, which is replaced and leaves its target alone", () =>
    Effect.gen(function*() {
      const home = yield* temporaryDirectory
      const directory = join(home, "cache")
      mkdirSync(directory)
      place(join(home, "target.json"), bytes)
      for (const target of [join(home, "target.json"), join(home, "missing"), directory, "dev.json"]) {
        rmSync(fileIn(directory), { force: true })
        symlinkSync(target, fileIn(directory))
        yield* missesAndMends(directory)
      }
      assert.deepStrictEqual(readFileSync(join(home, "target.json")), bytes)
      assert.deepStrictEqual(readdirSync(home).sort(), ["cache", "target.json"])
    }))

  it.effect("does not make anybody wait when it is a FIFO or a socket", () =>
    Effect.gen(function*() {
      const directory = yield* temporaryDirectory
      execFileSync("mkfifo", ["-m", "600", fileIn(directory)])
      yield* missesAndMends(directory)
      rmSync(fileIn(directory))
      const server = yield* Effect.acquireRelease(Effect.sync(() => createServer()), (server) =>
        Effect.sync(() => server.close()))
      yield* Effect.promise(() => new Promise<void>((listening) => server.listen(fileIn(directory), listening)))
      yield* missesAndMends(directory)
    }))

  it.effect("is said to be in the way when it is a directory", () =>
    Effect.gen(function*() {
      const directory = yield* temporaryDirectory
      mkdirSync(join(fileIn(directory), "full"), { recursive: true })
      const cache = CacheFile.make(directory, sessionKind)
      assert.deepStrictEqual(yield* cache.read("dev"), Option.none())
      const failure = yield* Effect.flip(cache.write("dev", entry))
      const message = `the session could not be kept in ${fileIn(directory)}: a directory is in its place`
      assert.strictEqual(failure.message, message)
      assert.strictEqual((yield* Effect.flip(cache.remove("dev")))._tag, "CacheUnwritable")
      assert.deepStrictEqual(readdirSync(directory), ["dev.json"])
    }))

  it.effect.skipIf(!root)("is a miss when it belongs to another user (needs root to make one)", () =>
    Effect.gen(function*() {
      const directory = yield* temporaryDirectory
      place(fileIn(directory), bytes)
      chownSync(fileIn(directory), nobody, nobody)
      yield* missesAndMends(directory)
      assert.strictEqual(statSync(fileIn(directory)).uid, 0)
    }))

  it.live("is removed itself when it is a link called like an old temporary file", () =>
    Effect.gen(function*() {
      const home = yield* temporaryDirectory
      mkdirSync(join(home, "cache"))
      place(join(home, "target"), "precious")
      symlinkSync(join(home, "target"), join(home, "cache/.tmp-1-abc"))
      lutimesSync(join(home, "cache/.tmp-1-abc"), 1, 1)
      yield* CacheFile.make(join(home, "cache"), sessionKind).write("dev", entry)
      assert.deepStrictEqual(readdirSync(join(home, "cache")), ["dev.json"])
      assert.strictEqual(readFileSync(join(home, "target"), "utf8"), "precious")
    }))
})

describe("a directory that cannot be used", () => {
  const refused = Effect.fn(function*(directory: string, reason: string) {
    const failure = yield* Effect.flip(CacheFile.make(directory, sessionKind).write("dev", entry))
    assert.strictEqual(failure._tag, "CacheUnwritable")
    assert.strictEqual(failure.message, `the session could not be kept in ${fileIn(directory)}: ${reason}`)
  })

  it.effect("is said to be taken when a file, or a link to nothing, is in its place", () =>
    Effect.gen(function*() {
      const home = yield* temporaryDirectory
      place(join(home, "file"), "precious")
      symlinkSync(join(home, "nowhere"), join(home, "dangling"))
      symlinkSync("circle", join(home, "circle"))
      yield* refused(join(home, "file"), "its place is taken by something that is no directory of ours")
      yield* refused(join(home, "file/below"), "a file is in the place of a directory")
      yield* refused(join(home, "dangling"), "the directory is not there")
      yield* refused(join(home, "circle"), "its links lead in a circle")
      assert.isFalse(yield* CacheFile.make(join(home, "file"), sessionKind).remove("dev"))
      assert.deepStrictEqual(readdirSync(home).sort(), ["circle", "dangling", "file"])
      assert.strictEqual(readFileSync(join(home, "file"), "utf8"), "precious")
    }))

  it.effect("may not be written to, and what is in it is served all the same", () =>
    Effect.gen(function*() {
      const home = yield* temporaryDirectory
      const directory = join(home, "cache")
      yield* CacheFile.make(directory, sessionKind).write("dev", entry)
      if (root) for (const path of [home, directory, fileIn(directory)]) chownSync(path, nobody, nobody)
      chmodSync(directory, 0o500)
      const checks = Effect.gen(function*() {
        yield* refused(directory, "permission denied")
        assert.deepStrictEqual(yield* CacheFile.make(directory, sessionKind).read("dev"), Option.some(entry))
        const failure = yield* Effect.flip(CacheFile.make(directory, sessionKind).remove("dev"))
        const message = `the session could not be removed from ${fileIn(directory)}: permission denied`
        assert.strictEqual(failure.message, message)
      })
      yield* root ? asUser(nobody, checks) : checks
      chmodSync(directory, 0o700)
      assert.deepStrictEqual(readdirSync(directory), ["dev.json"])
    }))

  it.effect.skipIf(!root)("belongs to another user, or to whoever made the link to it (needs root to make one)", () =>
    Effect.gen(function*() {
      const home = yield* temporaryDirectory
      for (const name of ["theirs", "ours"]) {
        mkdirSync(join(home, name))
        // The umask has a say in what a directory is made with.
        chmodSync(join(home, name), 0o755)
      }
      chownSync(join(home, "theirs"), nobody, nobody)
      symlinkSync(join(home, "ours"), join(home, "link"))
      execFileSync("chown", ["-h", `${nobody}:${nobody}`, join(home, "link")])
      yield* refused(join(home, "theirs"), "the directory belongs to another user")
      yield* refused(join(home, "link"), "its place is taken by something that is no directory of ours")
      assert.deepStrictEqual(readdirSync(join(home, "theirs")), [])
      assert.deepStrictEqual(readdirSync(join(home, "ours")), [])
      assert.strictEqual(statSync(join(home, "ours")).mode & 0o777, 0o755)
    }))

  it.effect.skipIf(!canMount)("is on a full disk: the old entry stays, no half a file does (needs a mount)", () =>
    Effect.gen(function*() {
      const directory = yield* tinyDisk
      const cache = CacheFile.make(directory, sessionKind)
      yield* cache.write("dev", entry)
      const filler = join(directory, "filler")
      assert.throws(() => writeFileSync(filler, Buffer.alloc(128 * 1024)), /ENOSPC/)
      const failure = yield* Effect.flip(cache.write("dev", entryOf("newer")))
      assert.strictEqual(failure.message, `the session could not be kept in ${fileIn(directory)}: the disk is full`)
      assert.match(failure.hint, /^make room on the disk .*, or set OP_AWS_CACHE_DIR to another place$/)
      assert.deepStrictEqual(yield* cache.read("dev"), Option.some(entry))
      assert.deepStrictEqual(readdirSync(directory).sort(), ["dev.json", "filler"])
      rmSync(filler)
      yield* cache.write("dev", entryOf("newer"))
      assert.deepStrictEqual(yield* cache.read("dev"), Option.some(entryOf("newer")))
    }))

  it.effect.skipIf(!canMount)("is on a read-only disk (needs a mount)", () =>
    Effect.gen(function*() {
      const directory = yield* tinyDisk
      const cache = CacheFile.make(directory, sessionKind)
      yield* cache.write("dev", entry)
      yield* makeReadOnly(directory)
      const kept = `the session could not be kept in ${fileIn(directory)}: the disk is read-only`
      const failure = yield* Effect.flip(cache.write("dev", entry))
      assert.strictEqual(failure.message, kept)
      assert.match(failure.hint, /^choose a place on a disk that can be written to/)
      const removed = `the session could not be removed from ${fileIn(directory)}: the disk is read-only`
      assert.strictEqual((yield* Effect.flip(cache.remove("dev"))).message, removed)
      for (const missing of ["roles", "far/below"]) yield* refused(join(directory, missing), "the disk is read-only")
      assert.deepStrictEqual(yield* cache.read("dev"), Option.some(entry))
    }))
})

import { assert, describe, it } from "@effect/vitest"
import { Effect, Option } from "effect"
import { spawn } from "node:child_process"
import { once } from "node:events"
import { readdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { entryOf } from "../fixtures/SessionEntry.ts"
import { temporaryDirectory } from "../fixtures/TemporaryDirectory.ts"
import { sessionKind } from "../../src/domain/cache/CacheEntry.ts"
import * as CacheFile from "../../src/layers/cache/CacheFile.ts"

const bin = join(import.meta.dirname, "../../node_modules/.bin")
const writerScript = join(import.meta.dirname, "cacheWriter.ts")

/** Another process that writes entries (see its own file); it is killed with the scope at the latest. */
const startWriter = (command: ReadonlyArray<string>, args: ReadonlyArray<string | number>) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const [program = "", ...first] = command
      const child = spawn(program, [...first, writerScript, ...args.map(String)], { stdio: ["ignore", "pipe", "pipe"] })
      const closed = once(child, "close")
      let output = ""
      child.stdout.on("data", (data) => output += data)
      child.stderr.on("data", (data) => output += data)
      return {
        started: Effect.promise(() => once(child.stdout, "data")),
        ended: Effect.promise(() => closed).pipe(Effect.map(() => output)),
        running: () => child.exitCode === null && child.signalCode === null,
        kill: Effect.promise(() => {
          child.kill("SIGKILL")
          return closed
        })
      }
    }),
    (writer) => writer.kill
  )

describe("writers of one entry", () => {
  it.live("never mix: a reader always finds one whole session", () =>
    Effect.gen(function*() {
      const directory = yield* temporaryDirectory
      const enough = join(yield* temporaryDirectory, "enough")
      const cache = CacheFile.make(directory, sessionKind)
      yield* cache.write("dev", entryOf("first"))
      const writers = [
        yield* startWriter([join(bin, "node")], [directory, "a", 2000, enough]),
        yield* startWriter([join(bin, "node")], [directory, "bb", 6900, enough]),
        yield* startWriter([join(bin, "bun")], [directory, "ccc", 300, enough])
      ]
      // How often each was seen. They write until all of them were seen often, so that no machine is too slow to see them meet.
      const seen = new Map([["a", 0], ["bb", 0], ["ccc", 0]])
      while (writers.some((writer) => writer.running())) {
        const found = Option.getOrUndefined(yield* cache.read("dev"))
        assert.isDefined(found, "no entry, or half of one")
        if (found.item !== "first") {
          assert.strictEqual(found.credentials.sessionToken.replaceAll(found.item, ""), "")
          seen.set(found.item, (seen.get(found.item) ?? 0) + 1)
        }
        const met = [...seen.values()].every((times) => times >= 50)
        if (met || writers.some((writer) => !writer.running())) writeFileSync(enough, "")
        yield* Effect.yieldNow
        yield* Effect.promise(() => new Promise(setImmediate))
      }
      for (const writer of writers) assert.strictEqual(yield* writer.ended, "started\nwritten\n")
      assert.deepStrictEqual([...seen.keys()], ["a", "bb", "ccc"])
      assert.deepStrictEqual(readdirSync(directory), ["dev.json"])
    }))

  it.live("leave a whole session behind when they are killed", () =>
    Effect.gen(function*() {
      const directory = yield* temporaryDirectory
      const cache = CacheFile.make(directory, sessionKind)
      yield* cache.write("dev", entryOf("first"))
      for (const [runtime, pause] of [["node", 0], ["bun", 3], ["node", 7], ["bun", 11]] as const) {
        const writer = yield* startWriter([join(bin, runtime)], [directory, "abc", 6900, join(directory, "never")])
        yield* writer.started
        yield* Effect.sleep(pause)
        yield* writer.kill
        assert.isTrue(Option.isSome(yield* cache.read("dev")))
      }
      yield* cache.write("dev", entryOf("last"))
      assert.deepStrictEqual(yield* cache.read("dev"), Option.some(entryOf("last")))
    }))

  it.live.each(["node", "bun"])("keep the old entry and nothing else when a file may not grow (%s)", (runtime) =>
    Effect.gen(function*() {
      const directory = yield* temporaryDirectory
      const cache = CacheFile.make(directory, sessionKind)
      yield* cache.write("dev", entryOf("old"))
      const limited = ["/bin/sh", "-c", "ulimit -f 8 && exec \"$@\"", "sh", join(bin, runtime)]
      const writer = yield* startWriter(limited, [directory, "abc", 60_000, directory])
      const reason = "the file size limit is too low"
      assert.strictEqual(
        yield* writer.ended,
        `started\nthe session could not be kept in ${join(directory, "dev.json")}: ${reason}\n`
      )
      assert.deepStrictEqual(yield* cache.read("dev"), Option.some(entryOf("old")))
      assert.deepStrictEqual(readdirSync(directory), ["dev.json"])
    }))
})

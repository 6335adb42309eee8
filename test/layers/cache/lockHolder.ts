import { Effect } from "effect"
import * as LockSqlite from "../../../src/layers/cache/LockSqlite.ts"
import { Lock } from "../../../src/services/cache/Lock.ts"

/**
 * A process that takes a lock: `lockHolder.ts <cache directory> <name> once|until-held`. It prints each new answer on
 * a line and keeps what it has until its stdin ends; then it lets go, prints "free" and stays until it is killed.
 */
const [directory = "", name = "", patience] = process.argv.slice(2)

const say = (word: string): Effect.Effect<void> => Effect.sync(() => void process.stdout.write(`${word}\n`))

const stdinEnds = Effect.callback<void>((resume) => {
  process.stdin.resume().once("end", () => resume(Effect.void))
})

const program = Effect.gen(function*() {
  const lock = yield* Lock
  yield* Effect.scoped(Effect.gen(function*() {
    let state = yield* lock.tryTake(name)
    yield* say(state)
    while (patience === "until-held" && state === "busy") {
      yield* Effect.sleep("10 millis")
      state = yield* lock.tryTake(name)
      if (state !== "busy") yield* say(state)
    }
    yield* stdinEnds
  }))
  yield* say("free")
  return yield* Effect.never
})

Effect.runFork(Effect.provide(program, LockSqlite.layer(directory)))
// Effect.never holds nothing open that keeps the process here once stdin has ended.
setInterval(() => undefined, 60_000)

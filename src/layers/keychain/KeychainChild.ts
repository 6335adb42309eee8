import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { type ChildProcess, spawn } from "node:child_process"
import { fileURLToPath } from "node:url"
import type { Environment } from "../../domain/base/Environment.ts"
import { ProcessEnvironment } from "../../services/host/ProcessEnvironment.ts"
import { keychainWord } from "../../domain/settings/CommandLine.ts"
import { childEnvironment } from "../host/ChildEnvironment.ts"
import { runningProgram } from "../host/RunningProgram.ts"
import { codeOf } from "../host/SystemError.ts"
import type { KeychainReply, KeychainRequest } from "./KeychainProcess.ts"

/** Ourselves once more, as the process that holds the library. The standalone executable has one door for both. */
const command = (): readonly [string, ReadonlyArray<string>] => {
  if (runningProgram().kind === "standalone") return [process.execPath, [keychainWord]]
  const name = import.meta.url.endsWith(".ts") ? "./KeychainProcess.ts" : "./keychain.js"
  return [process.execPath, [fileURLToPath(new URL(name, import.meta.url))]]
}

/** How much an answer may be (bytes): some hundreds of sessions. */
const limit = 4 * 1024 * 1024

/** How long it is kept for the next task. It takes the memory of a whole runtime, and a session lasts for hours. */
const idle = "2 seconds"

/** How long it may take to end by itself, and to take its dialog off the screen. */
const patience = "250 millis"

interface Running {
  readonly child: ChildProcess
  readonly gone: Deferred.Deferred<void>
  tell: ((outcome: Effect.Effect<KeychainReply, string>) => void) | undefined
}

const start = (environment: Environment): Running => {
  const [program, words] = command()
  const gone = Deferred.makeUnsafe<void>()
  const child = spawn(program, words, {
    env: childEnvironment(environment),
    // Security: secrets go through these two pipes and nowhere else.
    stdio: ["pipe", "pipe", "ignore"],
    // A group of its own: Ctrl-C is for us, and we end it. Should we be killed, it sees the end of its stdin.
    detached: true
  })
  const running: Running = { child, gone, tell: undefined }
  const fail = (reason: string): void => running.tell?.(Effect.fail(reason))
  let size = 0
  let chunks: Array<Buffer> = []
  child.stdout?.on("data", (chunk: Buffer) => {
    size += chunk.length
    if (size > limit) return fail("it answered far more than there can be")
    chunks.push(chunk)
    if (chunk.at(-1) !== newline) return
    const text = Buffer.concat(chunks).toString()
    size = 0
    chunks = []
    running.tell?.(replyIn(text))
  })
  child.on("error", (error) => fail(`the process for it could not be started (${codeOf(error)})`))
  child.on("exit", () => {
    Deferred.doneUnsafe(gone, Effect.void)
    fail("the process for it ended without an answer")
  })
  // A pipe that breaks is one whose process has ended, which is heard of.
  child.stdin?.on("error", () => undefined)
  child.stdout?.on("error", () => undefined)
  return running
}

const replyIn = (text: string): Effect.Effect<KeychainReply, string> => {
  try {
    return Effect.succeed(JSON.parse(text) as KeychainReply)
  } catch {
    return Effect.fail("the process for it answered something else")
  }
}

const newline = "\n".charCodeAt(0)

/**
 * Asks the process that holds the keychain's library, which is started when it is needed. Interruption ends it, whatever
 * it waits for. One request at a time.
 */
export const keychainProcess = Effect.gen(function*() {
  const environment = yield* ProcessEnvironment
  let running: Running | undefined
  let asks = 0

  const stop = Effect.suspend(() => {
    if (running === undefined) return Effect.void
    const { child, gone } = running
    running = undefined
    child.stdin?.destroy()
    child.stdout?.destroy()
    // Reaped before this process may become another one.
    const reaped = Effect.timeoutOption(Deferred.await(gone), patience)
    return Effect.flatMap(reaped, (ended) => Effect.sync(() => Option.isSome(ended) || child.kill("SIGKILL")))
  })
  const scope = yield* Effect.scope
  yield* Effect.addFinalizer(() => stop)

  const answer = (request: KeychainRequest) =>
    Effect.callback<KeychainReply, string>((resume) => {
      try {
        if (running === undefined || Deferred.isDoneUnsafe(running.gone)) running = start(environment)
      } catch (error) {
        // Some errors of starting are thrown by the runtime instead of reported.
        return resume(Effect.fail(`the process for it could not be started (${codeOf(error)})`))
      }
      running.tell = (outcome) => {
        if (running !== undefined) running.tell = undefined
        resume(outcome)
      }
      running.child.stdin?.write(`${JSON.stringify(request)}\n`)
      return stop
    })

  return Effect.fnUntraced(function*(request: KeychainRequest): Effect.fn.Return<KeychainReply, string> {
    asks += 1
    const mine = asks
    const reply = yield* Effect.onError(answer(request), () => stop)
    const unused = Effect.andThen(Effect.sleep(idle), Effect.suspend(() => asks === mine ? stop : Effect.void))
    yield* Effect.forkIn(unused, scope)
    return reply
  })
})

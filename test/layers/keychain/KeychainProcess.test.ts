import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process"
import { once } from "node:events"
import { join } from "node:path"
import { listen, type Wire } from "../../fixtures/SecretServiceWire.ts"
import { temporaryDirectory } from "../../fixtures/TemporaryDirectory.ts"
import type { KeychainReply, KeychainRequest } from "../../../src/layers/keychain/KeychainProcess.ts"

const runtimes = ["node", "bun"].map((name) => ({
  name,
  runtime: join(import.meta.dirname, "../../../node_modules/.bin", name)
}))

const hidden = `
  import { registerHooks } from "node:module"
  registerHooks({
    resolve: (name, context, next) => {
      if (name === "@napi-rs/keyring") throw new Error("not installed")
      return next(name, context)
    }
  })`

/** The process, beside a Secret Service of this kind. */
const holder = (runtime: string, wire: Wire, ...flags: ReadonlyArray<string>) =>
  Effect.gen(function*() {
    const bus = join(yield* temporaryDirectory, "bus")
    yield* Effect.acquireRelease(Effect.sync(() => listen(bus, wire)), (server) => Effect.sync(() => server.close()))
    const script = join(import.meta.dirname, "../../../src/layers/keychain/KeychainProcess.ts")
    return yield* Effect.acquireRelease(
      Effect.sync(() =>
        spawn(runtime, [...flags, script], { env: { ...process.env, DBUS_SESSION_BUS_ADDRESS: `unix:path=${bus}` } })
      ),
      (child) => Effect.sync(() => child.kill("SIGKILL"))
    )
  })

const ask = (child: ChildProcessWithoutNullStreams, request: KeychainRequest) =>
  Effect.promise(async () => {
    child.stdin.write(`${JSON.stringify(request)}\n`)
    const [chunk] = await once(child.stdout, "data")
    return JSON.parse(String(chunk)) as KeychainReply
  })

const service = "op-aws-test"
const get: KeychainRequest = { task: "get", account: "dev", service, dialog: "now" }

describe.skipIf(process.platform !== "linux").each(runtimes)("the process that holds the keychain's library ($name)", ({ runtime }) => {
  const states = [
    ["locked", { asked: true, state: "locked" }],
    ["no default collection", { asked: false, state: "no default collection" }],
    ["no service", {
      asked: false,
      state: "unreachable",
      reason: "The name org.freedesktop.secrets was not provided by any .service files"
    }]
  ] as const
  it.live.each(states)("does not come to it where the keychain is: %s", ([wire, reply]) =>
    Effect.gen(function*() {
      const child = yield* holder(runtime, wire)
      assert.deepStrictEqual(yield* ask(child, get), reply)
    }))

  it.live("shows no dialog before it may", () =>
    Effect.gen(function*() {
      const child = yield* holder(runtime, "locked")
      assert.deepStrictEqual(yield* ask(child, { ...get, dialog: "later" }), { asked: false, state: "locked" })
      assert.deepStrictEqual(yield* ask(child, { ...get, dialog: "never" }), { asked: false, state: "locked" })
    }))

  it.live.each(["its stdin ends", "it hears nonsense"])("ends when %s, whatever it waits for", (when) =>
    Effect.gen(function*() {
      const child = yield* holder(runtime, when === "its stdin ends" ? "silent" : "unlocked")
      const exited = once(child, "exit")
      child.stdin.write(`${when === "its stdin ends" ? JSON.stringify(get) : "nonsense"}\n`)
      if (when === "its stdin ends") child.stdin.end()
      assert.deepStrictEqual(yield* Effect.promise(() => exited), [null, "SIGKILL"])
    }))
})

describe.skipIf(process.platform !== "linux")("the process that holds the keychain's library", () => {
  it.live("says so where that is not installed", () =>
    Effect.gen(function*() {
      const child = yield* holder(process.execPath, "unlocked", "--import", `data:text/javascript,${encodeURIComponent(hidden)}`)
      const reply = yield* ask(child, get)
      assert.deepStrictEqual(reply, {
        asked: false,
        state: "unreachable",
        reason: "the package @napi-rs/keyring is not installed, or not for this platform"
      })
    }))
})

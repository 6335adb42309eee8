import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect } from "effect"
import { execFile } from "node:child_process"
import type * as Net from "node:net"
import { join } from "node:path"
import { promisify } from "node:util"
import { compileCache } from "../../fixtures/CompileCache.ts"
import { listening } from "../../fixtures/StsServer.ts"
import * as AwsTransport from "../../../src/layers/aws/AwsTransport.ts"
import type { TransportEnding } from "./transportCaller.ts"

const exchange = (transport: AwsTransport.Transport) =>
  Effect.tryPromise({
    try: (signal) => transport.exchange({ method: "GET", path: "/", headers: {}, body: "" }, signal),
    catch: (cause) => cause as AwsTransport.NoAnswer
  })

describe("a connection", () => {
  it.live("is given up when it is not there after five seconds, TLS included", () =>
    Effect.gen(function*() {
      const { port } = yield* listening(() => undefined)
      const started = performance.now()
      const failure = yield* Effect.flip(exchange(AwsTransport.make({ endpoint: new URL(`https://127.0.0.1:${port}`) })))
      assert.strictEqual(`${failure.phase} ${failure.code}`, "connect ETIMEDOUT")
      assert.isTrue(performance.now() - started > 4900)
    }).pipe(Effect.scoped))

  it.live("that was opened early and closed by the other side is replaced, and nothing sent on it", () =>
    Effect.gen(function*() {
      const closed = yield* Deferred.make<void>()
      const received: Array<string> = []
      const { port } = yield* listening((socket) => {
        const number = received.push("") - 1
        if (number === 0) socket.end().once("close", () => Deferred.doneUnsafe(closed, Effect.void))
        socket.on("data", (data) => {
          received[number] += data.toString()
          socket.end("HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok")
        })
      })
      const transport = AwsTransport.make({ endpoint: new URL(`http://127.0.0.1:${port}`) })
      yield* Effect.promise(() => transport.open())
      yield* Deferred.await(closed)
      assert.strictEqual((yield* exchange(transport)).statusCode, 200)
      assert.deepStrictEqual(received.map((text) => text.slice(0, 5)), ["", "GET /"])
    }).pipe(Effect.scoped))

  it.live("is opened early once, however often that is asked for", () =>
    Effect.gen(function*() {
      let connections = 0
      const { port } = yield* listening((socket) => {
        connections++
        socket.on("data", () => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"))
      })
      const transport = AwsTransport.make({ endpoint: new URL(`http://127.0.0.1:${port}`) })
      yield* Effect.promise(() => Promise.all([transport.open(), transport.open()]))
      yield* Effect.promise(() => transport.open())
      yield* exchange(transport)
      assert.strictEqual(connections, 1)
    }).pipe(Effect.scoped))
})

describe("a connection that waits for a request", () => {
  const hour = 3_600_000
  const ok = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"
  /** What befalls it, by the two clocks: milliseconds that each goes on. */
  const fates: ReadonlyArray<readonly [what: string, steady: number, wall: number, used: boolean]> = [
    ["for a moment", 1000, 1000, true],
    ["while a clock is set right by a second", 1000, 2000, true],
    ["for too long", 21_000, 21_000, false],
    ["while the machine sleeps, when the steady clock stands still", 1000, 8 * hour, false],
    ["while the clock is set back", 1000, -hour, false],
    ["for too long, and the clock is set back", 21_000, 0, false]
  ]
  const aged = Effect.gen(function*() {
    const server = yield* listening((socket) => socket.on("data", () => socket.write(ok)))
    const now = { steady: 1000, wall: 10 * hour }
    const transport = AwsTransport.make({ endpoint: new URL(server.url) }, () => ({ ...now }))
    yield* Effect.addFinalizer(() => Effect.sync(() => transport.close()))
    const pass = (steady: number, wall: number) => {
      now.steady += steady
      now.wall += wall
    }
    return { server, transport, pass }
  })

  for (const [what, steady, wall, used] of fates) {
    it.live(`is ${used ? "used" : "not used"} ${what}, whether it was opened early or is kept`, () =>
      Effect.gen(function*() {
        const { pass, server, transport } = yield* aged
        yield* Effect.promise(() => transport.open())
        pass(steady, wall)
        yield* exchange(transport)
        assert.strictEqual(server.connections, used ? 1 : 2, "opened early")
        pass(steady, wall)
        yield* exchange(transport)
        assert.strictEqual(server.connections, used ? 1 : 3, "kept")
      }).pipe(Effect.scoped))
  }

  it.live("is opened once more where it has waited for too long, and the old one closed", () =>
    Effect.gen(function*() {
      const { pass, server, transport } = yield* aged
      yield* Effect.promise(() => transport.open())
      pass(0, 8 * hour)
      yield* Effect.promise(() => transport.open())
      yield* exchange(transport)
      assert.strictEqual(server.connections, 2)
    }).pipe(Effect.scoped))
})

describe("what a server sends without end", () => {
  const flood = (head: string, unit: string) => (socket: Net.Socket) => {
    const block = unit.repeat(Math.ceil(65_536 / unit.length))
    const more = () => {
      while (!socket.destroyed && socket.write(block));
      if (!socket.destroyed) socket.once("drain", more)
    }
    socket.once("data", () => {
      socket.write(head)
      more()
    })
  }
  const chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
  const floods: Readonly<Record<string, (socket: Net.Socket) => void>> = {
    "a body": flood("HTTP/1.1 200 OK\r\n\r\n", "a"),
    "a body of single bytes": flood(chunked, "1\r\na\r\n"),
    "an extension of a chunk": flood(`${chunked}1;`, "a"),
    "trailers": flood(`${chunked}0\r\n`, "x: b\r\n"),
    "one header": flood("HTTP/1.1 200 OK\r\nx: ", "a"),
    "headers": flood("HTTP/1.1 200 OK\r\n", "x: b\r\n"),
    "a status line": flood("HTTP/1.1 200 ", "a"),
    "interim answers": flood("", "HTTP/1.1 103 Early Hints\r\nlink: a\r\n\r\n"),
    "leave to go on": flood("", "HTTP/1.1 100 Continue\r\n\r\n"),
    "noise": flood("", "a")
  }
  const runtimes = { Node: process.execPath, Bun: join(import.meta.dirname, "../../../node_modules/.bin/bun") }

  for (const [name, runtime] of Object.entries(runtimes)) {
    it.live(`is given up, and kept in memory no further, under ${name}, as a server and as a proxy`, () =>
      Effect.gen(function*() {
        const ports = yield* Effect.forEach(Object.values(floods), (answer) => Effect.map(listening(answer), ({ port }) => port))
        const script = join(import.meta.dirname, "transportCaller.ts")
        const options = { timeout: 100_000, env: { ...compileCache, NODE_OPTIONS: "--max-http-header-size=100000000" } }
        const { stdout } = yield* Effect.promise(() =>
          promisify(execFile)(runtime, [script, JSON.stringify(ports)], options)
        )
        const { endings, growth } = JSON.parse(stdout) as TransportEnding
        assert.deepStrictEqual(
          endings.map(([server]) => server),
          ports.map(() => "sent")
        )
        // A proxy that has agreed may say anything: to the endpoint's TLS it is noise.
        for (const [, proxy] of endings) assert.include(["proxy", "connect"], proxy)
        // Single bytes, each for itself, once took 500 MiB.
        assert.isBelow(growth, 100)
      }).pipe(Effect.scoped), 120_000)
  }
})

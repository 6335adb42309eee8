import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect } from "effect"
import * as Net from "node:net"
import * as AwsTransport from "../../src/layers/AwsTransport.ts"

const listening = (onConnection: (socket: Net.Socket) => void) =>
  Effect.acquireRelease(
    Effect.callback<Net.Server>((resume) => {
      const server = Net.createServer((socket) => onConnection(socket.on("error", () => undefined)))
      server.listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))
    }),
    (server) => Effect.sync(() => server.close())
  ).pipe(Effect.map((server) => (server.address() as Net.AddressInfo).port))

const exchange = (transport: AwsTransport.Transport) =>
  Effect.tryPromise({
    try: (signal) => transport.exchange({ method: "GET", path: "/", headers: {}, body: "" }, signal),
    catch: (cause) => cause as AwsTransport.NoAnswer
  })

describe("a connection", () => {
  it.live("is given up when it is not there after five seconds, TLS included", () =>
    Effect.gen(function*() {
      const port = yield* listening(() => undefined)
      const started = performance.now()
      const failure = yield* Effect.flip(exchange(AwsTransport.make({ endpoint: new URL(`https://127.0.0.1:${port}`) })))
      assert.strictEqual(`${failure.phase} ${failure.code}`, "connect ETIMEDOUT")
      assert.isTrue(performance.now() - started > 4900)
    }).pipe(Effect.scoped))

  it.live("that was opened early and closed by the other side is replaced, and nothing sent on it", () =>
    Effect.gen(function*() {
      const closed = yield* Deferred.make<void>()
      const received: Array<string> = []
      const port = yield* listening((socket) => {
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
      const port = yield* listening((socket) => {
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

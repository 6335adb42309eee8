import { Effect, type Scope } from "effect"
import * as Http from "node:http"
import * as Https from "node:https"
import * as Net from "node:net"
import type { AddressInfo } from "node:net"
import type { Duplex } from "node:stream"

export interface ConnectProxyOptions {
  /** `user:password`; anything else is answered 407. */
  readonly auth?: string
  /** A status instead of a connection. */
  readonly refuse?: number
  /** The port on loopback to tunnel to; without it, the port that is asked for. */
  readonly upstream?: number
  /** PEM texts; clients then speak TLS with the proxy. */
  readonly tls?: { readonly cert: string; readonly key: string }
}

export interface ConnectProxy {
  readonly port: number
  /** `CONNECT host:port` and `POST http://host:port/` as they came in, refused ones included. */
  readonly requests: ReadonlyArray<string>
}

/**
 * A real HTTP proxy on loopback: tunnels by CONNECT, forwards plain requests. It resolves every name to loopback, so
 * that a test's server is reached under a name that only the proxy knows.
 */
export const connectProxy = (options: ConnectProxyOptions = {}): Effect.Effect<ConnectProxy, never, Scope.Scope> =>
  Effect.acquireRelease(Effect.promise(() => start(options)), ({ stop }) => Effect.promise(stop))

const start = async ({ auth, refuse, tls, upstream }: ConnectProxyOptions) => {
  const requests: Array<string> = []
  const sockets = new Set<Duplex>()
  const expected = auth === undefined ? undefined : `Basic ${Buffer.from(auth).toString("base64")}`
  const refusal = (request: Http.IncomingMessage): number | undefined => {
    requests.push(`${request.method} ${request.url}`)
    return expected !== undefined && request.headers["proxy-authorization"] !== expected ? 407 : refuse
  }

  const forward: Http.RequestListener = (request, response) => {
    const status = refusal(request)
    if (status !== undefined) {
      response.writeHead(status).end()
      return
    }
    const { pathname, port } = new URL(request.url ?? "")
    const { "proxy-authorization": _, ...headers } = request.headers
    const onward = Http.request({ host: "127.0.0.1", port, path: pathname, method: request.method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    onward.on("error", () => response.writeHead(502).end())
    request.pipe(onward)
  }

  const tunnel = (request: Http.IncomingMessage, near: Duplex, head: Buffer): void => {
    const status = refusal(request)
    if (status !== undefined) {
      near.end(`HTTP/1.1 ${status} Refused\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`)
      return
    }
    const far = Net.connect(upstream ?? Number(request.url?.split(":").at(-1)), "127.0.0.1", () => {
      near.write("HTTP/1.1 200 Connection Established\r\n\r\n")
      far.write(head)
      near.pipe(far)
      far.pipe(near)
    })
    far.on("error", () => near.destroy())
    near.on("error", () => far.destroy())
  }

  const server = tls === undefined ? Http.createServer(forward) : Https.createServer(tls, forward)
  server.on("connect", tunnel)
  server.on("connection", (socket: Duplex) => {
    sockets.add(socket)
    socket.once("close", () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  return {
    port: (server.address() as AddressInfo).port,
    requests,
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      })
  }
}

/**
 * One HTTP/1.1 line to one endpoint of AWS: straight or through a proxy, with the certificate authorities that the user
 * names, and never with what the runtime would pick up by itself from the environment. The AWS SDK has neither
 * proxies nor AWS_CA_BUNDLE, and does not tell whether a request that failed had been sent, which decides whether an
 * MFA code is spent. Runs under Node and Bun alike.
 */
import * as Http from "node:http"
import * as Net from "node:net"
import type { Duplex } from "node:stream"
import * as Tls from "node:tls"
import { isDistrust } from "../domain/AwsSymptom.ts"
import { portOf, type ProxyServer } from "../domain/Proxy.ts"

export interface Route {
  readonly endpoint: URL
  readonly proxy?: ProxyServer
  /** Whom to trust; without it the runtime's own authorities. */
  readonly trust?: Tls.SecureContext
  /** Whom else to trust where a certificate is from none of those. */
  readonly otherwise?: () => Tls.SecureContext | undefined
}

export interface Outgoing {
  readonly method: string
  /** With its query, as it goes into the request line. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
}

export interface Incoming {
  readonly statusCode: number
  /** Names in lower case; a repeated header is joined with commas. */
  readonly headers: Record<string, string>
  readonly body: Uint8Array
}

/** The request got no answer, or not a whole one. `status` is that of a proxy that would not connect. */
export class NoAnswer extends Error {
  readonly phase: "proxy" | "connect" | "sent"
  readonly code: string
  readonly status: number | undefined

  constructor(phase: NoAnswer["phase"], code: string, message: string, status?: number) {
    super(message)
    this.phase = phase
    this.code = code
    this.status = status
  }
}

export interface Transport {
  /** Connects, TLS included, and keeps the connection for the next request for a while. Never rejects. */
  readonly open: () => Promise<void>
  /** Sends and waits for the whole answer. Rejects with `NoAnswer`, or anyhow once the signal has aborted. */
  readonly exchange: (request: Outgoing, signal: AbortSignal) => Promise<Incoming>
  readonly close: () => void
}

/** From nothing to a connection ready to use, in milliseconds: names, TCP, proxy and TLS together. */
const connectTimeout = 5000

/** Milliseconds that a connection waits for a request. After more, something on its way may have forgotten it. */
const idleLife = 20_000

/** An answer of STS or IAM takes a few kilobytes; whatever sends more is something else. */
const answerLimit = 1024 * 1024

interface Opened {
  readonly since: number
  readonly socket: Promise<Duplex>
}

/**
 * Connections of one route, opened as they are needed and kept for the next request. What goes wrong before a
 * connection is ready comes out as a `NoAnswer` that says so; everything later happens to a request already sent.
 */
class Connections extends Http.Agent {
  readonly #route: Route
  readonly #closing = new AbortController()
  #early: Opened | undefined

  constructor(route: Route) {
    super({ keepAlive: true, timeout: idleLife })
    this.#route = route
  }

  openEarly(): Promise<void> {
    const before = this.#early
    if (before !== undefined && isFresh(before)) return before.socket.then(() => undefined, () => undefined)
    void before?.socket.then((socket) => socket.destroy(), () => undefined)
    const socket = connect(this.#route, this.#closing.signal)
    const early = { since: performance.now(), socket }
    const forget = () => {
      if (this.#early === early) this.#early = undefined
    }
    this.#early = early
    return socket.then((socket) => {
      if (socket instanceof Net.Socket) socket.unref()
      socket.once("close", forget)
      socket.on("error", forget)
    }, forget)
  }

  override createConnection(
    options: Http.ClientRequestArgs,
    callback: (error: Error | null, stream: Duplex) => void
  ): undefined {
    const { until } = options as Request
    this.#take(AbortSignal.any([until, this.#closing.signal]))
      .then((socket) => callback(null, socket), (error) => callback(error, undefined as never))
    return undefined
  }

  async #take(signal: AbortSignal): Promise<Duplex> {
    const early = this.#early
    this.#early = undefined
    if (early !== undefined) {
      const socket = await early.socket
      if (isFresh(early) && !socket.destroyed && socket.readable && socket.writable) {
        if (socket instanceof Net.Socket) socket.ref()
        return socket
      }
      socket.destroy()
    }
    return await connect(this.#route, signal)
  }

  override destroy(): void {
    this.#closing.abort()
    void this.#early?.socket.then((socket) => socket.destroy(), () => undefined)
    super.destroy()
  }
}

/** Node hands the options of a request on to `createConnection`, all but its signal. */
interface Request extends Http.RequestOptions {
  readonly until: AbortSignal
}

const isFresh = (opened: Opened): boolean => performance.now() - opened.since < idleLife

/** A handshake that ended in distrust has sent nothing, so that another one may follow. */
const connect = async (route: Route, signal: AbortSignal): Promise<Duplex> => {
  try {
    return await connectOnce(route, signal)
  } catch (error) {
    const trust = error instanceof NoAnswer && isDistrust(error.code) ? route.otherwise?.() : undefined
    if (trust === undefined) throw error
    return await connectOnce({ ...route, trust }, signal)
  }
}

const connectOnce = async (route: Route, signal: AbortSignal): Promise<Duplex> => {
  const { endpoint, proxy, trust } = route
  const limit = new AbortController()
  const stop = AbortSignal.any([signal, limit.signal])
  const timer = setTimeout(() => limit.abort(), connectTimeout)
  try {
    if (proxy === undefined) {
      return await dial({ ...server(endpoint), trust }, "connect", stop)
    }
    const first = await dial({ ...proxy, trust }, "proxy", stop)
    if (endpoint.protocol !== "https:") return first
    const through = await tunnel(first, proxy, endpoint, stop)
    return await dial({ ...server(endpoint), trust, through }, "connect", stop)
  } finally {
    clearTimeout(timer)
  }
}

const server = (endpoint: URL) => ({
  secure: endpoint.protocol === "https:",
  host: endpoint.hostname.replace(/^\[|\]$/g, ""),
  port: portOf(endpoint)
})

interface Dial {
  readonly secure: boolean
  readonly host: string
  readonly port: number
  readonly trust: Tls.SecureContext | undefined
  readonly through?: Duplex
}

const dial = (to: Dial, phase: "proxy" | "connect", stop: AbortSignal): Promise<Duplex> =>
  settled(phase, stop, (resolve) => {
    if (!to.secure) {
      const socket = Net.connect({ host: to.host, port: to.port, noDelay: true })
      return socket.once("connect", () => resolve(socket))
    }
    const socket = Tls.connect({
      ...(to.through === undefined ? { host: to.host, port: to.port, noDelay: true } : { socket: to.through }),
      ...(Net.isIP(to.host) === 0 ? { servername: to.host } : { host: to.host }),
      ...(to.trust === undefined ? undefined : { secureContext: to.trust }),
      ALPNProtocols: ["http/1.1"]
    })
    return socket.once("secureConnect", () => resolve(socket))
  })

/** RFC 9110 §9.3.6. The name of the endpoint is resolved by the proxy: here it may not be resolvable at all. */
const tunnel = (socket: Duplex, proxy: ProxyServer, endpoint: URL, stop: AbortSignal): Promise<Duplex> =>
  settled("proxy", stop, (resolve, reject) => {
    const authority = `${endpoint.hostname}:${portOf(endpoint)}`
    const request = Http.request({
      method: "CONNECT",
      path: authority,
      headers: { host: authority, ...authorization(proxy) },
      createConnection: () => socket
    })
    const refused = (status: number) => reject(new NoAnswer("proxy", "", `HTTP ${status}`, status))
    request.once("connect", ({ statusCode = 0 }) => statusCode === 200 ? resolve(socket) : refused(statusCode))
    request.once("response", ({ statusCode = 0 }) => refused(statusCode))
    request.on("error", reject)
    request.end()
    return socket
  })

const authorization = (proxy: ProxyServer): Record<string, string> =>
  proxy.authorization === undefined ? {} : { "proxy-authorization": proxy.authorization }

/** Waits for a stream to come up. Until then its errors, its end and the signal are the wait's, and destroy it. */
const settled = (
  phase: "proxy" | "connect",
  stop: AbortSignal,
  start: (resolve: (stream: Duplex) => void, reject: (error: Error) => void) => Duplex
): Promise<Duplex> =>
  new Promise((resolve, reject) => {
    const finish = () => {
      stop.removeEventListener("abort", aborted)
      stream.off("error", fail)
      stream.off("close", closed)
    }
    const fail = (error: Error & { readonly code?: string }) => {
      finish()
      stream.on("error", () => undefined)
      stream.destroy()
      reject(error instanceof NoAnswer ? error : new NoAnswer(phase, error.code ?? "", error.message))
    }
    const closed = () => fail(new NoAnswer(phase, "ECONNRESET", "closed"))
    const aborted = () => fail(new NoAnswer(phase, "ETIMEDOUT", "no connection in time"))
    const stream = start((ready) => {
      finish()
      resolve(ready)
    }, fail)
    stream.on("error", fail)
    stream.on("close", closed)
    if (stop.aborted) aborted()
    else stop.addEventListener("abort", aborted)
  })

/** A line to this route. Nothing is opened before the first request or `open`. */
export const make = (route: Route): Transport => {
  const agent = new Connections(route)
  const { endpoint, proxy } = route
  // A plain request goes to the proxy itself, under its full URL (RFC 9112 §3.2.2).
  const byProxy = proxy !== undefined && endpoint.protocol === "http:" ? proxy : undefined
  const exchange = (request: Outgoing, signal: AbortSignal): Promise<Incoming> =>
    new Promise((resolve, reject) => {
      const lost = (error: Error & { readonly code?: string }) =>
        reject(error instanceof NoAnswer ? error : new NoAnswer("sent", error.code ?? "", error.message))
      const options: Request = {
        agent,
        host: endpoint.hostname,
        port: portOf(endpoint),
        method: request.method,
        path: byProxy === undefined ? request.path : `http://${endpoint.host}${request.path}`,
        headers: { ...request.headers, ...(byProxy === undefined ? undefined : authorization(byProxy)) },
        signal,
        until: signal
      }
      const outgoing = Http.request(options, (response) => {
        const chunks: Array<Buffer> = []
        let size = 0
        response.on("data", (chunk: Buffer) => {
          chunks.push(chunk)
          size += chunk.length
          if (size > answerLimit) response.destroy(new NoAnswer("sent", "", "the answer is too long"))
        })
        response.on("error", lost)
        response.on("end", () => {
          resolve({ statusCode: response.statusCode ?? 0, headers: joined(response.headers), body: Buffer.concat(chunks) })
        })
      })
      outgoing.on("error", lost)
      outgoing.end(request.body)
    })
  return { open: () => agent.openEarly(), exchange, close: () => agent.destroy() }
}

const joined = (headers: Http.IncomingHttpHeaders): Record<string, string> => {
  const all: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) all[name] = Array.isArray(value) ? value.join(", ") : value
  }
  return all
}

import * as Http from "node:http"
import * as Net from "node:net"
import { Duplex } from "node:stream"
import * as Tls from "node:tls"
import { given } from "../../domain/base/Given.ts"
import { isDistrust } from "../../domain/aws/AwsSymptom.ts"
import { portOf, type ProxyServer } from "../../domain/aws/Proxy.ts"

/**
 * One HTTP/1.1 line to one endpoint of AWS: straight or through a proxy, with the certificate authorities that the user
 * names, and never with what the runtime would pick up by itself from the environment. The AWS SDK has neither
 * proxies nor AWS_CA_BUNDLE, and does not tell whether a request that failed had been sent, which decides whether an
 * MFA code is spent. What a server or a proxy sends is kept up to a limit. Runs under Node and Bun alike.
 */

export interface Route {
  readonly endpoint: URL
  readonly proxy?: ProxyServer
  /** Whom to trust; without it the runtime's own authorities. */
  readonly trust?: Tls.SecureContext | undefined
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

/** Bytes that each piece of an answer counts for at least, which may come one byte at a time. */
const pieceCost = 16

/** Bytes of an answer's headers, or trailers: Node's own limit, which NODE_OPTIONS could raise. */
const headerLimit = 16 * 1024

/** Interim answers (RFC 9110 §15.2) before the answer itself. AWS sends none. */
const interimLimit = 16

/** A moment by both clocks, in milliseconds: the steady one stands still while the machine sleeps, the other may be set. */
export interface Moment {
  readonly steady: number
  readonly wall: number
}

const byBothClocks = (): Moment => ({ steady: performance.now(), wall: Date.now() })

interface Opened {
  readonly since: Moment
  readonly socket: Promise<Duplex>
}

/**
 * Connections of one route, opened as they are needed and kept for the next request. What goes wrong before a
 * connection is ready comes out as a `NoAnswer` that says so; everything later happens to a request already sent.
 */
class Connections extends Http.Agent {
  readonly #connect: (signal: AbortSignal) => Promise<Duplex>
  readonly #now: () => Moment
  readonly #closing = new AbortController()
  readonly #idleSince = new WeakMap<Duplex, Moment>()
  #early: Opened | undefined

  constructor(connect: (signal: AbortSignal) => Promise<Duplex>, now: () => Moment) {
    super({ keepAlive: true, timeout: idleLife })
    this.#connect = connect
    this.#now = now
  }

  /** A timer stands still while the machine sleeps: what the other side has long forgotten may be there still. */
  dropStale(): void {
    for (const socket of Object.values(this.freeSockets).flatMap((sockets) => sockets ?? [])) {
      const since = this.#idleSince.get(socket)
      if (since === undefined || !this.#isFresh(since)) socket.destroy()
    }
  }

  override keepSocketAlive(socket: Duplex): void {
    this.#idleSince.set(socket, this.#now())
    // Node's types know nothing of the answer, by which it goes.
    return super.keepSocketAlive(socket)
  }

  /** A clock that was set counts as a sleep: a connection too many costs little. */
  #isFresh({ steady, wall }: Moment): boolean {
    const now = this.#now()
    return now.steady - steady < idleLife && Math.abs(now.wall - wall) < idleLife
  }

  openEarly(): Promise<void> {
    const before = this.#early
    if (before !== undefined && this.#isFresh(before.since)) return before.socket.then(() => undefined, () => undefined)
    void before?.socket.then((socket) => socket.destroy(), () => undefined)
    const socket = this.#connect(this.#closing.signal)
    const early = { since: this.#now(), socket }
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
      if (this.#isFresh(early.since) && !socket.destroyed && socket.readable && socket.writable) {
        if (socket instanceof Net.Socket) socket.ref()
        return socket
      }
      socket.destroy()
    }
    return await this.#connect(signal)
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
      ...given({ secureContext: to.trust }),
      // Security: without it NODE_TLS_REJECT_UNAUTHORIZED decides, in Bun too.
      rejectUnauthorized: true,
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
      maxHeaderSize: headerLimit,
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

/** A line to this route. Nothing is opened before the first request or `open`. `now` is for tests of sleep. */
export const make = (route: Route, now: () => Moment = byBothClocks): Transport =>
  over(route, new Connections((signal) => connect(route, signal), now))

/** Takes a request and has its answer ready; it has what Node asks of a socket. */
class Stage extends Duplex {
  readonly #answer: string
  #answered = false

  constructor(answer: string) {
    super()
    this.#answer = answer
  }

  override _read(): void {}

  override _write(_chunk: unknown, _encoding: unknown, done: () => void): void {
    done()
    if (this.#answered) return
    this.#answered = true
    this.push(`HTTP/1.1 200 OK\r\ncontent-type: text/xml\r\ncontent-length: ${Buffer.byteLength(this.#answer)}\r\nconnection: close\r\n\r\n`)
    this.push(this.#answer)
  }

  setTimeout = () => this
  setKeepAlive = () => this
  setNoDelay = () => this
  ref = () => this
  unref = () => this
}

/** A line that leads nowhere and gives this answer to everything, to go through an exchange before it counts. */
export const stage = (answer: string): Transport =>
  over({ endpoint: new URL("http://rehearsal.invalid") }, new Connections(() => Promise.resolve(new Stage(answer)), byBothClocks))

const over = ({ endpoint, proxy }: Route, agent: Connections): Transport => {
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
        maxHeaderSize: headerLimit,
        signal,
        until: signal
      }
      const tooLong = () => new NoAnswer("sent", "", "the answer is too long")
      agent.dropStale()
      const outgoing = Http.request(options, (response) => {
        const body = makeBody()
        response.on("data", (piece: Buffer) => {
          if (!body.takes(piece)) response.destroy(tooLong())
        })
        response.on("error", lost)
        response.on("end", () => {
          resolve({ statusCode: response.statusCode ?? 0, headers: joined(response.headers), body: body.whole() })
        })
      })
      let interims = 0
      outgoing.on("information", () => {
        if (++interims > interimLimit) outgoing.destroy(tooLong())
      })
      outgoing.on("error", lost)
      outgoing.end(request.body)
    })
  return { open: () => agent.openEarly(), exchange, close: () => agent.destroy() }
}

/** An answer's body in one buffer: pieces by themselves, of one byte each, would take hundreds of times their size. */
const makeBody = () => {
  let bytes = Buffer.alloc(16 * 1024)
  let size = 0
  let cost = 0
  return {
    /** False where it has become too long. */
    takes: (piece: Buffer): boolean => {
      cost += Math.max(piece.length, pieceCost)
      if (cost > answerLimit) return false
      if (size + piece.length > bytes.length) {
        const larger = Buffer.alloc(Math.max(2 * bytes.length, size + piece.length))
        bytes.copy(larger, 0, 0, size)
        bytes = larger
      }
      size += piece.copy(bytes, size)
      return true
    },
    whole: (): Buffer => bytes.subarray(0, size)
  }
}

const joined = (headers: Http.IncomingHttpHeaders): Record<string, string> => {
  const all: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) all[name] = Array.isArray(value) ? value.join(", ") : value
  }
  return all
}

import { randomUUID } from "node:crypto"
import { appendFileSync, existsSync, readFileSync } from "node:fs"
import * as Http from "node:http"
import * as Https from "node:https"
import type { AddressInfo } from "node:net"
import { setTimeout as wait } from "node:timers/promises"
import { codeAtStep, totpStep } from "../Totp.ts"
import type { ActionOutput } from "./Action.ts"
import { perform } from "./Actions.ts"
import { isIamAction, performIam } from "./IamActions.ts"
import { authenticate, parseAuthorization, type SignedRequest } from "./Signature.ts"
import { StsError } from "./StsError.ts"
import { defaultSerial, defaultStsState, type StsAction, type StsFault, type StsState } from "./StsState.ts"
import { printError, printResult, type Service } from "./Xml.ts"

/** A request that came in. No secret, token or code is in it. */
export interface StsRequest {
  readonly id: string
  readonly action: string
  readonly accessKeyId: string | undefined
  /** All parameters but Action, Version and TokenCode. */
  readonly params: Readonly<Record<string, string>>
  readonly hasTokenCode: boolean
  /** The 30-second step of the code that was accepted for this request. */
  readonly mfaStep?: number
  /** From the credential scope of the signature. */
  readonly region: string | undefined
  readonly host: string
  /** Of the connection's other end: through a proxy, the proxy's. */
  readonly remotePort: number | undefined
  /** The machine's clock when the request was read to its end. */
  readonly time: number
  /** What was decided: 200, an error's status, or 0 for no answer. */
  readonly status: number
  /** The error's code. */
  readonly code?: string
}

export interface StsOptions {
  /** Parts of the state that differ from `defaultStsState()`. */
  readonly state?: Partial<StsState>
  /** 0, the default, lets the system choose. */
  readonly port?: number
  /** Address to listen on, and host of the URL; 127.0.0.1 by default. */
  readonly host?: string
  /** PEM texts; the server then speaks TLS. */
  readonly tls?: { readonly cert: string; readonly key: string }
  /** A file for one JSON line when a request was decided (`request`) and one when it was answered (`answer`). */
  readonly log?: string
}

export interface RunningSts {
  readonly url: string
  readonly port: number
  /** All requests so far, in order. */
  readonly requests: ReadonlyArray<StsRequest>
  readonly state: StsState
  /** How many requests came in for an action, or at all. */
  readonly count: (action?: StsAction) => number
  /** The simulated clock, in milliseconds since 1970. */
  readonly now: () => number
  /** What the device of a serial shows now, or so many steps later. The next step's code is accepted early. */
  readonly code: (serial?: string, stepsLater?: number) => string
  /** Adds faults for the next requests. */
  readonly fail: (...faults: ReadonlyArray<StsFault>) => void
  /** Stops listening and drops all connections: from then on they are refused. */
  readonly close: () => Promise<void>
}

const takeFault = (state: StsState, action: string): StsFault | undefined => {
  const index = state.faults.findIndex((fault) => fault.action === undefined || fault.action === action)
  const fault = state.faults[index]
  if (fault === undefined) return undefined
  const left = (fault.count ?? 1) - 1
  if (left > 0) state.faults[index] = { ...fault, count: left }
  else state.faults.splice(index, 1)
  return fault
}

/** The answer as a fault makes it. */
const changed = (text: string, fault: StsFault | undefined, now: number): string => {
  switch (fault?.kind) {
    case "malformed":
      return text.slice(0, text.length / 2)
    case "over":
      return text.replace(/(?<=<Expiration>)[^<]*/, new Date(now - 3_600_000).toISOString())
    case "token":
      return text.replace(/(?<=<SessionToken>)[^<]*/, "t".repeat(fault.length))
    default:
      return text
  }
}

const readBody = async (request: Http.IncomingMessage): Promise<string> => {
  const chunks: Array<Buffer> = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString("utf8")
}

const parametersOf = ({ body, path }: SignedRequest): URLSearchParams => {
  const query = path.split("?")[1] ?? ""
  return new URLSearchParams([...new URLSearchParams(query), ...new URLSearchParams(body)])
}

const serviceOf = (action: string): Service => isIamAction(action) ? "iam" : "sts"

const decide = (
  state: StsState,
  request: SignedRequest,
  fault: StsFault | undefined,
  now: number
): ActionOutput | StsError => {
  const parameters = parametersOf(request)
  try {
    if (fault?.kind === "error") throw new StsError(fault.code, fault.message ?? fault.code, fault.status ?? 400)
    const action = parameters.get("Action") ?? ""
    const caller = authenticate(request, serviceOf(action), state, now)
    const input = { state, caller, parameters, host: request.headers.host ?? "", now }
    return isIamAction(action) ? performIam(action, input) : perform(action, input)
  } catch (error) {
    if (error instanceof StsError) return error
    throw error
  }
}

/**
 * Starts an STS that speaks the query protocol: GetSessionToken, AssumeRole, GetCallerIdentity and
 * GetScopedCredentials. IAM is there too, at
 * the same URL and with the same users, for what a user does with keys and devices of their own.
 */
export const startSts = async (options: StsOptions = {}): Promise<RunningSts> => {
  const state = defaultStsState(options.state)
  const now = (): number => Date.now() + state.clockOffsetMs
  const requests: Array<StsRequest> = []
  const log = (event: "request" | "answer", entry: object): void => {
    if (options.log !== undefined) appendFileSync(options.log, `${JSON.stringify({ event, ...entry })}\n`)
  }

  const record = (
    incoming: Http.IncomingMessage,
    signed: SignedRequest,
    outcome: ActionOutput | StsError | undefined
  ): StsRequest => {
    const { Action, TokenCode, Version: _, ...params } = Object.fromEntries(parametersOf(signed))
    const credential = parseAuthorization(signed.headers)
    const request: StsRequest = {
      id: randomUUID(),
      action: Action ?? "",
      accessKeyId: credential?.accessKeyId,
      params,
      hasTokenCode: TokenCode !== undefined,
      ...(outcome instanceof StsError || outcome?.mfaStep === undefined ? {} : { mfaStep: outcome.mfaStep }),
      region: credential?.region,
      host: incoming.headers.host ?? "",
      remotePort: incoming.socket.remotePort,
      time: Date.now(),
      status: outcome === undefined ? 0 : outcome instanceof StsError ? outcome.status : 200,
      ...(outcome instanceof StsError ? { code: outcome.code } : {})
    }
    requests.push(request)
    log("request", request)
    return request
  }

  const serve = async (incoming: Http.IncomingMessage, response: Http.ServerResponse): Promise<void> => {
    const { headers, method = "", url = "/" } = incoming
    const signed: SignedRequest = { method, path: url, headers, body: await readBody(incoming) }
    const action = parametersOf(signed).get("Action") ?? ""
    const fault = takeFault(state, action)
    const outcome = fault?.kind === "hang" || fault?.kind === "reset" ? undefined : decide(state, signed, fault, now())
    const request = record(incoming, signed, outcome)
    if (fault?.kind === "hang") return
    await wait(state.delayMs + (fault?.kind === "delay" ? fault.ms : 0))
    if (outcome === undefined || fault?.kind === "close") {
      incoming.socket.destroy()
      return
    }
    const text = outcome instanceof StsError
      ? printError(serviceOf(action), outcome, request.id)
      : printResult(serviceOf(action), action, outcome.result, request.id)
    const body = changed(text, fault, now())
    response.writeHead(request.status, {
      "content-type": "text/xml",
      "content-length": Buffer.byteLength(body),
      "x-amzn-requestid": request.id,
      date: new Date(now()).toUTCString()
    })
    response.end(body)
    log("answer", { id: request.id, status: request.status, time: Date.now() })
  }

  const listener: Http.RequestListener = (incoming, response) => {
    serve(incoming, response).catch((error: unknown) => {
      // Nobody is left to be told when the caller went away while its request was read.
      if (!incoming.complete) return
      response.writeHead(500).end(printError("sts", new StsError("InternalFailure", String(error), 500), randomUUID()))
    })
  }
  const server = options.tls === undefined
    ? Http.createServer(listener)
    : Https.createServer({ ...options.tls }, listener)
  // Node's five seconds would end a connection that a slow test, or a person, is about to use again.
  server.keepAliveTimeout = 60_000
  server.on("connection", (socket) => {
    if (state.refuse) socket.resetAndDestroy()
  })
  const host = options.host ?? "127.0.0.1"
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject)
    server.listen(options.port ?? 0, host, resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `${options.tls === undefined ? "http" : "https"}://${host}:${port}`,
    port,
    requests,
    state,
    count: (action) => requests.filter((request) => action === undefined || request.action === action).length,
    now,
    code: (serial = defaultSerial, stepsLater = 0) => {
      const seed = Object.values(state.users).map(({ mfa }) => mfa[serial]).find((known) => known !== undefined)
      if (seed === undefined) throw new Error(`No user has the device ${serial}`)
      return codeAtStep(seed, totpStep(seed, now()) + stepsLater)
    },
    fail: (...faults) => {
      state.faults.push(...faults)
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
  }
}

/** Reads the requests that a server wrote to its log. */
export const readRequests = (log: string): ReadonlyArray<StsRequest> =>
  existsSync(log)
    ? readFileSync(log, "utf8").split("\n").slice(0, -1).map((line) =>
      JSON.parse(line) as StsRequest & { event: "request" | "answer" }
    ).filter(({ event }) => event === "request")
    : []

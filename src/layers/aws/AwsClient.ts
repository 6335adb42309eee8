import { given } from "../../domain/base/Given.ts"
import type { Keys } from "./AwsLine.ts"
import type { Incoming, Outgoing } from "./AwsTransport.ts"

/**
 * What both of AWS's SDK clients are told: everything, so that they ask neither the environment nor the shared config
 * files for anything. What counts there has been decided before.
 */

/** Sends a signed request and gives back the answer. */
export type Send = (request: Outgoing, signal: AbortSignal) => Promise<Incoming>

/** Which endpoint is meant. */
export interface Place {
  readonly region: string
  readonly endpoint?: string | undefined
  readonly fips: boolean
  readonly dualStack: boolean
}

/**
 * `clockOffset` is AWS's time less ours in milliseconds; the SDK adds it to the time in the signature. A request is sent
 * once: the SDK itself never tries again.
 */
export const clientConfig = (place: Place, keys: Keys, clockOffset: number, send: Send) => ({
  region: place.region,
  ...given({ endpoint: place.endpoint }),
  // An endpoint of the user's own is meant as it stands; the SDK refuses one together with these.
  useFipsEndpoint: place.endpoint === undefined && place.fips,
  useDualstackEndpoint: place.endpoint === undefined && place.dualStack,
  ignoreConfiguredEndpointUrls: true,
  credentials: keys,
  authSchemePreference: ["sigv4"],
  systemClockOffset: clockOffset,
  disableClockSkewCorrection: false,
  maxAttempts: 1,
  retryMode: "standard",
  userAgentAppId: "op-aws-credential-process",
  requestHandler: handlerOf(send)
})

/** The SDK takes anything with a `handle` in place of its own HTTP client (@smithy/node-http-handler). */
const handlerOf = (send: Send) => ({
  metadata: { handlerProtocol: "http/1.1" },
  handle: async ({ body, headers, method, path }: Outgoing, options: { readonly abortSignal?: unknown } = {}) => ({
    response: await send({ method, path, headers, body: body ?? "" }, signalOf(options.abortSignal))
  })
})

const signalOf = (signal: unknown): AbortSignal => signal instanceof AbortSignal ? signal : new AbortController().signal

/** For a client that only says where it would send. */
export const nobody: Keys = { accessKeyId: "", secretAccessKey: "" }
export const nowhere: Send = () => Promise.reject(new Error("unused"))

import { createHash, createHmac, timingSafeEqual } from "node:crypto"
import type { IncomingHttpHeaders } from "node:http"
import { invalidToken, signatureMismatch, StsError } from "./StsError.ts"
import type { StsSession, StsState, StsUser } from "./StsState.ts"
import type { Service } from "./Xml.ts"

/** A request as it came in. */
export interface SignedRequest {
  readonly method: string
  /** With its query. */
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** Who signed a request. */
export interface Caller {
  readonly accessKeyId: string
  readonly user: StsUser | undefined
  readonly session: StsSession | undefined
}

/** What an Authorization header says before anything is proven. */
export interface Credential {
  readonly accessKeyId: string
  readonly date: string
  readonly region: string
  readonly service: string
  readonly signedHeaders: ReadonlyArray<string>
  readonly signature: string
}

const hash = (text: string): string => createHash("sha256").update(text).digest("hex")
const hmac = (key: string | Buffer, text: string): Buffer => createHmac("sha256", key).update(text).digest()

/** Reads the Authorization header of Signature Version 4; undefined if there is none of that form. */
export const parseAuthorization = (headers: IncomingHttpHeaders): Credential | undefined => {
  const scope = /Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request/
  const rest = /SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})/
  const match = new RegExp(`^AWS4-HMAC-SHA256 ${scope.source}, ?${rest.source}$`).exec(headers.authorization ?? "")
  if (match === null) return undefined
  const [, accessKeyId = "", date = "", region = "", service = "", signedHeaders = "", signature = ""] = match
  return { accessKeyId, date, region, service, signedHeaders: signedHeaders.split(";"), signature }
}

const canonicalQuery = (query: string): string =>
  [...new URLSearchParams(query)].map(([name, value]) => `${encode(name)}=${encode(value)}`).sort().join("&")

const encode = (text: string): string =>
  encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`
  )

/** The signature that a request must bear, by the four steps of the Signature Version 4 documentation. */
export const sign = (request: SignedRequest, credential: Credential, secret: string): string => {
  const [path = "/", query = ""] = request.path.split("?")
  const header = (name: string): string => [request.headers[name] ?? ""].flat().join(",").trim().replaceAll(/ +/g, " ")
  const canonical = [
    request.method,
    path,
    canonicalQuery(query),
    ...credential.signedHeaders.map((name) => `${name}:${header(name)}`),
    "",
    credential.signedHeaders.join(";"),
    hash(request.body)
  ].join("\n")
  const scope = [credential.date, credential.region, credential.service, "aws4_request"]
  const text = ["AWS4-HMAC-SHA256", header("x-amz-date"), scope.join("/"), hash(canonical)].join("\n")
  const key = scope.reduce<string | Buffer>(hmac, `AWS4${secret}`)
  return hmac(key, text).toString("hex")
}

const stamp = (epochMs: number): string => `${new Date(epochMs).toISOString().slice(0, 19).replaceAll(/[-:]/g, "")}Z`

const checkDate = (date: string, credential: Credential, state: StsState, now: number): void => {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date) ?? []
  const signed = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
  if (Number.isNaN(signed) || !date.startsWith(credential.date)) {
    throw new StsError("IncompleteSignature", "Date must be in ISO-8601 'basic format' and match the scope.", 400)
  }
  const { code, limitMs } = state.skew
  if (Math.abs(now - signed) <= limitMs) return
  if (code === "RequestExpired") throw new StsError(code, "Request has expired.", 400)
  const minutes = limitMs / 60_000
  const limit = stamp(signed < now ? now - limitMs : now + limitMs)
  throw signatureMismatch(
    signed < now
      ? `Signature expired: ${date} is now earlier than ${limit} (${stamp(now)} - ${minutes} min.)`
      : `Signature not yet current: ${date} is still later than ${limit} (${stamp(now)} + ${minutes} min.)`
  )
}

/**
 * Finds out who signed a request: the key has to be known, a temporary one with its own token, the signature right,
 * the date near. Throws StsError.
 */
export const authenticate = (request: SignedRequest, service: Service, state: StsState, now: number): Caller => {
  const credential = parseAuthorization(request.headers)
  if (credential === undefined) {
    throw new StsError("MissingAuthenticationToken", "Request is missing Authentication Token", 403)
  }
  const { accessKeyId } = credential
  const token = request.headers["x-amz-security-token"]
  const session = Object.hasOwn(state.sessions, accessKeyId) ? state.sessions[accessKeyId] : undefined
  const user = Object.hasOwn(state.users, accessKeyId) ? state.users[accessKeyId] : undefined
  const secret = session?.token === token ? session?.secret ?? user?.secret : undefined
  const isKnown = user === undefined || user.active !== false && (user.knownFromMs ?? 0) <= now
  if (secret === undefined || !isKnown) throw invalidToken()
  if (credential.service !== service) {
    throw signatureMismatch(`Credential should be scoped to correct service: '${service}'. `)
  }
  if (!timingSafeEqual(Buffer.from(sign(request, credential, secret)), Buffer.from(credential.signature))) {
    throw signatureMismatch(
      "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access " +
        "Key and signing method. Consult the service documentation for details."
    )
  }
  checkDate(String(request.headers["x-amz-date"] ?? ""), credential, state, now)
  if (session !== undefined && session.expires <= now) {
    throw new StsError("ExpiredToken", "The security token included in the request is expired", 403)
  }
  if (service === "sts" && state.disabledRegions.includes(credential.region)) {
    const account = (session ?? user)?.account ?? ""
    throw new StsError(
      "RegionDisabledException",
      `STS is not activated in this region for account:${account}. ` +
        "Your account administrator can activate STS in this region using the IAM Console.",
      403
    )
  }
  if (user !== undefined) user.lastUsedMs = now
  return { accessKeyId, user, session }
}

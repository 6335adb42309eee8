import { randomBytes } from "node:crypto"
import type { Caller } from "./Signature.ts"
import { StsError, validation } from "./StsError.ts"
import type { StsSession, StsState } from "./StsState.ts"
import type { XmlNode } from "./Xml.ts"

/** What an action needs to know. */
export interface ActionInput {
  readonly state: StsState
  readonly caller: Caller
  readonly parameters: URLSearchParams
  /** The name that the endpoint was called by, with its port. */
  readonly host: string
  readonly now: number
}

/** The content of `<ActionResult>`, where there is any, and the step of the code that was spent for it. */
export interface ActionOutput {
  readonly result?: XmlNode
  readonly mfaStep?: number
}

export const constraint = (value: string, name: string, rule: string): StsError =>
  validation(
    `1 validation error detected: Value '${value}' at '${name}' failed to satisfy constraint: Member must ${rule}`
  )

/** A parameter that is there, as a number. Throws StsError. */
export const wholeNumber = (input: ActionInput, name: string, range: { readonly least: number; readonly most: number }): number => {
  const text = input.parameters.get(name) ?? ""
  const member = `${name.charAt(0).toLowerCase()}${name.slice(1)}`
  if (!/^\d+$/.test(text)) throw new StsError("MalformedInput", `${name} is not a number`, 400)
  if (Number(text) < range.least) throw constraint(text, member, `have value greater than or equal to ${range.least}`)
  if (Number(text) > range.most) throw constraint(text, member, `have value less than or equal to ${range.most}`)
  return Number(text)
}

export const duration = (input: ActionInput, fallback: number, most: number): number =>
  input.parameters.get("DurationSeconds") === null ? fallback : wholeNumber(input, "DurationSeconds", { least: 900, most })

export interface TextRule {
  readonly from: number
  readonly to: number
  readonly pattern: string
}

export const text = (input: ActionInput, name: string, rule: TextRule): string | undefined => {
  const value = input.parameters.get(name)
  if (value === null) return undefined
  const member = `${name.charAt(0).toLowerCase()}${name.slice(1)}`
  // AWS echoes what was sent, codes included; here a code stays out of every answer.
  const shown = name === "TokenCode" ? "***" : value
  if (value.length < rule.from) throw constraint(shown, member, `have length greater than or equal to ${rule.from}`)
  if (value.length > rule.to) throw constraint(shown, member, `have length less than or equal to ${rule.to}`)
  if (!new RegExp(`^${rule.pattern}$`).test(value)) {
    throw constraint(shown, member, `satisfy regular expression pattern: ${rule.pattern}`)
  }
  return value
}

let issued = 0

/** Bytes that a session's token may have, and those that one without a policy has. */
const longestToken = 4096
const plainToken = 178

/** Of a policy the token holds so much, and of a managed one's name. */
const packedSize = ({ policies = [], policyArns = [] }: Pick<StsSession, "policies" | "policyArns">): number =>
  policies.reduce((sum, policy) => sum + Math.ceil(policy.length * 0.9), policyArns.length * 40)

/** Gives out a session that ends at this moment. Throws StsError where its token would become too long. */
export const issue = (
  input: ActionInput,
  expires: number,
  rest: Omit<StsSession, "secret" | "token" | "expires">
): Readonly<Record<string, string>> => {
  const least = input.parameters.has("MinimumSessionTokenSize")
    ? wholeNumber(input, "MinimumSessionTokenSize", { least: 0, most: longestToken })
    : input.state.tokenSize
  const size = Math.max(least, plainToken + packedSize(rest))
  if (size > longestToken) {
    throw new StsError(
      "PackedPolicyTooLarge",
      `The session token size of ${size} bytes exceeds the maximum allowed size of ${longestToken} bytes`,
      400
    )
  }
  issued += 1
  const id = `ASIAFAKE${process.pid.toString(36).toUpperCase().padStart(6, "0")}${String(issued).padStart(6, "0")}`
  const session = {
    ...rest,
    secret: `fake-session-secret-${randomBytes(10).toString("hex")}`,
    token: `fake-session-token-${randomBytes(size).toString("base64")}`.slice(0, size),
    expires
  }
  input.state.sessions[id] = session
  return {
    AccessKeyId: id,
    SecretAccessKey: session.secret,
    SessionToken: session.token,
    Expiration: `${new Date(expires).toISOString().slice(0, 19)}Z`
  }
}

/** When a session ends that is given out now for so many seconds. */
export const endOf = ({ now }: ActionInput, seconds: number): number => Math.floor(now / 1000) * 1000 + seconds * 1000

import { randomBytes } from "node:crypto"
import { spendCode } from "./Mfa.ts"
import type { Caller } from "./Signature.ts"
import { accessDenied, StsError, validation } from "./StsError.ts"
import type { StsSession, StsState } from "./StsState.ts"
import type { XmlNode } from "./Xml.ts"

/** What an action needs to know. */
export interface ActionInput {
  readonly state: StsState
  readonly caller: Caller
  readonly parameters: URLSearchParams
  readonly now: number
}

/** The content of `<ActionResult>`, where there is any, and the step of the code that was spent for it. */
export interface ActionOutput {
  readonly result?: XmlNode
  readonly mfaStep?: number
}

const constraint = (value: string, name: string, rule: string): StsError =>
  validation(
    `1 validation error detected: Value '${value}' at '${name}' failed to satisfy constraint: Member must ${rule}`
  )

const duration = (input: ActionInput, fallback: number, most: number): number => {
  const text = input.parameters.get("DurationSeconds")
  if (text === null) return fallback
  if (!/^\d+$/.test(text)) throw new StsError("MalformedInput", "DurationSeconds is not a number", 400)
  if (Number(text) < 900) throw constraint(text, "durationSeconds", "have value greater than or equal to 900")
  if (Number(text) > most) throw constraint(text, "durationSeconds", `have value less than or equal to ${most}`)
  return Number(text)
}

interface TextRule {
  readonly from: number
  readonly to: number
  readonly pattern: string
}

const text = (input: ActionInput, name: string, rule: TextRule): string | undefined => {
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

const serialOf = (input: ActionInput): string | undefined =>
  text(input, "SerialNumber", { from: 9, to: 256, pattern: "[\\w+=/:,.@-]*" })

const codeOf = (input: ActionInput): string | undefined =>
  text(input, "TokenCode", { from: 6, to: 6, pattern: "[\\d]*" })

const required = (value: string | undefined, name: string): string => {
  if (value !== undefined) return value
  throw validation(
    `1 validation error detected: Value null at '${name}' failed to satisfy constraint: Member must not be null`
  )
}

let issued = 0

const issue = (
  input: ActionInput,
  seconds: number,
  rest: Omit<StsSession, "secret" | "token" | "expires">
): XmlNode => {
  issued += 1
  const id = `ASIAFAKE${process.pid.toString(36).toUpperCase().padStart(6, "0")}${String(issued).padStart(6, "0")}`
  const expires = Math.floor(input.now / 1000) * 1000 + seconds * 1000
  const session = {
    ...rest,
    secret: `fake-session-secret-${randomBytes(10).toString("hex")}`,
    token: `fake-session-token-${randomBytes(120).toString("base64")}`,
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

const getSessionToken = (input: ActionInput): ActionOutput => {
  const { caller: { session, user }, now, state } = input
  if (session !== undefined || user === undefined) {
    throw accessDenied("Cannot call GetSessionToken with session credentials")
  }
  const serial = serialOf(input)
  const code = codeOf(input)
  const asked = duration(input, 43_200, 129_600)
  const seconds = user.arn.endsWith(":root") ? Math.min(asked, 3600) : asked
  const withMfa = serial !== undefined || code !== undefined
  const mfaStep = withMfa ? spendCode(state, user, serial, code, now) : undefined
  const { account, arn, userId } = user
  return {
    result: {
      Credentials: issue(input, seconds, { kind: "session", arn, principal: arn, account, userId, mfa: withMfa })
    },
    ...(mfaStep === undefined ? {} : { mfaStep })
  }
}

const assumeRole = (input: ActionInput): ActionOutput => {
  const { caller: { session, user }, now, parameters, state } = input
  const arn = required(
    text(input, "RoleArn", { from: 20, to: 2048, pattern: "[\\u0009\\u000A\\u000D\\u0020-\\u007E]*" }),
    "roleArn"
  )
  const name = required(
    text(input, "RoleSessionName", { from: 2, to: 64, pattern: "[\\w+=,.@-]*" }),
    "roleSessionName"
  )
  const externalId = text(input, "ExternalId", { from: 2, to: 1224, pattern: "[\\w+=,.@:\\/-]*" })
  const serial = serialOf(input)
  const code = codeOf(input)
  const seconds = duration(input, 3600, 43_200)
  const principal = session?.principal ?? user?.arn ?? ""
  const refused = accessDenied(
    `User: ${session?.arn ?? user?.arn} is not authorized to perform: sts:AssumeRole on resource: ${arn}`
  )
  const role = Object.hasOwn(state.roles, arn) ? state.roles[arn] : undefined
  if (role === undefined || (role.trusts !== undefined && !role.trusts.includes(principal))) throw refused
  if (role.externalId !== undefined && role.externalId !== externalId) throw refused
  if (session !== undefined && seconds > 3600) {
    throw validation(
      "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining"
    )
  }
  if (seconds > role.maxDuration) {
    throw validation("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.")
  }
  const withCode = serial !== undefined || code !== undefined
  if (role.requiresMfa === true && !withCode && session?.mfa !== true) throw refused
  const mfaStep = withCode ? spendCode(state, user, serial, code, now) : undefined
  const [, partition = "aws", , , account = "", resource = ""] = arn.split(":")
  const roleName = resource.split("/").at(-1)
  const assumedArn = `arn:${partition}:sts::${account}:assumed-role/${roleName}/${name}`
  const userId = `AROAFAKE0000EXAMPLE0:${name}`
  return {
    result: {
      Credentials: issue(input, seconds, {
        kind: "role",
        arn: assumedArn,
        principal: arn,
        account,
        userId,
        mfa: withCode || session?.mfa === true
      }),
      AssumedRoleUser: { AssumedRoleId: userId, Arn: assumedArn },
      ...(parameters.has("SourceIdentity") ? { SourceIdentity: parameters.get("SourceIdentity") ?? "" } : {})
    },
    ...(mfaStep === undefined ? {} : { mfaStep })
  }
}

const getCallerIdentity = ({ caller: { session, user } }: ActionInput): ActionOutput => {
  const { account = "", arn = "", userId = "" } = session ?? user ?? {}
  return { result: { Arn: arn, UserId: userId, Account: account } }
}

/** Does what a request asks for. Throws StsError. */
export const perform = (action: string, input: ActionInput): ActionOutput => {
  switch (action) {
    case "GetSessionToken":
      return getSessionToken(input)
    case "AssumeRole":
      return assumeRole(input)
    case "GetCallerIdentity":
      return getCallerIdentity(input)
    default:
      throw new StsError("InvalidAction", `Could not find operation ${action} for version 2011-06-15`, 400)
  }
}

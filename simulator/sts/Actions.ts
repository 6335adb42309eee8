import { type ActionInput, type ActionOutput, duration, endOf, issue, text } from "./Action.ts"
import { spendCode } from "./Mfa.ts"
import { getScopedCredentials, policyArns } from "./ScopedCredentials.ts"
import { allows } from "./SessionPolicy.ts"
import { accessDenied, StsError, validation } from "./StsError.ts"

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
      Credentials: issue(input, endOf(input, seconds), { kind: "session", arn, principal: arn, account, userId, mfa: withMfa })
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
  if (!allows(session?.policies ?? [], "sts:AssumeRole", arn)) throw refused
  if (role.externalId !== undefined && role.externalId !== externalId) throw refused
  if (session !== undefined && seconds > 3600) {
    throw validation(
      "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining"
    )
  }
  if (seconds > role.maxDuration) {
    throw validation("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.")
  }
  const managed = policyArns(input)
  const withCode = serial !== undefined || code !== undefined
  if (role.requiresMfa === true && !withCode && session?.mfa !== true) throw refused
  const mfaStep = withCode ? spendCode(state, user, serial, code, now) : undefined
  const [, partition = "aws", , , account = "", resource = ""] = arn.split(":")
  const roleName = resource.split("/").at(-1)
  const assumedArn = `arn:${partition}:sts::${account}:assumed-role/${roleName}/${name}`
  const userId = `AROAFAKE0000EXAMPLE0:${name}`
  return {
    result: {
      Credentials: issue(input, endOf(input, seconds), {
        kind: "role",
        arn: assumedArn,
        principal: arn,
        account,
        userId,
        mfa: withCode || session?.mfa === true,
        policyArns: managed
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
    case "GetScopedCredentials":
      return getScopedCredentials(input)
    default:
      throw new StsError("InvalidAction", `Could not find operation ${action} for version 2011-06-15`, 400)
  }
}

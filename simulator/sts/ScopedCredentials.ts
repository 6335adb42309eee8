import { type ActionInput, type ActionOutput, constraint, issue, text, wholeNumber } from "./Action.ts"
import { allows, policyTrouble } from "./SessionPolicy.ts"
import { accessDenied, StsError, validation } from "./StsError.ts"

/** So many policies may lie one over another in a session. */
const mostLayers = 3

/** The characters of `sessionPolicyDocumentType` and of `scopedSessionDescriptionType` in botocore 1.44.8's model of STS. */
const policyRule = { from: 1, to: 2048, pattern: "[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+" }
const descriptionRule = { from: 2, to: 256, pattern: "[\\u0009\\u000A\\u000D\\u0020-\\u007E\\u00A1-\\u00FF]*" }

const longest = 129_600

/**
 * GetScopedCredentials as the model and the documentation of STS have it: for temporary keys only, at a region's own
 * endpoint only, with a policy or a duration, no longer than the session that asks.
 */
export const getScopedCredentials = (input: ActionInput): ActionOutput => {
  const { caller: { session }, host, now, state } = input
  const isGlobal = host.split(":")[0] === "sts.amazonaws.com"
  if (isGlobal || state.scoping === "unknown") {
    throw new StsError("InvalidAction", "Could not find operation GetScopedCredentials for version 2011-06-15", 400)
  }
  const policy = text(input, "Policy", policyRule)
  text(input, "ScopedSessionDescription", descriptionRule)
  const asked = input.parameters.get("DurationSeconds") === null
    ? undefined
    : wholeNumber(input, "DurationSeconds", { least: 1, most: longest })
  if (session === undefined) throw accessDenied("Cannot call GetScopedCredentials with IAM user or root credentials")
  if (policy === undefined && asked === undefined) {
    throw validation("At least one of Policy and DurationSeconds must be specified")
  }
  const { policies = [] } = session
  const who = `User: ${session.arn} is not authorized to perform: sts:GetScopedCredentials`
  if (state.scoping === "denied") {
    throw accessDenied(`${who} because no identity-based policy allows the sts:GetScopedCredentials action`)
  }
  if (state.scoping === "needs permission" && !allows(policies, "sts:GetScopedCredentials", session.arn)) {
    throw accessDenied(`${who} because no session policy allows the sts:GetScopedCredentials action`)
  }
  if (policy !== undefined && policies.length >= mostLayers) {
    throw accessDenied(`${who} because the session already has the maximum of ${mostLayers} scope down policies`)
  }
  const trouble = policy === undefined ? undefined : policyTrouble(policy)
  if (trouble !== undefined) throw new StsError("MalformedPolicyDocument", trouble, 400)
  const left = Math.floor((session.expires - now) / 1000)
  if (asked !== undefined && asked > left) {
    throw new StsError(
      "InsufficientSessionLifetime",
      `The requested DurationSeconds (${asked}) exceeds the remaining lifetime of the calling session (${left})`,
      400
    )
  }
  const layers = policy === undefined ? policies : [...policies, policy]
  const { account, arn, kind, mfa, principal, userId } = session
  const expires = asked === undefined ? session.expires : Math.floor(now / 1000) * 1000 + asked * 1000
  const credentials = issue(input, expires, { kind, arn, principal, account, userId, mfa, policies: layers })
  const size = Buffer.byteLength(String(credentials["SessionToken"]))
  return {
    result: {
      Credentials: credentials,
      SessionInfo: { ScopedSessionId: userId, Arn: arn },
      SessionTokenUtilization: String(Math.ceil(size / 4096 * 100)),
      SessionTokenSize: String(size),
      ScopedPoliciesCount: String(layers.length)
    }
  }
}

/** Up to ten managed policies of one AssumeRole. Throws StsError. */
export const policyArns = ({ parameters }: ActionInput): ReadonlyArray<string> => {
  const arns = [...parameters].flatMap(([name, value]) => /^PolicyArns\.member\.\d+\.arn$/.test(name) ? [value] : [])
  if (arns.length > 10) throw constraint(String(arns.length), "policyArns", "have length less than or equal to 10")
  const odd = arns.find((arn) => !/^arn:aws[a-z-]*:iam::(?:aws|\d{12}):policy\/.+$/.test(arn))
  if (odd !== undefined) throw validation(`ARN ${odd} is not valid.`)
  return arns
}

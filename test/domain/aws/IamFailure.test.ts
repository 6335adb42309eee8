import { assert, describe, it } from "@effect/vitest"
import { classifyIamFailure, type IamSymptom } from "../../../src/domain/aws/IamClassification.ts"

const now = Date.parse("2030-01-01T00:00:00Z")

const answered = (code: string | undefined, message: string, status: number, rest: Partial<IamSymptom> = {}): IamSymptom => ({
  operation: "CreateAccessKey",
  host: "iam.amazonaws.com",
  phase: "answered",
  code,
  message,
  status,
  now,
  bySession: false,
  ...rest
})

const failed = (phase: "proxy" | "connect" | "sent", code: string): IamSymptom =>
  answered(code, "boom", 0, { phase })

/** Tag, exit code, and what may be done about it. */
const summary = (symptom: IamSymptom): string => {
  const failure = classifyIamFailure(symptom)
  return [
    failure._tag,
    failure.exitCode,
    ...(failure.answerUnknown ? ["unknown"] : []),
    ...(failure.passing ? ["passing"] : [])
  ].join(" ")
}

const about = { operation: "UpdateAccessKey", accessKeyId: "AKIAFAKE0000EXAMPLE1" } as const

const rows: ReadonlyArray<readonly [symptom: IamSymptom, summary: string, message: RegExp, hint: RegExp]> = [
  [answered("AccessDenied", "User: x is not authorized", 403), "IamDenied 6", /iam:CreateAccessKey: User: x/, /own ARN, with MFA/],
  [answered("LimitExceeded", "quota: 2", 409), "AccessKeyLimit 6", /two access keys already/, /delete the one/],
  [answered("LimitExceeded", "too fast", 409, about), "IamRefused 6", /too fast/, /try again/],
  [answered("NoSuchEntity", "none", 404, about), "AccessKeyMissing 6", /no access key AKIAFAKE0000EXAMPLE1/, /console/],
  [answered("NoSuchEntity", "The user cannot be found", 404), "IamRefused 6", /cannot be found/, /try again/],
  [answered("InvalidClientTokenId", "invalid", 403), "IamKeyUnknown 6", /does not know the access key/, /within a minute/],
  [answered("InvalidClientTokenId", "invalid", 403, { bySession: true }), "IamNeedsMfa 5", /without an MFA code/, /mfa_serial/],
  [answered("ExpiredToken", "expired", 403), "SessionExpired 6", /expired/, /new one/],
  [answered("SignatureDoesNotMatch", "no match", 403), "SignatureRefused 6", /does not belong/, /new key/],
  [
    answered("SignatureDoesNotMatch", "Signature expired: x", 403, { dateHeader: "Tue, 01 Jan 2030 01:00:00 GMT" }),
    "ClockSkewed 6",
    /1 hour behind AWS's/,
    /set the clock/
  ],
  [answered("Throttling", "Rate exceeded", 400), "Throttled 6 passing", /throttling/, /wait a minute/],
  [answered("ServiceFailure", "oops", 500), "AwsUnavailable 7 unknown passing", /out of order \(HTTP 500 ServiceFailure\)/, /outages/],
  [answered(undefined, "it cannot be read", 200), "AwsAnswerUnreadable 7 unknown", /not one of IAM: it cannot be read/, /sign-in page/],
  [answered("ValidationError", "Must specify userName", 400), "IamRefused 6", /Must specify/, /a role has no access keys/],
  [failed("connect", "ENOTFOUND"), "AwsUnreachable 7", /name cannot be resolved/, /^check the network and the endpoint_url/],
  [failed("connect", "ECONNREFUSED"), "AwsUnreachable 7 passing", /refused/, /HTTPS_PROXY/],
  [failed("sent", "ECONNRESET"), "AwsUnreachable 7 unknown passing", /lost before the answer/, /try again/]
]

describe("what went wrong with IAM", () => {
  it.each(rows)("%j is %s", (symptom, expected, message, hint) => {
    const failure = classifyIamFailure(symptom)
    assert.strictEqual(summary(symptom), expected)
    assert.match(failure.message, message)
    assert.match(failure.hint, hint)
    assert.notMatch(failure.message + failure.hint, /[\n\r\u001b]/)
  })

  it("is said on one line whatever AWS says", () => {
    const { message } = classifyIamFailure(answered("AccessDenied", "a\u001b[31m\nb", 403))
    assert.notMatch(message, /[\n\u001b]/)
  })
})

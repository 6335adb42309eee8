import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Schema } from "effect"
import { skewOf } from "../../../src/domain/aws/AwsSymptom.ts"
import { classifyStsFailure, type StsSymptom } from "../../../src/domain/aws/StsClassification.ts"
import { StsFailure } from "../../../src/domain/aws/StsFailure.ts"

const now = Date.parse("2026-11-22T12:00:00Z")
const serial = "arn:aws:iam::123456789012:mfa/user"
const roleArn = "arn:aws:iam::210987654321:role/admin"

const symptom = (rest: Partial<StsSymptom>): StsSymptom => ({
  operation: "GetSessionToken",
  region: "eu-west-1",
  host: "sts.eu-west-1.amazonaws.com",
  phase: "answered",
  code: undefined,
  message: "",
  now,
  ...rest
})

const answered = (code: string | undefined, message: string, status: number, rest: Partial<StsSymptom> = {}) =>
  classifyStsFailure(symptom({ code, message, status, serial, ...rest }))

const unconnected = (phase: "proxy" | "connect" | "sent", code: string, rest: Partial<StsSymptom> = {}) =>
  classifyStsFailure(symptom({ phase, code, message: "as Node says it", ...rest }))

const shown = ({ _tag, answerUnknown, exitCode, hint, message, passing }: StsFailure) => ({
  is: `${_tag} ${exitCode}${answerUnknown ? " unknown" : ""}${passing ? " passing" : ""}`,
  message,
  hint
})

const denied = (what: string) => `MultiFactorAuthentication failed${what}`

describe("a refusal by STS", () => {
  const cases: ReadonlyArray<readonly [failure: StsFailure, is: string, message: RegExp, hint: RegExp]> = [
    [answered("AccessDenied", denied(" with invalid MFA one time pass code. "), 403), "MfaCodeRefused 5", /mfa\/user/, /next code/],
    [
      answered("AccessDenied", denied(", unable to validate MFA code.  Please verify your MFA serial number"), 403),
      "MfaSerialRefused 6",
      /mfa\/user/,
      /mfa_serial/
    ],
    [answered("InvalidClientTokenId", "The security token is invalid.", 403), "KeyUnknown 6", /eu-west-1/, /1Password item/],
    [answered("InvalidClientTokenId", "…", 403, { bySession: true }), "SessionUnknown 6", /session/, /--refresh/],
    [answered("SignatureDoesNotMatch", "The request signature …", 403), "SignatureRefused 6", /secret access key/, /item/],
    [answered("ExpiredToken", "The security token is expired", 403), "SessionExpired 6", /expired/, /--refresh/],
    [answered("ExpiredTokenException", "…", 400), "SessionExpired 6", /expired/, /clock/],
    [
      answered("AccessDenied", "User: x is not authorized", 403, { operation: "AssumeRole", roleArn }),
      "StsDenied 6",
      /sts:AssumeRole of arn:aws:iam::210987654321:role\/admin: User: x is not/,
      /trust policy/
    ],
    [answered("AccessDenied", "explicit deny", 403), "StsDenied 6", /sts:GetSessionToken: explicit deny/, /administrator/],
    [
      answered("AccessDenied", "Cannot call GetSessionToken with session credentials", 403),
      "StsDenied 6",
      /session credentials/,
      /long-lived/
    ],
    [
      answered("ValidationError", "The requested DurationSeconds exceeds the MaxSessionDuration", 400),
      "RequestRefused 6",
      /ValidationError.*MaxSessionDuration/,
      /--duration/
    ],
    [
      answered("ValidationError", "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.", 400, {
        operation: "AssumeRole",
        roleArn
      }),
      "RequestRefused 6",
      /AssumeRole.*MaxSessionDuration/,
      /--role-duration.*duration_seconds.*raise its maximum session duration/
    ],
    [
      answered("ValidationError", "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining", 400, {
        operation: "AssumeRole",
        roleArn
      }),
      "RequestRefused 6",
      /role chaining/,
      /1h at most/
    ],
    [answered("InvalidClientTokenId", "…", 403, { region: "me-central-1" }), "KeyUnknown 6", /in me-central-1: me-central-1 is not enabled/, /^enable me-central-1/],
    [answered("InvalidClientTokenId", "…", 403, { region: "mx-central-1" }), "KeyUnknown 6", /not enabled/, /^enable/],
    [
      answered("UnrecognizedClientException", "…", 403, { region: "ap-southeast-7", bySession: true }),
      "SessionUnknown 6",
      /may not have enabled/,
      /^enable ap-southeast-7.*--refresh/
    ],
    [answered("InvalidClientTokenId", "…", 403, { region: "cn-north-1" }), "KeyUnknown 6", /cn-north-1: it is deleted/, /^check the key/],
    [
      answered("AccessDenied", "User: x is not authorized to perform: sts:TagSession on resource: y", 403, { operation: "AssumeRole", roleArn }),
      "StsDenied 6",
      /sts:TagSession/,
      /allow sts:TagSession.*trust policy.*session_tags/
    ],
    [
      answered("AccessDenied", "User: x is not authorized to perform: sts:SetSourceIdentity on resource: y", 403, {
        operation: "AssumeRole",
        roleArn
      }),
      "StsDenied 6",
      /sts:SetSourceIdentity/,
      /allow sts:SetSourceIdentity.*source_identity/
    ],
    [
      answered("AccessDenied", "User: x is not authorized to perform: sts:TagSession on resource: y with an explicit deny in a service control policy", 403, {
        operation: "AssumeRole",
        roleArn
      }),
      "StsDenied 6",
      /service control policy/,
      /organization's administrators/
    ],
    [
      answered("AccessDenied", "not authorized to perform: sts:GetSessionToken because no service control policy allows the sts:GetSessionToken action", 403),
      "StsDenied 6",
      /service control policy/,
      /organization's administrators/
    ],
    [
      answered("AccessDenied", "… because no permissions boundary allows the sts:AssumeRole action", 403, { operation: "AssumeRole", roleArn }),
      "StsDenied 6",
      /boundary/,
      /permissions boundary of the caller/
    ],
    [answered("PackedPolicyTooLarge", "too many tags", 400), "PolicyTooLarge 6", /token: too many tags/, /tags/],
    [answered("PackedPolicyTooLarge", "4300 bytes exceed the maximum of 4096 bytes", 400), "PolicyTooLarge 6", /\(105 % of it\)/, /shorter/],
    [answered("PackedPolicyTooLarge", "Packed size of policy: 110%", 400), "PolicyTooLarge 6", /\(110 % of it\)/, /shorter/],
    [answered("MalformedPolicyDocument", "Syntax errors in policy.", 400), "PolicyRefused 6", /Syntax errors in policy/, /policy editor/],
    [answered("InsufficientSessionLifetime", "too long", 400), "LifetimeExceeded 6", /too long/, /--scope-duration/],
    [answered("InvalidSubjectCredentials", "not valid", 400), "SessionUnknown 6", /session/, /--refresh/],
    [answered("RegionDisabledException", "STS is not activated", 403), "RegionDisabled 6", /eu-west-1/, /IAM console/],
    [answered("Throttling", "Rate exceeded", 400), "Throttled 6 passing", /throttling/, /minute/],
    [answered(undefined, "", 429), "Throttled 6 passing", /throttling/, /minute/],
    [answered("ServiceUnavailable", "", 503), "AwsUnavailable 7 passing", /503 ServiceUnavailable/, /outages/],
    [answered(undefined, "", 502), "AwsUnavailable 7 unknown passing", /HTTP 502\)/, /outages/],
    [answered(undefined, "it holds no session", 200), "AwsAnswerUnreadable 7 unknown", /holds no session/, /sign-in page/],
    [answered(undefined, "", 302), "AwsAnswerUnreadable 7 unknown", /HTTP 302/, /endpoint/],
    [answered(undefined, "", 403), "AwsAnswerUnreadable 7 unknown", /HTTP 403/, /proxy/]
  ]

  for (const [failure, is, message, hint] of cases) {
    it(`is ${is} when it reads "${failure.message}"`, () => {
      assert.strictEqual(shown(failure).is, is)
      assert.match(failure.message, message)
      assert.match(failure.hint, hint)
    })
  }

  it("is of a code only where one was sent", () => {
    const failure = answered("AccessDenied", denied(" with invalid MFA one time pass code"), 403, { serial: undefined! })
    assert.strictEqual(failure._tag, "StsDenied")
  })
})

describe("a clock that is off", () => {
  const date = (offset: number) => new Date(now + offset).toUTCString()
  const cases = [
    ["SignatureDoesNotMatch", "Signature expired: 20261122T110000Z is now earlier than …", 3_600_000, "1 hour behind"],
    ["SignatureDoesNotMatch", "Signature not yet current: …", -420_000, "7 minutes ahead of"],
    ["SignatureDoesNotMatch", "The request signature we calculated …", 172_800_000, "2 days behind"],
    ["InvalidSignatureException", "…", -300_000, "5 minutes ahead of"],
    ["RequestExpired", "Request has expired.", 90_000, "2 minutes behind"],
    ["RequestTimeTooSkewed", "…", 40_000, "40 seconds behind"]
  ] as const

  for (const [code, message, offset, said] of cases) {
    it(`is ${said} AWS's by ${code} and the Date header`, () => {
      const failure = answered(code, message, 403, { dateHeader: date(offset) })
      assert.strictEqual(shown(failure).is, "ClockSkewed 6")
      assert.strictEqual(failure.message, `the clock of this machine is ${said} AWS's`)
      assert.strictEqual(failure._tag === "ClockSkewed" ? failure.skew : undefined, offset)
    })
  }

  it("is not why a signature is wrong while the clocks agree", () => {
    assert.strictEqual(answered("SignatureDoesNotMatch", "…", 403, { dateHeader: date(200_000) })._tag, "SignatureRefused")
  })

  it("is said without a figure when AWS does not say its time", () => {
    for (const dateHeader of [undefined, "yesterday"]) {
      const failure = answered("RequestExpired", "", 400, dateHeader === undefined ? {} : { dateHeader })
      assert.strictEqual(failure.message, "the clock of this machine is too far from AWS's")
    }
    assert.isUndefined(skewOf("yesterday", now))
  })
})

describe("a connection that fails", () => {
  const proxy = "proxy.example.test:3128"
  const cases: ReadonlyArray<readonly [failure: StsFailure, is: string, message: RegExp, hint: RegExp]> = [
    [unconnected("connect", "ENOTFOUND"), "AwsUnreachable 7", /cannot reach sts.*name cannot be resolved/, /eu-west-1/],
    [unconnected("connect", "EAI_AGAIN"), "AwsUnreachable 7 passing", /for now/, /network/],
    [unconnected("connect", "ECONNREFUSED"), "AwsUnreachable 7 passing", /refused/, /network/],
    [unconnected("connect", "ETIMEDOUT"), "AwsUnreachable 7", /does not answer/, /network/],
    [unconnected("connect", "SELF_SIGNED_CERT_IN_CHAIN"), "AwsUnreachable 7", /not trusted \(SELF/, /AWS_CA_BUNDLE/],
    [unconnected("connect", "UNABLE_TO_GET_ISSUER_CERT_LOCALLY"), "AwsUnreachable 7", /not trusted/, /AWS_CA_BUNDLE/],
    [unconnected("connect", "CERT_HAS_EXPIRED"), "AwsUnreachable 7", /certificate has expired/, /clock/],
    [unconnected("connect", "ERR_TLS_CERT_ALTNAME_INVALID"), "AwsUnreachable 7", /another host/, /AWS_CA_BUNDLE/],
    [unconnected("connect", "ERR_SSL_WRONG_VERSION_NUMBER"), "AwsUnreachable 7", /TLS handshake failed \(ERR/, /endpoint/],
    [unconnected("connect", "EODD"), "AwsUnreachable 7", /as Node says it/, /network/],
    [unconnected("connect", "ECONNREFUSED", { proxy }), "AwsUnreachable 7 passing", /through the proxy proxy\.ex/, /network/],
    [unconnected("sent", "ECONNRESET"), "AwsUnreachable 7 unknown passing", /lost before the answer came/, /try again/],
    [unconnected("proxy", "ECONNREFUSED", { proxy }), "AwsUnreachable 7 passing", /the proxy proxy.*3128: the conn/, /NO_PROXY/],
    [unconnected("proxy", "ENOTFOUND", { proxy }), "AwsUnreachable 7", /name cannot be resolved/, /HTTPS_PROXY/],
    [unconnected("proxy", "", { proxy, status: 407 }), "AwsUnreachable 7", /does not connect to sts.*HTTP 407/, /user:password/],
    [
      unconnected("proxy", "", { proxy, status: 407, proxyAuthorized: true }),
      "AwsUnreachable 7",
      /HTTP 407/,
      /does not take the user and password.*%40.*NTLM/
    ],
    [answered(undefined, "", 407, { proxy, proxyAuthorized: false }), "AwsUnreachable 7", /the proxy proxy.*HTTP 407/, /user:password/],
    [unconnected("proxy", "", { proxy, status: 403 }), "AwsUnreachable 7", /HTTP 403/, /NO_PROXY/],
    [unconnected("proxy", "", { proxy, status: 503 }), "AwsUnreachable 7 passing", /HTTP 503/, /NO_PROXY/]
  ]

  for (const [failure, is, message, hint] of cases) {
    it(`is ${is} when it reads "${failure.message}"`, () => {
      assert.strictEqual(shown(failure).is, is)
      assert.match(failure.message, message)
      assert.match(failure.hint, hint)
    })
  }
})

describe("a setting that cannot be used", () => {
  it("is an error of configuration that names the setting", () => {
    const failures = [
      StsFailure.CaBundleUnreadable("/no/such.pem", "ENOENT"),
      StsFailure.ProxyUnusable("HTTPS_PROXY"),
      StsFailure.EndpointUnavailable("xx", "no such thing")
    ]
    assert.deepStrictEqual(failures.map((failure) => shown(failure).is), [
      "CaBundleUnreadable 2",
      "ProxyUnusable 2",
      "EndpointUnavailable 2"
    ])
    assert.match(failures.map(({ message }) => message).join(), /such\.pem.*ENOENT.*HTTPS_PROXY.*region xx.*no such thing/)
  })
})

describe("whatever AWS and the network say", () => {
  const text = Arbitrary.schema(Schema.String)
  const codes = Arbitrary.schema(Schema.Literals([
    "AccessDenied",
    "InvalidClientTokenId",
    "SignatureDoesNotMatch",
    "RequestExpired",
    "ValidationError",
    "RegionDisabledException",
    "ECONNRESET",
    "CERT_HAS_EXPIRED"
  ]))
  const symptoms = Arbitrary.all({
    phase: Arbitrary.schema(Schema.Literals(["proxy", "connect", "sent", "answered"])),
    code: codes,
    odd: text,
    message: text,
    status: Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum: 200, maximum: 599 }))),
    length: Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 3000 })))
  })

  it.prop("comes out as two bounded lines that a terminal can show", [symptoms], ([{ length, odd, ...rest }]) => {
    const message = `${rest.message}\n\u001b[31m\u202e${"x".repeat(length)}`
    const outside = { host: odd, proxy: odd, serial: odd, roleArn: odd, region: odd, dateHeader: odd }
    const failure = classifyStsFailure(symptom({ ...rest, ...outside, message }))
    for (const line of [failure.message, failure.hint]) {
      assert.notMatch(line, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
      assert.isTrue(line.length > 0 && line.length < 1500)
    }
    const before = rest.phase === "proxy" || rest.phase === "connect"
    if (before) assert.isFalse(failure.answerUnknown)
    if (rest.phase === "sent") assert.isTrue(failure.answerUnknown)
  })
})

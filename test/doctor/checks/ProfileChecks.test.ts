import { assert, describe, it } from "@effect/vitest"
import { checkTrouble, type TroubleFacts } from "../../../src/doctor/checks/Past.ts"
import { checkPlaintextKeys } from "../../../src/doctor/checks/PlaintextKey.ts"
import { checkMfaSerial, checkSource, type MfaSerialFacts } from "../../../src/doctor/checks/Profile.ts"
import { checkProgram, type ProgramFacts } from "../../../src/doctor/checks/Program.ts"
import { configLines } from "../../../src/domain/aws-config/ConfigLines.ts"

const source = (keys: Record<string, string>, overOurs = true) =>
  checkSource({ profile: { name: "dev", values: new Map(Object.entries(keys)) }, overOurs })

describe("checkSource", () => {
  const line = "/usr/local/bin/op-aws-credential-process --profile dev"
  const role = "arn:aws:iam::123456789012:role/Admin"

  const cases: ReadonlyArray<readonly [string, Record<string, string>, RegExp]> = [
    [
      "a role beside a process",
      { role_arn: role, credential_process: line },
      /AWS CLI, boto3 and Rust refuse it, JavaScript and Java never assume the role, Go alone does both/
    ],
    [
      "a role over the same profile's process",
      { role_arn: role, credential_process: line, source_profile: "dev" },
      /AWS CLI, boto3, Go and Java refuse it, and JavaScript/
    ],
    ["a role over another profile beside a process", {
      role_arn: role,
      credential_process: line,
      source_profile: "base"
    }, /with the credentials of base and never run the process/],
    [
      "a device beside a role",
      { role_arn: role, source_profile: "base", mfa_serial: "GAHT12345678" },
      /ask for a second code, Go and JavaScript fail/
    ],
    [
      "what is left of single sign-on",
      { credential_process: line, sso_region: "x", sso_start_url: "y" },
      /Go, Java and Rust take it for a profile of IAM Identity Center/
    ]
  ]
  it.each(cases)("says what clients make of %s", (_, keys, why) => {
    const [finding, ...more] = source(keys)
    assert.deepStrictEqual(more, [])
    assert.match(finding?.why ?? "", why)
    assert.deepInclude(finding, { check: "source", severity: "error" })
  })

  it("shows how to take role and process apart", () => {
    assert.deepStrictEqual(source({ role_arn: role, credential_process: line })[0]?.mend.split("\n"), [
      "keep the key and the role in profiles of their own",
      "[profile dev-base]",
      "credential_process = /usr/local/bin/op-aws-credential-process --profile dev-base",
      "# and region, mfa_serial and the op_… keys",
      "[profile dev]",
      `role_arn = ${role}`,
      "source_profile = dev-base"
    ])
  })

  it.each([
    { credential_process: line, region: "eu-central-1", mfa_serial: "GAHT12345678" },
    { role_arn: role, source_profile: "base", duration_seconds: "3600" },
    { sso_session: "corp", sso_account_id: "123456789012" }
  ])("is content with %o", (keys) => assert.deepStrictEqual(source(keys), []))

  it("tells of a session of `aws login` that most clients take first, and calls [default] so", () => {
    const [finding] = checkSource({
      profile: { name: "default", values: new Map([["login_session", "arn"], ["credential_process", line]]) },
      overOurs: false
    })
    assert.match(finding?.what ?? "", /^\[default\] has a login_session beside its credential_process/)
    assert.match(finding?.why ?? "", /boto3 and Go .* JavaScript runs the process/)
  })

  it("leaves roles alone that do not rest on our key", () => {
    assert.deepStrictEqual(source({ role_arn: role, source_profile: "base", mfa_serial: "GAHT12345678" }, false), [])
  })
})

const serial = (facts: Partial<MfaSerialFacts>) =>
  checkMfaSerial({ profile: "dev", serial: undefined, mfa: "auto", regions: [], ...facts })

describe("checkMfaSerial", () => {
  it.each([
    "arn:aws:iam::123456789012:mfa/you",
    "arn:aws:iam::123456789012:mfa/path/to/you+phone@example.com",
    "arn:aws-cn:iam::123456789012:mfa/you",
    "arn:aws-us-gov:iam::123456789012:mfa/you",
    "GAHT12345678"
  ])("takes %s for a device", (text) => {
    assert.deepStrictEqual(serial({ serial: text }), { fine: [`dev: MFA device ${text}`], findings: [] })
  })

  const wrong: ReadonlyArray<readonly [string, RegExp, string | undefined]> = [
    [
      "arn:aws:iam::123456789012:user/team/you",
      /which is no MFA device/,
      "mfa_serial = arn:aws:iam::123456789012:mfa/you"
    ],
    ["arn:aws:iam::123456789012:u2f/user/you/key-ABC", /a security key or a passkey/, undefined],
    ["arn:aws:iam::12345:mfa/you", /which is no MFA device/, undefined],
    ["arn:aws:sts::123456789012:mfa/you", /which is no MFA device/, undefined],
    ["my phone@home", /neither an ARN nor the serial/, undefined]
  ]
  it.each(wrong)("does not take %s for one", (text, what, mend) => {
    const { findings: [finding] } = serial({ serial: text })
    assert.match(finding?.what ?? "", what)
    assert.strictEqual(finding?.severity, "error")
    if (mend !== undefined) assert.strictEqual(finding?.mend.split("\n")[1], mend)
  })

  it("warns of a region in another partition", () => {
    const { findings: [finding] } = serial({
      serial: "arn:aws-cn:iam::123456789012:mfa/you",
      regions: ["eu-west-1", "cn-north-1"]
    })
    assert.match(finding?.what ?? "", /belongs to aws-cn, and the region eu-west-1 to aws$/)
    assert.strictEqual(finding?.severity, "warning")
    assert.lengthOf(serial({ serial: "arn:aws-cn:iam::123456789012:mfa/you", regions: ["cn-north-1"] }).findings, 0)
  })

  it("has nothing against a device that the item is to name, or none at all", () => {
    assert.lengthOf(serial({}).findings, 0)
    assert.match(serial({}).fine[0] ?? "", /the item must have it/)
    assert.match(serial({ mfa: "none", serial: "nonsense" }).fine[0] ?? "", /no MFA/)
  })
})

describe("checkPlaintextKeys", () => {
  const keys = "aws_access_key_id = AKIAFAKE0000EXAMPLE0\naws_secret_access_key = fake-secret-for-tests\n"
  const config = configLines({ path: "/c", text: `[profile dev]\nregion = x\n${keys}[profile old]\n${keys}` }, false)
  const credentials = configLines({
    path: "/k",
    text: `[dev]\n${keys}[tool]\n${keys}aws_session_token = fake\n[none]\naws_access_key_id = x\n`
  }, true)
  const found = checkPlaintextKeys([config, credentials], (name) => name === "dev")

  it("says who takes them before the session from 1Password", () => {
    assert.deepStrictEqual(found.map(({ severity, what, why }) => `${severity} ${what}: ${why}`), [
      "error /c:3, 4: profile dev has a key in plaintext: Go and JavaScript use it instead of the session from 1Password",
      "warning /c:6, 7: profile old has a long-lived key in plaintext: every program that you run can read it, and it is good until somebody deletes it in IAM",
      "error /k:2, 3: profile dev has a key in plaintext: the AWS CLI, boto3, Go and JavaScript use it instead of the session from 1Password"
    ])
  })

  it("names the way out, and never the key", () => {
    assert.deepStrictEqual(found.map(({ mend }) => mend.split("\n").at(-1)), [
      "op-aws-credential-process import dev",
      "op-aws-credential-process import old",
      "op-aws-credential-process import dev"
    ])
    const temporary = configLines({ path: "/k", text: `[dev]\n${keys}aws_session_token = fake\n` }, true)
    assert.strictEqual(checkPlaintextKeys([temporary], () => true)[0]?.mend, "delete the lines 2, 3, 4")
    assert.notMatch(JSON.stringify(found), /fake-secret|AKIA/)
  })
})

const program = (facts: Partial<ProgramFacts>) =>
  checkProgram({
    profile: "dev",
    place: "/c:2",
    program: { kind: "named", path: "/usr/local/bin/op-aws-credential-process", standing: "executable" },
    script: undefined,
    interpreter: undefined,
    rewritten: (words) => `write ${words?.join(" ") ?? "it in full"}`,
    installed: undefined,
    ...facts
  })

const node = (here: string | undefined, onDesktop: string | undefined) =>
  ({ kind: "searched", lookup: { name: "node", here, onDesktop } }) as const

describe("checkProgram", () => {
  const there = "/usr/bin/op-aws-credential-process"
  const bare = (here: string | undefined, onDesktop: string | undefined) =>
    ({ kind: "searched", lookup: { name: "op-aws-credential-process", here, onDesktop } }) as const

  it("is content with what a desktop can run", () => {
    assert.deepStrictEqual(program({}), [])
    assert.deepStrictEqual(program({ program: bare(there, there) }), [])
    assert.deepStrictEqual(program({ interpreter: node("/usr/bin/node", "/usr/bin/node") }), [])
    assert.deepStrictEqual(program({ interpreter: { kind: "named", path: "/usr/bin/node", there: true } }), [])
  })

  const missing = { kind: "named", path: "/x/op-aws-credential-process", standing: "missing" } as const
  const managed = "/home/me/.nvm/versions/node/v24.1.0/bin/op-aws-credential-process"
  const cases: ReadonlyArray<readonly [string, Partial<ProgramFacts>, "error" | "warning", RegExp, RegExp]> = [
    ["a program that is not there", { program: missing }, "error", /\/x\/\S+ is not there/, /correct the path/],
    [
      "one that is somewhere else",
      { program: missing, installed: there },
      "error",
      /is not there/,
      /^write \/usr\/bin\/op-aws/
    ],
    [
      "one that may not be run",
      { program: { ...missing, standing: "not-executable" } },
      "error",
      /may not be executed/,
      /\nchmod \+x '\/x\//
    ],
    [
      "a name that leads nowhere",
      { program: bare(undefined, undefined) },
      "error",
      /is not on PATH/,
      /install it in \/usr\/local\/bin; write it in full/
    ],
    [
      "a name that leads somewhere in a shell only",
      { program: bare("/home/me/bin/x", undefined) },
      "warning",
      /is \/home\/me\/bin\/x, which is not on a desktop's PATH/,
      /^write it in full$/
    ],
    [
      "a Node that only a shell finds",
      { interpreter: node("/opt/node/bin/node", undefined) },
      "warning",
      /is for whichever node is on PATH, and on a desktop's there is none/,
      /^write \/opt\/node\/bin\/node \/usr\/local\/bin\/op-aws-credential-process$/
    ],
    [
      "a version manager's Node",
      { interpreter: node("/home/me/.volta/bin/node", undefined) },
      "warning",
      /on a desktop's there is none/,
      /^install the standalone executable/
    ],
    ["no Node at all", { interpreter: node(undefined, undefined) }, "error", /and there is none/, /standalone/],
    [
      "an interpreter that is gone",
      { interpreter: { kind: "named", path: "/x/node", there: false } },
      "error",
      /is for \/x\/node, which is not there/,
      /install it again/
    ],
    [
      "a program of a version manager",
      { program: { kind: "named", path: managed, standing: "executable" } },
      "warning",
      /belongs to a version manager/,
      /standalone/
    ],
    [
      "a copy of a package runner's",
      { script: { path: "/home/me/.npm/_npx/0a1b/node_modules/op-aws-credential-process/dist/main.js", there: true } },
      "warning",
      /is a copy in the cache of npx/,
      /standalone/
    ],
    [
      "a checkout's build",
      { program: { kind: "named", path: "/home/me/x/dist/bin/op-aws-credential-process", standing: "executable" } },
      "warning",
      /is what a checkout has built/,
      /standalone/
    ],
    [
      "a script that is gone",
      { script: { path: "/x/main.js", there: false } },
      "error",
      /\/x\/main.js is not there/,
      /install it again/
    ],
    [
      "a script of a version manager",
      { script: { path: managed, there: true } },
      "warning",
      /belongs to a version manager/,
      /standalone/
    ]
  ]
  it.each(cases)("finds %s", (_, facts, severity, what, mend) => {
    const [finding, ...more] = program(facts)
    assert.deepStrictEqual(more, [])
    assert.strictEqual(finding?.severity, severity)
    assert.match(finding?.what ?? "", what)
    assert.match(finding?.what ?? "", /^\/c:2: .*in the line of \[profile dev\]$/)
    assert.match(finding?.mend ?? "", mend)
  })
})

describe("checkTrouble", () => {
  const day = 24 * 3_600_000
  const at = 100 * day
  const trouble = { at, message: "no session", hint: "do this" }
  const check = (facts: Partial<TroubleFacts>) =>
    checkTrouble({
      profile: "dev",
      failure: undefined,
      warning: undefined,
      madeAt: undefined,
      now: at + 60_000,
      ...facts
    })

  it("tells the last failure and the last warning, with what to do", () => {
    assert.deepStrictEqual(check({ failure: trouble, warning: { ...trouble, at: at + 30_000 } }), [
      {
        check: "trouble",
        severity: "error",
        what: "dev failed 1m ago: no session",
        why: "several clients never show what this program says, so it may have gone unseen",
        mend: "do this"
      },
      {
        check: "trouble",
        severity: "warning",
        what: "dev warned 30s ago: no session",
        why: "several clients never show what this program says, so it may have gone unseen",
        mend: "do this"
      }
    ])
  })

  it("keeps quiet once a session was made, and after a week", () => {
    assert.lengthOf(check({ failure: trouble, madeAt: at + 1 }), 0)
    assert.lengthOf(check({ failure: trouble, madeAt: at - 1 }), 1)
    assert.lengthOf(check({ failure: trouble, now: at + 7 * day }), 1)
    assert.lengthOf(check({ failure: trouble, now: at + 7 * day + 1 }), 0)
  })
})

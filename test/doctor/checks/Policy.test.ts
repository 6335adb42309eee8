import { assert, describe, it } from "@effect/vitest"
import { checkPolicy, type PolicyFacts } from "../../../src/doctor/checks/Policy.ts"
import { Failure } from "../../../src/domain/base/Failure.ts"
import { chainOf, configOf, roleArn } from "../../fixtures/Chains.ts"

const sound = "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"s3:Get*\",\"Resource\":\"*\"}}"

const keys = `region = eu-west-1
mfa_serial = arn:aws:iam::123456789012:mfa/user
op_vault = Private
op_item = AWS
`

const facts = (more = "op_policy = /p.json\n", policy = sound): PolicyFacts => {
  const text = `[profile dev]\n${keys}\n[profile agent]\n${more.includes("source_profile") ? "" : keys}${more}`
  const files = { "/p.json": policy, "/home/me/p.json": policy }
  const profile = configOf(text, files).profile("agent")
  if (profile === undefined || profile instanceof Failure) throw new Error("no profile")
  return {
    profile,
    chain: chainOf(text, { profile: "agent", files }),
    file: { kind: "file", mode: 0o600, mine: true },
    wholeFile: undefined
  }
}

const findings = (given: PolicyFacts) => checkPolicy(given).findings.map(({ severity, what }) => `${severity} ${what}`)

describe("the policy of a profile", () => {
  it("is fine where it is sound and nobody else's, and said to be no wall", () => {
    const { findings: none, fine } = checkPolicy(facts())
    assert.deepStrictEqual(none, [])
    assert.match(fine[0] ?? "", /^agent: narrowed to \/p\.json \(\d+ of 2048 characters\); .*hostile program/)
    assert.deepStrictEqual(checkPolicy(facts("")), { fine: [], findings: [] })
    assert.match(checkPolicy({ ...facts("op_scope_duration = 1h\n"), file: undefined }).fine[0] ?? "", /^agent: narrowed; /)
  })

  it("is found where AWS would not take it, and where it narrows nothing", () => {
    assert.deepStrictEqual(findings(facts(undefined, "{}")), ["error /p.json:1: the policy has no Version"])
    assert.deepStrictEqual(findings(facts(undefined, sound.replace("s3:Get*", "*"))), ["warning agent: /p.json narrows nothing"])
  })

  it("is found where others can change it", () => {
    const of = (file: PolicyFacts["file"]) => findings({ ...facts(), file })
    assert.deepStrictEqual(of({ kind: "file", mode: 0o620, mine: true }), ["error agent: /p.json can be changed by others"])
    assert.deepStrictEqual(of({ kind: "file", mode: 0o644, mine: false }), ["error agent: /p.json belongs to another user"])
    assert.deepStrictEqual(of({ kind: "link", mine: true, to: { kind: "file", mode: 0o602, mine: true } }), ["error agent: /p.json can be changed by others"])
    assert.deepStrictEqual(of({ kind: "hidden", reason: "permission denied" }), [])
    const [finding] = checkPolicy({ ...facts("op_policy = ~/p.json\n"), file: { kind: "file", mode: 0o620, mine: true } }).findings
    assert.strictEqual(finding?.mend, "chown \"$USER\" '/home/me/p.json' && chmod go-w '/home/me/p.json'")
  })

  it("is found where clients pass over it, or other programs would", () => {
    const line = "credential_process = /usr/local/bin/op-aws-credential-process --profile agent"
    assert.deepStrictEqual(findings(facts(`op_policy = /p.json\n${line}\n`)), ["warning agent: its credential_process line does not name the policy"])
    assert.deepStrictEqual(findings(facts(`op_policy = /p.json\n${line} --policy /p.json\n`)), [])
    assert.deepStrictEqual(
      findings(facts(`op_policy = /p.json\nrole_arn = ${roleArn("a")}\nsource_profile = dev\n`)),
      ["error agent: a role over another profile, which op_policy is to narrow"]
    )
    assert.deepStrictEqual(findings({ ...facts(), wholeFile: "/cache/agent.json" }), ["error agent: a session is cached as /cache/agent.json"])
  })
})

import { assert, describe, it } from "@effect/vitest"
import { Failure } from "../../../src/domain/base/Failure.ts"
import { endKey, roleKeyText } from "../../../src/domain/cache/RoleEntry.ts"
import { narrowingTrouble } from "../../../src/domain/session/NarrowingTrouble.ts"
import { scopeDuration } from "../../../src/domain/session/ScopeDuration.ts"
import { keptName } from "../../../src/domain/settings/Settings.ts"
import { type Asked, chainOf, failing, resolve, roleArn } from "../../fixtures/Chains.ts"

const policy = "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"s3:*\",\"Resource\":\"*\"}}"
const files = { "/p.json": policy, "/home/me/p.json": policy, "p.json": policy, "/pipe": undefined }

const keys = `region = eu-west-1
mfa_serial = arn:aws:iam::123456789012:mfa/user
op_vault = Private
op_item = AWS
`
const config = `[profile dev]
${keys}
[profile agent]
${keys}op_policy = /p.json

[profile admin]
role_arn = ${roleArn("admin")}
source_profile = dev

[profile over]
role_arn = ${roleArn("over")}
source_profile = agent

[profile line]
${keys}credential_process = op-aws-credential-process --profile line --policy /p.json

[profile overLine]
role_arn = ${roleArn("over")}
source_profile = line

[profile admin-agent]
credential_process = op-aws-credential-process --profile admin --policy /p.json
`

const chain = (asked: Asked, text = config) => chainOf(text, { files, ...asked })
const fails = (asked: Asked, text = config) => failing(text, { files, ...asked })._tag
const policyFile = (asked: Asked, text = config) => chain(asked, text).narrowing?.policy?.file

describe("what narrows a chain", () => {
  it("is the flag's, the environment's, the line's or the key's policy, in this order", () => {
    const environment = { HOME: "/home/me", OP_AWS_POLICY: "~/p.json" }
    assert.strictEqual(policyFile({ profile: "agent", flags: { policy: "p.json" }, environment }), "p.json")
    assert.strictEqual(policyFile({ profile: "agent", environment }), "~/p.json")
    assert.strictEqual(policyFile({ profile: "agent" }), "/p.json")
    assert.strictEqual(policyFile({ profile: "line" }), "/p.json")
    assert.strictEqual(policyFile({ profile: "dev" }), undefined)
    const both = config.replace("[profile line]\n", "[profile line]\nop_policy = /home/me/p.json\n")
    assert.strictEqual(policyFile({ profile: "line" }, both), "/p.json")
    // A client has the line's flags on its own command line, or the key.
    assert.strictEqual(policyFile({ profile: "line", asker: "client" }, both), "/home/me/p.json")
  })

  it("is the line's where that leads on to a role's profile", () => {
    const narrowed = chain({ profile: "admin-agent" })
    assert.deepStrictEqual([narrowed.narrowing?.policy?.file, narrowed.hops.at(-1)?.roleArn], ["/p.json", roleArn("admin")])
    // As a client asks for it.
    const asked = chain({ profile: "admin", asker: "client", flags: { policy: "/p.json" } })
    assert.strictEqual(asked.hops.length, 1)
    assert.isDefined(asked.narrowing)
  })

  it("never lies below a role, which would be as wide as ever", () => {
    assert.strictEqual(fails({ profile: "over" }), "NarrowedBelowRole")
    assert.strictEqual(fails({ profile: "overLine" }), "NarrowedBelowRole")
    assert.strictEqual(fails({ profile: "over", asker: "client" }), "NarrowedBelowRole")
    assert.strictEqual(fails({ profile: "over", flags: { policy: "/p.json" } }), "NarrowedBelowRole")
    const arns = config.replace("op_policy = /p.json", "op_policy_arns = arn:aws:iam::aws:policy/ReadOnlyAccess")
    assert.strictEqual(fails({ profile: "over" }, arns), "NarrowedBelowRole")
    const short = config.replace("op_policy = /p.json", "op_scope_duration = 15m")
    assert.strictEqual(fails({ profile: "over" }, short), "NarrowedBelowRole")
  })

  it("lies over the role that a person adds", () => {
    const narrowed = chain({ profile: "agent", flags: { "role-arn": roleArn("more") } })
    assert.deepStrictEqual([narrowed.hops.length, narrowed.narrowing?.policy?.file], [1, "/p.json"])
  })

  it("is refused where the client would put the role on top by itself", () => {
    const own = config.replace("op_policy = /p.json", `op_policy = /p.json\nrole_arn = ${roleArn("own")}`)
    assert.strictEqual(fails({ profile: "agent", asker: "client" }, own), "RoleOverNarrowed")
    assert.strictEqual(chain({ profile: "agent" }, own).hops.length, 1)
  })

  it("is refused where two profiles say different things and a client would read the other one", () => {
    const two = `${config}\n[profile first]\nop_policy = /home/me/p.json\ncredential_process = op-aws-credential-process --profile agent\n`
    assert.strictEqual(fails({ profile: "first" }, two), "NarrowingsDisagree")
    assert.strictEqual(policyFile({ profile: "first" }, two.replace("/home/me/p.json", "/p.json")), "/p.json")
  })

  it("is never left out for being empty", () => {
    for (const key of ["op_policy", "op_scope_duration", "op_policy_arns"]) {
      const empty = config.replace("op_policy = /p.json", `${key} =`)
      const found = resolve(empty, { profile: "agent", files })
      assert.isTrue(found instanceof Failure, key)
    }
    assert.strictEqual(fails({ profile: "dev", flags: { policy: "" } }), "NarrowingInvalid")
    assert.strictEqual(fails({ profile: "dev", flags: { "scope-duration": "" } }), "NarrowingInvalid")
  })

  it("has a policy by an absolute path or one from ~/, save on the command line", () => {
    const relative = config.replace("op_policy = /p.json", "op_policy = p.json")
    assert.strictEqual(fails({ profile: "agent" }, relative), "PolicyPathRelative")
    assert.strictEqual(fails({ profile: "dev", environment: { HOME: "/home/me", OP_AWS_POLICY: "p.json" } }), "PolicyPathRelative")
    assert.strictEqual(fails({ profile: "line" }, config.replace("--policy /p.json", "--policy p.json")), "PolicyPathRelative")
    assert.strictEqual(chain({ profile: "dev", flags: { policy: "p.json" } }).narrowing?.policy?.packed, policy)
  })

  it("is refused where the file is missing or could not be read once more", () => {
    assert.strictEqual(fails({ profile: "dev", flags: { policy: "/missing" } }), "PolicyUnreadable")
    assert.match(failing(config, { profile: "dev", flags: { policy: "/pipe" }, files }).message, /no regular file/)
  })

  it("lasts no longer than what it is made from was asked for", () => {
    assert.strictEqual(chain({ profile: "dev", flags: { "scope-duration": "12h" } }).narrowing?.duration, 43_200)
    assert.strictEqual(fails({ profile: "dev", flags: { "scope-duration": "12h1s" } }), "ScopeTooLong")
    assert.strictEqual(fails({ profile: "admin", flags: { "scope-duration": "61m" } }), "ScopeTooLong")
    assert.strictEqual(fails({ profile: "dev", flags: { "scope-duration": "59s" } }), "NarrowingInvalid")
    assert.strictEqual(fails({ profile: "dev", flags: { "scope-duration": "soon" } }), "NarrowingInvalid")
  })

  it("has managed policies for a role only, ten at most, each an ARN", () => {
    const arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    assert.strictEqual(fails({ profile: "dev", flags: { "policy-arn": arn } }), "PolicyArnsWithoutRole")
    assert.deepStrictEqual(chain({ profile: "admin", flags: { "policy-arn": `${arn}, ${arn}` } }).hops[0]?.policyArns, [arn, arn])
    const troubleOf = (arns: string) => narrowingTrouble(chain({ profile: "admin", flags: { "policy-arn": arns } }))?._tag
    assert.isUndefined(troubleOf(Array.from({ length: 10 }, () => arn).join()))
    assert.strictEqual(troubleOf(Array.from({ length: 11 }, () => arn).join()), "NarrowingInvalid")
    assert.strictEqual(troubleOf(roleArn("admin")), "NarrowingInvalid")
    assert.strictEqual(troubleOf(`${arn},`), "NarrowingInvalid")
  })

  it("says whose it is, in the characters that AWS takes", () => {
    const of = (profile: string, agent?: string) =>
      chain(
        { profile, environment: { HOME: "/home/me", ...(agent === undefined ? {} : { AI_AGENT: agent }) } },
        config.replaceAll("agent", profile === "agent" ? "agent" : profile)
      ).narrowing?.description
    assert.strictEqual(of("agent"), "op-aws-credential-process agent")
    assert.strictEqual(of("agent", "claude\u2603\n\u00e9"), "op-aws-credential-process agent for claude??\u00e9")
    assert.strictEqual(of("agent", "x".repeat(500))?.length, 256)
  })
})

describe("the key of a narrowed session", () => {
  const keyOf = (asked: Asked, text = config) => {
    const key = endKey(chain(asked, text))
    return key === undefined ? "none" : roleKeyText(key)
  }

  it("tells policy, duration, description, role and parent apart, and nothing else", () => {
    const usual = { profile: "agent" } as const
    const other = { ...files, "/p.json": policy.replace("s3", "s4") }
    const all = [
      keyOf(usual),
      keyOf({ ...usual, files: other }),
      keyOf({ ...usual, flags: { "scope-duration": "15m" } }),
      keyOf({ ...usual, environment: { HOME: "/home/me", AI_AGENT: "a" } }),
      keyOf({ ...usual, flags: { "role-arn": roleArn("a") } }),
      keyOf({ ...usual, flags: { "op-item": "Other" } }),
      keyOf({ ...usual, flags: { mfa: "none" } })
    ]
    assert.strictEqual(new Set(all).size, all.length)
    assert.strictEqual(keyOf({ ...usual, flags: { policy: "~/p.json" } }), keyOf(usual))
    assert.strictEqual(keyOf({ ...usual, flags: { duration: "1h", timeout: "3s" } }), keyOf(usual))
    assert.strictEqual(keyOf({ profile: "dev" }), "none")
  })

  it("is that of the role as ever where only managed policies narrow it, and another one's", () => {
    const arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    assert.notStrictEqual(keyOf({ profile: "admin", flags: { "policy-arn": arn } }), keyOf({ profile: "admin" }))
  })

  it("goes with a parent that rests under another name than the profile's", () => {
    for (const [profile, own] of [["agent", false], ["line", false], ["dev", true], ["admin", true]] as const) {
      const { settings } = chain({ profile })
      assert.strictEqual(keptName(settings) === settings.profile, own, profile)
    }
    // A flag narrows one call of a profile that is whole.
    assert.strictEqual(keptName(chain({ profile: "dev", flags: { policy: "/p.json" } }).settings), "dev")
  })
})

describe("DurationSeconds", () => {
  const found = { file: "p", path: "/p", written: policy, packed: policy }

  it("is what was asked for, cut to what the parent has left, which AWS takes by itself where there is a policy", () => {
    assert.strictEqual(scopeDuration({ duration: 900, policy: found }, 3_600_000), 900)
    assert.strictEqual(scopeDuration({ duration: 900, policy: found }, 900_000), undefined)
    assert.strictEqual(scopeDuration({ policy: found }, 900_000), undefined)
    assert.strictEqual(scopeDuration({ duration: 900 }, 900_000), 895)
    assert.strictEqual(scopeDuration({ duration: 900 }, 2000), 1)
  })
})

import { assert, describe, it } from "@effect/vitest"
import { admin, type Asked, base, chainOf, deploy, failing, keyed, roleArn } from "../../fixtures/Chains.ts"
import { isFromKey } from "../../../src/domain/settings/RoleChain.ts"

describe("a chain that cannot be followed", () => {
  const told = (text: string, asked: Asked) => {
    const { _tag, exitCode, message } = failing(text, asked)
    assert.strictEqual(exitCode, 2)
    return [_tag, message]
  }
  const role = (name: string, source: string) =>
    `[profile ${name}]\nrole_arn = ${roleArn(name)}\nsource_profile = ${source}\n`

  it("shows a loop from the profile asked for", () => {
    const text = role("a", "b") + role("b", "c") + role("c", "b")
    const loop = (way: string) => ["RoleLoop", `the profiles lead in a circle: ${way}`]
    assert.deepStrictEqual(told(text, { profile: "a" }), loop("a -> b -> c -> b"))
    assert.deepStrictEqual(told(role("a", "a"), { profile: "a" }), loop("a -> a"))
    const lined = `${role("a", "b")}[profile b]\ncredential_process = op-aws-credential-process --profile a\n`
    for (const asker of ["client", "person"] as const) {
      assert.deepStrictEqual(told(lined, { profile: "a", asker }), loop("a -> b -> a"))
    }
  })

  it("shows who names a profile that is not there", () => {
    const text = role("a", "b") + role("b", "gone")
    assert.deepStrictEqual(told(text, { profile: "a" }), [
      "RoleProfileMissing",
      "there is no profile \"gone\" in config: a -> b -> gone"
    ])
    const lined = "[profile a]\ncredential_process = op-aws-credential-process --profile gone\n"
    assert.deepStrictEqual(told(lined, { profile: "a" }), [
      "RoleProfileMissing",
      "there is no profile \"gone\" in config: a -> gone"
    ])
  })

  it.each([
    ["sso_session = work", "from IAM Identity Center (sso_session)"],
    ["credential_source = Ec2InstanceMetadata", "from where this machine runs (credential_source)"],
    ["web_identity_token_file = /token", "from a web identity (web_identity_token_file)"],
    ["credential_process = aws-vault export x", "from another program (credential_process)"],
    ["aws_access_key_id = AKIAFAKE0000EXAMPLE0", "from a key in AWS's own files (aws_access_key_id)"]
  ])("says where the credentials at its end come from (%s)", (line, source) => {
    for (const asker of ["client", "person"] as const) {
      assert.deepStrictEqual(told(`${role("a", "b")}[profile b]\n${line}\n`, { profile: "a", asker }), [
        "RoleSourceForeign",
        `the credentials of profile "b" do not come from 1Password but ${source}: a -> b`
      ])
    }
  })

  it("says that a profile at its end has no credentials", () => {
    assert.deepStrictEqual(told(`${role("a", "b")}[profile b]\nregion = eu-west-1\n`, { profile: "a" }), [
      "RoleSourceForeign",
      "profile \"b\" names no 1Password item and no other credentials: a -> b"
    ])
  })

  it("refuses a role that takes its caller from somewhere else, alone or beside source_profile", () => {
    const elsewhere = "credential_source = Environment\n"
    const alone = `[profile a]\nrole_arn = ${roleArn("a")}\n${elsewhere}`
    for (const text of [alone, `${role("a", "base")}${elsewhere}${keyed}`]) {
      assert.strictEqual(told(text, { profile: "a" })[0], "RoleSourceForeign")
    }
    const own = `${role("a", "a")}aws_access_key_id = AKIAFAKE0000EXAMPLE0\n`
    for (const asker of ["client", "person"] as const) {
      assert.strictEqual(told(own, { profile: "a", asker })[0], "RoleSourceForeign")
    }
  })

  it("names the profile whose line does not print credentials", () => {
    const text = `${role("a", "b")}[profile b]\ncredential_process = op-aws-credential-process --op-vault v --typo x\n`
    assert.deepStrictEqual(told(text, { profile: "a" }), [
      "ProcessLineUnusable",
      "the credential_process line of profile \"b\" does not print credentials: a -> b"
    ])
  })

  it("passes on what cannot be read, with its line", () => {
    assert.deepStrictEqual(told(`${role("a", "b")}[profile b]\nnonsense\n`, { profile: "a" }), [
      "ConfigLineUnreadable",
      "config:5: the line has no `=`"
    ])
  })

  it("shows the ends of a very long one", () => {
    const names = Array.from({ length: 40 }, (_, index) => `p${index}`)
    const text = names.map((name, index) => role(name, names[index + 1] ?? "p39")).join("")
    const message = told(text, { profile: "p0" })[1]
    assert.strictEqual(
      message,
      "the profiles lead in a circle: p0 -> p1 -> p2 -> p3 -> p4 -> … -> p35 -> p36 -> p37 -> p38 -> p39 -> p39"
    )
  })

  it("follows fifty hops and no more, whoever asks", () => {
    const tooDeep = [
      "RoleChainTooDeep",
      "the roles lead through more than 50 profiles: p0 -> p1 -> p2 -> p3 -> p4 -> … -> p46 -> p47 -> p48 -> p49 -> p50 -> p51"
    ]
    const roles = (count: number) =>
      Array.from({ length: count }, (_, at) => role(`p${at}`, `p${at + 1}`)).join("") + `[profile p${count}]\nop_item = op://v/i\n`
    for (const asker of ["person", "client"] as const) {
      assert.strictEqual(chainOf(roles(50), { profile: "p0", asker }).hops.length, 50)
      const flags = { "role-arn": roleArn("one-more") }
      assert.strictEqual(told(roles(50), { profile: "p0", asker, flags })[0], "RoleChainTooDeep")
      for (const count of [51, 5000, 100_000]) assert.deepStrictEqual(told(roles(count), { profile: "p0", asker }), tooDeep)
    }
    const circle = roles(60).replace("op_item = op://v/i", "role_arn = arn:aws:iam::210987654321:role/r\nsource_profile = p0")
    assert.deepStrictEqual(told(circle, { profile: "p0" }), tooDeep)
  })
})

describe("a role that AWS would refuse", () => {
  const refused = (lines: string, flags = {}) => {
    const failure = failing(`${base}${deploy}${lines}\n`, { profile: "deploy", asker: "client", flags })
    assert.strictEqual(failure.exitCode, 2)
    assert.match(failure.message, /: deploy -> base$/)
    return [failure._tag, failure.message.replace(/: deploy -> base$/, "")]
  }

  it.each([
    ["arn:aws:iam::210987654321:user/x"],
    ["arn:aws:iam::1:role/x"],
    ["admin"],
    [`arn:aws:iam::210987654321:role/${"x".repeat(2048)}`]
  ])("has no ARN of a role (%#)", (arn) => {
    const [tag, message] = refused("", { "role-arn": arn })
    assert.strictEqual(tag, "RoleSettingInvalid")
    assert.match(message ?? "", /^--role-arn is "/)
  })

  it.each([
    ["external_id", "x"],
    ["external_id", "x".repeat(1225)],
    ["external_id", "two words"],
    ["role_session_name", "x"],
    ["role_session_name", "x".repeat(65)],
    ["role_session_name", "a/b"],
    ["source_identity", "x"],
    ["source_identity", "a:b"],
    ["session_tags", "no-pair"],
    ["session_tags", "a=1,A=2"],
    ["session_tags", "=x"],
    ["session_tags", `${"k".repeat(129)}=v`],
    ["session_tags", `k=${"v".repeat(257)}`],
    ["session_tags", "k=semi;colon"],
    ["session_tags", Array.from({ length: 51 }, (_, index) => `k${index}=v`).join(",")],
    ["transitive_session_tags", "unknown"],
    ["duration_seconds", "899"],
    ["duration_seconds", "43201"],
    ["duration_seconds", "long"]
  ])("has a %s that cannot be (%#)", (key, value) => {
    const [tag, message] = refused(`${key} = ${value}`)
    assert.strictEqual(tag, "RoleSettingInvalid")
    assert.isTrue(message?.startsWith(`${key} in profile "deploy" is "${value.slice(0, 90)}`))
  })

  it.each([
    ["external_id", "x".repeat(1224)],
    ["role_session_name", "x".repeat(64)],
    ["session_tags", Array.from({ length: 50 }, (_, index) => `k${index}=v`).join(",")],
    ["duration_seconds", "900"],
    ["duration_seconds", "43200"]
  ])("is not one with a %s at the limit (%#)", (key, value) => {
    assert.strictEqual(chainOf(`${base}${deploy}${key} = ${value}\n`, { profile: "deploy" }).hops.length, 1)
  })

  it("lasts more than an hour only straight from the key", () => {
    const long = chainOf(`${base}${deploy}duration_seconds = 3601\n${admin}`, { profile: "admin" })
    assert.deepStrictEqual([isFromKey(long, 0), isFromKey(long, 1)], [true, false])
    const usual = chainOf(`${base}${deploy}duration_seconds = 3600\n${admin}`, { profile: "admin" })
    assert.isFalse(isFromKey(usual, 0))
    const failure = failing(`${base}${deploy}${admin}duration_seconds = 3601\n`, { profile: "admin" })
    assert.deepStrictEqual([failure._tag, failure.message], [
      "ChainedRoleTooLong",
      "the role of profile \"admin\" is to last 1h1s, and one that a role assumes lasts 1h at most: " +
      "admin -> deploy -> base"
    ])
  })

  it("is in another partition than what it is assumed with", () => {
    const [tag, message] = refused("", { "role-arn": "arn:aws-cn:iam::210987654321:role/x" })
    assert.strictEqual(tag, "RoleInOtherPartition")
    assert.include(message, "is in aws-cn, and what it is assumed with in aws")
    const first = `${base}[profile cn]\nrole_arn = arn:aws-cn:iam::210987654321:role/x\nsource_profile = base\n`
    assert.strictEqual(failing(first, { profile: "cn" })._tag, "RoleInOtherPartition")
  })

  it("sets again what an earlier one hands on", () => {
    const handsOn = "session_tags = team=blue,stage=test\ntransitive_session_tags = team\nsource_identity = alice\n"
    const text = (lines: string) => `${base}${deploy}${handsOn}${admin}${lines}\n`
    const harmless = chainOf(text("session_tags = stage=live\nsource_identity = alice"), { profile: "admin" })
    assert.strictEqual(harmless.hops.length, 2)
    const tag = failing(text("session_tags = Team=red"), { profile: "admin" })
    assert.deepStrictEqual([tag._tag, tag.message.includes("sets the session tag Team")], ["RoleInherits", true])
    assert.strictEqual(failing(text("source_identity = mallory"), { profile: "admin" })._tag, "RoleInherits")
  })
})

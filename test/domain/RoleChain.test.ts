import { assert, describe, it } from "@effect/vitest"
import { Failure } from "../../src/domain/Failure.ts"
import { profileSettings } from "../../src/domain/ProfileSettings.ts"
import { isFromKey } from "../../src/domain/RoleChain.ts"
import { type Asked, chainOf, configOf, resolve, roleArn } from "../fixtures/Chains.ts"

const serial = "arn:aws:iam::123456789012:mfa/alice"

/** As the Go program's users have it: everything is in the line. */
const base = `
[profile base]
region = eu-west-1
mfa_serial = ${serial}
credential_process = op-aws-credential-process --op-vault Private --op-item AWS
`

const keyed = `
[profile base]
region = eu-west-1
mfa_serial = ${serial}
op_vault = Private
op_item = AWS
`

const deploy = `
[profile deploy]
role_arn = ${roleArn("deploy")}
source_profile = base
`

const admin = `
[profile admin]
role_arn = ${roleArn("admin", "333333333333")}
source_profile = deploy
`

const failing = (text: string, asked: Asked): Failure => {
  const chain = resolve(text, asked)
  if (!(chain instanceof Failure)) throw new Error("it resolves")
  return chain
}

const arnsOf = (text: string, asked: Asked) => chainOf(text, asked).hops.map((hop) => hop.roleArn)

describe("the settings of a profile's session", () => {
  const settingsOf = (text: string, profile: string) => {
    const settings = profileSettings({ profile, asker: "person", flags: {}, environment: {}, config: configOf(text) })
    if (settings instanceof Failure) throw settings
    return settings
  }

  it("come from the profile's own credential_process line before its keys", () => {
    const settings = settingsOf(`${base}op_item = Other\nop_account = work\n`, "base")
    assert.deepStrictEqual([settings.vault, settings.item, settings.account], ["Private", "AWS", "work"])
  })

  it("come from the keys of the profile that the line names", () => {
    const text = `[profile web]\ncredential_process = op-aws-credential-process --profile base --duration 2h\n${keyed}`
    const settings = settingsOf(text, "web")
    assert.deepStrictEqual([settings.profile, settings.item, settings.mfaSerial, settings.duration], ["base", "AWS", serial, 7200])
  })

  it("are those at the end of a role's chain, whatever is wrong with the roles", () => {
    assert.strictEqual(settingsOf(`${base}${deploy}${admin}duration_seconds = 1\n`, "admin").profile, "base")
  })

  it("give way to flags and environment", () => {
    const chain = chainOf(base, {
      profile: "base",
      flags: { "op-item": "Flagged" },
      environment: { OP_AWS_VAULT: "Set" }
    })
    assert.deepStrictEqual([chain.settings.vault, chain.settings.item], ["Set", "Flagged"])
  })
})

describe("a chain of roles", () => {
  it("is the session alone for a profile without a role", () => {
    for (const asker of ["client", "person"] as const) {
      assert.deepStrictEqual(chainOf(keyed, { profile: "base", asker }).hops, [])
    }
  })

  it("leads from the base to the role asked for, whether keys or a line configure the base", () => {
    for (const text of [base, keyed]) {
      for (const asker of ["client", "person"] as const) {
        const chain = chainOf(`${admin}${deploy}${text}`, { profile: "admin", asker })
        assert.deepStrictEqual(chain.hops.map(({ profile }) => profile), ["deploy", "admin"])
        assert.deepStrictEqual([chain.profile, chain.settings.profile, chain.settings.item], ["admin", "base", "AWS"])
      }
    }
  })

  it("takes every setting of a role from its own profile", () => {
    const text = `${base}${deploy}external_id = ticket:42/a
role_session_name = ci@example
duration_seconds = 1800
source_identity = alice
session_tags = team = blue, Cost-Centre=a=b,empty=
transitive_session_tags = TEAM
region = eu-north-1
endpoint_url = https://sts.example.test
`
    const [hop] = chainOf(text, { profile: "deploy" }).hops
    assert.deepStrictEqual(hop, {
      profile: "deploy",
      roleArn: roleArn("deploy"),
      sessionName: "ci@example",
      duration: 1800,
      externalId: "ticket:42/a",
      sourceIdentity: "alice",
      tags: [["team", "blue"], ["Cost-Centre", "a=b"], ["empty", ""]],
      transitiveTagKeys: ["TEAM"],
      sts: {
        regions: ["eu-north-1", "eu-west-1"],
        endpoint: "https://sts.example.test",
        fips: false,
        dualStack: false
      }
    })
  })

  it("lasts an hour and is named after the MFA device unless something else is said", () => {
    const [hop] = chainOf(`${base}${deploy}`, { profile: "deploy" }).hops
    assert.deepStrictEqual([hop?.duration, hop?.sessionName], [3600, "alice"])
    const without = `${deploy}[profile base]\nop_vault = v\nop_item = i\n`
    assert.strictEqual(chainOf(without, { profile: "deploy" }).hops[0]?.sessionName, "base")
    const short = "[profile é]\nop_vault = v\nop_item = i\n[profile r]\nrole_arn = arn:aws:iam::210987654321:role/r\nsource_profile = é\n"
    assert.strictEqual(chainOf(short, { profile: "r" }).hops[0]?.sessionName, "profile--")
  })

  it("uses the MFA device of the first role where the base names none, and no other", () => {
    const bare = "[profile base]\nop_vault = v\nop_item = i\n"
    const own = "mfa_serial = GAHT12345678\n"
    const serialOf = (text: string) => chainOf(text, { profile: "admin" }).settings.mfaSerial
    assert.strictEqual(serialOf(`${bare}${deploy}${own}${admin}`), "GAHT12345678")
    assert.strictEqual(serialOf(`${bare}${deploy}${admin}${own}`), undefined)
    assert.strictEqual(serialOf(`${keyed}${deploy}${own}${admin}`), serial)
    const failure = failing(`${bare}${deploy}mfa_serial = no\n${admin}`, { profile: "admin" })
    assert.include(failure.message, "mfa_serial in profile \"deploy\" is \"no\"")
  })

  it("begins with a role that a line names", () => {
    const web = "[profile web]\ncredential_process = op-aws-credential-process --profile deploy --duration 4h --role-duration 20m\n"
    const chain = chainOf(`${web}${deploy}${base}`, { profile: "web" })
    assert.deepStrictEqual(chain.hops.map(({ duration, roleArn }) => [roleArn, duration]), [[roleArn("deploy"), 1200]])
    assert.deepStrictEqual([chain.settings.profile, chain.settings.duration], ["base", 4 * 3600])
    const on = `${web}${deploy}${base}[profile on]\nrole_arn = ${roleArn("on")}\nsource_profile = web\n`
    assert.deepStrictEqual(arnsOf(on, { profile: "on" }), [roleArn("deploy"), roleArn("on")])
  })
})

describe("a role over the profile's own session", () => {
  const called = `${keyed}credential_process = op-aws-credential-process --profile base\n`
  const alone = `${called}role_arn = ${roleArn("own")}\n`
  const itself = `${alone}source_profile = base\n`

  it("is the client's to assume where its own credential_process line calls us", () => {
    for (const text of [alone, itself]) assert.deepStrictEqual(arnsOf(text, { profile: "base", asker: "client" }), [])
  })

  it("is ours to assume for a sub-command, and where another profile builds on it", () => {
    for (const text of [alone, itself]) {
      assert.deepStrictEqual(arnsOf(text, { profile: "base" }), [roleArn("own")])
      for (const asker of ["client", "person"] as const) {
        assert.deepStrictEqual(arnsOf(`${text}${deploy}`, { profile: "deploy", asker }), [roleArn("own"), roleArn("deploy")])
      }
    }
  })

  it("is ours to assume where no client could", () => {
    const text = `${keyed}role_arn = ${roleArn("own")}\nsource_profile = base\n`
    assert.deepStrictEqual(arnsOf(text, { profile: "base", asker: "client" }), [roleArn("own")])
  })
})

describe("the flags for a role", () => {
  it("make one role more, which the profile's keys speak of", () => {
    const text = `${base}external_id = from-the-profile\nduration_seconds = 900\n`
    const flags = { "role-arn": roleArn("extra"), "role-duration": "30m" }
    for (const asker of ["client", "person"] as const) {
      const { hops, settings } = chainOf(text, { profile: "base", asker, flags })
      assert.deepStrictEqual(hops.map(({ duration, externalId, roleArn }) => [roleArn, externalId, duration]), [
        [roleArn("extra"), "from-the-profile", 1800]
      ])
      assert.strictEqual(settings.item, "AWS")
    }
  })

  it("make one role more on top of a chain, whose keys speak of its own role", () => {
    const flags = { "role-arn": roleArn("extra"), "role-session-name": "me" }
    const { hops } = chainOf(`${base}${deploy}external_id = deploys\n`, { profile: "deploy", asker: "client", flags })
    assert.deepStrictEqual(hops.map(({ externalId, roleArn, sessionName }) => [roleArn, externalId, sessionName]), [
      [roleArn("deploy"), "deploys", "alice"],
      [roleArn("extra"), undefined, "me"]
    ])
  })

  it("change the last role where they name none", () => {
    const flags = { "role-duration": "15m", "external-id": "other", "role-session-name": "me" }
    const { hops } = chainOf(`${base}${deploy}external_id = deploys\n${admin}`, { profile: "admin", asker: "client", flags })
    assert.deepStrictEqual(hops.map(({ duration, externalId, sessionName }) => [duration, externalId, sessionName]), [
      [3600, "deploys", "alice"],
      [900, "other", "me"]
    ])
  })

  it("in a credential_process line make the profile's role for sub-commands, and once only", () => {
    const text = `${base.trimEnd()} --role-arn ${roleArn("lined")} --external-id lined\n`
    const lined = { "op-vault": "Private", "op-item": "AWS", "role-arn": roleArn("lined"), "external-id": "lined" }
    for (const asked of [{ profile: "base" }, { profile: "base", asker: "client", flags: lined }] as const) {
      const { hops } = chainOf(text, asked)
      assert.deepStrictEqual(hops.map(({ externalId, roleArn }) => [roleArn, externalId]), [[roleArn("lined"), "lined"]])
    }
    const other = { "role-arn": roleArn("other") }
    for (const asker of ["client", "person"] as const) {
      const { hops } = chainOf(text, { profile: "base", asker, flags: other })
      assert.deepStrictEqual(hops.map(({ externalId, roleArn }) => [roleArn, externalId]), [[roleArn("other"), undefined]])
    }
  })

  it("work without any file", () => {
    const flags = { "role-arn": roleArn("extra"), "op-vault": "v", "op-item": "i" }
    assert.deepStrictEqual(arnsOf("", { profile: "default", asker: "client", flags }), [roleArn("extra")])
  })

  it("are an error where there is no role", () => {
    const failure = failing(base, { profile: "base", asker: "client", flags: { "external-id": "x1", "role-duration": "1h" } })
    assert.deepStrictEqual([failure._tag, failure.message], [
      "RoleMissing",
      "--role-duration and --external-id are for a role, and there is none: base"
    ])
  })
})

describe("a command line that names the item itself", () => {
  it("is for that item's session, whatever role the profile has", () => {
    const flags = { "op-vault": "v", "op-item": "i" }
    const chain = chainOf(`${base}${deploy}`, { profile: "deploy", asker: "client", flags })
    assert.deepStrictEqual([chain.hops.length, chain.settings.profile, chain.settings.item], [0, "deploy", "i"])
  })
})

describe("a chain that cannot be followed", () => {
  const told = (text: string, asked: Asked) => {
    const { _tag, exitCode, message } = failing(text, asked)
    assert.strictEqual(exitCode, 2)
    return [_tag, message]
  }
  const role = (name: string, source: string) => `[profile ${name}]\nrole_arn = ${roleArn(name)}\nsource_profile = ${source}\n`

  it("shows a loop from the profile asked for", () => {
    const text = role("a", "b") + role("b", "c") + role("c", "b")
    assert.deepStrictEqual(told(text, { profile: "a" }), ["RoleLoop", "the profiles lead in a circle: a -> b -> c -> b"])
    assert.deepStrictEqual(told(role("a", "a"), { profile: "a" }), ["RoleLoop", "the profiles lead in a circle: a -> a"])
    const lined = `${role("a", "b")}[profile b]\ncredential_process = op-aws-credential-process --profile a\n`
    for (const asker of ["client", "person"] as const) {
      assert.deepStrictEqual(told(lined, { profile: "a", asker }), ["RoleLoop", "the profiles lead in a circle: a -> b -> a"])
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
    ["aws_access_key_id = AKIAFAKE0000EXAMPLE0", "from a key in AWS's own files (aws_access_key_id)"],
    ["region = eu-west-1", "from nowhere that it names"]
  ])("says where the credentials at its end come from (%s)", (line, source) => {
    for (const asker of ["client", "person"] as const) {
      assert.deepStrictEqual(told(`${role("a", "b")}[profile b]\n${line}\n`, { profile: "a", asker }), [
        "RoleSourceForeign",
        `the credentials of profile "b" do not come from 1Password but ${source}: a -> b`
      ])
    }
  })

  it("refuses a role that takes its caller from somewhere else, alone or beside source_profile", () => {
    const elsewhere = "credential_source = Environment\n"
    for (const text of [`[profile a]\nrole_arn = ${roleArn("a")}\n${elsewhere}`, `${role("a", "base")}${elsewhere}${keyed}`]) {
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
      "the role of profile \"admin\" is to last 1h1s, and one that a role assumes lasts 1h at most: admin -> deploy -> base"
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
    const below = `${base}${deploy}session_tags = team=blue,stage=test\ntransitive_session_tags = team\nsource_identity = alice\n`
    assert.strictEqual(chainOf(`${below}${admin}session_tags = stage=live\nsource_identity = alice\n`, { profile: "admin" }).hops.length, 2)
    const tag = failing(`${below}${admin}session_tags = Team=red\n`, { profile: "admin" })
    assert.deepStrictEqual([tag._tag, tag.message.includes("sets the session tag Team")], ["RoleInherits", true])
    assert.strictEqual(failing(`${below}${admin}source_identity = mallory\n`, { profile: "admin" })._tag, "RoleInherits")
  })
})

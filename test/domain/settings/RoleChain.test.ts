import { assert, describe, it } from "@effect/vitest"
import { admin, type Asked, base, chainOf, configOf, deploy, failing, keyed, roleArn } from "../../fixtures/Chains.ts"
import { Failure } from "../../../src/domain/base/Failure.ts"
import { settingsAtEnd } from "../../../src/domain/settings/ProfileSettings.ts"
import { rolePath } from "../../../src/domain/settings/RolePath.ts"

const serial = "arn:aws:iam::123456789012:mfa/alice"

const arnsOf = (text: string, asked: Asked) => chainOf(text, asked).hops.map((hop) => hop.roleArn)

describe("the settings of a profile's session", () => {
  const settingsOf = (text: string, profile: string) => {
    const input = { profile, asker: "person", flags: {}, environment: {}, config: configOf(text) } as const
    const path = rolePath(input)
    const settings = path instanceof Failure ? path : settingsAtEnd(path, input)
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
    assert.deepStrictEqual([settings.profile, settings.item, settings.mfaSerial], ["base", "AWS", serial])
    assert.strictEqual(settings.duration, 7200)
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

  it("cannot have a role of a partition that is not known here without a region of it", () => {
    const china = "[profile x]\nsource_profile = base\nrole_arn = arn:aws-cn:iam::123456789012:role/x\n"
    const hardware = keyed.replaceAll(serial, "GAHT00000001")
    assert.match(failing(`${china.replace("aws-cn", "aws-new")}${hardware}`, { profile: "x" }).message, /no region of aws-new/)
    assert.strictEqual(chainOf(`${china}region = cn-north-1\n${hardware}`, { profile: "x" }).hops.length, 1)
  })

  it("without a source is said to lack one, and is an item's where the environment names that", () => {
    const alone = `[profile x]\nrole_arn = ${roleArn("x")}\n`
    for (const asker of ["client", "person"] as const) {
      assert.match(failing(alone, { profile: "x", asker }).message, /^the role of profile "x" has no source_profile/)
    }
    const environment = { OP_AWS_VAULT: "Private", OP_AWS_ITEM: "AWS" }
    assert.strictEqual(chainOf(alone, { profile: "x", environment }).settings.item, "AWS")
    assert.match(failing(`${alone}op_vault = V\n`, { profile: "x" }).message, /no 1Password item/)
  })

  it("over a profile of `aws login` says so", () => {
    const text = `[profile x]\nrole_arn = ${roleArn("x")}\nsource_profile = y\n[profile y]\nlogin_session = arn:aws:iam::123456789012:user/me\n`
    assert.match(failing(text, { profile: "x" }).message, /`aws login` \(login_session\): x -> y/)
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
    const ofShort = `[profile r]\nrole_arn = ${roleArn("r")}\nsource_profile = é\n`
    const short = `[profile é]\nop_vault = v\nop_item = i\n${ofShort}`
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
    const line = "op-aws-credential-process --profile deploy --duration 4h --role-duration 20m"
    const web = `[profile web]\ncredential_process = ${line}\n`
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
        const arns = arnsOf(`${text}${deploy}`, { profile: "deploy", asker })
        assert.deepStrictEqual(arns, [roleArn("own"), roleArn("deploy")])
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
    const text = `${base}${deploy}external_id = deploys\n${admin}`
    const { hops } = chainOf(text, { profile: "admin", asker: "client", flags })
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
      assert.deepStrictEqual(hops.map((hop) => [hop.roleArn, hop.externalId]), [[roleArn("lined"), "lined"]])
    }
    const other = { "role-arn": roleArn("other") }
    for (const asker of ["client", "person"] as const) {
      const { hops } = chainOf(text, { profile: "base", asker, flags: other })
      assert.deepStrictEqual(hops.map((hop) => [hop.roleArn, hop.externalId]), [[roleArn("other"), undefined]])
    }
  })

  it("work without any file", () => {
    const flags = { "role-arn": roleArn("extra"), "op-vault": "v", "op-item": "i" }
    assert.deepStrictEqual(arnsOf("", { profile: "default", asker: "client", flags }), [roleArn("extra")])
  })

  it("are an error where there is no role", () => {
    const flags = { "external-id": "x1", "role-duration": "1h" }
    const failure = failing(base, { profile: "base", asker: "client", flags })
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

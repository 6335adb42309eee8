import { assert, describe, it } from "@effect/vitest"
import { parseAwsConfig } from "../../src/domain/aws-config/AwsConfig.ts"
import {
  offeredProfiles,
  presentProfile,
  presentSettings,
  profileDetail,
  rolesWithDevice
} from "../../src/setup/PresentProfile.ts"

const config = parseAwsConfig({
  config: {
    path: "~/.aws/config",
    text: `
[default]
region = eu-central-1
[profile dev]
op_item = op://Private/AWS
credential_process = /usr/local/bin/op-aws-credential-process --profile dev
[profile go]
mfa_serial = arn:aws:iam::123456789012:mfa/me
credential_process = op-aws-credential-process --op-vault Private --op-item "My AWS" --duration 8h
[profile borrower]
credential_process = /usr/local/bin/op-aws-credential-process --profile dev
[profile home]
region = us-east-1
mfa_serial = arn:aws:iam::123456789012:mfa/home
[profile vault]
credential_process = aws-vault exec home --json --duration=2h
[profile own]
region = eu-west-1
credential_process = aws-vault exec own --json
[profile admin]
role_arn = arn:aws:iam::210987654321:role/Admin
source_profile = home
mfa_serial = arn:aws:iam::123456789012:mfa/home
[profile through]
credential_process = aws-vault export --format=json admin
[profile sso]
sso_session = work
sso_account_id = 123456789012
[profile web]
role_arn = arn:aws:iam::210987654321:role/Web
web_identity_token_file = /token
[profile other]
credential_process = granted credential-process --profile other
[profile odd]
region : eu-west-1
`
  },
  credentials: {
    path: "~/.aws/credentials",
    text: "[old]\naws_access_key_id = AKIAFAKE0000EXAMPLE0\naws_secret_access_key = fake-secret-for-tests\n"
  }
})

const kindOf = (name: string): unknown => {
  const present = presentProfile(config, name)
  return present instanceof Error ? present._tag : [present.kind, profileDetail(present)]
}

describe("what a profile is", () => {
  const kinds: ReadonlyArray<readonly [string, unknown]> = [
    ["nobody", ["new", "new"]],
    ["default", ["open", "without credentials"]],
    ["dev", ["ours", "set up already"]],
    ["go", ["ours", "set up already"]],
    ["borrower", ["foreign", "runs this program for profile dev"]],
    ["vault", ["aws-vault", "aws-vault, to be replaced"]],
    ["own", ["aws-vault", "aws-vault, to be replaced"]],
    ["through", ["aws-vault-role", "aws-vault, to be replaced"]],
    ["admin", ["foreign", "is a role over profile home"]],
    ["sso", ["foreign", "signs in by IAM Identity Center (SSO)"]],
    ["web", ["foreign", "is a role"]],
    ["other", ["process", "another program's"]],
    ["old", ["plaintext", "a key in plaintext"]],
    ["odd", "ConfigLineUnreadable"]
  ]
  it.each(kinds)("%s", (name, kind) => assert.deepStrictEqual(kindOf(name), kind))

  it("decides in which order it is offered, and which are left alone", () => {
    const { foreign, open } = offeredProfiles(config, "old")
    assert.deepStrictEqual(open.map(({ name }) => name), [
      "old",
      "dev",
      "go",
      "vault",
      "own",
      "through",
      "default",
      "home",
      "other"
    ])
    assert.deepStrictEqual(foreign.map(({ name }) => name), ["borrower", "admin", "sso", "web"])
  })

  it("says which profile has the key below a role of aws-vault's", () => {
    assert.deepInclude(presentProfile(config, "through"), { base: "home" })
  })

  it("brings settings along: its own, and those of the profile that aws-vault is told", () => {
    const settings = (name: string) => {
      const present = presentProfile(config, name)
      return present instanceof Error ? assert.fail(present.message) : Object.fromEntries(presentSettings(config, present))
    }
    const line = "aws-vault exec home --json --duration=2h"
    assert.deepStrictEqual(settings("vault"), {
      region: "us-east-1",
      mfa_serial: "arn:aws:iam::123456789012:mfa/home",
      credential_process: line,
      op_duration: "2h"
    })
    assert.deepStrictEqual(settings("nobody"), {})
    assert.strictEqual(settings("own")["region"], "eu-west-1")
  })

  it("may be a role's base, whose device is not to be asked twice", () => {
    assert.deepStrictEqual(rolesWithDevice(config, "home").map(({ name }) => name), ["admin"])
    assert.deepStrictEqual(rolesWithDevice(config, "dev"), [])
  })
})

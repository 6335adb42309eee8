import { assert, describe, it } from "@effect/vitest"
import { chainOf } from "../../fixtures/Chains.ts"
import { Failure } from "../../../src/domain/base/Failure.ts"
import { globalSettings } from "../../../src/domain/settings/GlobalSettings.ts"
import { namedProfile, patiently } from "../../../src/domain/settings/SubcommandProfile.ts"

describe("the profile of a sub-command", () => {
  it("is named by --profile or by the first word, and not by two that differ", () => {
    const named = [namedProfile("a", undefined), namedProfile(undefined, "b"), namedProfile("c", "c")]
    assert.deepStrictEqual(named, ["a", "b", "c"])
    assert.isUndefined(namedProfile(undefined, undefined))
    const both = namedProfile("a", "b")
    assert.strictEqual(both instanceof Failure ? both.exitCode : undefined, 2)
  })
})

const ofTheCall = "--no-prompt --timeout 20s --refresh --log-level debug"

const text = `
[profile dev]
mfa_serial = arn:aws:iam::123456789012:mfa/alice
credential_process = op-aws-credential-process --op-vault V --op-item I ${ofTheCall}
`

describe("the flags of a credential_process line that are for that call only", () => {
  it("do not bind a sub-command, which a person runs in a terminal", () => {
    const { settings } = chainOf(text, { profile: "dev" })
    const { logLevel, prompt, refresh, timeout } = settings
    assert.deepStrictEqual([logLevel, prompt, refresh, timeout], ["warning", "auto", false, 55])
    assert.deepStrictEqual([settings.vault, settings.item], ["V", "I"])
  })
})

describe("the time-out of a command that nobody ends", () => {
  const chain = chainOf(text, { profile: "dev" })

  it("is none", () => {
    assert.isUndefined(patiently(chain, {}, {}).settings.timeout)
  })

  it("is the one that was given", () => {
    const flags = { timeout: "5m" }
    const environment = { OP_AWS_TIMEOUT: "6m" }
    assert.strictEqual(patiently(chainOf(text, { profile: "dev", flags }), flags, {}).settings.timeout, 300)
    assert.strictEqual(patiently(chainOf(text, { profile: "dev", environment }), {}, environment).settings.timeout, 360)
  })
})

describe("the settings of a command about all profiles", () => {
  it("come from flag, environment and default", () => {
    const house = (flags: object, environment: Record<string, string>) => globalSettings(flags, environment)
    assert.deepStrictEqual(house({}, { HOME: "/h" }), {
      cache: "file",
      logLevel: "warning",
      cacheDirectory: "/h/.cache/op-aws-credential-process"
    })
    const told = house({ cache: "keyring" }, { OP_AWS_CACHE: "none", OP_AWS_LOG_LEVEL: "debug" })
    assert.deepInclude(told, { cache: "keyring", logLevel: "debug" })
  })

  it("are refused where they are none of the choices", () => {
    const wrong = globalSettings({}, { OP_AWS_CACHE: "disk" })
    assert.match(wrong instanceof Failure ? wrong.message : "", /^OP_AWS_CACHE is "disk"/)
  })
})

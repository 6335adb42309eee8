import { assert, describe, it } from "@effect/vitest"
import { parseAwsConfig } from "../../../src/domain/aws-config/AwsConfig.ts"
import type { Environment } from "../../../src/domain/base/Environment.ts"
import { Failure } from "../../../src/domain/base/Failure.ts"
import { identityKey, identityOf } from "../../../src/domain/cache/Identity.ts"
import type { FlagValues } from "../../../src/domain/settings/Flags.ts"
import { resolveSettings, type Settings } from "../../../src/domain/settings/Settings.ts"

interface Given {
  readonly flags?: FlagValues
  readonly environment?: Environment
  readonly keys?: string
}

const item = "op_vault = Private\nop_item = AWS"

const resolve = ({ environment = {}, flags = {}, keys = item }: Given) =>
  resolveSettings({
    profile: "dev",
    flags,
    environment,
    config: parseAwsConfig({
      config: { path: "config", text: `[profile dev]\n${keys}\n` },
      credentials: { path: "credentials", text: "" }
    })
  })

const good = (given: Given): Settings => {
  const settings = resolve(given)
  return settings instanceof Error ? assert.fail(settings.message) : settings
}

/** The tag and the words of the failure that these settings are. */
const bad = (given: Given): string => {
  const settings = resolve(given)
  if (!(settings instanceof Error)) return assert.fail("the settings are good")
  return `${settings._tag}: ${settings.message}; ${settings.hint}`
}

describe("the item", () => {
  it("has to be named, and its vault too", () => {
    const withoutItem = bad({ keys: "op_vault = Private" })
    assert.match(withoutItem, /^SettingMissing: no 1Password item is set for profile "dev"; /)
    for (const place of ["op_item", "--op-item", "OP_AWS_ITEM"]) assert.include(withoutItem, place)
    const withoutVault = bad({ keys: "op_item = AWS" })
    assert.match(withoutVault, /^SettingMissing: no 1Password vault is set for profile "dev"; /)
    for (const place of ["op_vault", "--op-vault", "OP_AWS_VAULT"]) assert.include(withoutVault, place)
    assert.match(bad({ keys: "op_vault = Private", flags: { "op-item": "" } }), /^SettingMissing/)
  })

  it("may be a reference that names the vault as well", () => {
    assert.deepInclude(good({ keys: "op_item = op://Work/AWS key" }), { vault: "Work", item: "AWS key" })
    assert.deepInclude(good({ keys: "op_vault = Work\nop_item = op://Work/AWS" }), { vault: "Work", item: "AWS" })
  })

  it.each([
    "op://",
    "op://Work",
    "op://Work/",
    "op:///AWS",
    "op://Work/AWS/field",
    "op://Work/AWS/section/field"
  ])("cannot be %s", (item) => {
    const said = bad({ keys: `op_item = ${item}` })
    assert.match(said, /^SettingInvalid: op_item in profile "dev" .*op:\/\/vault\/item, without a field/)
  })

  it("may not contradict the vault that is named beside it", () => {
    const both = bad({ flags: { "op-item": "op://Work/AWS", "op-vault": "Private" } })
    assert.match(both, /^SettingsDisagree: .*"Work".*--op-vault.*"Private"/)
    assert.match(bad({ keys: "op_vault = Private\nop_item = op://Work/AWS" }), /^SettingsDisagree/)
    const inEnvironment = bad({ keys: "op_item = op://Work/AWS", environment: { OP_AWS_VAULT: "Private" } })
    assert.match(inEnvironment, /^SettingsDisagree/)
  })

  it("named by a reference on the command line replaces what the profile says", () => {
    assert.deepInclude(good({ flags: { "op-item": "op://Work/Other" } }), { vault: "Work", item: "Other" })
  })
})

describe("what is refused before anybody is asked", () => {
  it.each<[string, Given, RegExp]>([
    ["a session of less than 15 minutes", { flags: { duration: "899" } }, /^--duration is "899".*from 15m to 36h/],
    ["a session of more than 36 hours", { environment: { OP_AWS_DURATION: "36h1s" } }, /^OP_AWS_DURATION is "36h1s"/],
    ["a duration that is none", { keys: `${item}\nop_duration = 1d` }, /^op_duration in profile "dev" is "1d"/],
    ["no time at all", { flags: { timeout: "0" } }, /^--timeout/],
    ["more than a day of time", { flags: { timeout: "25h" } }, /^--timeout/],
    ["an unknown source of codes", { flags: { mfa: "sms" } }, /^--mfa is "sms".*auto, process, otp, prompt, none/],
    ["an unknown place to ask", { flags: { "mfa-prompt": "web" } }, /^--mfa-prompt/],
    ["an unknown cache", { environment: { OP_AWS_CACHE: "redis" } }, /^OP_AWS_CACHE is "redis".*file, keyring, none/],
    ["an unknown log level", { flags: { "log-level": "trace" } }, /^--log-level/],
    ["an empty field name", { flags: { "op-access-key-id-field": " " } }, /^--op-access-key-id-field/],
    ["a serial that is too short", { flags: { "mfa-serial": "12345678" } }, /^--mfa-serial/],
    ["a serial with a blank", { keys: `${item}\nmfa_serial = arn aws iam mfa` }, /^mfa_serial in profile "dev"/],
    ["a serial that is too long", { flags: { "mfa-serial": "x".repeat(257) } }, /^--mfa-serial/],
    ["an empty path of op", { flags: { "op-cli-path": "" } }, /^--op-cli-path/],
    ["a region that is no name", { environment: { AWS_REGION: "eu/west" } }, /^the AWS region is "eu\/west"/]
  ])("%s", (_, given, said) => {
    const [tag, words = ""] = bad(given).split(/: (.*)/s)
    assert.strictEqual(tag, "SettingInvalid")
    assert.match(words, said)
  })
})

describe("the path of op", () => {
  it("is taken as it is from the command line", () => {
    assert.strictEqual(good({ flags: { "op-cli-path": "./bin/op" } }).cliPath, "./bin/op")
  })

  it("is absolute or a bare name from anywhere else: a relative one would differ from directory to directory", () => {
    for (const path of ["op", "op.exe", "/opt/1 Password (CLI)/op"]) {
      assert.strictEqual(good({ environment: { OP_AWS_CLI_PATH: path } }).cliPath, path)
    }
    for (const path of ["./op", "bin/op", "../op"]) {
      const said = bad({ environment: { OP_AWS_CLI_PATH: path } })
      assert.match(said, /^SettingInvalid: OP_AWS_CLI_PATH .*absolute path or a bare name/)
      assert.match(bad({ keys: `${item}\nop_cli_path = ${path}` }), /^SettingInvalid: op_cli_path/)
    }
  })
})

describe("questions", () => {
  it("are not asked with --no-prompt or OP_AWS_NO_PROMPT, whatever else is said", () => {
    assert.strictEqual(good({ flags: { "no-prompt": "true", "mfa-prompt": "tty" } }).prompt, "none")
    const promptOf = (OP_AWS_NO_PROMPT: string) => good({ environment: { OP_AWS_NO_PROMPT } }).prompt
    for (const yes of ["1", "true", "yes", "anything"]) assert.strictEqual(promptOf(yes), "none")
    for (const no of ["", "0", "false", "No", "off"]) assert.strictEqual(promptOf(no), "auto")
  })
})

describe("a private link", () => {
  const link = "https://start.1password.com/open/i?a=FAKEACCOUNT&v=fakevault&i=fakeitem&h=example.1password.com"
  const said = { vault: "fakevault", item: "fakeitem", account: "FAKEACCOUNT" }

  it("names account, vault and item, as a flag, a variable and a key, and does without a URL of the engine", () => {
    const { URL: kept } = globalThis
    try {
      Reflect.deleteProperty(globalThis, "URL")
      assert.deepInclude(good({ flags: { "op-item": link } }), said)
      assert.deepInclude(good({ environment: { OP_AWS_ITEM: link } }), said)
    } finally {
      globalThis.URL = kept
    }
  })

  it("is a usage error beside another account, and replaces what only the profile says", () => {
    const failure = resolve({ flags: { "op-item": link, "op-account": "another" } })
    if (!(failure instanceof Failure)) throw new Error("no failure")
    assert.strictEqual(failure._tag, "SettingsDisagree")
    assert.include(failure.message, "--op-account names \"another\"")
    assert.deepInclude(good({ flags: { "op-item": link, "op-account": "FAKEACCOUNT" } }), said)
  })
})

describe("the identity of a session", () => {
  const keyOf = (given: Given) => identityKey(identityOf(good(given)))
  const usual = keyOf({})

  it("is the same whatever does not change the session", () => {
    const flags = { "duration": "1h", "timeout": "2m", "mfa": "otp", "op-cli-path": "op2", "cache": "none" }
    assert.strictEqual(keyOf({ flags: { ...flags, "refresh": "true", "log-level": "debug" } }), usual)
    assert.strictEqual(keyOf({ environment: { AWS_REGION: "eu-west-1" } }), usual)
  })

  it.each<[string, Given]>([
    ["vault", { flags: { "op-vault": "Other" } }],
    ["item", { flags: { "op-item": "Other" } }],
    ["account", { flags: { "op-account": "a.1password.com" } }],
    ["device", { flags: { "mfa-serial": "GAHT00000001" } }],
    ["going without a device", { flags: { mfa: "none" } }],
    ["field of the key's id", { flags: { "op-access-key-id-field": "id" } }],
    ["field of the secret", { flags: { "op-secret-access-key-field": "secret" } }],
    ["endpoint", { environment: { AWS_ENDPOINT_URL_STS: "https://sts.example.com" } }]
  ])("is another one with another %s", (_, given) => {
    assert.notStrictEqual(keyOf(given), usual)
  })

  it("is another one where the item names the device in another field", () => {
    assert.notStrictEqual(keyOf({ flags: { "op-mfa-serial-field": "device" } }), usual)
    const serial = { "mfa-serial": "GAHT00000001" }
    assert.strictEqual(keyOf({ flags: { ...serial, "op-mfa-serial-field": "device" } }), keyOf({ flags: serial }))
  })

  it("has no device with --mfa none, though one is configured", () => {
    const settings = good({ flags: { "mfa": "none", "mfa-serial": "GAHT00000001" } })
    assert.isUndefined(settings.mfaSerial)
    assert.strictEqual(identityOf(settings).serial, "")
  })

  it("is in the partition of its device, whatever region is set", () => {
    const serial = "arn:aws-cn:iam::123456789012:mfa/me"
    const settings = good({ flags: { "mfa-serial": serial }, environment: { AWS_REGION: "eu-west-1" } })
    assert.strictEqual(identityOf(settings).partition, "aws-cn")
  })
})

describe("the profile's own region", () => {
  it.each([
    ["cn-north-1", "arn:aws:iam::123456789012:mfa/me"],
    ["eu-west-1", "arn:aws-cn:iam::123456789012:mfa/me"],
    ["eu-isoe-west-1", "arn:aws:iam::123456789012:mfa/me"],
    ["eu-west-1", "arn:aws-new:iam::123456789012:mfa/me"]
  ])("cannot be %s where the device is %s", (region, serial) => {
    const keys = `${item}\nregion = ${region}\nmfa_serial = ${serial}`
    assert.match(bad({ keys }), /^RegionInOtherPartition: region in profile "dev" is .* and mfa_serial in profile "dev" is of aws/)
    // One of the environment's gives way, and with no device there is nothing to contradict.
    assert.strictEqual(good({ keys: `${item}\nmfa_serial = ${serial}`, environment: { AWS_REGION: region } }).mfaSerial, serial)
    assert.isUndefined(good({ keys, flags: { mfa: "none" } }).mfaSerial)
  })
})

describe("a profile that is not where it seems to be", () => {
  const inFiles = (config: string, credentials = "", environment: Environment = {}) => {
    const settings = resolveSettings({
      profile: "dev",
      flags: {},
      environment,
      config: parseAwsConfig({ config: { path: "config", text: config }, credentials: { path: "credentials", text: credentials } })
    })
    return settings instanceof Error ? `${settings.message}; ${settings.hint}` : settings.item
  }

  it.each([
    [`# mine\n[dev]\n${item}\n`, "", /^config:2: \[dev\] is not the profile "dev".*; write \[profile dev\] there$/],
    [`[default]\n\n[Profile dev]\n${item}\n`, "", /^config:3: \[Profile dev\]/],
    [`[profile Dev]\n${item}\n`, "", /^config:1: \[profile Dev\]/],
    ["", `[profile dev]\n${item}\n`, /^credentials:1: \[profile dev\].*; write \[dev\] there$/],
    [`[dev]\n${item}\n`, "[dev]\nregion = eu-west-1\n", /^config:1: \[dev\]/],
    ["[profile other]\n", "", /^there is no profile "dev" in config; .*setup` makes another; the profiles are: other$/],
    ["# nothing yet\n", "", /^there is no profile "dev" in config; `op-aws-credential-process setup dev` makes it$/],
    ["", "", /^no 1Password item is set/],
    ["[profile dev]\nregion = eu-west-1\n", "", /^no 1Password item is set/]
  ])("is said to be that: %j, %j", (config, credentials, said) => {
    assert.match(inFiles(config, credentials), said)
  })

  it("is said to be in a file that AWS_CONFIG_FILE names and that is not there", () => {
    assert.match(inFiles("", "", { AWS_CONFIG_FILE: "/no/where" }), /AWS_CONFIG_FILE names config, which is not there/)
    assert.strictEqual(inFiles("", "", { AWS_CONFIG_FILE: "/no/where", OP_AWS_VAULT: "Private", OP_AWS_ITEM: "AWS" }), "AWS")
  })
})

describe("quotes around a value", () => {
  it("are no part of a key of ours, one pair of equal ones", () => {
    const of = (value: string) => good({ keys: `op_vault = 'My vault'\nop_item = ${value}` }).item
    for (const value of ["\"AWS\"", "'AWS'", "AWS", "\"AWS\" # mine"]) assert.strictEqual(of(value), "AWS", value)
    assert.strictEqual(of("\"\"AWS\"\""), "\"AWS\"")
    assert.strictEqual(of("\"AWS'"), "\"AWS'")
    assert.deepInclude(good({ keys: "op_item = \"op://V/AWS\"" }), { vault: "V", item: "AWS" })
    assert.match(bad({ keys: "op_vault = V\nop_item = \"\"" }), /^SettingMissing: no 1Password item/)
  })

  it("are named where they stand around a value of a key of AWS's", () => {
    const hint = /; take the quotes away: .*; write /
    assert.match(bad({ keys: `${item}\nregion = "eu-west-1"` }), hint)
    assert.match(bad({ keys: `${item}\nmfa_serial = 'arn:aws:iam::123456789012:mfa/me'` }), hint)
    assert.match(bad({ keys: `${item}\nendpoint_url = "https://sts.example.test"` }), hint)
  })
})

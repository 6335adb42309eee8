import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { parseAwsConfig } from "../../../src/domain/aws-config/AwsConfig.ts"
import { splitCredentialProcess } from "../../../src/domain/aws-config/CredentialProcessLine.ts"
import type { Environment } from "../../../src/domain/base/Environment.ts"
import { parseCommandLine } from "../../../src/domain/settings/CommandLine.ts"
import { argumentsOfLine, chooseNamedProfile, chooseProfile, isOurs } from "../../../src/domain/settings/ProfileChoice.ts"
import { resolveSettings } from "../../../src/domain/settings/Settings.ts"
import { UsageFailure } from "../../../src/domain/settings/UsageFailure.ts"

const read = (config: string) =>
  parseAwsConfig({
    config: { path: "/home/me/.aws/config", text: config },
    credentials: { path: "/home/me/.aws/credentials", text: "" }
  })

const program = "op-aws-credential-process"

/** The profile that a command line is for, or why there is none. */
const choose = (config: string, words: ReadonlyArray<string>, environment: Environment = {}): string => {
  const named = parseCommandLine(words)?.profile
  const chosen = chooseProfile({ named, words, environment, config: read(config) })
  return typeof chosen === "string" ? chosen : `${chosen._tag}: ${chosen.message}; ${chosen.hint}`
}

/** What a client makes of a profile: it runs the line's words, and these are the settings that come of them. */
const asClient = (config: string, profile: string) => {
  const aws = read(config)
  const found = aws.profile(profile)
  if (found === undefined || found instanceof Error) return assert.fail("the example has no such profile")
  const words = splitCredentialProcess(found.values.get("credential_process") ?? "")?.slice(1) ?? []
  const flags = parseCommandLine(words)
  if (flags === undefined) return assert.fail("the example's words are not plain flags")
  const chosen = chooseProfile({ named: flags.profile, words, environment: {}, config: aws })
  if (typeof chosen !== "string") return assert.fail(chosen.message)
  const settings = resolveSettings({ profile: chosen, flags, environment: {}, config: aws })
  return settings instanceof Error ? assert.fail(settings.message) : settings
}

describe("a configuration of the Go program's", () => {
  it("works without --profile, which fails there", () => {
    const settings = asClient(
      `[profile example]
region = ap-northeast-1
mfa_serial = arn:aws:iam::123456789012:mfa/user
credential_process = ${program} --op-vault Private --op-item AWS
`,
      "example"
    )
    assert.deepInclude(settings, {
      profile: "example",
      vault: "Private",
      item: "AWS",
      mfaSerial: "arn:aws:iam::123456789012:mfa/user",
      duration: 43_200,
      cliPath: "op"
    })
    assert.deepStrictEqual(settings.sts.regions, ["ap-northeast-1"])
  })

  it("works on WSL, with blanks in the path of op", () => {
    const path = "/mnt/c/Program\\ Files/1Password\\ CLI/op.exe"
    const settings = asClient(
      `[profile example]
region = ap-northeast-1
mfa_serial = arn:aws:iam::123456789012:mfa/user
credential_process = ${program} --op-vault Private --op-item AWS --op-cli-path ${path}
`,
      "example"
    )
    assert.deepInclude(settings, { profile: "example", cliPath: "/mnt/c/Program Files/1Password CLI/op.exe" })
  })

  it("works below a role that the client assumes", () => {
    const settings = asClient(
      `# Base profile using credential_process
[profile base]
region = ap-northeast-1
mfa_serial = arn:aws:iam::111111111111:mfa/user
credential_process = ${program} --op-vault Private --op-item AWS

# Cross-account profile using AssumeRole
[profile cross-account]
region = ap-northeast-1
source_profile = base
role_arn = arn:aws:iam::222222222222:role/CrossAccountRole
`,
      "base"
    )
    assert.deepInclude(settings, { profile: "base", mfaSerial: "arn:aws:iam::111111111111:mfa/user" })
  })
})

const line = "--op-vault Private --op-item AWS"
const words = line.split(" ")
const ours = (name: string, rest = "") =>
  `[profile ${name}]\ncredential_process = /usr/local/bin/${program} ${line}${rest}\n`

describe("the profile of a call without a sub-command", () => {
  it("is the one that is named, whatever else there is", () => {
    const config = `[default]\nmfa_serial = GAHT00000001\n${ours("dev")}[profile other]\nregion = eu-west-1\n`
    assert.strictEqual(choose(config, ["--profile", "other", ...words], { AWS_PROFILE: "dev" }), "other")
    assert.strictEqual(choose(config, ["--profile=other"]), "other")
  })

  it("is not one that no file has, and the error names those that there are", () => {
    const said = choose(ours("dev"), ["--profile", "prod"])
    assert.match(said, /^UnknownProfile: there is no profile "prod" in \/home\/me\/\.aws\/config; .*: dev$/)
  })

  it("may be one that no file has where there is no file at all", () => {
    assert.strictEqual(choose("", ["--profile", "prod"]), "prod")
    assert.strictEqual(choose("", words), "default")
  })

  it("is default when that has an mfa_serial, as in the Go program", () => {
    assert.strictEqual(choose(`[default]\nmfa_serial = GAHT00000001\n${ours("dev")}`, words), "default")
    assert.strictEqual(choose(`[default]\nregion = eu-west-1\n${ours("dev")}`, words), "dev")
  })

  it("is the one whose line this is, word by word", () => {
    const config = ours("one", " --duration 1h") + ours("two") + ours("three", " --duration 2h")
    assert.strictEqual(choose(config, words), "two")
    assert.strictEqual(choose(config, [...words, "--duration", "2h"]), "three")
    assert.strictEqual(choose(config, ["--op-item", "AWS", "--op-vault", "Private"]), "default")
  })

  it("is told by the words, however they are quoted and whatever path the program has", () => {
    const quoted = `"/opt/my tools/${program}" --op-vault "Private" --op-item 'AWS'`
    assert.strictEqual(choose(`[profile dev]\ncredential_process = ${quoted}\n`, words), "dev")
  })

  it("is not one that runs another program with the same words", () => {
    assert.strictEqual(choose(`[profile dev]\ncredential_process = another ${line}\n`, words), "default")
  })

  it("is an error where the line stands in several profiles, with the flag to add", () => {
    const said = choose(ours("one") + ours("two"), words)
    assert.match(said, /^AmbiguousProfile: .*several profiles: one, two; /)
    assert.include(said, "--profile one")
    assert.include(said, "[profile one]")
  })

  it("is AWS_PROFILE where the line does not tell, if that profile is ours", () => {
    const config = ours("one") + ours("two") + "[profile keys]\nop_item = AWS\n[profile foreign]\nregion = eu-west-1\n"
    assert.strictEqual(choose(config, words, { AWS_PROFILE: "two" }), "two")
    assert.strictEqual(choose(config, [], { AWS_PROFILE: "keys" }), "keys")
    assert.strictEqual(choose(config, [], { AWS_PROFILE: "foreign" }), "default")
    assert.strictEqual(choose(config, [], { AWS_PROFILE: "nowhere" }), "default")
    assert.match(choose(config, words, { AWS_PROFILE: "foreign" }), /^AmbiguousProfile/)
    assert.strictEqual(choose(ours("one"), words, { AWS_PROFILE: "keys" }), "one")
  })

  it("does not suffer from a line that cannot be read in another profile", () => {
    assert.strictEqual(choose(`[profile broken]\nno equals sign\n${ours("dev")}`, words), "dev")
    const said = choose(`[default]\nno equals sign\n${ours("dev")}`, words)
    assert.match(said, /^ConfigLineUnreadable: \/home\/me\/\.aws\/config:2: /)
    assert.match(choose(`[profile dev]\nno equals sign\n`, ["--profile", "dev"]), /^ConfigLineUnreadable/)
  })
})

describe("the profile of a sub-command", () => {
  const config = read(ours("dev") + "[profile two]\nregion = eu-west-1\n")

  it("is the one named, else AWS_PROFILE, else default", () => {
    assert.strictEqual(chooseNamedProfile(config, { AWS_PROFILE: "dev" }, "two"), "two")
    assert.strictEqual(chooseNamedProfile(config, { AWS_PROFILE: "dev" }, undefined), "dev")
    const usual = read("[default]\nregion = eu-west-1\n")
    assert.strictEqual(chooseNamedProfile(usual, { AWS_PROFILE: "" }, undefined), "default")
  })
})

describe("a profile", () => {
  it.each([
    ["op_vault = Private", true],
    ["op_item = AWS", true],
    [`credential_process = ${program}`, true],
    [`credential_process = /a/b/${program} --profile dev`, true],
    [`credential_process = node /lib/node_modules/${program}/dist/main.js --profile dev`, true],
    [`credential_process = ${program}-wrapper`, false],
    ["credential_process = aws-vault export dev", false],
    [`region = ${program}`, false],
    [`credential_process = "${program}`, false]
  ])("with %j is ours: %s", (keys, is) => {
    assert.strictEqual(isOurs(read(`[profile dev]\n${keys}\n`).profile("dev")), is)
  })
})

describe("the profile that a bare command line belongs to", () => {
  const lines = [
    "credential_process = op-aws-credential-process --op-item a b",
    "credential_process = op-aws-credential-process --op-item 'a b'",
    "credential_process = op-aws-credential-process --op-item a\\ b",
    "credential_process = \"op-aws-\"credential-process --op-i'tem' ab",
    "credential_process = /x/op-aws-credential-process --op-item ab",
    "credential_process = /x/op-aws-credential-process --op-item ab # and more",
    "credential_process = node /op-aws-credential-process/main.js --op-item ab",
    "credential_process = op-aws-credential-process",
    "credential_process = other --op-item ab",
    "credential_process =",
    "  credential_process = op-aws-credential-process --op-item ab",
    "; op-aws-credential-process --op-item ab",
    "no assignment",
    "key = it's",
    "key = value"
  ]
  const headers = ["[profile a]", "[profile b]", "[profile 'a']", "[default]", "[profile default]", "[services a]", " [profile c]", "[a]", ""]
  const text = Schema.Array(Schema.Literals([...headers, ...lines, ...headers, ...lines.slice(0, 8)])).check(Schema.isMaxLength(10))
  const calls = [["--op-item", "ab"], ["--op-item", "a b"], ["--op-item", "a", "b"], [], ["--op-item", ""]]
  const words = Schema.Literals([...calls.keys()])

  /** Every profile of the files, one after the other. */
  const oneByOne = (config: ReturnType<typeof parseAwsConfig>, given: ReadonlyArray<string>) =>
    config.profileNames().filter((name) => {
      const profile = config.profile(name)
      const line = profile === undefined || profile instanceof Error ? undefined : argumentsOfLine(profile)
      return line !== undefined && line.join("\0") === given.join("\0") && line.length === given.length
    })

  it.prop("is found without looking at the others, and is the one that a look at all finds", [text, text, words], ([one, other, call]) => {
    const given = calls[call]!
    const config = parseAwsConfig({
      config: { path: "config", text: one.join("\n") },
      credentials: { path: "credentials", text: other.join("\n") }
    })
    if (config.profile("default") instanceof Error) return
    const found = oneByOne(config, given)
    const chosen = chooseProfile({ named: undefined, words: given, environment: {}, config })
    const expected = found.length === 1 ? found[0] : found.length === 0 ? "default" : UsageFailure.AmbiguousProfile(found).message
    assert.strictEqual(typeof chosen === "string" ? chosen : chosen.message, expected)
  }, { arbitrary: { runs: 2000 } })
})

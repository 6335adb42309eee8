import { assert, describe, it } from "@effect/vitest"
import { Redacted } from "effect"
import { entryOf } from "../fixtures/SessionEntry.ts"
import { growth } from "../fixtures/Steps.ts"
import { type AccountFacts, type AccountWish, checkAccount } from "../../src/doctor/checks/OnePassword.ts"
import { checkMissingProfile, linesOfOurs } from "../../src/doctor/checks/Profile.ts"
import { parseAwsConfig } from "../../src/domain/aws-config/AwsConfig.ts"
import { editProfile } from "../../src/domain/aws-config/AwsConfigEdit.ts"
import { plaintextKeys } from "../../src/domain/aws-config/PlaintextKeys.ts"
import { withoutEchoes } from "../../src/domain/base/RedactedEcho.ts"
import { Failure } from "../../src/domain/base/Failure.ts"
import { codeAt } from "../../src/domain/base/MfaCode.ts"
import { wrapped } from "../../src/domain/base/TerminalText.ts"
import { textDiff } from "../../src/domain/base/TextDiff.ts"
import { classifyOpFailure } from "../../src/domain/onepassword/OpClassification.ts"
import { findField, type OpField, type OpItem, readKey, readOneTimePassword } from "../../src/domain/onepassword/OpItem.ts"
import { policyTrouble } from "../../src/domain/policy/PolicyCheck.ts"
import { ourProfiles } from "../../src/domain/settings/OurProfiles.ts"
import { chooseProfile } from "../../src/domain/settings/ProfileChoice.ts"
import { resolveRoleChain } from "../../src/domain/settings/RoleChain.ts"
import { removeKey } from "../../src/import/KeyRemoval.ts"
import { opLine } from "../../src/setup/OtherLines.ts"
import { type Contents, statusOf } from "../../src/status/StatusOf.ts"

/** Ten times as much may take so many times the steps: n log n, from a hundred to a thousand. */
const most = 15

const lines = (size: number, line: (index: number) => string): string => Array.from({ length: size }, (_, index) => line(index)).join("\n")

const files = (config: string, credentials = "") => ({
  config: { path: "/config", text: config },
  credentials: { path: "/credentials", text: credentials }
})

const environment = { HOME: "/home/somebody" }

const configs: Readonly<Record<string, (size: number) => string>> = {
  "profiles": (size) => lines(size, (at) => `[profile p${at}]\nop_vault = v\nop_item = i${at}\nregion = eu-west-1`),
  "profiles that are one and the same line": (size) =>
    lines(size, (at) => `[profile p${at}]\nop_vault = v\nop_item = i\ncredential_process = /bin/op-aws-credential-process`),
  "sections of one name": (size) => lines(size, () => "[profile dev]\nop_item = op://v/i"),
  "lines that name a profile": (size) => `[profile dev]\nop_item = op://v/i\n${lines(size, (at) => `key${at} = dev`)}`,
  "profiles that cannot be read": (size) => lines(size, (at) => `[profile p${at}]\nop_item: i`),
  "profiles with services of their own": (size) =>
    lines(size, (at) => `[profile p${at}]\nop_item = op://v/i\nservices = s${at}\n[services s${at}]\nsts =\n  endpoint_url = https://x`),
  "roles over each other": (size) =>
    `[profile p0]\nop_item = op://v/i\n${lines(size, (at) => `[profile p${at + 1}]\nrole_arn = arn:aws:iam::123456789012:role/r\nsource_profile = p${at}`)}`,
  "profiles that run us for each other": (size) =>
    lines(size, (at) => `[profile p${at}]\ncredential_process = /bin/op-aws-credential-process --profile p${at + 1}`),
  "indented headers": (size) => lines(size, (at) => `[profile p${at}]\nop_item = op://v/i\n  [profile q${at}]`),
  "lines below a value": (size) => `[profile dev]\nop_item = op://v/i\n${lines(size, () => "  and more")}`,
  "keys of one section": (size) => `[profile dev]\nop_item = op://v/i\n${lines(size, (at) => `key${at} = x`)}`,
  "one long line": (size) => `[profile dev]\nop_item = op://v/i\nkey = ${" # dev [dev]".repeat(size)}`
}

const callOf = (profile: string) => ({ profile, asker: "person", flags: {}, environment }) as const

describe("work does not grow faster than what there is to do", () => {
  describe.each(Object.entries(configs))("in a config with many %s", (_, text) => {
    const config = (size: number) => parseAwsConfig(files(text(size)))

    it("to read one profile", () => {
      assert.isBelow(growth((size) => files(text(size)), (input) => parseAwsConfig(input).profile("dev")), most)
    })

    it("to find the profile of a call", () => {
      const find = (words: ReadonlyArray<string>) => (input: ReturnType<typeof config>) =>
        chooseProfile({ named: undefined, words, environment, config: input })
      assert.isBelow(growth(config, find([])), most)
    })

    it("to find the profiles that are ours", () => {
      const find = (input: ReturnType<typeof config>) => ourProfiles({ config: input, environment, flags: {}, inUse: "dev" })
      assert.isBelow(growth(config, find), most)
    })

    it("to read each profile by its name alone", () => {
      const names = config(40).profileNames()
      const all = (size: number) => ({ config: config(size), names: config(size).profileNames() })
      assert.isBelow(growth(all, ({ config, names }) => names.map((name) => config.profile(name))), most)
      assert.isAbove(names.length, 0)
    })

    it("to see which lines do not say for whom they are", () => {
      const see = (input: ReturnType<typeof config>) => {
        const found = linesOfOurs(input)
        return input.profileNames().map((name) => {
          const profile = input.profile(name)
          if (profile === undefined || profile instanceof Failure) return []
          return checkMissingProfile({ config: input, lines: found, profile, place: "/config:1", rewritten: "" })
        })
      }
      assert.isBelow(growth(config, see), most)
    })

    it("to change one profile", () => {
      const edit = { file: "config", profile: "dev", set: [["region", "eu-west-1"]] } as const
      assert.isBelow(growth(text, (input) => editProfile(input, edit)), most)
    })

    it("to see what is different", () => {
      assert.isBelow(growth(text, (input) => textDiff(input, `${input}\n[profile new]\n`), 1000), most)
    })
  })

  it("to look through a policy", () => {
    const statement = (size: number) => `{"Version":"2012-10-17","Statement":[\n${lines(size, () => "1,")}\n1]}`
    assert.isBelow(growth(statement, (written) => policyTrouble({ file: "/p.json", packed: "{}", written })), most)
  })

  it("to resolve a chain of roles", () => {
    const chain = (size: number) => ({ config: parseAwsConfig(files(configs["roles over each other"]!(size))), name: `p${size}` })
    assert.isBelow(growth(chain, ({ config, name }) => resolveRoleChain({ ...callOf(name), config })), most)
  })

  const field = (at: number, more: Partial<OpField> = {}): OpField => ({
    id: `id${at}`,
    label: "Access key ID",
    section: { id: `s${at}`, label: "one" },
    value: Redacted.make(`value${at}`),
    ...more
  })
  const items: Readonly<Record<string, (size: number) => OpItem>> = {
    "fields of one label": (size) => ({ fields: Array.from({ length: size }, (_, at) => field(at)) }),
    "fields of one label and no other name": (size) => ({
      fields: Array.from({ length: size }, () => ({ label: "Access key ID", value: Redacted.make("value") }))
    }),
    "fields that people call so": (size) => ({ fields: Array.from({ length: size }, (_, at) => field(at, { label: "AWS_ACCESS_KEY_ID" })) }),
    "fields": (size) => ({ fields: Array.from({ length: size }, (_, at) => field(at, { label: `label${at}` })) })
  }

  it.each(Object.entries(items))("to find a field among many %s", (_, item) => {
    assert.isBelow(growth(item, (input) => findField(input, "Access key ID")), most)
    const fields = { accessKeyIdField: "access key id", secretAccessKeyField: "none" }
    assert.isBelow(growth(item, (input) => readKey(input, fields)), most)
  })

  it("to find the one-time password among many", () => {
    const seed = Redacted.make("otpauth://totp/x?secret=JBSWY3DPEHPK3PXP")
    const item = (size: number): OpItem => ({ fields: Array.from({ length: size }, (_, at) => field(at, { label: "code", type: "OTP", value: seed })) })
    assert.isBelow(growth(item, (input) => readOneTimePassword(input)), most)
    assert.isBelow(growth(item, (input) => readOneTimePassword(input, "code")), most)
  })

  it("to tell of profiles of one item under two names", () => {
    const at = Date.parse("2026-11-23T10:00:00Z")
    const input = (size: number) => {
      const text = lines(size, (index) => `[profile p${index}]\nop_item = op://v/${index % 2 === 0 ? "i" : "item-id"}\nmfa = auto`)
      const sessions = Array.from({ length: size }, (_, index) => ({
        profile: `q${index}`,
        entry: entryOf("i", { vault: "v", vaultId: "vault-id", itemId: "item-id", serialFromItem: true })
      }))
      const cache: Contents = { place: "file", sessions, roles: [] }
      return { caches: [cache], ours: ourProfiles({ config: parseAwsConfig(files(text)), environment, flags: {}, inUse: "p0" }) }
    }
    const remembered = { failures: new Map(), warnings: new Map(), rotations: new Map(), typed: new Map(), quiet: new Set<string>() }
    const inUse = { profile: "p0", from: "AWS_PROFILE", standing: "ours" } as const
    assert.isBelow(growth(input, ({ caches, ours }) => statusOf({ at, inUse, ours, caches, remembered })), most)
  })

  it("to see what a line asks op for", () => {
    for (const part of ["op ", "op -x ", "op; ", "op item get x; ", "op read op://v/i/f; ", "label=x,", "$(", "\"", "' "]) {
      const line = (size: number) => `sh -c "op item get AWS ${part.repeat(size)}"`
      assert.isBelow(growth(line, opLine), most, part)
      assert.isBelow(growth((size) => part.repeat(size), opLine), most, part)
    }
  })

  it("to take the values of an item out of what op said", () => {
    const values = (size: number) => Array.from({ length: size }, (_, at) => `https://a-value-of-its-own/${at}`)
    const input = (size: number) => ({
      said: values(size).join(" "),
      item: Redacted.make(JSON.stringify({ fields: values(size).map((value) => ({ value })) }))
    })
    assert.isBelow(growth(input, ({ item, said }) => withoutEchoes(said, item)), most)
  })

  it("to know what op said", () => {
    const reference = { cliPath: "op", vault: "v", item: "i" }
    for (const said of ["error initializing client: ", "\" isn't an item in the \"", "could not read secret 'x': ", " ", "\n[", "ops_"]) {
      const stderr = (size: number) => `[ERROR] 2026/01/01 00:00:00 ${said.repeat(size)}`
      assert.isBelow(growth(stderr, (input) => classifyOpFailure({ exitCode: 1, reference, stderr: input })), most)
    }
  })

  it("to find the keys in plaintext", () => {
    const id = (at: number) => `AKIA${String(at).padStart(16, "0")}`
    const one = (size: number) => files(
      lines(size, (at) => `[profile r${at}]\nsource_profile = p${at}\nmfa_serial = arn:aws:iam::123456789012:mfa/d${at}`),
      lines(size, (at) => `[p${at}]\naws_access_key_id = ${id(at)}\naws_secret_access_key = fake`)
    )
    assert.isBelow(growth(one, (texts) => plaintextKeys(texts, environment)), most)
  })

  const accessKeyId = "AKIAFAKE0000EXAMPLE0"
  const plain = `aws_access_key_id = ${accessKeyId}\naws_secret_access_key = fake-secret-for-tests`
  const key = { accessKeyId, secretAccessKey: Redacted.make("fake-secret-for-tests") }
  const copies: Readonly<Record<string, (size: number) => string>> = {
    "profiles that have nothing else": (size) => lines(size, (at) => `[p${at}]\n${plain}\n`),
    "profiles with more in them": (size) => lines(size, (at) => `[p${at}]\n${plain}\nregion = eu-west-1\n`),
    "profiles with a comment below": (size) => lines(size, (at) => `[p${at}]\n${plain}\n# and more\n`),
    "profiles of which the last stands twice": (size) => `${lines(size, (at) => `[p${at}]\n${plain}\n`)}\n[p${size - 1}]\n${plain}`
  }

  it.each(Object.entries(copies))("to take a key out of many %s", (_, text) => {
    const input = (size: number) => ({ path: "/credentials", text: text(size) })
    assert.isBelow(growth(input, (file) => removeKey(file, key, "credentials")), most)
  })

  it("to see which of many accounts many profiles are for", () => {
    const wish = (at: number, account: string | undefined): AccountWish =>
      ({ account, profiles: [`p${at}`], vault: "v", item: "i", cliPath: "op", standing: "open" })
    const facts = (named: (at: number) => string | undefined) => (size: number): AccountFacts => ({
      environment,
      accounts: Array.from({ length: size }, (_, at) =>
        ({ url: `a${at}.1password.com`, userId: `USER${at}`, accountId: `ACCOUNT${at}`, shorthand: undefined })),
      wishes: Array.from({ length: size }, (_, at) => wish(at, named(at)))
    })
    assert.isBelow(growth(facts((at) => `https://a${at}.1password.com/`), checkAccount), most)
    assert.isBelow(growth(facts(() => undefined), checkAccount), most)
  })

  it("to see what is different between texts that have nothing in common", () => {
    const texts = (size: number) => [lines(size, (at) => `one ${at}`), lines(size, (at) => `other ${at}`)] as const
    assert.isBelow(growth(texts, ([before, after]) => textDiff(before, after), 1000), most)
  })

  it("to break lines", () => {
    for (const part of ["word ", "x", "名", "  "]) {
      assert.isBelow(growth((size) => part.repeat(size), (text) => wrapped(text, 40)), most)
    }
  })

  it("to read a seed", () => {
    for (const part of ["=", "= ", "A", "-"]) {
      const took = growth((size) => `${part.repeat(size)}!`, (seed) => codeAt(Redacted.make(seed), 1))
      assert.isBelow(took, most)
    }
  })
})

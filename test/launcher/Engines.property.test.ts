import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { hasLauncher, type HitCase, servedByBun, servedByLauncher, servedByNode } from "./Engines.ts"
import { configOf, roleArn } from "../fixtures/Chains.ts"
import { entryOf } from "../fixtures/SessionEntry.ts"
import { temporaryDirectory } from "../fixtures/TemporaryDirectory.ts"
import { longestToken } from "../../src/domain/aws/SessionCredentials.ts"
import { formatTimestamp } from "../../src/domain/base/Time.ts"
import { type CacheEntry, encodeEntry, entryFileName } from "../../src/domain/cache/CacheEntry.ts"
import { encodeRole, roleFileName, roleFolder, roleKey } from "../../src/domain/cache/RoleEntry.ts"
import { resolveRoleChain, type RoleChain } from "../../src/domain/settings/RoleChain.ts"

const now = 1_800_000_000_000
const hour = 3_600_000
const serial = "arn:aws:iam::123456789012:mfa/someone"

const session = (more?: Partial<CacheEntry>): CacheEntry => ({
  ...entryOf("AWS"),
  profile: "dev",
  partition: "aws",
  issuedAt: now - hour,
  credentials: { ...entryOf("AWS").credentials, expiration: now + 11 * hour },
  ...more
})

const config = `[profile dev]\nregion = eu-west-1\nmfa_serial = ${serial}\nop_vault = Private\nop_item = AWS\n`

interface Written {
  readonly config?: string | Uint8Array
  readonly credentials?: string | Uint8Array
  readonly entry?: string | Uint8Array
  readonly profile?: string
  readonly words?: ReadonlyArray<string>
  readonly environment?: Readonly<Record<string, string>>
  readonly now?: number
}

/** A home of its own for each case. */
const written = (place: string, index: number, given: Written): HitCase => {
  const home = join(place, `${index}`)
  const cache = join(home, ".cache/op-aws-credential-process")
  const { profile = "dev" } = given
  mkdirSync(join(home, ".aws"), { recursive: true })
  mkdirSync(cache, { recursive: true, mode: 0o700 })
  writeFileSync(join(home, ".aws/config"), given.config ?? config)
  if (given.credentials !== undefined) writeFileSync(join(home, ".aws/credentials"), given.credentials)
  writeFileSync(join(cache, entryFileName(profile)), given.entry ?? encodeEntry(session()), { mode: 0o600 })
  return {
    words: given.words ?? ["--profile", profile],
    environment: { ...given.environment, HOME: home },
    now: given.now ?? now
  }
}

/** Has all engines serve the cases, which must come to the same, and gives how many were served. */
const agreeOn = Effect.fnUntraced(function*(cases: ReadonlyArray<Written>) {
  const place = yield* temporaryDirectory
  const calls = cases.map((given, index) => written(place, index, given))
  const expected = servedByNode(calls)
  assert.deepStrictEqual(servedByLauncher(calls), expected)
  assert.deepStrictEqual(servedByBun(calls), expected)
  return expected.filter((output) => output !== "").length
})

const pieces = (size: number, ...texts: ReadonlyArray<string>) =>
  Schema.Array(Schema.Literals(texts)).check(Schema.isMinLength(1), Schema.isMaxLength(size))

const many = { arbitrary: { runs: 4 } }
const batch = <A, I>(schema: Schema.Codec<A, I>) => Schema.Array(schema).check(Schema.isMinLength(40), Schema.isMaxLength(60))

/** Go's form of an entry: no checksum, so that what is changed in it is read. */
const plainEntry = (change: (text: string) => string): string =>
  change(encodeEntry({ ...entryOf("AWS"), credentials: { ...entryOf("AWS").credentials, expiration: now + 11 * hour } })
    .replace(/,"checksum".*/, "}"))

const blanks = ["\t", "\v", "\f", " ", "\u0085", "\u00a0", "\u1680", "\u180e", "\u2003", "\u2028", "\u202f", "\u205f", "\u3000", "\ufeff", "\u200b"]

describe.skipIf(!hasLauncher)("Node, Bun and the launcher", () => {
  it.effect("serve the session that nothing is wrong with, and its role", () =>
    Effect.gen(function*() {
      assert.strictEqual(yield* agreeOn([{}]), 1)
      const text = `${config}[profile deploy]\nrole_arn = ${roleArn("deploy")}\nsource_profile = dev\nexternal_id = a=b\n`
      const chain = resolveRoleChain({
        profile: "deploy",
        asker: "client",
        flags: {},
        environment: { HOME: "/" },
        config: configOf(text)
      }) as RoleChain
      const { credentials } = session()
      const made = { profile: "deploy", roleArn: roleArn("deploy"), baseProfile: "dev", issuedAt: now - hour, credentials }
      const entry = { ...roleKey(chain, 0), ...made }
      const place = yield* temporaryDirectory
      const call = written(place, 0, { config: text, words: ["--profile", "deploy"] })
      const folder = join(place, "0/.cache/op-aws-credential-process", roleFolder)
      mkdirSync(folder)
      writeFileSync(join(folder, roleFileName(entry)), encodeRole(entry), { mode: 0o600 })
      const expected = servedByNode([call])
      assert.match(expected[0]!, /^\{"Version":1,/)
      assert.deepStrictEqual(servedByLauncher([call]), expected)
      assert.deepStrictEqual(servedByBun([call]), expected)
    }))

  const withExpiration = (text: string) =>
    plainEntry((entry) => entry.replace(/"Expiration":"[^"]*"/, () => `"Expiration":${JSON.stringify(text)}`))

  const moment = ["2027", "-01", "-15", "T", "08", ":00", ":00", "", "Z"]
  const otherwise: ReadonlyArray<readonly [part: number, text: string]> = [
    ...["2026", "2028", "0000", "9999", "12027", "-2027", "+002027", "27", "Jan 2027"].map((text) => [0, text] as const),
    ...["-00", "-02", "-12", "-13", "-1", "/01", ""].map((text) => [1, text] as const),
    ...["-00", "-14", "-16", "-29", "-31", "-32", "-9", ""].map((text) => [2, text] as const),
    ...["t", " ", "", "T ", "\u00a0"].map((text) => [3, text] as const),
    ...["00", "07", "23", "24", "25", "8"].map((text) => [4, text] as const),
    ...[":59", ":60", "", ":0"].map((text) => [5, text] as const),
    ...[":01", ":59", ":60", "", ":7"].map((text) => [6, text] as const),
    ...[".0009", ".000", ".5", ".123456789", ".1234567890", `.${"0".repeat(120)}9`, ".", ",5"].map((text) => [7, text] as const),
    ...["+00:00", "-00:00", "+01:00", "-23:59", "+24:00", "+14:60", "+0100", "+1", "", "z", " GMT", " (x)", "é"].map((text) => [8, text] as const)
  ]

  it.effect.prop("read the same moments in every form of a date", [
    batch(Schema.Array(Schema.Literals([...otherwise.keys()])).check(Schema.isMaxLength(3)))
  ], ([all]) =>
    agreeOn(all.map((chosen) => {
      const parts = [...moment]
      for (const index of chosen) parts[otherwise[index]![0]] = otherwise[index]![1]
      // Where the moment can be read, it is one at which its session is good.
      const end = Date.parse(parts.join(""))
      return { now: Number.isNaN(end) ? now : end - 5 * hour, entry: withExpiration(parts.join("")) }
    })), many)

  it.effect("take the hour 24 for no hour, whatever digits follow", () =>
    Effect.gen(function*() {
      const at = (text: string) => ({ now: Date.parse("2027-01-15T20:00:00Z"), entry: withExpiration(text) })
      assert.strictEqual(yield* agreeOn([at("2027-01-15T24:00:00Z"), at("2027-01-15T24:00:00.0009Z"), at("2027-01-15T24:00:00.9Z")]), 0)
      assert.strictEqual(yield* agreeOn([at("2027-01-15T23:59:59.0009Z")]), 1)
    }))

  it.effect.prop("find the same profile in files of any characters, whatever is a blank or a small letter to them", [
    batch(pieces(14, ...blanks, "[profile dev]", "[dev]", "\n", "\r\n", "\r", "op_item", "OP_ITEM", "op\u0130tem", "=", "AWS", "#", ";", "op_vault = Private\n", `mfa_serial = ${serial}\n`, "ß", "\u1e9e", "ſ", "K", "😀", "\0", "[profile \"dev\"]"))
  ], ([all]) => agreeOn(all.map((text) => ({ config: `${text.join("")}\n${config}` }))), many)

  it.effect.prop("keep the same profiles apart by any name", [
    batch(pieces(5, ...blanks, "dev", "ä", "a\u0308", "名前", "😀", "/", "..", "%", "~", "'", "\"", "x".repeat(70), "é".repeat(40), "\u{10ffff}", "\ufffd"))
  ], ([all]) =>
    agreeOn(all.map((text) => {
      const profile = text.join("")
      return { profile, config: config.replace("dev", () => profile), entry: encodeEntry(session({ profile })) }
    })), many)

  it.effect.prop("make the same of bytes that are not UTF-8, in each file", [
    batch(Schema.Tuple([
      Schema.Literals(["config", "credentials", "entry"]),
      Schema.Array(Schema.Literals([0x00, 0x41, 0x7f, 0x80, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xa0, 0xed, 0x9f, 0xef, 0xbb, 0xf0, 0x90, 0x8f, 0xf4, 0xf5, 0xfe, 0xff])).check(Schema.isMaxLength(6)),
      Schema.Boolean
    ]))
  ], ([all]) =>
    agreeOn(all.map(([file, bytes, inside]) => {
      const name = Buffer.concat([Buffer.from("AWS"), Buffer.from(bytes)])
      // The item's name in one file as it is, in the other as the Encoding Standard has it.
      const item = new TextDecoder("utf-8", { ignoreBOM: true }).decode(name)
      if (file === "entry") {
        const plain = encodeEntry(session()).replace(/,"profile".*/, "}")
        const [before, after] = plain.split("\"item\":\"AWS\"") as [string, string]
        const entry = Buffer.concat([Buffer.from(`${before}"item":"`), name, Buffer.from(`"${after}`)])
        return { entry, config: config.replace("= AWS", () => `= ${item}`) }
      }
      const text = file === "config" ? config : `[dev]\nop_item = AWS`
      const [before, after = ""] = text.split("op_item = AWS") as [string, string]
      const bad = Buffer.concat([Buffer.from(`${before}${inside ? "other" : "op_item"} = `), name, Buffer.from(after)])
      return { [file]: bad, entry: encodeEntry(session({ item: inside ? "AWS" : item })) }
    })), many)

  const deep = (depth: number) => "[".repeat(depth) + "]".repeat(depth)
  const oddities = [
    ...["1e400", "-0", "01", "0x1", "1.", ".5", "NaN", "null", "true", "{}", "9007199254740993"].map((value) => `"serial_from_item":${value},`),
    ...["\"\\ud800\"", "\"\\udc00\\ud800\"", "\"\\u0000\"", "\"\\x\"", "\"\t\"", "\"\u2028\"", "'a'"].map((value) => `"account":${value},`),
    "\"__proto__\":{\"vault\":\"Private\"},",
    "\"constructor\":1,",
    "\"vault\":\"Other\",",
    "\"credentials\":null,",
    "/* */",
    "\ufeff",
    "\u00a0",
    " \r\n\t",
    ",",
    ...[10, 900].map((depth) => `"more":${deep(depth)},`)
  ]

  it.effect.prop("read the same JSON, however odd it is", [
    batch(Schema.Tuple([Schema.Literals(oddities), Schema.Literals(["front", "item", "back"]), Schema.Boolean]))
  ], ([all]) =>
    agreeOn(all.map(([odd, where, sealed]) => {
      const entry = sealed ? encodeEntry(session()).replace(/,"checksum".*/, "}") : plainEntry((text) => text)
      const member = where === "item" ? "\"item\"" : where === "back" ? "\"secret_access_key_field\"" : "\"credentials\""
      return { entry: entry.replace(member, () => `${odd}${member}`) }
    })), many)

  it.effect("leave to the program what is nested too deep for the smallest of their stacks, and serve nothing else instead", () =>
    Effect.gen(function*() {
      const place = yield* temporaryDirectory
      const calls = [1000, 5000, 20_000, 30_000].map((depth, index) =>
        written(place, index, { entry: plainEntry((text) => text.replace("\"vault\"", () => `"vault":${deep(depth)},"vault"`)) })
      )
      const expected = servedByNode(calls)
      servedByLauncher(calls).forEach((output, index) => assert.include(["", expected[index]], output))
    }))

  it.effect.prop("take the same words for durations, names and accounts", [
    batch(Schema.Tuple([
      Schema.Literals(["--duration", "--timeout", "--role-duration", "--role-session-name", "--external-id", "--op-account", "--op-item", "--role-arn", "--mfa-serial"]),
      pieces(2, "1h", "45m", "3600", "1", "1.5", "h", "m", "s", "ms", "µs", "μs", "-", "+", ".", "1e3", "٣", "Ⅷ", " ", "=", "a", "é", roleArn("deploy"), serial, "GAHT12345678", "0".repeat(30))
    ]))
  ], ([all]) => agreeOn(all.map(([flag, text]) => ({ words: ["--profile", "dev", `${flag}=${text.join("")}`] }))), many)

  it.effect.prop("take the same endpoints, and leave to the program those that only some can read", [
    batch(pieces(5, "http://", "https://", "localhost", "127.0.0.1", ":4566", "/", "sts.example.com", "[::1]", "?", " ", "ü", "@", "999"))
  ], ([all]) =>
    Effect.gen(function*() {
      const place = yield* temporaryDirectory
      const calls = all.map((text, index) => {
        const endpoint = text.join("")
        return written(place, index, { environment: { AWS_ENDPOINT_URL_STS: endpoint }, entry: encodeEntry(session({ endpoint })) })
      })
      const expected = servedByNode(calls)
      assert.deepStrictEqual(servedByBun(calls), expected)
      servedByLauncher(calls).forEach((output, index) => {
        const { environment: { AWS_ENDPOINT_URL_STS: endpoint = "" } } = calls[index]!
        if (/^https?:\/\/(localhost|127\.0\.0\.1|sts\.example\.com)(:4566)?(\/|$)/.test(endpoint)) assert.strictEqual(output, expected[index])
        else assert.include(["", expected[index]], output)
      })
    }), many)

  it.effect("read an entry as large as there may be, and a token of 4,096 bytes", () =>
    Effect.gen(function*() {
      const withToken = (sessionToken: string) => ({ entry: encodeEntry(session({ credentials: { ...session().credentials, sessionToken } })) })
      const served = [withToken("t".repeat(4096)), withToken("t".repeat(longestToken))]
      assert.strictEqual(yield* agreeOn([...served, withToken("t".repeat(longestToken + 1)), withToken("é".repeat(28_000))]), 2)
    }))

  it.effect("find a profile among ten thousand, also where there are other characters than ASCII's", () =>
    Effect.gen(function*() {
      const others = (mark: string) =>
        Array.from({ length: 10_000 }, (_, index) => `[profile p${index}]\nregion = eu-west-1\n# ${mark}\n`).join("\n")
      assert.strictEqual(yield* agreeOn(["x", "é", "名", "😀"].map((mark) => ({ config: others(mark) + config }))), 4)
    }))

  it.effect("serve nothing at the end of a session's time, at the same millisecond", () =>
    Effect.gen(function*() {
      const end = now + 11 * hour - 16 * 60_000
      assert.strictEqual(yield* agreeOn([-1, 0, 1].map((step) => ({ now: end + step }))), 1)
      assert.strictEqual(yield* agreeOn([{ now: 0 }, { now: -1 }, { now: 8.64e15 }, { now: 8.64e15 + 1 }]), 0)
      assert.strictEqual(formatTimestamp(now), "2027-01-15T08:00:00Z")
    }))
})

import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Schema } from "effect"
import { entryOf } from "../../fixtures/SessionEntry.ts"
import { parseAwsConfig } from "../../../src/domain/aws-config/AwsConfig.ts"
import { formatDuration, parseGoDuration } from "../../../src/domain/base/GoDuration.ts"
import type { CacheEntry } from "../../../src/domain/cache/CacheEntry.ts"
import { fromTheFuture, margin, mayServe, mayServeStale } from "../../../src/domain/cache/Freshness.ts"
import { type FlagName, flagSpecs, roleFlags } from "../../../src/domain/settings/Flags.ts"
import { chooseProfile } from "../../../src/domain/settings/ProfileChoice.ts"
import { resolveSettings, type Settings } from "../../../src/domain/settings/Settings.ts"

/** The places of a setting, the first that has it winning. */
const places = ["flag", "environment", "line", "profile"] as const
type Place = (typeof places)[number]

interface Row {
  /** A value for each place and, last, what the setting is when no place has it. */
  readonly values: readonly [string, string, string, string]
  readonly otherwise: unknown
  readonly read: (settings: Settings) => unknown
  /** What a value comes to, where that is not the value itself. */
  readonly means?: (value: string) => unknown
}

const minutes = (value: string) => Number(value.slice(0, -1)) * 60

/** Every setting that a session is made from. */
const rows: { readonly [Name in FlagName]?: Row } = {
  "duration": {
    values: ["20m", "30m", "40m", "50m"],
    otherwise: 43_200,
    read: ({ duration }) => duration,
    means: minutes
  },
  "op-vault": { values: ["V1", "V2", "V3", "V4"], otherwise: "usual vault", read: ({ vault }) => vault },
  "op-item": { values: ["I1", "I2", "I3", "I4"], otherwise: "usual item", read: ({ item }) => item },
  "op-access-key-id-field": {
    values: ["a1", "a2", "a3", "a4"],
    otherwise: "Access key ID",
    read: ({ accessKeyIdField }) => accessKeyIdField
  },
  "op-secret-access-key-field": {
    values: ["s1", "s2", "s3", "s4"],
    otherwise: "Secret access key",
    read: ({ secretAccessKeyField }) => secretAccessKeyField
  },
  "op-otp-field": { values: ["o1", "o2", "o3", "o4"], otherwise: undefined, read: ({ otpField }) => otpField },
  "op-mfa-serial-field": {
    values: ["f1", "f2", "f3", "f4"],
    otherwise: "mfa serial",
    read: ({ mfaSerialField }) => mfaSerialField
  },
  "op-cli-path": { values: ["./op", "/b/op", "/c/op", "op-d"], otherwise: "op", read: ({ cliPath }) => cliPath },
  "op-account": { values: ["A1", "A2", "A3", "A4"], otherwise: undefined, read: ({ account }) => account },
  "mfa": { values: ["otp", "prompt", "process", "auto"], otherwise: "auto", read: ({ mfa }) => mfa },
  "mfa-serial": {
    values: ["GAHT00000001", "GAHT00000002", "GAHT00000003", "GAHT00000004"],
    otherwise: undefined,
    read: ({ mfaSerial }) => mfaSerial
  },
  "mfa-process": { values: ["m1", "m2", "m3", "m4"], otherwise: undefined, read: ({ mfaProcess }) => mfaProcess },
  "mfa-prompt": { values: ["tty", "gui", "none", "gui"], otherwise: "auto", read: ({ prompt }) => prompt },
  "timeout": { values: ["1m", "2m", "3m", "4m"], otherwise: 55, read: ({ timeout }) => timeout, means: minutes },
  "cache": { values: ["none", "keyring", "none", "keyring"], otherwise: "file", read: ({ cache }) => cache },
  "refresh": {
    values: ["true", "true", "true", "true"],
    otherwise: false,
    read: ({ refresh }) => refresh,
    means: () => true
  },
  "log-level": { values: ["debug", "info", "error", "info"], otherwise: "warning", read: ({ logLevel }) => logLevel }
}

/** Settings of roles, and what narrows the end, are resolved with their chain, and these two say what else there is. */
const elsewhere: ReadonlyArray<FlagName> = ["profile", "no-prompt", ...roleFlags, "policy", "scope-duration", "policy-arn"]

/** What a profile's line says of the call that it makes is nothing to another call. */
const ofTheCall: ReadonlyArray<FlagName> = ["mfa-prompt", "timeout", "refresh", "log-level"]

const names = Object.keys(rows) as ReadonlyArray<FlagName>

/** In which places a setting can be written at all. */
const placesOf = (name: FlagName): ReadonlyArray<Place> =>
  places.filter((place) =>
    place === "environment"
      ? flagSpecs[name].variable !== undefined
      : place === "profile"
      ? flagSpecs[name].profileKey !== undefined
      : place !== "line" || !ofTheCall.includes(name)
  )

const resolve = (written: ReadonlyMap<FlagName, ReadonlySet<Place>>) => {
  const flags: { [Name in FlagName]?: string } = {}
  const lineFlags: { [Name in FlagName]?: string } = {}
  const environment: Record<string, string> = { HOME: "/home/me" }
  const keys: Array<string> = ["region = eu-west-1"]
  for (const name of names) {
    const { values } = rows[name]!
    const { profileKey, variable } = flagSpecs[name]
    const at = written.get(name) ?? new Set()
    if (at.has("flag")) flags[name] = values[0]
    if (at.has("line")) lineFlags[name] = values[2]
    if (variable !== undefined) environment[variable] = at.has("environment") ? values[1] : ""
    if (profileKey !== undefined && at.has("profile")) keys.push(`${profileKey} = ${values[3]}`)
  }
  if (!written.has("op-vault")) keys.push("op_vault = usual vault")
  if (!written.has("op-item")) keys.push("op_item = usual item")
  const config = parseAwsConfig({
    config: { path: "config", text: `[profile dev]\n${keys.join("\n")}\n` },
    credentials: { path: "credentials", text: "" }
  })
  return resolveSettings({ profile: "dev", flags, lineFlags, environment, config })
}

const anyPlaces = Arbitrary.map(
  Arbitrary.all(names.map((name) => Arbitrary.schema(Schema.Array(Schema.Literals(placesOf(name)))))),
  (all) => {
    const written = names.map((name, index) => [name, new Set<Place>(all[index])] as const)
    return new Map(written.filter(([, at]) => at.size > 0))
  }
)

const part = (maximum: number) => Schema.Int.check(Schema.isBetween({ minimum: 0, maximum }))

describe("settings", () => {
  it("are all in the table of this test, or said to be elsewhere", () => {
    assert.deepStrictEqual([...names, ...elsewhere].sort(), Object.keys(flagSpecs).sort())
  })

  it.prop("come from the flag, else the environment, the profile's line or keys, the default", [anyPlaces], ([written]) => {
    const settings = resolve(written)
    if (settings instanceof Error) return assert.fail(settings.message)
    for (const name of names) {
      const { means = (value: string): unknown => value, otherwise, read, values } = rows[name]!
      const first = places.findIndex((place) => written.get(name)?.has(place))
      assert.strictEqual(read(settings), first === -1 ? otherwise : means(values[first]!), name)
    }
  })

  it("of a call are not taken from the profile's line, which speaks of another call", () => {
    const settings = resolve(new Map(ofTheCall.map((name) => [name, new Set<Place>(["line"])])))
    if (settings instanceof Error) return assert.fail(settings.message)
    for (const name of ofTheCall) assert.strictEqual(rows[name]!.read(settings), rows[name]!.otherwise, name)
  })

  it.prop("take a session of 15 minutes to 36 hours, and nothing else", [part(200_000)], ([seconds]) => {
    const settings = resolveSettings({
      profile: "default",
      flags: { "op-vault": "v", "op-item": "i", "duration": String(seconds) },
      environment: {},
      config: parseAwsConfig({ config: { path: "config", text: "" }, credentials: { path: "credentials", text: "" } })
    })
    const good = seconds >= 900 && seconds <= 129_600
    assert.strictEqual(settings instanceof Error ? settings._tag : settings.duration, good ? seconds : "SettingInvalid")
  })
})

const lines = ["--op-item A", "--op-item A --duration 1h", "--op-item=A"] as const

/** Profiles that have one of these lines, a line of another program, a key of ours, or nothing of ours. */
const profileKinds = Schema.Literals([...lines, "foreign", "key", "nothing"])

const choices = Arbitrary.schema(Schema.Struct({
  profiles: Schema.Struct({ one: profileKinds, two: profileKinds, three: profileKinds }),
  defaultHasSerial: Schema.Boolean,
  line: Schema.Literals(lines),
  named: Schema.UndefinedOr(Schema.Literals(["one", "three", "missing"])),
  preferred: Schema.UndefinedOr(Schema.Literals(["", "one", "two", "missing"]))
}))

describe("the profile of a command line", () => {
  it.prop("is the one named, else default with a serial, the line's, AWS_PROFILE, default", [choices], ([choice]) => {
    const { defaultHasSerial, line, named, preferred, profiles } = choice
    const sections = Object.entries(profiles).map(([name, kind]) => {
      const key = kind === "nothing"
        ? "region = eu-west-1"
        : kind === "key"
        ? "op_item = A"
        : `credential_process = ${kind === "foreign" ? `other ${line}` : `op-aws-credential-process ${kind}`}`
      return `[profile ${name}]\n${key}\n`
    })
    if (defaultHasSerial) sections.push("[default]\nmfa_serial = GAHT00000001\n")
    const text = sections.join("")
    const chosen = chooseProfile({
      named,
      words: line.split(" "),
      environment: { AWS_PROFILE: preferred },
      config: parseAwsConfig({ config: { path: "config", text }, credentials: { path: "credentials", text: "" } })
    })
    const own = Object.entries(profiles).filter(([, kind]) => kind === line).map(([name]) => name)
    const ours = Object.entries(profiles).filter(([, kind]) => kind !== "foreign" && kind !== "nothing")
    const byRule = named === "missing"
      ? "UnknownProfile"
      : named ??
        (defaultHasSerial
          ? "default"
          : own.length === 1
          ? own[0]
          : ours.find(([name]) => name === preferred)?.[0] ?? (own.length > 1 ? "AmbiguousProfile" : "default"))
    assert.strictEqual(typeof chosen === "string" ? chosen : chosen._tag, byRule)
  })
})

describe("durations", () => {
  it.prop("are read back as they are written", [part(1_000_000)], ([seconds]) => {
    assert.strictEqual(parseGoDuration(formatDuration(seconds)), seconds)
    assert.strictEqual(parseGoDuration(String(seconds)), seconds)
  })

  const terms = Schema.Array(Schema.Tuple([part(5000), Schema.Literals(["h", "m", "s", "ms"])]))

  it.prop("are the sum of their parts, in any order, as in Go", [terms], ([terms]) => {
    const some = terms.slice(0, 6)
    const text = some.map(([amount, unit]) => `${amount}${unit}`).join("")
    const unit = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 }
    const total = some.reduce((sum, [amount, name]) => sum + amount * unit[name], 0)
    assert.strictEqual(parseGoDuration(text), text === "" ? undefined : Math.floor(total / 1000))
  })

  it.prop("are never anything but a whole number that is not negative", [Schema.String], ([text]) => {
    const seconds = parseGoDuration(text)
    assert.isTrue(seconds === undefined || Number.isSafeInteger(seconds) && seconds >= 0)
  })
})

const minute = 60_000
const epoch = 1_750_000_000_000

const lives = Arbitrary.map(
  Arbitrary.schema(Schema.Struct({
    life: part(129_600),
    dated: Schema.Boolean,
    at: part(140_000),
    later: part(140_000)
  })),
  ({ at, dated, later, life }) => {
    const credentials = { ...entryOf("AWS").credentials, expiration: epoch + life * 1000 }
    const entry: CacheEntry = entryOf("AWS", { credentials, ...(dated ? { issuedAt: epoch } : {}) })
    return { entry, life: life * 1000, dated, now: epoch + at * 1000, later: epoch + (at + later) * 1000 }
  }
)

describe("the margin", () => {
  it.prop("is sixteen minutes, of a session below half an hour a quarter", [lives], ([{ dated, entry, life }]) => {
    assert.strictEqual(margin(entry), dated && life < 30 * minute ? life / 4 : 16 * minute)
  })

  it.prop("never lets what may not be served any more be served later", [lives], ([{ entry, later, now }]) => {
    if (!fromTheFuture(entry, now) && !mayServe(entry, now)) assert.isFalse(mayServe(entry, later))
    if (!fromTheFuture(entry, now) && !mayServeStale(entry, now)) assert.isFalse(mayServeStale(entry, later))
  })

  it.prop("serves nothing that could not be served late, nor what is over", [lives], ([{ entry, life, now }]) => {
    if (life >= 15 * minute && mayServe(entry, now)) assert.isTrue(mayServeStale(entry, now))
    if (mayServeStale(entry, now)) assert.isAbove(entry.credentials.expiration - now, minute)
  })
})

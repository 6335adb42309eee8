import * as Redacted from "effect/Redacted"
import type { EpochMillis, Seconds } from "./Time.ts"

/** Whether a text can be an MFA code. STS's model: `tokenCodeType` is exactly six digits. */
export const isMfaCode = (text: string): boolean => /^[0-9]{6}$/.test(text)

/** What people and programs put between the digits of a code: blanks, dashes, marks that nobody sees. */
const betweenDigits = /(?<=\p{Nd})[\p{Zs}\t\p{Pd}\u2212\p{Cf}]+(?=\p{Nd})/gu

/** A digit of any script, such as the full-width ones of a Japanese keyboard. Unicode has each ten of them in a row. */
const asciiDigit = (digit: string): string => {
  const point = digit.codePointAt(0)!
  let first = point
  while (/^\p{Nd}$/u.test(String.fromCodePoint(first - 1))) first--
  return String((point - first) % 10)
}

/** The MFA code that somebody has typed or a command has printed, as STS takes it: `123 456` and `123-456` are one. */
export const mfaCodeOf = (text: string): string | undefined => {
  const digits = text.replace(/^[\s\p{Cf}]+|[\s\p{Cf}]+$/gu, "").replace(betweenDigits, "").replace(/\p{Nd}/gu, asciiDigit)
  return isMfaCode(digits) ? digits : undefined
}

// Asked for when it is needed, which is after `op` was started: it takes Node 5 ms to load.
const crypto = () => process.getBuiltinModule("node:crypto")

interface Totp {
  readonly key: Uint8Array
  readonly algorithm: "sha1" | "sha256" | "sha512"
  readonly digits: number
  readonly period: Seconds
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"

/** RFC 4648 base32 as people type it: any case, in groups, with or without padding. Undefined for anything else. */
const decodeBase32 = (text: string): Uint8Array | undefined => {
  const digits = text.toUpperCase().replace(/[\s-]/gu, "").replace(/(?<!=)=+$/u, "")
  const bytes: Array<number> = []
  let pending = 0
  let bits = 0
  for (const digit of digits) {
    const value = alphabet.indexOf(digit)
    if (value < 0) return undefined
    pending = ((pending << 5) | value) & 0xfff
    bits += 5
    if (bits >= 8) {
      bits -= 8
      bytes.push((pending >> bits) & 0xff)
    }
  }
  return bytes.length === 0 ? undefined : Uint8Array.from(bytes)
}

const wholeNumber = (text: string | null, fallback: number, least: number, most: number): number | undefined => {
  if (text === null) return fallback
  const value = /^\d{1,4}$/.test(text) ? Number(text) : undefined
  return value !== undefined && value >= least && value <= most ? value : undefined
}

const algorithms: ReadonlyMap<string, Totp["algorithm"]> = new Map([
  ["SHA1", "sha1"],
  ["SHA256", "sha256"],
  ["SHA512", "sha512"]
])

/** `otpauth://totp/LABEL?secret=…`, the Key Uri Format of Google Authenticator, which 1Password stores. */
const parseUri = (text: string): Totp | undefined => {
  if (!URL.canParse(text)) return undefined
  const { hostname, searchParams } = new URL(text)
  if (hostname.toLowerCase() !== "totp") return undefined
  const key = decodeBase32(searchParams.get("secret") ?? "")
  const algorithm = algorithms.get((searchParams.get("algorithm") ?? "SHA1").toUpperCase().replace("-", ""))
  const digits = wholeNumber(searchParams.get("digits"), 6, 6, 8)
  const period = wholeNumber(searchParams.get("period"), 30, 1, 3600)
  if (key === undefined || algorithm === undefined || digits === undefined || period === undefined) return undefined
  return { key, algorithm, digits, period }
}

const parseSeed = (seed: Redacted.Redacted): Totp | undefined => {
  // Security: unwrapped to compute codes from it; nothing below keeps or shows it.
  const text = Redacted.value(seed).trim()
  if (/^otpauth:/iu.test(text)) return parseUri(text)
  const key = decodeBase32(text)
  return key === undefined ? undefined : { key, algorithm: "sha1", digits: 6, period: 30 }
}

/** RFC 4226 section 5.3, the counter being RFC 6238's step. */
const compute = ({ algorithm, digits, key }: Totp, step: number): string => {
  const counter = new DataView(new ArrayBuffer(8))
  counter.setBigUint64(0, BigInt(step))
  const hash = crypto().createHmac(algorithm, key).update(counter).digest()
  const offset = hash.readUInt8(hash.length - 1) & 0x0f
  return String((hash.readUInt32BE(offset) & 0x7fffffff) % 10 ** digits).padStart(digits, "0")
}

/** How long a code of a seed lasts; undefined where the seed is no base32 and no `otpauth://totp/` URI. */
export const periodOf = (seed: Redacted.Redacted): Seconds | undefined => parseSeed(seed)?.period

/** The step, counted from 1970 in the seed's periods, that a moment lies in. Undefined for an unusable seed. */
export const stepAt = (seed: Redacted.Redacted, at: EpochMillis): number | undefined => {
  const totp = parseSeed(seed)
  return totp === undefined ? undefined : Math.floor(at / 1000 / totp.period)
}

/** The code of a step (RFC 6238). Undefined for an unusable seed and for what is no step. */
export const codeAt = (seed: Redacted.Redacted, step: number): Redacted.Redacted | undefined => {
  const totp = parseSeed(seed)
  return totp === undefined || !Number.isSafeInteger(step) || step < 0 ? undefined : Redacted.make(compute(totp, step))
}

/** How far the clock of the machine that made a code and ours may differ, either way. */
const tolerance: Seconds = 30 * 60

/**
 * The step that a code belongs to, found by its digits and not by our clock, which may be wrong or another machine's:
 * the nearest to `around` within half an hour. Undefined for an unusable seed and for a code of none of those steps.
 */
export const stepOfCode = (
  seed: Redacted.Redacted,
  code: Redacted.Redacted,
  around: EpochMillis
): number | undefined => {
  const totp = parseSeed(seed)
  if (totp === undefined) return undefined
  // Security: unwrapped to be compared with what the seed gives.
  const digits = Redacted.value(code)
  const here = Math.floor(around / 1000 / totp.period)
  for (let away = 0; away <= Math.ceil(tolerance / totp.period); away++) {
    for (const step of away === 0 ? [here] : [here - away, here + away]) {
      if (step >= 0 && compute(totp, step) === digits) return step
    }
  }
  return undefined
}

/**
 * What is kept to recognise a code that was spent for a device, in lower-case hex. Six digits are soon guessed from a
 * plain hash, so this one is keyed (HMAC-SHA256): `key` is a random text of this machine's.
 */
export const spentDigest = (key: string, serial: string, code: Redacted.Redacted): string =>
  // Security: unwrapped into a keyed hash, which is all that leaves.
  crypto().createHmac("sha256", key).update(`${serial}\n${Redacted.value(code)}`).digest("hex")

/** A new key for `spentDigest`: 32 random bytes in hex, and when it was made, to tell it from others. */
export const newSpentKey = (now: EpochMillis): string => `${crypto().randomBytes(32).toString("hex")} ${now}`

const spentKey = /^[0-9a-f]{64}(?: (\d{1,16}))?$/

/** What tells this key from others: when it was made, else 0; undefined for a text that is no key, or not all of one. */
export const spentKeyMark = (text: string): number | undefined => {
  const found = spentKey.exec(text)
  return found === null ? undefined : Number(found[1] ?? 0)
}

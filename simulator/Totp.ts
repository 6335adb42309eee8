import { createHmac } from "node:crypto"

/** What a one-time password field holds, with the defaults of RFC 6238 filled in. `period` is in seconds. */
export interface TotpSeed {
  readonly key: Buffer
  readonly algorithm: "sha1" | "sha256" | "sha512"
  readonly digits: number
  readonly period: number
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"

const decodeBase32 = (text: string): Buffer => {
  const clean = text.toUpperCase().replace(/[\s-]/g, "").replace(/=+$/, "")
  const bytes: Array<number> = []
  let bits = 0
  let value = 0
  for (const character of clean) {
    const index = alphabet.indexOf(character)
    if (index < 0) throw new Error("The one-time password seed is not base32")
    value = ((value << 5) | index) & 0xfff
    bits += 5
    if (bits >= 8) {
      bits -= 8
      bytes.push((value >>> bits) & 0xff)
    }
  }
  if (bytes.length === 0) throw new Error("The one-time password seed is empty")
  return Buffer.from(bytes)
}

/**
 * Reads a base32 seed (any case, spaces and dashes allowed) or an `otpauth://totp/` URI in the Key URI format.
 * Throws an Error that never holds the seed.
 */
export const parseSeed = (seed: string): TotpSeed => {
  if (!seed.startsWith("otpauth://")) return { key: decodeBase32(seed), algorithm: "sha1", digits: 6, period: 30 }
  const parameters = new URL(seed).searchParams
  const algorithm = (parameters.get("algorithm") ?? "SHA1").toLowerCase()
  if (algorithm !== "sha1" && algorithm !== "sha256" && algorithm !== "sha512") {
    throw new Error("The one-time password's algorithm is not known")
  }
  return {
    key: decodeBase32(parameters.get("secret") ?? ""),
    algorithm,
    digits: Number(parameters.get("digits") ?? 6),
    period: Number(parameters.get("period") ?? 30)
  }
}

/** The number of the period (30 seconds by default) that a time, in milliseconds since 1970, lies in. */
export const totpStep = (seed: string, epochMs: number): number =>
  Math.floor(epochMs / 1000 / parseSeed(seed).period)

/** The code of one numbered step: HOTP (RFC 4226, section 5.3) of the step. */
export const codeAtStep = (seed: string, step: number): string => {
  const { algorithm, digits, key } = parseSeed(seed)
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const digest = createHmac(algorithm, key).update(counter).digest()
  const offset = digest.readUInt8(digest.length - 1) & 0x0f
  const number = digest.readUInt32BE(offset) & 0x7fffffff
  return String(number % 10 ** digits).padStart(digits, "0")
}

/** The RFC 6238 code for a base32 seed or an `otpauth://` URI at a time in milliseconds since 1970. */
export const totp = (seed: string, epochMs: number): string => codeAtStep(seed, totpStep(seed, epochMs))

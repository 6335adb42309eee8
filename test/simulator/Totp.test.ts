import { assert, describe, it } from "@effect/vitest"
import { codeAtStep, totp, totpStep } from "../../simulator/Totp.ts"

const base32 = (text: string): string => {
  const bits = [...Buffer.from(text)].map((byte) => byte.toString(2).padStart(8, "0")).join("")
  return (bits.match(/.{1,5}/g) ?? []).map((five) =>
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[Number.parseInt(five.padEnd(5, "0"), 2)]
  ).join("")
}

const uri = (algorithm: string, key: string): string =>
  `otpauth://totp/x?secret=${base32(key)}&algorithm=${algorithm}&digits=8&period=30`

const sha1 = uri("SHA1", "12345678901234567890")
const sha256 = uri("SHA256", "12345678901234567890123456789012")
const sha512 = uri("SHA512", "1234567890123456789012345678901234567890123456789012345678901234")

describe("the stand-ins' one-time passwords", () => {
  // RFC 6238, appendix B.
  it.each([
    [59, "94287082", "46119246", "90693936"],
    [1111111109, "07081804", "68084774", "25091201"],
    [1111111111, "14050471", "67062674", "99943326"],
    [1234567890, "89005924", "91819424", "93441116"],
    [2000000000, "69279037", "90698825", "38618901"],
    [20000000000, "65353130", "77737706", "47863826"]
  ])("are those of RFC 6238 at second %d", (seconds, bySha1, bySha256, bySha512) => {
    assert.deepStrictEqual([sha1, sha256, sha512].map((seed) => totp(seed, seconds * 1000)), [
      bySha1,
      bySha256,
      bySha512
    ])
  })

  it("have six digits and thirty seconds for a bare seed, in any spelling of it", () => {
    const bare = base32("12345678901234567890")
    const spaced = bare.toLowerCase().replace(/(.{4})/g, "$1 ")
    assert.strictEqual(totp(bare, 59_999), "287082")
    assert.strictEqual(totp(spaced, 30_000), "287082")
    assert.notStrictEqual(totp(bare, 60_000), "287082")
    assert.strictEqual(codeAtStep(bare, totpStep(bare, 59_999)), "287082")
  })

  it("refuse a seed that is none without showing it", () => {
    for (const seed of ["not base32 at all!", "otpauth://totp/x?secret=0189"]) {
      assert.throws(() => totp(seed, 0), "not base32")
    }
    assert.throws(() => totp("", 0), "empty")
  })
})

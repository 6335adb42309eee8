import { assert, describe, it } from "@effect/vitest"
import { Redacted } from "effect"
import {
  codeAt,
  isMfaCode,
  mfaCodeOf,
  newSpentKey,
  periodOf,
  spentDigest,
  stepAt,
  stepOfCode
} from "../../../src/domain/base/MfaCode.ts"

const base32 = (ascii: string): string => {
  const bits = Array.from(ascii, (character) => character.charCodeAt(0).toString(2).padStart(8, "0")).join("")
  return (bits.match(/.{1,5}/g) ?? []).map((five) =>
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[parseInt(five.padEnd(5, "0"), 2)]
  ).join("")
}

const code = (seed: string, step: number): string | undefined => {
  const found = codeAt(Redacted.make(seed), step)
  return found && Redacted.value(found)
}

describe("codes from a seed", () => {
  // RFC 6238, appendix B: the seed of each algorithm is as long as its hash.
  const digits = "12345678901234567890123456789012345678901234567890123456789012345"
  const seeds = { SHA1: digits.slice(0, 20), SHA256: digits.slice(0, 32), SHA512: digits.slice(0, 64) } as const
  const vectors: ReadonlyArray<readonly [seconds: number, algorithm: keyof typeof seeds, code: string]> = [
    [59, "SHA1", "94287082"],
    [59, "SHA256", "46119246"],
    [59, "SHA512", "90693936"],
    [1111111109, "SHA1", "07081804"],
    [1111111109, "SHA256", "68084774"],
    [1111111109, "SHA512", "25091201"],
    [1111111111, "SHA1", "14050471"],
    [1111111111, "SHA256", "67062674"],
    [1111111111, "SHA512", "99943326"],
    [1234567890, "SHA1", "89005924"],
    [1234567890, "SHA256", "91819424"],
    [1234567890, "SHA512", "93441116"],
    [2000000000, "SHA1", "69279037"],
    [2000000000, "SHA256", "90698825"],
    [2000000000, "SHA512", "38618901"],
    [20000000000, "SHA1", "65353130"],
    [20000000000, "SHA256", "77737706"],
    [20000000000, "SHA512", "47863826"]
  ]
  it.each(vectors)("are those of RFC 6238 at %i s with %s", (seconds, algorithm, expected) => {
    const uri = `otpauth://totp/AWS:me@example?secret=${
      base32(seeds[algorithm])
    }&issuer=AWS&algorithm=${algorithm}&digits=8&period=30`
    const step = stepAt(Redacted.make(uri), seconds * 1000)
    assert.strictEqual(step, Math.floor(seconds / 30))
    assert.strictEqual(code(uri, step ?? -1), expected)
    if (algorithm === "SHA1") assert.strictEqual(code(base32(seeds.SHA1), step ?? -1), expected.slice(2))
  })

  it("do not depend on how the seed was typed", () => {
    const expected = code("FAKESEEDFAKESEED", 1)
    assert.match(expected ?? "", /^\d{6}$/)
    const spellings = [
      "fake seed fake seed",
      " FakeSeedFakeSeed\n",
      "FAKE-SEED-FAKE-SEED",
      "FAKESEEDFAKESEED====",
      "FAKESEEDFAKESEED== ",
      "otpauth://totp/x?secret=fakeseedfakeseed",
      "OTPAUTH://TOTP/?secret=FAKE%20SEED+FAKESEED",
      "otpauth://totp/a%20b:c?issuer=a&secret=FAKESEEDFAKESEED%3D%3D&algorithm=sha-1&digits=6&period=30"
    ]
    for (const spelling of spellings) assert.strictEqual(code(spelling, 1), expected, spelling)
  })

  it("follow the URI's period", () => {
    const seed = Redacted.make("otpauth://totp/x?secret=FAKESEEDFAKESEED&period=60")
    assert.strictEqual(periodOf(seed), 60)
    assert.strictEqual(periodOf(Redacted.make("FAKESEEDFAKESEED")), 30)
    assert.strictEqual(stepAt(seed, 119_999), 1)
    assert.strictEqual(stepAt(seed, 120_000), 2)
  })

  const unusable = [
    "",
    " ",
    "A",
    "====",
    "FAKESEED1",
    "FAKE=SEED",
    "FAKESEED!",
    "otpauth://",
    "otpauth://totp/x",
    "otpauth://totp/x?secret=",
    "otpauth://totp/x?secret=018",
    "otpauth://hotp/x?secret=FAKESEEDFAKESEED&counter=1",
    "otpauth://totp/x?secret=FAKESEEDFAKESEED&algorithm=MD5",
    "otpauth://totp/x?secret=FAKESEEDFAKESEED&algorithm=constructor",
    "otpauth://totp/x?secret=FAKESEEDFAKESEED&digits=5",
    "otpauth://totp/x?secret=FAKESEEDFAKESEED&digits=six",
    "otpauth://totp/x?secret=FAKESEEDFAKESEED&period=0",
    "otpauth://totp/x?secret=FAKESEEDFAKESEED&period=-30",
    "steam://FAKESEEDFAKESEED",
    "[use 'op item get x --reveal' to reveal]"
  ]
  it.each(unusable)("cannot be had from %j", (text) => {
    const seed = Redacted.make(text)
    assert.isUndefined(codeAt(seed, 1))
    assert.isUndefined(stepAt(seed, 0))
    assert.isUndefined(periodOf(seed))
    assert.isUndefined(stepOfCode(seed, Redacted.make("123456"), 0))
  })

  it("are not there for what is no step", () => {
    for (const step of [-1, 0.5, NaN, Infinity, 2 ** 53]) assert.isUndefined(code("FAKESEEDFAKESEED", step))
    assert.isDefined(code("FAKESEEDFAKESEED", 0))
  })

  it("stay redacted", () =>
    assert.strictEqual(JSON.stringify(codeAt(Redacted.make("FAKESEEDFAKESEED"), 1)), "\"<redacted>\""))
})

describe("the step of a code", () => {
  const seed = Redacted.make("FAKESEEDFAKESEED")
  const at = 1_700_000_000_000
  const here = Math.floor(at / 30_000)
  const stepOf = (step: number, around = at): number | undefined =>
    stepOfCode(seed, codeAt(seed, step) ?? Redacted.make(""), around)

  it("is found by the digits, up to half an hour from our clock", () => {
    assert.deepStrictEqual(
      [-60, -1, 0, 1, 60].map((away) => stepOf(here + away)),
      [-60, -1, 0, 1, 60].map((away) => here + away)
    )
    assert.isUndefined(stepOf(here - 61))
    assert.isUndefined(stepOf(here + 61))
  })

  it("is found at the beginning of time, where there is nothing before", () => assert.strictEqual(stepOf(3, 0), 3))

  it("is not there for digits of another seed", () => {
    assert.isUndefined(stepOfCode(seed, Redacted.make("not it"), at))
    assert.isUndefined(stepOfCode(seed, codeAt(Redacted.make("FAKESEEDFAKESEEE"), here) ?? Redacted.make(""), at))
  })
})

describe("isMfaCode", () => {
  it("takes six digits and nothing else", () => {
    for (const text of ["000000", "123456"]) assert.isTrue(isMfaCode(text))
    for (const text of ["", "12345", "1234567", "12345a", " 123456", "123456\n", "１２３４５６", "-12345"]) {
      assert.isFalse(isMfaCode(text))
    }
  })
})

describe("spentDigest", () => {
  const serial = "arn:aws:iam::123456789012:mfa/me"
  const spent = Redacted.make("123456")

  it("is the HMAC-SHA256 of serial and code", () => {
    // printf 'arn:aws:iam::123456789012:mfa/me\n123456' | openssl dgst -sha256 -hmac k
    assert.strictEqual(
      spentDigest("k", serial, spent),
      "6f8cc297d4891383157bf0d1420b51a0ddc8f3e87c8ca2300edc3bf0aac47bcc"
    )
  })

  it("differs with the key, the device and the code", () => {
    const digests = [
      spentDigest("k", serial, spent),
      spentDigest("l", serial, spent),
      spentDigest("k", `${serial}2`, spent),
      spentDigest("k", serial, Redacted.make("123457"))
    ]
    assert.strictEqual(new Set(digests).size, 4)
    assert.notStrictEqual(newSpentKey(1), newSpentKey(1))
  })
})

describe("a code as people write it", () => {
  it.each([
    "123456",
    "123 456",
    "123-456",
    "12 34 56",
    " 123 - 456\r\n",
    "123\u00a0456",
    "123\u2009456",
    "123\u2013456",
    "\u200e123456\u200f",
    "１２３４５６",
    "１２３　４５６",
    "١٢٣٤٥٦",
    "१२३ ४५६"
  ])("is its six digits: %j", (text) => assert.strictEqual(mfaCodeOf(text), "123456"))

  it.each(["", "12345", "1234567", "123 4567", "-123456", "123\n456", "123.456", "12a456", "1e5 000", "①②③④⑤⑥", "¹²³⁴⁵⁶"])(
    "is not made of %j",
    (text) => assert.isUndefined(mfaCodeOf(text))
  )
})

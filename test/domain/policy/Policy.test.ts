import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Schema } from "effect"
import { packedPolicy } from "../../../src/domain/policy/PackedPolicy.ts"
import { narrowsNothing, policyTrouble } from "../../../src/domain/policy/PolicyCheck.ts"
import { readJson } from "../../../src/domain/policy/PolicyJson.ts"

const sound = `{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": "s3:Get*",
      "Resource": "*"
    }
  ]
}
`

const troubleOf = (written: string) => policyTrouble({ file: "p.json", written, packed: packedPolicy(written) })

const accepts = (text: string): boolean => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** JSON with what may go wrong in it: pieces of it in any order. */
const pieces = Schema.Array(Schema.Literals([
  "{", "}", "[", "]", ":", ",", "\"a\"", "\"b\"", "\"\\u0041\"", "\"\\\"\"", "\"\\x\"", "\"", "\\", "true", "null", "1", "-0", "01", "1e5", "1.", " ", "\n", "\t", "\u00a0", "x", "\ufeff"
]))
const pieced = Arbitrary.map(Arbitrary.schema(pieces), (all) => all.join(""))
const values = Arbitrary.schema(Schema.Record(Schema.String, Schema.Array(Schema.Union([Schema.String, Schema.Finite, Schema.Boolean]))))
const blanks = Schema.Literals(["", " ", "\n", "\t\t", "\r\n  "])

describe("a packed policy", () => {
  it.prop("means what was written, in as few characters as JSON takes", [values], ([value]) => {
    for (const written of [JSON.stringify(value), JSON.stringify(value, undefined, 2), JSON.stringify(value, undefined, "\t")]) {
      assert.strictEqual(packedPolicy(written), JSON.stringify(value))
    }
  })

  it.prop("is the same once it is packed, and never becomes JSON that was none", [pieced], ([written]) => {
    const packed = packedPolicy(written)
    assert.strictEqual(packedPolicy(packed), packed)
    assert.strictEqual(accepts(packed), accepts(written))
    if (accepts(written)) assert.deepStrictEqual(JSON.parse(packed), JSON.parse(written))
  })

  it.prop("tells texts apart that differ in anything but blanks between their parts", [Schema.String, Schema.String, blanks], ([one, other, blank]) => {
    const of = (text: string) => packedPolicy(`{${blank}"Resource"${blank}:${JSON.stringify(text)}}`)
    assert.strictEqual(of(one) === of(other), one === other)
  })
})

describe("JSON with its lines", () => {
  it.prop("is what JSON.parse takes", [pieced], ([text]) => {
    assert.strictEqual("brokenAt" in readJson(text), !accepts(text))
  })

  it.prop("is read to the same values", [values], ([value]) => {
    const plain = (part: Exclude<ReturnType<typeof readJson>, { readonly brokenAt: number }>): unknown =>
      part.kind === "object"
        ? Object.fromEntries(part.members.map(({ name, value }) => [name, plain(value)]))
        : part.kind === "array"
        ? part.items.map(plain)
        : part.kind === "string"
        ? part.text
        : "other"
    const read = readJson(JSON.stringify(value, undefined, 2))
    if ("brokenAt" in read) return assert.fail("it is no JSON")
    const expected = Object.fromEntries(
      Object.entries(value).map(([name, list]) => [name, list.map((one) => typeof one === "string" ? one : "other")])
    )
    // Nothing is lost by a name that objects have for themselves.
    if (!Object.hasOwn(value, "__proto__")) assert.deepStrictEqual(plain(read), expected)
  })

  it("ends where it would go too deep, without running out of stack", () => {
    assert.deepStrictEqual(readJson(`${"[".repeat(100_000)}${"]".repeat(100_000)}`), { brokenAt: 1 })
  })
})

describe("a policy", () => {
  it("that AWS takes is let through", () => {
    assert.isUndefined(troubleOf(sound))
    const deny = "{\"Version\":\"2008-10-17\",\"Statement\":{\"Sid\":\"a\",\"Effect\":\"Deny\",\"NotAction\":[\"s3:*\"],\"NotResource\":[\"a\"],\"Condition\":{\"Bool\":{\"a\":\"true\"}}}}"
    assert.isUndefined(troubleOf(deny))
  })

  it.each<readonly [name: string, written: string, line: number | undefined, said: RegExp]>([
    ["nothing", "", undefined, /is empty/],
    ["a byte order mark", `\ufeff${sound}`, 1, /byte order mark/],
    ["no JSON", sound.replace("\"Allow\",", "\"Allow\""), 6, /no JSON/],
    ["a comment", sound.replace("\"Effect\"", "// \"Effect\""), 5, /no JSON/],
    ["a list", "[]", 1, /no policy/],
    ["no version", sound.replace("\"Version\"", "\"version\""), 1, /no Version/],
    ["a new version", sound.replace("2012-10-17", "2030-01-01"), 2, /Version must be "2012-10-17"/],
    ["no statement", "{\n\"Version\":\"2012-10-17\"}", 1, /no Statement/],
    ["an empty list of statements", "{\"Version\":\"2012-10-17\",\n\"Statement\":[]}", 2, /empty/],
    ["a text for a statement", "{\"Version\":\"2012-10-17\",\n\"Statement\":\"all\"}", 2, /no statement/],
    ["no effect", sound.replace("\"Effect\"", "\"Affect\""), 4, /no Effect/],
    ["another effect", sound.replace("\"Allow\"", "\"allow\""), 5, /Effect must be/],
    ["no action", sound.replace("\"Action\"", "\"Actions\""), 4, /neither Action nor NotAction/],
    ["both actions", sound.replace("\"Resource\"", "\"NotAction\": \"s3:*\",\n\"Resource\""), 7, /both Action and NotAction/],
    ["a number for an action", sound.replace("\"s3:Get*\"", "1"), 6, /actions must be/],
    ["a key that stands twice", sound.replace("\"Action\"", "\"Action\": \"*\",\n\"Action\""), 7, /"Action" stands there a second time/],
    ["the same key in other letters", sound.replace("\"Action\"", "\"Action\": \"*\",\n\"action\""), 7, /"action" stands there a second time/],
    ["the same key written otherwise", sound.replace("\"Action\"", "\"Action\": \"*\",\n\"\\u0041ction\""), 7, /"Action" stands there a second time/],
    ["a character that AWS refuses", sound.replace("s3:Get*", "s3:\u20ac"), 6, /U\+20AC/],
    ["too many characters", sound.replace("s3:Get*", "x".repeat(2048)), undefined, /has 2\d\d\d characters .* takes 2048/],
    ["endless characters", `${sound}${" ".repeat(70_000)}`, undefined, /characters/]
  ])("with %s is refused with its line", (_, written, line, said) => {
    const trouble = troubleOf(written)
    assert.match(trouble?.message ?? "", said)
    assert.strictEqual(trouble?.message.startsWith(line === undefined ? "p.json: " : `p.json:${line}: `), true, trouble?.message)
    assert.isNotEmpty(trouble?.hint)
  })

  it("of exactly 2,048 characters without its blanks is let through, whatever the blanks", () => {
    const room = 2048 - packedPolicy(sound).length
    const full = sound.replace("s3:Get*", `s3:Get*${"x".repeat(room)}`)
    assert.strictEqual(packedPolicy(full).length, 2048)
    assert.isUndefined(troubleOf(full))
    assert.isDefined(troubleOf(full.replace("s3", "s3x")))
  })

  it("that allows everything on everything narrows nothing, unless it has a condition or denies something", () => {
    const all = sound.replace("s3:Get*", "*")
    assert.isTrue(narrowsNothing(packedPolicy(all)))
    assert.isTrue(narrowsNothing(packedPolicy(all.replace("\"*\",", "[\"s3:Get*\", \"*:*\"],"))))
    assert.isFalse(narrowsNothing(packedPolicy(sound)))
    assert.isFalse(narrowsNothing(packedPolicy(all.replace("\"Resource\": \"*\"", "\"Resource\": \"*\", \"Condition\": {}"))))
    assert.isFalse(narrowsNothing(packedPolicy(all.replace("]", ", {\"Effect\": \"Deny\", \"Action\": \"iam:*\", \"Resource\": \"*\"}]"))))
  })
})

import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Redacted, Schema } from "effect"
import { inspect } from "node:util"
import {
  findField,
  type OpField,
  type OpItem,
  readKey,
  readOneTimePassword,
  readRegion,
  readSerial
} from "../../../src/domain/onepassword/OpItem.ts"
import { parseOpItem } from "../../../src/domain/onepassword/OpItemJson.ts"
import { Failure } from "../../../src/domain/base/Failure.ts"

const natural = Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1_000_000 })))
const text = Arbitrary.schema(Schema.String)

const oneOf = <A>(first: A, ...others: ReadonlyArray<A>): Arbitrary.Arbitrary<A> => {
  const values = [first, ...others]
  return Arbitrary.map(natural, (index) => values[index % values.length] ?? first)
}

const word = (alphabet: string): Arbitrary.Arbitrary<string> => {
  const [first = "", ...others] = alphabet
  return Arbitrary.map(Arbitrary.array(oneOf(first, ...others), { minLength: 1, maxLength: 8 }), (all) => all.join(""))
}

/** Labels as people write them, without outer spaces. A dot is left to those that are about sections. */
const label = Arbitrary.map(word("abcXYZ019 -_,=\"'()éЖ"), (name) => name.trim() || "x")

/** The same name in a case that `bits` decides and with spaces around. */
const spelledOtherwise = (name: string, bits: number): string => {
  const letters = Array.from(
    name,
    (letter, index) => (bits >> (index % 20)) & 1 ? letter.toUpperCase() : letter.toLowerCase()
  )
  return `${" ".repeat(bits % 3)}${letters.join("")}${"\t".repeat(bits % 2)}`
}

const field = (index: number, own: Omit<OpField, "id" | "value">): OpField => ({
  id: `#${index}`,
  value: Redacted.make(`value ${index}`),
  ...own
})

const found = (item: OpItem, name: string): string => {
  const answer = findField(item, name)
  return answer instanceof Error ? answer._tag : answer.id ?? ""
}

describe("finding a field", () => {
  it.prop("does not mind case and outer spaces", [
    Arbitrary.all({ labels: Arbitrary.array(label, { minLength: 1 }), bits: natural })
  ], ([
    { bits, labels }
  ]) => {
    const distinct = [...new Map(labels.map((one) => [one.toLowerCase(), one])).values()]
    const item = { fields: distinct.map((one, index) => field(index, { label: one })) }
    distinct.forEach((one, index) => {
      assert.strictEqual(found(item, one), `#${index}`)
      assert.strictEqual(found(item, spelledOtherwise(one, bits)), `#${index}`)
    })
  }, { arbitrary: { runs: 300 } })

  it.prop("takes the one that is spelled exactly so, and else finds both", [
    Arbitrary.all({ name: label, bits: natural })
  ], ([{ bits, name }]) => {
    const spellings = [...new Set([`${name}q`, `${name}Q`])]
    const item = { fields: spellings.map((one, index) => field(index, { label: one })) }
    spellings.forEach((one, index) => assert.strictEqual(found(item, one), `#${index}`))
    assert.strictEqual(found(item, ` ${spelledOtherwise(`${name}q`, bits)}`), "DuplicateField")
  }, { arbitrary: { runs: 300 } })

  const crowded = Arbitrary.array(
    Arbitrary.all({ label: oneOf("a", "A", "b", "a.b"), section: oneOf("", "a", "B", "b") }),
    {
      minLength: 2,
      maxLength: 6
    }
  )
  it.prop("names each of several fields by a name that finds it alone", [crowded], ([places]) => {
    const item = {
      fields: places.map((place, index) =>
        field(index, {
          label: place.label,
          ...(place.section === "" ? {} : { section: { id: `s${index % 2}`, label: place.section } })
        })
      )
    }
    for (const name of ["a", "A", "b", "a.b", "A.B", "b.a"]) {
      const answer = findField(item, name)
      if (!(answer instanceof Failure) || answer._tag !== "DuplicateField") continue
      const ids = answer.names.map((one) => found(item, one))
      assert.isAtLeast(ids.length, 2)
      assert.strictEqual(new Set(ids).size, ids.length)
      assert.isTrue(ids.every((id) => id.startsWith("#")), ids.join())
    }
  }, { arbitrary: { runs: 500 } })
})

/** Everything that a person, a log or a debugger could be shown of something. */
const shown = (value: unknown): string =>
  [
    String(value),
    JSON.stringify(value) ?? "",
    inspect(value, { depth: null, showHidden: true }),
    value instanceof Error ? `${value.message}${value.stack}${inspect({ ...value })}` : ""
  ].join("\n")

const canary = "CANARY"

/** Values of any shape that hold the canary. */
const secret = Arbitrary.map(
  Arbitrary.all({ before: text, after: text, form: natural }),
  ({ after, before, form }) =>
    [
      `${before}${canary}${after}`,
      `${canary}${"A".repeat(form % 300)}`,
      ` ${canary}FAKESEED `,
      `otpauth://totp/${canary}?secret=${canary}&digits=${form % 10}`,
      `[use 'op item get ${canary} --reveal' to reveal]`,
      `arn:aws:iam::${canary}:mfa/\u0007`
    ][form % 6] ?? canary
)

const secretItem = Arbitrary.map(
  Arbitrary.all({
    title: text,
    fields: Arbitrary.array(
      Arbitrary.all({
        label: oneOf(
          "Access key ID",
          "Secret access key",
          "mfa serial",
          "region",
          "default region",
          "one-time password",
          ""
        ),
        type: oneOf("STRING", "CONCEALED", "OTP"),
        value: secret,
        totp: secret,
        odd: text
      }),
      { maxLength: 8 }
    )
  }),
  ({ fields, title }) =>
    JSON.stringify({
      title,
      fields: fields.map(({ label, odd, totp, type, value }, index) => ({
        id: `f${index}`,
        label: label || odd,
        type,
        value,
        totp
      }))
    })
)

describe("secrets of an item", () => {
  const names = { accessKeyIdField: "access key id", secretAccessKeyField: "SECRET ACCESS KEY" }

  it.prop(
    "are in no failure and in no text of what was read",
    [Arbitrary.all({ json: secretItem, name: text })],
    ([{ json, name }]) => {
      const item = parseOpItem(json)
      if (item instanceof Error) return assert.fail(item.message)
      const password = readOneTimePassword(item)
      const answers = [
        item,
        findField(item, name),
        ...item.fields.map(({ label }) => findField(item, label ?? "")),
        ...[names, { ...names, accessKeyIdField: name }, { accessKeyIdField: "f0", secretAccessKeyField: "f1" }].map((
          fields
        ) => readKey(item, fields)),
        readSerial(item),
        readRegion(item),
        password
      ].filter((answer) => typeof answer !== "string")
      for (const answer of answers) {
        if (answer !== undefined && "accessKeyId" in answer) assert.notInclude(shown(answer.secretAccessKey), canary)
        else assert.notInclude(shown(answer), canary)
      }
    },
    { arbitrary: { runs: 500 } }
  )

  it.prop("are in no failure about unreadable output", [
    Arbitrary.all({ json: secretItem, cut: natural, filler: text })
  ], ([
    { cut, filler, json }
  ]) => {
    const damaged = [
      json.slice(0, cut % json.length),
      `${filler}${canary}`,
      `{"value":"${canary}","fields":1}`,
      json.replaceAll("\"id\":\"", "\"id\":1,\"x\":\"")
    ]
    for (const one of damaged) {
      const answer = parseOpItem(one)
      if (answer instanceof Error) assert.notInclude(shown(answer), canary)
    }
    assert.instanceOf(parseOpItem(json.slice(0, -1)), Error)
  }, { arbitrary: { runs: 300 } })
})

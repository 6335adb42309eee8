import { assert, describe, it } from "@effect/vitest"
import { Option, Schema } from "effect"
import { ExitCode } from "../../../src/domain/base/Failure.ts"
import { codeOriginNote } from "../../../src/domain/mfa/CodeOrigin.ts"
import { spentNote } from "../../../src/domain/mfa/SpentNote.ts"
import { flightNote, quietNote, refusalNote, troubleNote } from "../../../src/domain/session/FlightNote.ts"
import { importNote } from "../../../src/import/ImportDestination.ts"

/** A failure that a note tells of is told with its exit status: 0 would say that all is well. */
const failing = Object.values(ExitCode).filter((code) => code !== ExitCode.done)

const Failure = Schema.Struct({
  tag: Schema.String,
  message: Schema.String,
  hint: Schema.String,
  exitCode: Schema.Literals(failing)
})

/** Every note, as it is kept and as Effect's Schema would have it. */
const notes = [
  {
    name: "a flight",
    format: flightNote,
    schema: Schema.Struct({
      pid: Schema.Int,
      terminal: Schema.optionalKey(Schema.String),
      startedAt: Schema.Finite,
      endedAt: Schema.optionalKey(Schema.Finite),
      session: Schema.optionalKey(Schema.Struct({ profile: Schema.String })),
      failure: Schema.optionalKey(Failure)
    })
  },
  {
    name: "refusals",
    format: refusalNote,
    schema: Schema.Struct({
      refusals: Schema.Array(Schema.Struct({ group: Schema.String, at: Schema.Finite, failure: Failure }))
    })
  },
  { name: "a quiet time", format: quietNote, schema: Schema.Struct({ at: Schema.Finite, until: Schema.Finite, failure: Failure }) },
  {
    name: "a trouble",
    format: troubleNote,
    schema: Schema.Struct({
      at: Schema.Finite,
      profile: Schema.String,
      kind: Schema.Literals(["failure", "warning"]),
      message: Schema.String,
      hint: Schema.String
    })
  },
  {
    name: "an import",
    format: importNote,
    schema: Schema.Struct({ vault: Schema.String, title: Schema.String, account: Schema.optionalKey(Schema.String) })
  },
  { name: "a code's origin", format: codeOriginNote, schema: Schema.Struct({ typed: Schema.Boolean }) },
  {
    name: "spent codes",
    format: spentNote,
    schema: Schema.Struct({
      step: Schema.optionalKey(Schema.Int),
      taken: Schema.optionalKey(Schema.Int),
      codes: Schema.Array(Schema.Struct({ digest: Schema.String, at: Schema.Finite }))
    })
  }
] as const

/** What may stand in a member's place instead. */
const intruders = [undefined, null, true, 0, 1.5, "", "text", [], [1], {}, { tag: "x" }] as const

/** The same JSON with one member, however deep, replaced by each of these or taken out. */
const variations = (value: unknown): ReadonlyArray<unknown> =>
  typeof value !== "object" || value === null
    ? intruders
    : [
      ...intruders,
      ...Object.entries(value).flatMap(([name, member]) => variations(member).map((other) => replaced(value, name, other)))
    ]

const replaced = (value: object, name: string, member: unknown): unknown =>
  Array.isArray(value) ? value.with(Number(name), member) : { ...value, [name]: member }

describe.each(notes)("the note of $name", ({ format, schema }) => {
  const encode = format.encode as (note: unknown) => string
  const expected = Schema.decodeUnknownOption(Schema.fromJsonString(schema as Schema.Codec<unknown>))

  it.prop("is read again as Effect's Schema reads it, whatever becomes of its members", [schema as Schema.Codec<unknown>], ([note]) => {
    assert.deepStrictEqual(format.decode(encode(note)), Option.getOrUndefined(expected(encode(note))))
    for (const other of variations(note)) {
      const written = JSON.stringify({ note: other }).slice("{\"note\":".length, -1)
      assert.deepStrictEqual(format.decode(written), Option.getOrUndefined(expected(written)), written)
    }
  }, { arbitrary: { runs: 20 } })

  it("is none when it is torn", () => {
    for (const written of ["", "{", "[]", "null", "{\"pid\":1,", "no JSON"]) assert.isUndefined(format.decode(written))
  })
})

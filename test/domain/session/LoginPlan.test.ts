import { assert, describe, it } from "@effect/vitest"
import { admin, base, chainOf, deploy } from "../../fixtures/Chains.ts"
import { askedFor, questions, sessionLine } from "../../../src/domain/session/LoginPlan.ts"

const profileText = (name: string, keys: string) =>
  `[profile ${name}]\nop_vault = Private\nmfa_serial = ${serial}\n${keys}`
const serial = "arn:aws:iam::123456789012:mfa/alice"

describe("the questions that profiles come to", () => {
  it("are one for each key, the shortest session first, so that the others can take it over", () => {
    const text = [
      profileText("long", "op_item = AWS\nop_duration = 12h\n"),
      profileText("other", "op_item = Other\n"),
      profileText("short", "op_item = AWS\nop_duration = 1h\n")
    ].join("")
    const chains = ["long", "other", "short"].map((profile) => chainOf(text, { profile }))
    const groups = questions(chains).map((group) => group.map(({ profile }) => profile))
    assert.deepStrictEqual(groups, [["short", "long"], ["other"]])
  })

  it("are two where a role takes a code of its own", () => {
    const text = `${base}${deploy}${admin}`
    const chains = ["base", "admin"].map((profile) => chainOf(text, { profile }))
    assert.strictEqual(questions(chains).length, 1)
    const long = chainOf(text, { profile: "deploy", flags: { "role-duration": "2h" } })
    assert.strictEqual(questions([...chains, long]).length, 2)
  })
})

describe("the part of a chain that a person is asked for", () => {
  it("is the session of the key", () => {
    const asked = askedFor(chainOf(`${base}${deploy}${admin}`, { profile: "admin" }))
    assert.deepStrictEqual([asked.profile, asked.hops.length], ["base", 0])
  })

  it("is the first role where that lasts longer than a role of a session can", () => {
    const asked = askedFor(chainOf(`${base}${deploy}`, { profile: "deploy", flags: { "role-duration": "2h" } }))
    assert.deepStrictEqual([asked.profile, asked.hops.length], ["deploy", 1])
  })
})

describe("what login says", () => {
  it("is until when, and how long that is", () => {
    const until = Date.parse("2026-11-23T22:00:00Z")
    const line = sessionLine("dev", until, until - 12 * 3_600_000 + 1, { columns: undefined })
    assert.strictEqual(line, "dev: session until 2026-11-23T22:00:00Z (11h 59m)\n")
  })
})

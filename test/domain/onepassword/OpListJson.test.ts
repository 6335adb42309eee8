import { assert, describe, it } from "@effect/vitest"
import { tagOf } from "../../fixtures/OpItems.ts"
import { parseOpItemHeaders, parseOpVaults } from "../../../src/domain/onepassword/OpListJson.ts"

const vault = { id: "fakevaultaaaaaaaaaaaaaaaaa", name: "Private" }

describe("a list of vaults", () => {
  it("is read, of older and newer programs", () => {
    assert.deepStrictEqual(
      parseOpVaults(JSON.stringify([{ ...vault, content_version: 3 }, { id: "x", items: 4, created_at: "…" }])),
      [vault, { id: "x", name: "x" }]
    )
  })

  it.each(["[]", "null", "\uFEFF[]\r\n"])("may be empty: %j", (text) => {
    assert.deepStrictEqual(parseOpVaults(text), [])
    assert.deepStrictEqual(parseOpItemHeaders(text), [])
  })

  it.each(["", "{}", "[1]", "ID NAME", "[{\"name\":\"x\"}]"])("is not %s", (text) => {
    assert.strictEqual(tagOf(parseOpVaults(text)), "OpOutputUnusable")
    assert.strictEqual(tagOf(parseOpItemHeaders(text)), "OpOutputUnusable")
  })
})

describe("a list of items", () => {
  it("tells them apart, and leaves out archived ones", () => {
    const item = { id: "a", title: "AWS", version: 2, vault, category: "API_CREDENTIAL" }
    assert.deepStrictEqual(
      parseOpItemHeaders(JSON.stringify([
        { ...item, tags: ["work"], additional_information: "me@example.test" },
        { ...item, id: "b", state: "ARCHIVED" },
        { ...item, id: "c", tags: null, additional_information: "—" }
      ])),
      [
        { id: "a", title: "AWS", category: "API_CREDENTIAL", tags: ["work"], vault, subtitle: "me@example.test" },
        { id: "c", title: "AWS", category: "API_CREDENTIAL", tags: [], vault }
      ]
    )
  })
})

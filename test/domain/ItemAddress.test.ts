import { assert, describe, it } from "@effect/vitest"
import { Failure } from "../../src/domain/Failure.ts"
import { itemAddress } from "../../src/domain/ItemAddress.ts"

describe("itemAddress", () => {
  it("takes vault and item from two flags or from one", () => {
    assert.deepStrictEqual(itemAddress(undefined, undefined), {})
    assert.deepStrictEqual(itemAddress("Private", undefined), { vault: "Private" })
    assert.deepStrictEqual(itemAddress("Private", "AWS"), { vault: "Private", item: "AWS" })
    assert.deepStrictEqual(itemAddress(undefined, "op://Private/AWS"), { vault: "Private", item: "AWS" })
    assert.deepStrictEqual(itemAddress("Private", "op://Private/AWS"), { vault: "Private", item: "AWS" })
  })

  it("refuses an item without a vault, a field, and two vaults", () => {
    for (const [vault, item] of [[undefined, "AWS"], [undefined, "op://Private/AWS/field"], [undefined, "op://Private"], ["Work", "op://Private/AWS"]] as const) {
      assert.isTrue(itemAddress(vault, item) instanceof Failure)
    }
  })
})

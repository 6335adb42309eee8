import { assert, describe, it } from "@effect/vitest"
import { Failure } from "../../src/domain/Failure.ts"
import { itemAddress } from "../../src/domain/ItemAddress.ts"

const said = (value: string | undefined, rank = 0) => value === undefined ? undefined : { value, rank, source: `place ${rank}` }

describe("itemAddress", () => {
  it("takes vault and item from two settings or from one", () => {
    assert.deepStrictEqual(itemAddress(undefined, undefined), {})
    assert.deepStrictEqual(itemAddress(said("Private"), undefined), { vault: "Private" })
    assert.deepStrictEqual(itemAddress(said("Private"), said("AWS")), { vault: "Private", item: "AWS" })
    assert.deepStrictEqual(itemAddress(undefined, said("op://Private/AWS")), { vault: "Private", item: "AWS" })
    assert.deepStrictEqual(itemAddress(said("Private"), said("op://Private/AWS")), { vault: "Private", item: "AWS" })
  })

  it("takes a reference for more than a vault that is named with a higher rank, such as by the environment", () => {
    assert.deepStrictEqual(itemAddress(said("Work", 1), said("op://Private/AWS")), { vault: "Private", item: "AWS" })
    const failure = itemAddress(said("Work"), said("op://Private/AWS", 1))
    assert.isTrue(failure instanceof Failure)
    assert.include(String(failure), "place 1 names the vault \"Private\" and place 0 names \"Work\"")
  })

  it("refuses an item without a vault, a field, and two vaults", () => {
    for (const [vault, item] of [[undefined, "AWS"], [undefined, "op://Private/AWS/field"], [undefined, "op://Private"], ["Work", "op://Private/AWS"]] as const) {
      assert.isTrue(itemAddress(said(vault), said(item)) instanceof Failure)
    }
  })
})

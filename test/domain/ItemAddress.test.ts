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

  const link = "https://start.1password.com/open/i?a=FAKEACCOUNT&v=fakevault&i=fakeitem&h=example.1password.com"

  it("takes account, vault and item from a private link", () => {
    const said = { account: "FAKEACCOUNT", vault: "fakevault", item: "fakeitem" }
    for (const text of [link, link.replace(".com/open", ".eu/open"), `${link}#x`, link.replace(/^(.*\?)(.*?)&(.*)$/, "$1$3&$2")]) {
      assert.deepStrictEqual(itemAddress(undefined, text), said)
    }
    assert.deepStrictEqual(itemAddress("fakevault", link, "FAKEACCOUNT"), said)
  })

  it("refuses what stands against a link, and one that lacks a part", () => {
    for (const [vault, item, account] of [
      ["Other", link, undefined],
      [undefined, link, "example.1password.com"],
      [undefined, link.replace("&v=fakevault", ""), undefined],
      [undefined, link.replace("i=fakeitem", "i="), undefined],
      [undefined, link.replace("start", "share"), undefined]
    ] as const) assert.isTrue(itemAddress(vault, item, account) instanceof Failure, item)
  })
})

import { assert, describe, it } from "@effect/vitest"
import { Failure } from "../../../src/domain/base/Failure.ts"
import { itemAddress } from "../../../src/domain/onepassword/ItemAddress.ts"

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

  const link = "https://start.1password.com/open/i?a=FAKEACCOUNT&v=fakevault&i=fakeitem&h=example.1password.com"

  it("takes account, vault and item from a private link", () => {
    const place = { account: "FAKEACCOUNT", vault: "fakevault", item: "fakeitem" }
    for (const text of [link, link.replace(".com/open", ".eu/open"), `${link}#x`, link.replace(/^(.*\?)(.*?)&(.*)$/, "$1$3&$2")]) {
      assert.deepStrictEqual(itemAddress(undefined, said(text)), place)
    }
    assert.deepStrictEqual(itemAddress(said("fakevault"), said(link), said("FAKEACCOUNT")), place)
  })

  it("takes an account beside whatever names none", () => {
    const account = "example.1password.com"
    assert.deepStrictEqual(itemAddress(undefined, undefined, said(account)), { account })
    assert.deepStrictEqual(itemAddress(said("Private"), said("AWS"), said(account)), { vault: "Private", item: "AWS", account })
    assert.deepStrictEqual(itemAddress(undefined, said("op://Private/AWS"), said(account)), { vault: "Private", item: "AWS", account })
  })

  it("refuses what stands against a link, and one that lacks a part", () => {
    for (const [vault, item, account] of [
      ["Other", link, undefined],
      [undefined, link, "example.1password.com"],
      [undefined, link.replace("&v=fakevault", ""), undefined],
      [undefined, link.replace("i=fakeitem", "i="), undefined],
      [undefined, link.replace("start", "share"), undefined]
    ] as const) assert.isTrue(itemAddress(said(vault), said(item), said(account)) instanceof Failure, item)
  })

  it("takes a link for more than an account and a vault that are named with a higher rank, and for no less", () => {
    const place = { account: "FAKEACCOUNT", vault: "fakevault", item: "fakeitem" }
    assert.deepStrictEqual(itemAddress(said("Work", 3), said(link, 1), said("example.1password.com", 3)), place)
    const failure = itemAddress(undefined, said(link, 3), said("other\n.1password.com", 1))
    assert.isTrue(failure instanceof Failure)
    assert.include(String(failure), "place 3 names the account \"FAKEACCOUNT\" and place 1 names \"other")
    assert.notInclude(String(failure), "\n.1password")
  })
})

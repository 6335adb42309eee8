import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Schema } from "effect"
import { distinctItems, pluginFiles, pluginItems } from "../../../src/domain/onepassword/ShellPlugin.ts"

const id = (name: string): string => `fake${name}`.padEnd(26, "a")

describe("the files of 1Password's AWS plugin", () => {
  it("are those of the directory and all above it up to the home, then the general ones", () => {
    const files = pluginFiles({ HOME: "/home/me" }, "/home/me/work/infra", "/home/me/.config/op")
    assert.deepStrictEqual(files.filter((path) => path.endsWith("/aws.json")), [
      "/home/me/work/infra/.op/plugins/aws.json",
      "/home/me/work/.op/plugins/aws.json",
      "/home/me/.op/plugins/aws.json",
      "/home/me/.config/op/plugins/aws.json",
      "/home/me/.config/op/plugins/used_items/aws.json"
    ])
    assert.include(files, "/home/me/.config/op/plugins/cdk.json")
  })

  it("outside of the home are those of the directory alone", () => {
    const files = pluginFiles({ HOME: "/home/me" }, "/home/meadow", undefined)
    assert.deepStrictEqual(files.filter((path) => path.endsWith("/aws.json")), ["/home/meadow/.op/plugins/aws.json"])
    assert.isNotEmpty(pluginFiles({}, "/", undefined))
  })

  it("name an item in each of the forms that there are", () => {
    const ids = { vault_id: id("vault"), item_id: id("item") }
    const item = { vaultId: ids.vault_id, itemId: ids.item_id }
    const credential = { plugin: "aws", credential_type: "access_key", usage_id: "access_key", ...ids }
    const general = { account_id: id("account"), entrypoint: ["aws"], credentials: [credential] }
    assert.deepStrictEqual(pluginItems(JSON.stringify(general, undefined, "\t")), [{ ...item, accountId: id("account") }])
    assert.deepStrictEqual(
      pluginItems(JSON.stringify({ credential: { ...ids, account_id: id("other") } })),
      [{ ...item, accountId: id("other") }]
    )
    assert.deepStrictEqual(pluginItems(JSON.stringify([{ account_id: id("account"), ...ids }, ids])), [
      { ...item, accountId: id("account") },
      item
    ])
  })

  it("of other credentials, and with names in the place of IDs, name none", () => {
    const ids = { vault_id: id("vault"), item_id: id("item") }
    for (
      const file of [
        { credentials: [{ plugin: "terraform", ...ids }] },
        { credential: { vault_id: "Private", item_id: "AWS" } },
        { credential: null },
        [null, 1, "x", { item_id: id("item") }],
        "text"
      ]
    ) assert.deepStrictEqual(pluginItems(JSON.stringify(file)), [])
  })

  it("names each item once", () => {
    const one = { vaultId: id("vault"), itemId: id("item") }
    assert.deepStrictEqual(distinctItems([{ ...one, accountId: id("a") }, one, { ...one, itemId: id("b") }]), [
      { ...one, accountId: id("a") },
      { ...one, itemId: id("b") }
    ])
  })

  it.prop("whatever they hold, are read without an error", [Arbitrary.schema(Schema.Json)], ([json]) => {
    for (const text of [JSON.stringify(json), JSON.stringify({ credentials: json, credential: json }), JSON.stringify(json).slice(1)]) {
      assert.isArray(pluginItems(text))
    }
  })
})

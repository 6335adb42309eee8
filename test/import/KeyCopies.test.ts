import { assert, describe, it } from "@effect/vitest"
import { copyKind } from "../../src/import/KeyRemoval.ts"

describe("copyKind", () => {
  it("knows copies by their names, and ours among them", () => {
    const kinds = (of: string, ...names: ReadonlyArray<string>) => names.map((name) => copyKind(name, of))
    assert.deepStrictEqual(
      kinds("credentials", "credentials~", "credentials.bak", ".credentials.swp", "#credentials#", "credentials", "config", "cli"),
      ["other", "other", "other", "other", undefined, undefined, undefined]
    )
    assert.deepStrictEqual(
      kinds("config", "config.backup-20261129T101500Z", "config.backup", "config.backup-old", "my-config.backup-20261129T101500Z", ".op-aws-credential-process-config-12-abc"),
      ["ours", "other", "other", "other", "ours"]
    )
  })
})

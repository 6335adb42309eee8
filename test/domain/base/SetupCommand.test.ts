import { assert, describe, it } from "@effect/vitest"
import { setupCommand, subCommand } from "../../../src/domain/base/OwnCommand.ts"

describe("setupCommand", () => {
  it("is one that a shell reads as it is meant", () => {
    assert.strictEqual(
      setupCommand({ profile: "dev", account: "FAKEACCOUNT", vault: "Private", item: "my item" }),
      "op-aws-credential-process setup dev --op-account FAKEACCOUNT --op-vault Private --op-item 'my item'"
    )
    assert.strictEqual(subCommand("import", "it's $HOME"), "op-aws-credential-process import 'it'\\''s $HOME'")
    assert.strictEqual(subCommand("rotate", undefined), "op-aws-credential-process rotate")
  })
})

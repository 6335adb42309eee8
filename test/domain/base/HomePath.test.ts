import { assert, describe, it } from "@effect/vitest"
import { homePath } from "../../../src/domain/base/Environment.ts"

describe("homePath", () => {
  it("writes ~ for the home, and for nothing that only begins like it", () => {
    assert.strictEqual(homePath("/home/me/.aws/config", { HOME: "/home/me" }), "~/.aws/config")
    assert.strictEqual(homePath("/home/me/.aws/config", { HOME: "/home/me/" }), "~/.aws/config")
    assert.strictEqual(homePath("/home/meow/config", { HOME: "/home/me" }), "/home/meow/config")
    assert.strictEqual(homePath("/etc/aws", { HOME: "/" }), "/etc/aws")
    assert.strictEqual(homePath("/etc/aws", {}), "/etc/aws")
  })
})

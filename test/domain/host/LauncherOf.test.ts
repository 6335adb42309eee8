import { assert, describe, it } from "@effect/vitest"
import { launcherOf } from "../../../src/domain/host/RunningProgram.ts"

describe("the launcher of a standalone program", () => {
  it("is in bin beside its libexec", () => {
    const installed = (place: string) => launcherOf(`${place}/libexec/op-aws-credential-process/program`)
    assert.strictEqual(installed("/usr/local"), "/usr/local/bin/op-aws-credential-process")
    assert.strictEqual(installed(""), "/bin/op-aws-credential-process")
    assert.strictEqual(installed("/opt/homebrew/Cellar/x/1.0"), "/opt/homebrew/Cellar/x/1.0/bin/op-aws-credential-process")
  })

  it("is none where it was installed alone", () => {
    for (const path of ["/usr/local/bin/op-aws-credential-process", "/libexec/program", "/x/libexec/op-aws-credential-process/program/y", ""]) {
      assert.isUndefined(launcherOf(path), path)
    }
  })
})

import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { temporaryDirectory } from "../fixtures/TemporaryDirectory.ts"
import { hit } from "../../src/hit.ts"

/** What goes through a text by its characters in the launcher's engine, some forty instructions for each. */
const slow = ["includes", "indexOf", "split", "match", "matchAll", "search", "replace", "replaceAll", "trim"] as const

/** Those of them that a call uses on a long text without asking `TextSearch`. */
const slowCalls = (call: () => unknown): ReadonlyArray<string> => {
  const found: Array<string> = []
  const prototype = String.prototype as unknown as Record<string, (...words: Array<unknown>) => unknown>
  const before = slow.map((name) => prototype[name]!)
  slow.forEach((name, index) => {
    prototype[name] = function(this: string, ...words: Array<unknown>) {
      if (this.length > 10_000) {
        const { stack = "" } = new Error()
        if (!before[0]!.call(stack, "TextSearch")) found.push(`${name}\n${stack}`)
      }
      return before[index]!.apply(this, words)
    }
  })
  try {
    call()
  } finally {
    slow.forEach((name, index) => prototype[name] = before[index]!)
  }
  return found
}

describe("the hit path", () => {
  it.live.each(["--profile dev --op-item item-dev", "--op-item item-dev"])("goes through no file of a thousand profiles by itself (%s)", (line) =>
    Effect.gen(function*() {
      const home = yield* temporaryDirectory
      mkdirSync(join(home, ".aws"))
      const names = Array.from({ length: 1000 }, (_, index) => `p${index}`).toSpliced(500, 0, "dev")
      const section = (name: string) =>
        `[profile ${name}]\nregion = eu-central-1\nmfa_serial = arn:aws:iam::123456789012:mfa/someone\ncredential_process = /bin/op-aws-credential-process --op-item item-${name}\nop_vault = Private\n`
      writeFileSync(join(home, ".aws/config"), names.map(section).join("\n"))
      let tag = ""
      assert.deepStrictEqual(slowCalls(() => tag = hit(line.split(" "), { HOME: home }, 0)._tag), [])
      assert.strictEqual(tag, "Missed")
    }))
})

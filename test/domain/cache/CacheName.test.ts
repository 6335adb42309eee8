import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { entryFileName, profileOfFileName } from "../../../src/domain/cache/CacheEntry.ts"
import { awkwardNames } from "../../suites/CacheSuite.ts"

describe("the file of a profile's session", () => {
  it.each([
    ...["default", "dev", "dev.json", "a b", " a", "..", ".hidden", "a\\b", "a%2fb", "名前", "é", "👩‍👩‍👧", "a:b"],
    "x".repeat(200)
  ])("is named as the Go program names it: %s", (profile) => {
    assert.strictEqual(entryFileName(profile), `${profile}.json`)
  })

  it.each(["", "a/b", "../../etc/passwd", "/etc/passwd", "a\0b", "\ud800", "x".repeat(201), "名".repeat(67)])(
    "is named apart where the Go program's name could not be used: %j",
    (profile) => {
      assert.notStrictEqual(entryFileName(profile), `${profile}.json`)
    }
  )

  it("is another one for each name", () => {
    assert.strictEqual(new Set(awkwardNames.map(entryFileName)).size, awkwardNames.length)
  })

  it.prop("is always one component that a file system takes, and no way up", [Schema.String], ([profile]) => {
    const file = entryFileName(profile)
    assert.notMatch(file, /[/\0]/)
    assert.isAtMost(Buffer.byteLength(file), 255)
    assert.isTrue(file.endsWith(".json") && file !== "." && file !== "..")
    assert.strictEqual(Buffer.from(file).toString(), file)
  })

  it.prop("says whose it is, where it is named plainly", [Schema.String], ([profile]) => {
    const file = entryFileName(profile)
    if (file === `${profile}.json` && !profile.startsWith(".tmp-")) assert.strictEqual(profileOfFileName(file), profile)
  })

  it("is no file that is still being written, nor one of another kind", () => {
    assert.isUndefined(profileOfFileName(".tmp-123.json"))
    assert.isUndefined(profileOfFileName("dev.note"))
    assert.isUndefined(profileOfFileName("dev"))
  })
})

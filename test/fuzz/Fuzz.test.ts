import { assert, describe, it } from "@effect/vitest"
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { type Decoder, promise, wordFor } from "../../fuzz/Decoder.ts"
import { decoders } from "../../fuzz/decoders.ts"
import { fuzz } from "../../fuzz/Fuzz.ts"
import { failuresIn, report } from "../../fuzz/Report.ts"
import { SettingFailure } from "../../src/domain/base/SettingFailure.ts"

const textOf = (folder: string): string =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts"))
    .map((path) => readFileSync(join(folder, path), "utf8"))
    .join("\n")

describe("fuzzing", () => {
  it.each(decoders)("$name keeps its promises", async (decoder) => {
    const result = await fuzz(decoder, 300, 7, Infinity)
    assert.strictEqual(failuresIn([result]), "")
  })

  it("reaches every function of the rules that reads text", () => {
    const reading = [...textOf("src/domain").matchAll(/^export const ((?:parse|decode|read|split)[A-Z]\w*)/gm)].map(([, name]) => name!)
    const tried = textOf("fuzz")
    assert.isAbove(reading.length, 15)
    assert.deepStrictEqual(reading.filter((name) => !new RegExp(`\\b${name}\\(`).test(tried)), [])
  })

  it("finds a text that breaks a promise, and says which", async () => {
    const careless: Decoder = {
      name: "careless",
      seeds: ["{\"a\":1}"],
      read: (text) => {
        promise(!text.includes("\0"), "there is a NUL in it")
        return "read"
      }
    }
    const result = await fuzz(careless, 5000, 1, Infinity)
    assert.lengthOf(result.defects, 3)
    assert.include(failuresIn([result]), "there is a NUL in it")
    assert.include(report([result], 1), "3 defects")
  })

  it("gives the same texts for the same seed", async () => {
    const given = async (seed: number): Promise<ReadonlyArray<string>> => {
      const texts: Array<string> = []
      await fuzz({ name: "listener", seeds: ["one", "[two]"], read: (text) => `${texts.push(text)}` }, 50, seed, Infinity)
      return texts
    }
    assert.deepStrictEqual(await given(3), await given(3))
    assert.notDeepEqual(await given(3), await given(4))
  })

  it("takes a failure that does not fit on a line for a defect", () => {
    assert.throws(() => wordFor(SettingFailure.SettingsDisagree("two\nlines", "a hint")), "control character")
    assert.throws(() => wordFor(SettingFailure.SettingsDisagree("a message", "")), "says nothing")
    assert.strictEqual(wordFor(SettingFailure.SettingsDisagree("a message", "a hint")), "SettingsDisagree")
  })
})

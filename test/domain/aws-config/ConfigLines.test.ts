import { assert, describe, it } from "@effect/vitest"
import { configLines, sectionsByProfile, writtenAt } from "../../../src/domain/aws-config/ConfigLines.ts"

const lines = (text: string, credentials = false) => configLines({ path: "/c", text }, credentials)

describe("configLines", () => {
  it("counts lines as an editor does, whatever ends them", () => {
    const [section] = lines("# first\r\n\r\n[profile dev] # c\r\nregion = eu-west-1 # c\r\n").sections
    assert.deepStrictEqual(section, {
      number: 3,
      inside: "profile dev",
      header: "[profile dev] # c",
      profile: "dev",
      keys: [{ number: 4, indent: 0, key: "region", separator: "=", value: "eu-west-1 # c" }],
      continued: [],
      idle: []
    })
  })

  it("keeps apart what is nested, what continues a value, and what sets nothing", () => {
    const [section] =
      lines("[profile dev]\ns3 =\n  max = 1\n  url : x\nregion = a\n  more\nidle\n = x\n  deep = 1\n").sections
    assert.deepStrictEqual(section?.keys.map(({ key, number }) => [key, number]), [["s3", 2], ["region", 5]])
    assert.deepStrictEqual(section?.continued, [6, 8, 9])
    assert.deepStrictEqual(section?.idle, [4, 7])
  })

  it("knows profiles by the rules of each file, and nothing else for one", () => {
    const profiles = (text: string, credentials: boolean) =>
      lines(text, credentials).sections.map(({ profile }) => profile)
    const text = "[default]\n[profile a]\n[profile \"b c\"]\n[d]\n[sso-session s]\n[open\n"
    assert.deepStrictEqual(profiles(text, false), ["default", "a", "b c", undefined, undefined, undefined])
    assert.deepStrictEqual(profiles(text, true), ["default", undefined, undefined, "d", undefined, undefined])
  })

  it("tells of a byte order mark and of lines before the first section", () => {
    const { loose, marked, sections } = lines("\uFEFFregion = a\n[default]\n")
    assert.deepStrictEqual({ loose, marked, sections: sections.length }, { loose: [1], marked: true, sections: 1 })
    assert.isFalse(lines("[default]").marked)
  })

  it("finds where a setting is written that counts", () => {
    const files = [
      lines("[profile dev]\nregion = a\nRegion = b\n[profile other]\nregion = c\n"),
      configLines({ path: "/k", text: "[dev]\nregion = d\nmfa_serial =\n" }, true)
    ]
    assert.deepStrictEqual(writtenAt(sectionsByProfile(files), "dev", "region"), { place: "/k:2", value: "d" })
    assert.deepStrictEqual(writtenAt(sectionsByProfile(files.slice(0, 1)), "dev", "region"), { place: "/c:3", value: "b" })
    assert.isUndefined(writtenAt(sectionsByProfile(files), "dev", "mfa_serial"))
  })
})

import { assert, describe, it, layer } from "@effect/vitest"
import { Arbitrary, Effect, Schema } from "effect"
import { garbage, heap, type Sample, sample, textOf } from "../AwsConfigArbitrary.ts"
import * as Python from "../PythonReference.ts"
import { parseAwsConfig } from "../../../src/domain/aws-config/AwsConfig.ts"
import { editProfile, type ProfileEdit } from "../../../src/domain/aws-config/AwsConfigEdit.ts"
import { Failure } from "../../../src/domain/base/Failure.ts"

const file = "config"

const natural = Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1000 })))

const keys = ["region", "op_item", "s3", "left_empty", "credential_process", "fresh-key", "mfa_serial"] as const

const someKeys = Arbitrary.map(Arbitrary.array(natural, { maxLength: 4 }), (all) => [...new Set(all.map((n) => keys[n % keys.length]!))])

const value = Arbitrary.map(textOf([..."ab=:\"'\\%$#;[],é", " "], { minLength: 1, maxLength: 8 }), (text) =>
  text.replaceAll(/(^|\s+)[#;]/g, "x").trim() || "v")

/** Which profile, what is set, what is removed. */
const change = Arbitrary.all({
  which: natural,
  fresh: Arbitrary.map(textOf([..."cC9_-/.%@:+"], { minLength: 1, maxLength: 5 }), (name) => `fresh${name}`),
  set: someKeys,
  values: Arbitrary.array(value, { minLength: keys.length, maxLength: keys.length }),
  remove: someKeys
})
type Change = typeof change extends Arbitrary.Arbitrary<infer A> ? A : never

const editOf = (names: ReadonlyArray<string>, { fresh, remove, set, values, which }: Change): ProfileEdit => {
  const all = [...names, fresh]
  return { file, profile: all[which % all.length]!, set: set.map((key, index) => [key, values[index]!] as const), remove }
}

/** The profiles that have a section in the config file. */
const namesIn = (text: string): ReadonlyArray<string> => read(text).profileNames()

const read = (text: string) => parseAwsConfig({ config: { path: file, text }, credentials: { path: "credentials", text: "" } })

const valuesIn = (text: string, profile: string): Record<string, string> | undefined => {
  const found = read(text).profile(profile)
  return found instanceof Failure || found === undefined ? undefined : Object.fromEntries(found.values)
}

/** What is to be read after the edit. */
const expected = (before: Record<string, string>, { remove = [], set = [] }: ProfileEdit): Record<string, string> => {
  const touched = [...remove, ...set.map(([key]) => key)]
  const kept = Object.entries(before).filter(([key]) => !touched.some((name) => key === name || key.startsWith(`${name}.`)))
  return { ...Object.fromEntries(kept), ...Object.fromEntries(set) }
}

const edited = (text: string, edit: ProfileEdit): string => {
  const result = editProfile(text, edit)
  return result instanceof Failure ? assert.fail(result.message) : result
}

/** The file cut before each header, which begins its line. */
const cut = (text: string): ReadonlyArray<string> => text.split(/^(?=[ \t]*\[)/m)

const isOf = (profile: string) => (section: string): boolean => {
  const title = /^[ \t]*\[([^\]]*)\]/.exec(section)?.[1]?.trim().replaceAll(/["']/g, "")
  return title === profile ? profile === "default" : title?.replace(/\s+/, " ") === `profile ${profile}`
}

describe("an edit of a config file", () => {
  it.prop("makes exactly what was wanted read again, and nothing else in any profile", [
    Arbitrary.all({ files: sample({ loose: false }), change })
  ], ([{ change, files }]) => {
    const names = namesIn(files.config)
    const edit = editOf(names, change)
    const after = edited(files.config, edit)
    for (const name of [...names, edit.profile]) {
      const before = valuesIn(files.config, name)
      const wanted = name === edit.profile ? expected(before ?? {}, edit) : before
      assert.deepStrictEqual(valuesIn(after, name), before === undefined && edit.set?.length === 0 ? undefined : wanted)
    }
  }, { arbitrary: { runs: 400 } })

  it.prop("leaves every other section byte for byte, and the order of all", [
    Arbitrary.all({ files: sample({ loose: false }), change })
  ], ([{ change, files }]) => {
    const edit = editOf(namesIn(files.config), change)
    const after = edited(files.config, edit)
    const others = (text: string) => cut(text).filter((section) => !isOf(edit.profile)(section)).join("")
    assert.strictEqual(others(after).trimEnd(), others(files.config).trimEnd())
    assert.isAtMost(cut(after).filter(isOf(edit.profile)).length, 1)
    const comments = (text: string) => text.split(/\r?\n/).filter((line) => /^[#;]/.test(line))
    assert.deepStrictEqual(comments(after), comments(files.config))
  }, { arbitrary: { runs: 400 } })

  it.prop("done twice is done once", [
    Arbitrary.all({ files: sample({ loose: true }), change })
  ], ([{ change, files }]) => {
    const edit = editOf(namesIn(files.config), change)
    const once = editProfile(files.config, edit)
    if (!(once instanceof Failure)) assert.strictEqual(edited(once, edit), once)
  }, { arbitrary: { runs: 400 } })

  it.prop("keeps the kind of line breaks, and whether the last line has one", [
    Arbitrary.all({ files: sample({ loose: false }), change, whole: natural })
  ], ([{ change, files, whole }]) => {
    const text = whole % 2 === 0 ? files.config : files.config.trimEnd()
    const after = edited(text, editOf(namesIn(text), change))
    if (!/(^|[^\r])\n/.test(text) && text.includes("\n")) assert.notMatch(after, /(^|[^\r])\n/)
    if (!text.includes("\r")) assert.notInclude(after, "\r")
    if (text === "" || after === "" || after.endsWith("\n") === text.endsWith("\n")) return
    // Where the last line goes and has no line break, the blank line above it becomes the last one, and has none itself: what
    // one sees of it is the line break before it.
    assert.isFalse(text.endsWith("\n"))
    assert.match(text, /\n\r?\n[^\n]/)
  }, { arbitrary: { runs: 400 } })

  it.prop("is undone by removing what it added", [
    Arbitrary.all({ files: sample({ loose: false }), change, whole: natural })
  ], ([{ change, files, whole }]) => {
    const text = whole % 2 === 0 ? files.config : files.config.trimEnd()
    const edit = editOf(namesIn(text), change)
    const there = valuesIn(text, edit.profile) ?? {}
    const has = (key: string) => Object.keys(there).some((name) => name === key || name.startsWith(`${key}.`)) || key === "left_empty"
    const set = (edit.set ?? []).filter(([key]) => !has(key))
    const after = edited(text, { file, profile: edit.profile, set })
    const undone = edited(after, { file, profile: edit.profile, remove: set.map(([key]) => key) })
    const inCredentials = undone.replace(new RegExp(`(\\r?\\n)*\\[profile ${edit.profile.replaceAll(/\W/g, "\\$&")}\\]\\s*$`), "")
    if (namesIn(text).includes(edit.profile)) assert.strictEqual(undone, text)
    else assert.strictEqual(inCredentials.trimEnd(), text.trimEnd())
  }, { arbitrary: { runs: 400 } })

  it.prop("of the credentials file makes a section and takes it away again", [
    Arbitrary.all({ files: sample({ loose: false }), change, whole: natural })
  ], ([{ change, files: { credentials }, whole }]) => {
    const text = whole % 2 === 0 ? credentials : credentials.trimEnd()
    const edit = { file: "credentials", profile: change.fresh } as const
    const set = [["region", "x"], ["op_item", "y"]] as const
    const after = edited(text, { ...edit, set })
    const undone = edited(after, { ...edit, remove: ["region", "op_item"] })
    assert.strictEqual(undone.trimEnd(), text.trimEnd())
    if (!/\n\s*\n$/.test(text)) assert.strictEqual(undone, text)
  }, { arbitrary: { runs: 400 } })

  it.prop("is refused or right whatever the lines of the profile are", [
    Arbitrary.all({ config: heap, change })
  ], ([{ change, config }]) => {
    const edit = { ...editOf([], change), profile: "x" }
    const after = editProfile(config, edit)
    if (after instanceof Failure) return assert.isDefined(after.line)
    assert.deepStrictEqual(valuesIn(after, "x"), expected(valuesIn(config, "x") ?? assert.fail("unreadable"), edit))
  }, { arbitrary: { runs: 1000 } })

  it.prop("never throws, and puts no section there twice", [
    Arbitrary.all({ before: garbage, after: garbage, change })
  ], ([{ after, before, change }]) => {
    for (const text of [before, `${before}\n[profile x]\n${after}`]) {
      for (const profile of ["x", "default", ...namesIn(text)]) {
        for (const where of ["config", "credentials"] as const) {
          const result = editProfile(text, { ...editOf([], change), file: where, profile })
          if (result instanceof Failure) continue
          assert.isAtMost(cut(result).length, cut(text).length + 1)
          assert.strictEqual(editProfile(result, { ...editOf([], change), file: where, profile }), result)
        }
      }
    }
  }, { arbitrary: { runs: 500 } })
})

const withoutBotocore = Python.lacking("botocore")

const filled = (profiles: Python.Reading["profiles"]) =>
  Object.fromEntries(Object.entries(profiles).filter(([, values]) => Object.keys(values).length > 0))

describe.skipIf(withoutBotocore !== undefined)(`beside botocore${withoutBotocore === undefined ? "" : ` [skipped: ${withoutBotocore}]`}`, () => {
  layer(Python.layer)((it) => {
    const readByPython = (config: string) =>
      Effect.flatMap(Python.PythonReference, (reference) => reference.read({ config, credentials: "" }))

    const agrees = Effect.fnUntraced(function*(config: string, edit: ProfileEdit) {
      const after = editProfile(config, edit)
      if (after instanceof Failure) return undefined
      const before = yield* readByPython(config)
      if (before === null) return undefined
      const found = yield* readByPython(after)
      assert.isNotNull(found, `botocore refuses ${JSON.stringify(after)}`)
      // A pair of quotes around a value of ours is taken off by us alone, so that it has one more to others.
      const set = edit.set?.map(([key, value]) => [key, key.startsWith("op_") && /^(["']).*\1$/.test(value) ? `"${value}"` : value] as const)
      const wanted = { ...before.profiles, [edit.profile]: expected(before.profiles[edit.profile] ?? {}, { ...edit, ...(set && { set }) }) }
      assert.deepStrictEqual(filled(found?.profiles ?? {}), filled(wanted))
      assert.deepStrictEqual(found?.services, before.services)
      return after
    })

    it.effect.prop("an edit makes exactly what was wanted read by the AWS CLI", [
      Arbitrary.all({ files: sample({ loose: false }), change })
    ], ([{ change, files }]: readonly [{ readonly files: Sample; readonly change: Change }]) =>
      Effect.map(agrees(files.config, editOf(namesIn(files.config), change)), (after) => assert.isDefined(after)), {
      arbitrary: { runs: 200 }
    })

    it.effect.prop("an edit is refused or right to the AWS CLI whatever the lines of the profile are", [
      Arbitrary.all({ config: heap, change })
    ], ([{ change, config }]) => agrees(config, { ...editOf([], change), profile: "x" }), { arbitrary: { runs: 400 } })
  })
})

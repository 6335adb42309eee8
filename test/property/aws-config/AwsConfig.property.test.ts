import { assert, describe, it, layer } from "@effect/vitest"
import { loadSharedConfigFiles, parseKnownFiles } from "@smithy/shared-ini-file-loader"
import { Arbitrary, Effect, Schema } from "effect"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { garbage, heap, type Sample, sample, textOf } from "../AwsConfigArbitrary.ts"
import * as Python from "../PythonReference.ts"
import { type AwsConfig, parseAwsConfig, type Profile } from "../../../src/domain/aws-config/AwsConfig.ts"
import type { ConfigFailure } from "../../../src/domain/aws-config/ConfigFailure.ts"
import { splitCredentialProcess } from "../../../src/domain/aws-config/CredentialProcessLine.ts"
import { Failure } from "../../../src/domain/base/Failure.ts"

interface Files {
  readonly config: string
  readonly credentials: string
}

type Sections = Readonly<Record<string, Readonly<Record<string, string | undefined>>>>

const read = (files: Files): AwsConfig =>
  parseAwsConfig({
    config: { path: "config", text: files.config },
    credentials: { path: "credentials", text: files.credentials }
  })

const plain = (found: Profile | ConfigFailure<"ConfigLineUnreadable"> | undefined): unknown =>
  found instanceof Failure ? { unreadable: found.message } : found && Object.fromEntries(found.values)

/** Only sections that have a setting: clients differ in whether one without any is there. */
const filled = (sections: Sections): Sections =>
  Object.fromEntries(Object.entries(sections).filter(([, values]) => Object.keys(values).length > 0))

/** One pair of quotes around a value of our own is no part of it; clients know nothing of these keys. */
const unquoted = (sections: Sections): Sections =>
  Object.fromEntries(Object.entries(sections).map(([name, values]) => [
    name,
    Object.fromEntries(Object.entries(values).flatMap(([key, value]) => {
      const [, , inner] = /^(["'])(.*)\1$/s.exec(value ?? "") ?? []
      const read = key.startsWith("op_") && inner !== undefined ? inner.trim() : value
      return read === "" ? [] : [[key, read]]
    }))
  ]))

const ours = (files: Files, { services }: Sample): { profiles: unknown; services: unknown } => {
  const config = read(files)
  const all = (
    names: ReadonlyArray<string>, find: (name: string) => Profile | ConfigFailure<"ConfigLineUnreadable"> | undefined
  ) =>
    filled(Object.fromEntries(names.map((name) => [name, plain(find(name)) as Record<string, string>])))
  return {
    profiles: all(config.profileNames(), config.profile),
    services: all(Object.keys(services), config.services)
  }
}

/** Through real files, because that is the only door the loader has. */
const readBySmithy = (files: Files): Effect.Effect<{ readonly profiles: Sections; readonly services: Sections }> =>
  Effect.acquireUseRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "op-aws-config-"))),
    (directory) =>
      Effect.promise(async () => {
        const init = {
          configFilepath: join(directory, "config"),
          filepath: join(directory, "credentials"),
          ignoreCache: true
        }
        writeFileSync(init.configFilepath, files.config)
        writeFileSync(init.filepath, files.credentials)
        const known = Object.entries(await parseKnownFiles(init))
        const { configFile } = await loadSharedConfigFiles(init)
        const services = Object.entries(configFile).filter(([name]) => name.startsWith("services."))
        return {
          profiles: Object.fromEntries(known.filter(([name]) => !name.startsWith("services."))),
          services: Object.fromEntries(services.map(([name, values]) => [name.slice("services.".length), values]))
        }
      }),
    (directory) => Effect.sync(() => rmSync(directory, { recursive: true }))
  )

describe("the AWS config reader", () => {
  it.prop("reads what was printed", [sample({ loose: true })], ([files]) => {
    assert.deepStrictEqual(ours(files, files), { profiles: filled(unquoted(files.profiles)), services: filled(unquoted(files.services)) })
    assert.deepStrictEqual(read(files).profileNames(), files.names)
  }, { arbitrary: { runs: 300 } })

  it.effect.prop("agrees with the JavaScript SDK's loader on what both accept", [sample({ loose: true })], ([files]) =>
    Effect.map(readBySmithy(files), ({ profiles, services }) => {
      assert.deepStrictEqual(ours(files, files), { profiles: filled(unquoted(profiles)), services: filled(unquoted(services)) })
    }), { arbitrary: { runs: 300 } })

  it.effect.prop("gives no profile that the JavaScript SDK's loader reads otherwise", [heap], ([config]) =>
    Effect.map(readBySmithy({ config, credentials: "" }), ({ profiles }) => {
      const found = read({ config, credentials: "" }).profile("x")
      if (found instanceof Failure) return
      assert.deepStrictEqual(plain(found), { ...profiles["x"] })
    }), { arbitrary: { runs: 500 } })

  const anything = Arbitrary.schema(Schema.String)

  it.prop("never throws, and names a line that is there", [
    Arbitrary.all({ config: garbage, credentials: garbage, other: anything })
  ], ([{ config, credentials, other }]) => {
    for (const files of [{ config, credentials }, { config: other, credentials: other }]) {
      const whole = read(files)
      for (const name of ["", "default", "__proto__", "a", ...files.config.split(/\W/), ...whole.profileNames()]) {
        for (const found of [whole.profile(name), whole.services(name)]) {
          if (!(found instanceof Failure)) continue
          const lines = (found.path === "config" ? files.config : files.credentials).split("\n").length
          assert.isTrue(found.line >= 1 && found.line <= lines, `${found.line} of ${lines}`)
        }
      }
    }
  }, { arbitrary: { runs: 500 } })

  it.prop("does not let damage elsewhere change the profile in use", [
    Arbitrary.all({ before: garbage, after: garbage, credentials: garbage })
  ], ([{ after, before, credentials }]) => {
    const config = `${before}\n[profile x]\nregion = eu-west-1\ns3 =\n  a = b\n[profile y]\n${after}`
    const found = read({ config, credentials }).profile("x")
    assert.deepStrictEqual(plain(found), { region: "eu-west-1", "s3.a": "b" })
  }, { arbitrary: { runs: 500 } })

  it.prop("finds a profile alike by its name alone and among all", [
    Arbitrary.all({ config: garbage, credentials: garbage, mixed: heap })
  ], ([{ config, credentials, mixed }]) => {
    for (const files of [{ config, credentials }, { config: `${config}\n${mixed}\n${config}`, credentials }]) {
      const whole = read(files)
      for (const name of whole.profileNames()) {
        assert.deepStrictEqual(plain(read(files).profile(name)), plain(whole.profile(name)), JSON.stringify(name))
      }
    }
  }, { arbitrary: { runs: 300 } })
})

const withoutBotocore = Python.lacking("botocore")
const withoutPython = Python.lacking("shlex")
const titled = (title: string, lack: string | undefined): string =>
  lack === undefined ? title : `${title} [skipped: ${lack}]`

describe.skipIf(withoutBotocore !== undefined)(titled("beside botocore", withoutBotocore), () => {
  layer(Python.layer)((it) => {
    it.effect.prop("the AWS config reader agrees on what both accept", [sample({ loose: false })], ([files]) =>
      Effect.gen(function*() {
        const reference = yield* Python.PythonReference
        const theirs = yield* reference.read(files)
        assert.isNotNull(theirs, "botocore refused the files")
        assert.deepStrictEqual(ours(files, files), {
          profiles: filled(unquoted(theirs?.profiles ?? {})),
          services: filled(unquoted(theirs?.services ?? {}))
        })
      }), { arbitrary: { runs: 150 } })

    it.effect.prop("the AWS config reader gives no profile that botocore reads otherwise", [heap], ([config]) =>
      Effect.gen(function*() {
        const reference = yield* Python.PythonReference
        const found = read({ config, credentials: "" }).profile("x")
        if (found instanceof Failure) return
        const theirs = yield* reference.read({ config, credentials: "" })
        if (theirs !== null) assert.deepStrictEqual(plain(found), theirs.profiles["x"])
      }), { arbitrary: { runs: 250 } })
  })
})

describe.skipIf(withoutPython !== undefined)(titled("beside Python's shlex", withoutPython), () => {
  layer(Python.layer)((it) => {
    const line = textOf([..." \t\r\nab\"'\\#$=;é", "👩", " ", "\"", "'", "\\ ", "--x"], { maxLength: 24 })
    it.effect.prop("a credential_process line splits into the same words", [line], ([text]) =>
      Effect.gen(function*() {
        const reference = yield* Python.PythonReference
        assert.deepStrictEqual(splitCredentialProcess(text) ?? null, yield* reference.split(text))
      }), { arbitrary: { runs: 1000 } })
  })
})

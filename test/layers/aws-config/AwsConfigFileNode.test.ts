import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as AwsConfigFileMemory from "../../fakes/aws-config/AwsConfigFileMemory.ts"
import { temporaryDirectory } from "../../fixtures/TemporaryDirectory.ts"
import { inEnvironment } from "../../fixtures/Variables.ts"
import * as AwsConfigFileNode from "../../../src/layers/aws-config/AwsConfigFileNode.ts"
import { AwsConfigFile } from "../../../src/services/aws-config/AwsConfigFile.ts"
import * as AwsConfigFileSuite from "../../suites/AwsConfigFileSuite.ts"

/** The live layer over a home of its own, with a hand that writes the files there. */
const onDisk: Layer.Layer<AwsConfigFile | AwsConfigFileMemory.AwsConfigTexts> = Layer.unwrap(
  Effect.map(temporaryDirectory, (home) => {
    const write = (name: string, text: string | undefined): void => {
      const path = join(home, ".aws", name)
      mkdirSync(join(home, ".aws"), { recursive: true })
      if (text === undefined) rmSync(path, { force: true })
      else writeFileSync(path, text)
    }
    return Layer.merge(
      inEnvironment(AwsConfigFileNode.layer, { HOME: home }),
      Layer.succeed(AwsConfigFileMemory.AwsConfigTexts, {
        put: ({ config, credentials }) =>
          Effect.sync(() => {
            write("config", config)
            write("credentials", credentials)
          }),
        damage: () => Effect.die(new Error("no file on disk fails with an error of one's choice"))
      })
    )
  })
)

AwsConfigFileSuite.suite("AwsConfigFileNode", onDisk)
AwsConfigFileSuite.suite("AwsConfigFileMemory", AwsConfigFileMemory.layer())

const load = (environment: Record<string, string>) =>
  Effect.flatMap(AwsConfigFile, (files) => files.load).pipe(Effect.provide(inEnvironment(AwsConfigFileNode.layer, environment)))

describe("AwsConfigFileNode", () => {
  it.effect("reads the files that the environment names, through links too", () =>
    Effect.gen(function*() {
      const home = yield* temporaryDirectory
      writeFileSync(join(home, "real"), "\ufeff[profile x]\r\nregion = a\r\n")
      symlinkSync(join(home, "real"), join(home, "a b"))
      writeFileSync(join(home, "keys"), "[y]\n")
      const config = yield* load({
        HOME: home,
        AWS_CONFIG_FILE: "~/a b",
        AWS_SHARED_CREDENTIALS_FILE: join(home, "keys")
      })
      assert.deepStrictEqual(config.profileNames(), ["x", "y"])
      assert.strictEqual(config.configPath, join(home, "a b"))
    }))

  it.effect("takes a file below something that is no directory for an empty one", () =>
    Effect.gen(function*() {
      const home = yield* temporaryDirectory
      writeFileSync(join(home, ".aws"), "")
      assert.deepStrictEqual((yield* load({ HOME: home })).profileNames(), [])
    }))

  for (const name of ["config", "credentials"]) {
    it.effect(`does not take a directory in the place of ${name} for an empty file`, () =>
      Effect.gen(function*() {
        const home = yield* temporaryDirectory
        mkdirSync(join(home, ".aws", name), { recursive: true })
        const failure = yield* Effect.flip(load({ HOME: home }))
        assert.strictEqual(failure._tag, "ConfigUnreadable")
        assert.strictEqual(failure.message, `cannot read ${join(home, ".aws", name)}: it is a directory`)
        assert.strictEqual(failure.exitCode, 2)
      }))
  }

  const root = process.getuid?.() === 0
  const unless = root ? " [skipped: root may read any]" : ""
  it.effect.skipIf(root)(`does not take a file that it may not read for an empty one${unless}`, () =>
    Effect.gen(function*() {
      const home = yield* temporaryDirectory
      mkdirSync(join(home, ".aws"))
      writeFileSync(join(home, ".aws/config"), "[profile x]\n")
      chmodSync(join(home, ".aws/config"), 0)
      const failure = yield* Effect.flip(load({ HOME: home }))
      assert.strictEqual(failure.message, `cannot read ${join(home, ".aws/config")}: permission denied`)
    }))

  it.effect("finds a home without HOME, as AWS's clients do", () =>
    Effect.gen(function*() {
      const config = yield* load({ AWS_CONFIG_FILE: "/no such file", AWS_SHARED_CREDENTIALS_FILE: "~/no such file" })
      assert.match(config.credentialsPath, /^\/.*no such file$/)
    }))
})

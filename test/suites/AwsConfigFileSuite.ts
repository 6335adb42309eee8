import { assert, describe, it } from "@effect/vitest"
import { Effect, type Layer } from "effect"
import { AwsConfigTexts } from "../fakes/aws-config/AwsConfigFileMemory.ts"
import { AwsConfigFile } from "../../src/services/aws-config/AwsConfigFile.ts"

/** What every reader of AWS's files must do. The files do not exist when the layer is built. */
export const suite = (name: string, layer: Layer.Layer<AwsConfigFile | AwsConfigTexts>): void => {
  describe(`${name} as AWS's files`, () => {
    it.effect("takes files that do not exist for empty ones", () =>
      Effect.gen(function*() {
        const config = yield* (yield* AwsConfigFile).load
        assert.deepStrictEqual(config.profileNames(), [])
        assert.match(config.configPath, /config$/)
        assert.match(config.credentialsPath, /credentials$/)
      }).pipe(Effect.provide(layer)))

    it.effect("merges the two files", () =>
      Effect.gen(function*() {
        const texts = yield* AwsConfigTexts
        yield* texts.put({ config: "[profile é]\na = 1\nb = 1\n", credentials: "[é]\nb = 2\n" })
        const profile = (yield* (yield* AwsConfigFile).load).profile("é")
        assert.deepStrictEqual(profile && "values" in profile ? [...profile.values] : profile, [["a", "1"], ["b", "2"]])
      }).pipe(Effect.provide(layer)))

    it.effect("reads anew each time", () =>
      Effect.gen(function*() {
        const files = yield* AwsConfigFile
        const texts = yield* AwsConfigTexts
        for (const name of ["one", "two"]) {
          yield* texts.put({ config: `[profile ${name}]\n` })
          assert.deepStrictEqual((yield* files.load).profileNames(), [name])
        }
        yield* texts.put({ credentials: "[three]\n" })
        assert.deepStrictEqual((yield* files.load).profileNames(), ["three"])
        yield* texts.put({})
        assert.deepStrictEqual((yield* files.load).profileNames(), [])
      }).pipe(Effect.provide(layer)))

    it.effect("names the file and line of what cannot be read, when the profile is asked for", () =>
      Effect.gen(function*() {
        yield* (yield* AwsConfigTexts).put({ config: "[profile x]\n", credentials: "\n[x]\nword\n" })
        const config = yield* (yield* AwsConfigFile).load
        const failure = config.profile("x")
        assert.deepStrictEqual(
          failure instanceof Error ? { path: failure.path, line: failure.line } : failure,
          { path: config.credentialsPath, line: 3 }
        )
      }).pipe(Effect.provide(layer)))
  })
}

import { Context, Effect, Layer, Ref } from "effect"
import { parseAwsConfig } from "../../../src/domain/aws-config/AwsConfig.ts"
import type { ConfigFailure } from "../../../src/domain/aws-config/ConfigFailure.ts"
import { AwsConfigFile } from "../../../src/services/aws-config/AwsConfigFile.ts"

/** What the two files hold; one that is left out does not exist. */
export interface Texts {
  readonly config?: string
  readonly credentials?: string
}

/** The editor's side of the files: what is put here is what the next `load` reads. */
export class AwsConfigTexts extends Context.Service<AwsConfigTexts, {
  readonly put: (texts: Texts) => Effect.Effect<void>
  /** From now on the files cannot be read, until something is put. */
  readonly damage: (failure: ConfigFailure<"ConfigUnreadable">) => Effect.Effect<void>
}>()("op-aws-credential-process/test/AwsConfigTexts") {}

/** The AWS files in memory, as `/home/me/.aws/config` and `credentials`. */
export const layer = (initial: Texts = {}): Layer.Layer<AwsConfigFile | AwsConfigTexts> =>
  Layer.unwrap(Effect.map(Ref.make<Texts | ConfigFailure<"ConfigUnreadable">>(initial), (state) =>
    Layer.merge(
      Layer.succeed(AwsConfigFile, {
        load: Effect.flatMap(Ref.get(state), (files) =>
          files instanceof Error ? Effect.fail(files) : Effect.succeed(parseAwsConfig({
            config: { path: "/home/me/.aws/config", text: files.config ?? "" },
            credentials: { path: "/home/me/.aws/credentials", text: files.credentials ?? "" }
          })))
      }),
      Layer.succeed(AwsConfigTexts, {
        put: (texts) => Ref.set(state, texts),
        damage: (failure) => Ref.set(state, failure)
      })
    )))

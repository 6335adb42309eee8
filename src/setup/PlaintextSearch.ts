import * as Effect from "effect/Effect"
import type { AwsConfig } from "../domain/aws-config/AwsConfig.ts"
import { type AwsTexts, type FoundKeys, plaintextKeys } from "../domain/aws-config/PlaintextKeys.ts"
import type { Environment } from "../domain/base/Environment.ts"
import { AwsConfigFile } from "../services/aws-config/AwsConfigFile.ts"
import { AwsFiles } from "../services/aws-config/AwsFiles.ts"

/** What stands in plaintext on this machine, as far as AWS's clients would find it. */
export interface PlaintextSearch extends FoundKeys {
  readonly config: AwsConfig
  readonly environment: Environment
}

/** AWS's two files as they are now, to the byte. */
export const readAwsTexts = Effect.fnUntraced(function*({ configPath, credentialsPath }: AwsConfig) {
  const files = yield* AwsFiles
  const texts: AwsTexts = {
    config: { path: configPath, text: (yield* files.read(configPath)) ?? "" },
    credentials: { path: credentialsPath, text: (yield* files.read(credentialsPath)) ?? "" }
  }
  return texts
})

/** Looks for keys in AWS's two files and in the environment. Nobody is asked for anything. */
export const searchPlaintext = Effect.fnUntraced(function*(environment: Environment) {
  const config = yield* (yield* AwsConfigFile).load
  const search: PlaintextSearch = { ...plaintextKeys(yield* readAwsTexts(config), environment), config, environment }
  return search
})

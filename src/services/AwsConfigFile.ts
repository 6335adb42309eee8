import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { AwsConfig } from "../domain/AwsConfig.ts"
import type { ConfigNotText, ConfigUnreadable } from "../domain/ConfigFailure.ts"

/** AWS's own two files, `~/.aws/config` and `~/.aws/credentials` or wherever the environment puts them. */
export class AwsConfigFile extends Context.Service<AwsConfigFile, {
  /** Both files, merged; a file that does not exist is an empty one, one that cannot be read is an error. */
  readonly load: Effect.Effect<AwsConfig, ConfigNotText | ConfigUnreadable>
}>()("op-aws-credential-process/services/AwsConfigFile") {}

import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { AwsConfig } from "../../domain/aws-config/AwsConfig.ts"
import type { ConfigFailure } from "../../domain/aws-config/ConfigFailure.ts"

/** AWS's own two files, `~/.aws/config` and `~/.aws/credentials` or wherever the environment puts them. */
export class AwsConfigFile extends Context.Service<AwsConfigFile, {
  /**
   * Both files, merged; a file that does not exist is an empty one, one that cannot be read is an error. What is no
   * regular file, such as a FIFO, is read once in a process and waited for as long as `PipePatience` has it. The
   * standard input is never read.
   */
  readonly load: Effect.Effect<AwsConfig, ConfigFailure<"ConfigNotText" | "ConfigUnreadable">>
}>()("op-aws-credential-process/services/AwsConfigFile") {}

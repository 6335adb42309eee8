import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { homedir } from "node:os"
import { parseAwsConfig } from "../../domain/aws-config/AwsConfig.ts"
import { awsConfigPaths, configText, unreadConfig } from "../../domain/aws-config/AwsConfigPaths.ts"
import type { ConfigText } from "../../domain/aws-config/AwsConfigSections.ts"
import { ConfigFailure } from "../../domain/aws-config/ConfigFailure.ts"
import { Failure } from "../../domain/base/Failure.ts"
import { readText } from "../host/FileText.ts"
import { readPlainFile } from "../host/PlainFile.ts"
import { ProcessEnvironment } from "../../services/host/ProcessEnvironment.ts"
import { AwsConfigFile } from "../../services/aws-config/AwsConfigFile.ts"

/** One of the two files; what came of it once where it gives what it holds once only. */
const read = (path: string): Effect.Effect<ConfigText, ConfigFailure<"ConfigNotText" | "ConfigUnreadable">> =>
  Effect.matchEffect(readText(path), {
    onSuccess: (text) => {
      const read = configText(path, text)
      return read instanceof Failure ? Effect.fail(read) : Effect.succeed(read)
    },
    onFailure: (none) => {
      const unread = "unfit" in none ? ConfigFailure.ConfigUnreadable(path, none.unfit) : unreadConfig(path, none.cause)
      return unread instanceof Failure ? Effect.fail(unread) : Effect.succeed(unread)
    }
  })

/** AWS's files on disk, read anew at every `load`, save what can be read once only; the environment says where they are. */
export const layer: Layer.Layer<AwsConfigFile, never, ProcessEnvironment> = Layer.effect(
  AwsConfigFile,
  Effect.map(ProcessEnvironment, (environment) => ({
    load: Effect.gen(function*() {
      const paths = awsConfigPaths(environment) ?? awsConfigPaths({ ...environment, HOME: homeOfAccount() })!
      const config = yield* read(paths.config)
      return parseAwsConfig({ config, credentials: yield* read(paths.credentials) }, readPlainFile)
    })
  }))
)

/** Without `HOME` the home is the one in the user database, as for AWS's clients; an account may not be in there. */
const homeOfAccount = (): string => {
  try {
    return homedir() || "/"
  } catch {
    return "/"
  }
}

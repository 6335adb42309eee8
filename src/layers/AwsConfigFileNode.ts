import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { readFileSync } from "node:fs"
import { homedir } from "node:os"
import { parseAwsConfig } from "../domain/AwsConfig.ts"
import { awsConfigPaths, readConfigText } from "../domain/AwsConfigPaths.ts"
import type { Environment } from "../domain/Environment.ts"
import { Failure } from "../domain/Failure.ts"
import { AwsConfigFile } from "../services/AwsConfigFile.ts"

/** AWS's files on disk, read anew at every `load`; `environment` says where they are. */
export const layer = (environment: Environment): Layer.Layer<AwsConfigFile> =>
  Layer.succeed(AwsConfigFile, {
    load: Effect.suspend(() => {
      const paths = awsConfigPaths(environment) ?? awsConfigPaths({ ...environment, HOME: homeOfAccount() })!
      const config = readConfigText(paths.config, read)
      if (config instanceof Failure) return Effect.fail(config)
      const credentials = readConfigText(paths.credentials, read)
      if (credentials instanceof Failure) return Effect.fail(credentials)
      return Effect.succeed(parseAwsConfig({ config, credentials }))
    })
  })

const read = (path: string): string => readFileSync(path, "utf8")

/** Without `HOME` the home is the one in the user database, as for AWS's clients; an account may not be in there. */
const homeOfAccount = (): string => {
  try {
    return homedir() || "/"
  } catch {
    return "/"
  }
}

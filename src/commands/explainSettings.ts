import * as Effect from "effect/Effect"
import { Failure } from "../domain/base/Failure.ts"
import type { ProfileSettingsInput } from "../domain/settings/ProfileSettings.ts"
import type { RoleChain } from "../domain/settings/RoleChain.ts"
import { rolePath } from "../domain/settings/RolePath.ts"
import { settingsExplained } from "../domain/settings/SettingsExplained.ts"
import * as Log from "../layers/Log.ts"
import { version } from "../version.ts"

/** The beginning of the debug log: what runs, for which profile, and where each setting comes from. */
export const explainSettings = (input: ProfileSettingsInput, chain: RoleChain) =>
  chain.settings.logLevel === "debug"
    ? Effect.forEach(beginning(input, chain), (line) => Effect.logDebug(line), { discard: true }).pipe(
      Effect.provide(Log.layer("debug"))
    )
    : Effect.void

const beginning = (input: ProfileSettingsInput, chain: RoleChain): ReadonlyArray<string> => {
  const { config, environment, flags, profile } = input
  const path = rolePath(input)
  const how = flags.profile === undefined ? "without --profile" : "named by --profile"
  const base = chain.settings.profile
  const { bun, node } = process.versions
  const runtime = bun === undefined ? `Node ${node}` : `Bun ${bun}`
  const known = config.profileNames().includes(profile)
  return [
    `op-aws-credential-process ${version} on ${runtime}, ${process.platform} ${process.arch}, pid ${process.pid}`,
    `profile "${profile}", ${how}; the AWS config is ${config.configPath}${known ? "" : ", which does not have it"}`,
    ...(base === profile ? [] : [`its session is that of profile "${base}"`]),
    ...settingsExplained({
      profile: base,
      flags,
      ...(path instanceof Failure ? undefined : { lineFlags: path.line }),
      environment,
      config
    }, chain)
  ]
}

import { type Environment, variable } from "../base/Environment.ts"
import { SettingFailure } from "../base/SettingFailure.ts"
import { cacheDirectory } from "./CacheDirectory.ts"
import { flagSpecs, type FlagValues } from "./Flags.ts"
import type { CacheKind, LogLevel } from "./Settings.ts"
import { Failure } from "../base/Failure.ts"

/** The settings of a command that is about all profiles: they come from flag and environment only. */
export interface GlobalSettings {
  readonly cache: CacheKind
  /** Undefined when the environment names no place at all. */
  readonly cacheDirectory: string | undefined
  readonly logLevel: LogLevel
}

export const globalSettings = (flags: FlagValues, environment: Environment): GlobalSettings | SettingFailure<"SettingInvalid"> => {
  const cache = chosen<CacheKind>("cache", flags, environment)
  if (cache instanceof Failure) return cache
  const logLevel = chosen<LogLevel>("log-level", flags, environment)
  if (logLevel instanceof Failure) return logLevel
  return { cache, cacheDirectory: cacheDirectory(environment), logLevel }
}

const chosen = <A extends string>(
  name: "cache" | "log-level",
  flags: FlagValues,
  environment: Environment
): A | SettingFailure<"SettingInvalid"> => {
  const spec = flagSpecs[name]
  const given = flags[name]
  const value = given ?? variable(environment, spec.variable!) ?? spec.default!
  if (spec.choices!.includes(value)) return value as A
  const source = given === undefined ? spec.variable! : `--${name}`
  return SettingFailure.SettingInvalid(source, value, `one of ${spec.choices!.join(", ")}`)
}

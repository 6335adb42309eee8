import { type Environment, variable } from "../base/Environment.ts"
import { printable } from "../base/Printable.ts"
import { SettingFailure } from "../base/SettingFailure.ts"
import { flagSpecs, type FlagValues } from "./Flags.ts"
import type { RoleChain } from "./RoleChain.ts"

/** The profile that `--profile` or the first word after the sub-command names. */
export const namedProfile = (
  flag: string | undefined,
  word: string | undefined
): string | undefined | SettingFailure<"SettingsDisagree"> =>
  flag !== undefined && word !== undefined && flag !== word
    ? SettingFailure.SettingsDisagree(
      `the first word names profile "${printable(word)}" and --profile names "${printable(flag)}"`,
      "leave one of them out"
    )
    : flag ?? word

/** The same chain for a call that nobody ends: without a time-out, unless the person gave one. */
export const patiently = (chain: RoleChain, flags: FlagValues, environment: Environment): RoleChain => {
  if (flags.timeout !== undefined || variable(environment, flagSpecs.timeout.variable!) !== undefined) return chain
  const { timeout: _, ...settings } = chain.settings
  return { ...chain, settings }
}

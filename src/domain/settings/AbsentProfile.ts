import type { AwsConfig } from "../aws-config/AwsConfig.ts"
import { type ConfigText, profileHeader } from "../aws-config/AwsConfigSections.ts"
import { type Environment, variable } from "../base/Environment.ts"
import { printable } from "../base/Printable.ts"

/** What is said of a profile, and what to do. */
export interface ProfileTold {
  readonly message: string
  readonly hint: string
}

/**
 * A section that was meant for the profile and that no client takes for it: `[dev]` in the config file, `[profile dev]`
 * in the credentials file, a name in other letters.
 */
export const misplacedProfile = (config: AwsConfig, name: string): ProfileTold | undefined => {
  const found = headerMeant(config.texts.config, name, profileHeader(name)) ??
    headerMeant(config.texts.credentials, name, `[${name}]`)
  return found === undefined ? undefined : {
    message: `${found.place}: ${printable(found.header)} is not the profile "${printable(name)}" to AWS's clients`,
    hint: `write ${printable(found.instead)} there`
  }
}

interface Headers {
  /** As clients read them, one blank behind `profile` and no quotes. */
  readonly right: ReadonlySet<string>
  /** By the name that is left without `profile`, in small letters; of several the first. */
  readonly meant: ReadonlyMap<string, { readonly title: string; readonly line: number }>
}

/** Read once for each file: of a thousand profiles without an item, each is looked for. */
const known = new WeakMap<ConfigText, Headers>()

const headersOf = (file: ConfigText): Headers => {
  const before = known.get(file)
  if (before !== undefined) return before
  const right = new Set<string>()
  const meant = new Map<string, { readonly title: string; readonly line: number }>()
  file.text.split("\n").forEach((text, index) => {
    const [, title] = /^\s*\[\s*([^\]]*?)\s*\]/.exec(text) ?? []
    if (title === undefined) return
    right.add(title.replace(/^profile\s+/, "profile ").replaceAll(/["']/g, ""))
    const bare = title.toLowerCase().replace(/^profile[\s.:]+/, "")
    if (!meant.has(bare)) meant.set(bare, { title, line: index + 1 })
  })
  const headers = { right, meant }
  known.set(file, headers)
  return headers
}

/** The header that was meant, unless the right one is there as well. */
const headerMeant = (file: ConfigText, name: string, instead: string) => {
  const { meant, right } = headersOf(file)
  const found = right.has(instead.slice(1, -1)) ? undefined : meant.get(name.toLowerCase())
  return found === undefined ? undefined : { place: `${file.path}:${found.line}`, header: `[${found.title}]`, instead }
}

/**
 * Why a profile does not say what it has to, where the reason is in the files: a header that is none, no file where
 * AWS_CONFIG_FILE says, a file without the profile. Undefined where the profile is there, or no file at all.
 */
export const absentProfile = (
  config: AwsConfig,
  environment: Environment,
  name: string,
  isThere: boolean
): ProfileTold | undefined => {
  const misplaced = misplacedProfile(config, name)
  if (misplaced !== undefined || isThere) return misplaced
  const path = printable(config.configPath, 300)
  const known = config.profileNames()
  if (config.texts.config.text === "" && known.length === 0) {
    return variable(environment, "AWS_CONFIG_FILE") === undefined ? undefined : {
      message: `there is no profile "${printable(name)}": AWS_CONFIG_FILE names ${path}, which is not there or empty`,
      hint: "point AWS_CONFIG_FILE at the config file, or unset it for the one in ~/.aws"
    }
  }
  return unknownProfile(name, config.configPath, known)
}

export const unknownProfile = (name: string, path: string, known: ReadonlyArray<string>): ProfileTold => ({
  message: `there is no profile "${printable(name)}" in ${path}`,
  hint: known.length === 0
    ? `\`op-aws-credential-process setup ${printable(name)}\` makes it`
    : `\`op-aws-credential-process setup\` makes another; the profiles are: ${printable(known.slice(0, 12).join(", "), 300)}${known.length > 12 ? ", …" : ""}`
})

import { commentIn, profileHeader } from "../aws-config/AwsConfigSections.ts"
import { argumentsOfOurs, isPlainPath } from "../aws-config/CredentialProcessLine.ts"
import { printable } from "../base/Printable.ts"
import { quoteSh } from "../base/ShellQuoting.ts"
import { parseCommandLine } from "./CommandLine.ts"
import { type FlagName, flagSpecs, type FlagValues, roleFlags } from "./Flags.ts"

const linkFirst = "link the program to a path without a space, and "

const usualPlace = "/usr/local/bin/op-aws-credential-process"

export interface LineToRewrite {
  readonly profile: string
  /** The words of the line as it is; undefined where it cannot be split. */
  readonly words: ReadonlyArray<string> | undefined
  readonly home: string | undefined
  /** The words to run it by, in place of those of the line. */
  readonly program?: ReadonlyArray<string> | undefined
  /** Where a program of this name is found, if it is. */
  readonly pathOf: (name: string) => string | undefined
}

/**
 * What to write in place of a `credential_process` line: an absolute path without a space and bare words, the only form
 * that every client splits alike, and the profile's keys for what needs more. The first line says so in words.
 */
export const canonicalLine = ({ home, pathOf, profile, program: instead, words = [] }: LineToRewrite): string => {
  const given = argumentsOfOurs(words)
  const flags = given === undefined ? undefined : parseCommandLine(given)
  const { moved, stay } = dividedFlags(flags ?? {})
  const program = instead ??
    words.slice(0, words.length - (given?.length ?? words.length)).map((word) => expanded(word, home, pathOf))
  const named = flags?.profile ?? profile
  const plain = program.length > 0 && program.every(isPlainPath)
  const link = plain || !program[0]?.startsWith("/") || program.length > 1
    ? []
    : [`sudo ln -s ${quoteSh(program[0])} ${usualPlace}`]
  const line = [...plain ? program : [usualPlace], ...stay, "--profile", named].join(" ")
  return [
    `${link.length > 0 ? linkFirst : ""}write in ${profileHeader(profile)}`,
    ...link,
    ...flags === undefined
      ? ["op_vault = …", "op_item = …"]
      : moved.map(([key, value]) => `${key} = ${asKey(value)}`),
    `credential_process = ${printable(line, 1000)}`
  ].join("\n")
}

/** A line's flags: those that the profile's keys can say as well, by key, and the words of those that have to stay. */
export const dividedFlags = (
  flags: FlagValues
): { readonly moved: ReadonlyArray<readonly [key: string, value: string]>; readonly stay: ReadonlyArray<string> } => {
  const entries = Object.entries(flags) as ReadonlyArray<[FlagName, string]>
  return {
    moved: entries.flatMap(([name, value]) => isMovable(name) ? [[flagSpecs[name].profileKey!, value] as const] : []),
    stay: entries.filter(([name]) => !isMovable(name) && name !== "profile").flatMap(worded)
  }
}

/** A role's keys are the client's business, and would make it assume the role a second time. */
const isMovable = (name: FlagName): boolean =>
  flagSpecs[name].profileKey !== undefined && !roleFlags.some((ofRole) => ofRole === name)

/** A # or ; with a space before it would end the value there, at its beginning too. */
const asKey = (value: string): string => commentIn(` ${value}`) === -1 ? printable(value) : "<its ID>"

const worded = ([name, value]: readonly [FlagName, string]): ReadonlyArray<string> =>
  flagSpecs[name].value === undefined ? [`--${name}`] : [`--${name}`, value]

const expanded = (word: string, home: string | undefined, pathOf: (name: string) => string | undefined): string => {
  const below = /^(?:~|\$HOME|\$\{HOME\})\/(.*)$/.exec(word)?.[1]
  if (below !== undefined && home !== undefined) return `${home}/${below}`
  return word.includes("/") ? word : pathOf(word) ?? word
}

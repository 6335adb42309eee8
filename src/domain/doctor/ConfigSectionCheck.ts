import { commentIn } from "../AwsConfigSections.ts"
import type { Finding, Severity } from "../Finding.ts"
import { printable } from "../Printable.ts"
import type { ConfigLines, SectionLines } from "./ConfigLines.ts"

const finding = (severity: Severity, what: string, why: string, mend: string): Finding => ({
  check: "config",
  severity,
  what,
  why,
  mend
})

/** Keys that only a profile has: a section with one of them was meant to be a profile. */
const ofProfiles =
  /^(?:credential_process|role_arn|source_profile|mfa_serial|op_\w+|aws_access_key_id|sso_(?:session|account_id|start_url)|region)$/

/**
 * Sections that no client, or not every client, takes for the profile that they were meant to be. `concerns` picks the
 * profiles whose spelling matters; the others may be meant for one client alone.
 */
export const checkConfigSections = (
  file: ConfigLines,
  concerns: (profile: string) => boolean
): ReadonlyArray<Finding> => [
  ...file.sections.flatMap((section) => misnamed(file, section)),
  ...twoDefaults(file),
  ...file.sections.filter(({ profile }) => profile !== undefined && concerns(profile)).flatMap((section) => [
    ...oddHeader(file, section),
    ...oddKeys(file, section)
  ])
]

const misnamed = (
  { credentials, path }: ConfigLines,
  { inside, keys, number, profile }: SectionLines
): ReadonlyArray<Finding> => {
  const text = inside?.trim() ?? ""
  if (profile !== undefined || text === "" || !keys.some(({ key }) => ofProfiles.test(key.toLowerCase()))) return []
  const name = /^profile[ \t.]+["']?(.*?)["']?$/.exec(text)?.[1] ?? text
  if (/^(?:sso-session|services|plugins|preview)\b/.test(text)) return []
  const what = `${path}:${number}: [${printable(text)}] is no profile`
  if (credentials) {
    const why = "in the credentials file profiles stand without the word, and no client finds this one"
    return [finding("error", what, why, `write it as\n[${printable(name)}]`)]
  }
  return [finding(
    "error",
    what,
    text.startsWith("profile.")
      ? "only JavaScript takes it for one"
      : "in the config file every profile but [default] has the word before its name, and no client finds this one",
    `write it as\n[profile ${printable(name)}]`
  )]
}

const twoDefaults = ({ credentials, path, sections }: ConfigLines): ReadonlyArray<Finding> => {
  const named = (inside: RegExp) =>
    sections.find((section) => section.inside !== undefined && inside.test(section.inside))
  const bare = credentials ? undefined : named(/^\s*default\s*$/)
  const prefixed = credentials ? undefined : named(/^\s*profile\s+["']?default["']?\s*$/)
  return bare === undefined || prefixed === undefined ? [] : [finding(
    "error",
    `${path}:${bare.number}: there is [default], and [profile default] in line ${prefixed.number}`,
    "the AWS CLI and boto3 take the one that comes later, all others [profile default]",
    `move the keys of line ${prefixed.number}'s section below [default], and delete line ${prefixed.number}`
  )]
}

interface Oddity {
  readonly who: string
  readonly test: (section: SectionLines, name: string) => boolean
}

/** Which clients pass over a header that is written so. */
const oddities: ReadonlyArray<Oddity> = [
  {
    who: "Go, Java and Rust do not find a quoted name",
    test: ({ inside }) => /^profile\s+["']\S*["']$/.test(inside ?? "")
  },
  {
    who: "only the AWS CLI and boto3 find a quoted name with a space",
    test: ({ inside }, name) => name.includes(" ") && /["']/.test(inside ?? "")
  },
  {
    who: "only Go finds a name with a space",
    test: ({ inside }, name) => name.includes(" ") && !/["']/.test(inside ?? "")
  },
  {
    who: "Java and Rust refuse the whole file, Go and JavaScript miss the profile, for the # in its name",
    test: (_, name) => name.includes("#")
  },
  {
    who: "JavaScript, Java and Rust do not find a name with characters other than letters, digits and _-/.%@:+",
    test: (_, name) => /[^\w/.%@:+ #-]/.test(name)
  },
  {
    who: "JavaScript does not find a header with more than one space in it, and none with a space behind `[`",
    test: ({ inside }) => /^\s|^profile(?: ?\t|\s{2,})/.test(inside ?? "")
  },
  {
    who: "the AWS CLI and boto3 do not find a header with a space behind `[`",
    test: ({ inside }) => /^\s/.test(inside ?? "")
  },
  {
    who: "JavaScript does not find a header with a comment right behind `]`",
    test: ({ header }) => /\][#;]/.test(header)
  }
]

const oddHeader = ({ credentials, path }: ConfigLines, section: SectionLines): ReadonlyArray<Finding> => {
  const name = section.profile!
  const found = oddities.filter(({ test }) => test(section, name)).map(({ who }) => who)
  if (found.length === 0 || credentials) return []
  const renamed = name.replace(/[^\w/.%@:+-]+/g, "-")
  const target = name === "default" ? "[default]" : `[profile ${renamed}]`
  return [finding(
    "error",
    `${path}:${section.number}: ${printable(section.header)} is not read alike by all clients`,
    found.join("; "),
    `${renamed === name ? "write it as" : "rename it, and wherever it is named"}\n${target}`
  )]
}

const oddKeys = ({ path }: ConfigLines, { keys }: SectionLines): ReadonlyArray<Finding> =>
  keys.flatMap(({ key, number, value }) => {
    const comment = commentIn(value)
    return [
      ...key === key.toLowerCase() ? [] : [finding(
        "error",
        `${path}:${number}: ${printable(key)} is not all lower-case`,
        "JavaScript, Java and C++ do not see the key",
        `write it as\n${printable(key.toLowerCase())} = …`
      )],
      // In a credential_process it matters where the quotes are; the check of that line knows.
      ...comment === -1 || key.toLowerCase() === "credential_process" ? [] : [finding(
        "error",
        `${path}:${number}: a comment stands behind the value of ${printable(key)}`,
        "the AWS CLI and boto3 take the comment for a part of the value",
        `move the comment to a line of its own, above line ${number}`
      )]
    ]
  })

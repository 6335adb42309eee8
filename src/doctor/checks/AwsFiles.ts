import { commentIn } from "../../domain/aws-config/AwsConfigSections.ts"
import type { ConfigLines, SectionLines } from "../../domain/aws-config/ConfigLines.ts"
import { printable } from "../../domain/base/Printable.ts"
import { quoteSh } from "../../domain/base/ShellQuoting.ts"
import type { Finding, Severity } from "../Finding.ts"

const python = "the AWS CLI and boto3"

const places = (path: string, numbers: ReadonlyArray<number>): string =>
  `${path}:${numbers.slice(0, 5).join(", ")}${numbers.length > 5 ? ", …" : ""}`

const finding = (what: string, why: string, mend: string): Finding => ({
  check: "config",
  severity: "error",
  what,
  why,
  mend
})

const plural = (count: number, one: string, several: string): string => count === 1 ? one : several

/**
 * What keeps some client from reading a whole file, and so every profile in it. Which client does what was seen with
 * botocore 1.43, aws-sdk-go-v2, the JavaScript SDK v3, the Java SDK v2 and aws-config of Rust.
 */
export const checkConfigFile = (file: ConfigLines): ReadonlyArray<Finding> => [
  ...byteOrderMark(file),
  ...openHeaders(file),
  ...sectionsTwice(file),
  ...file.sections.flatMap((section) => keysTwice(file, section)),
  ...linesWithout(file),
  ...colons(file),
  ...indentedKeys(file),
  ...continuedValues(file)
]

const byteOrderMark = ({ marked, path }: ConfigLines): ReadonlyArray<Finding> => {
  const [before, after] = [quoteSh(path), quoteSh(`${path}.new`)]
  return !marked ? [] : [finding(
    `${path}:1: the file begins with a byte order mark`,
    `${python}, Java and Rust refuse the whole file, and Go misses its first section`,
    `save it as UTF-8 without a byte order mark\ntail -c +4 ${before} >${after} && mv ${after} ${before}`
  )]
}

const openHeaders = ({ path, sections }: ConfigLines): ReadonlyArray<Finding> =>
  sections.flatMap(({ header, inside, number }, index) =>
    inside !== undefined ? [] : [finding(
      `${path}:${number}: the section header ${printable(header)} is not closed, or has no name`,
      index > 0 && /[=:]/.test(header)
        ? `${python} take it for a key of the section above`
        : `${python} refuse the whole file, so that no profile in it works for them`,
      "write it as\n[profile name]"
    )]
  )

/** Pairs of things that are written the same, the first of them and one that comes later. */
const repeated = <A>(all: ReadonlyArray<A>, nameOf: (one: A) => string | undefined): ReadonlyArray<readonly [A, A]> => {
  const first = new Map<string, A>()
  return all.flatMap((one) => {
    const name = nameOf(one)
    if (name === undefined) return []
    const before = first.get(name)
    if (before === undefined) first.set(name, one)
    return before === undefined ? [] : [[before, one] as const]
  })
}

/** Python's configparser goes by what stands between the brackets, to the letter. */
const sectionsTwice = ({ path, sections }: ConfigLines): ReadonlyArray<Finding> =>
  repeated(sections, ({ inside }) => inside).map(([first, again]) =>
    finding(
      `${path}:${again.number}: [${printable(again.inside!)}] stands there a second time, after line ${first.number}`,
      `${python} refuse the whole file, so that no profile in it works for them`,
      `move the keys below line ${again.number} up into that section, and delete line ${again.number}`
    )
  )

const keysTwice = ({ path }: ConfigLines, { keys }: SectionLines): ReadonlyArray<Finding> =>
  repeated(keys, ({ key }) => key.toLowerCase()).map(([first, again]) =>
    finding(
      `${path}:${again.number}: ${printable(again.key)} stands there a second time, after line ${first.number}`,
      `${python} refuse the whole file, so that no profile in it works for them; the other clients take the last`,
      `delete line ${first.number}, or line ${again.number}`
    )
  )

const linesWithout = ({ loose, path, sections }: ConfigLines): ReadonlyArray<Finding> => {
  const idle = sections.flatMap((section) => section.idle)
  const refused = `${python}, Java and Rust refuse the whole file; Go and JavaScript pass over it`
  return [
    ...loose.length === 0 ? [] : [finding(
      `${places(path, loose)}: ${plural(loose.length, "a line stands", "lines stand")} before the first section`,
      refused,
      "move below a [profile …] what belongs there, and put # before what is a comment"
    )],
    ...idle.length === 0 ? [] : [finding(
      `${places(path, idle)}: ${plural(idle.length, "a line sets", "lines set")} nothing`,
      refused,
      "write `key = value` on one line, or put # before what is a comment"
    )]
  ]
}

const colons = ({ path, sections }: ConfigLines): ReadonlyArray<Finding> => {
  const lines = sections.flatMap(({ keys }) => keys.filter(({ separator }) => separator === ":"))
  return lines.length === 0 ? [] : [finding(
    `${places(path, lines.map(({ number }) => number))}: a \`:\` stands in the place of \`=\``,
    "Java and Rust refuse the whole file, and JavaScript does not see the key",
    `write \`=\` in place of \`:\`${lines.length === 1 ? `:\n${printable(lines[0]!.key)} = …` : ""}`
  )]
}

const indentedKeys = ({ path, sections }: ConfigLines): ReadonlyArray<Finding> => {
  const lines = sections.flatMap(({ keys }) => keys.filter(({ indent }) => indent > 0))
  return lines.length === 0 ? [] : [finding(
    `${places(path, lines.map(({ number }) => number))}: ${plural(lines.length, "a key is", "keys are")} indented`,
    "Java, Rust and newer C++ clients refuse the whole file",
    "begin each key at the start of its line; only what is nested below a key without a value is indented"
  )]
}

const continuedValues = ({ path, sections }: ConfigLines): ReadonlyArray<Finding> => {
  const lines = sections.flatMap(({ continued }) => continued)
  return lines.length === 0 ? [] : [finding(
    `${places(path, lines)}: ${plural(lines.length, "a line is", "lines are")} indented below a key that has a value`,
    `${python}, Go, Java and Rust add it to that value, in a credential_process as a second command; others drop it`,
    "write the value on one line, or begin the line at the margin"
  )]
}

const sectionFinding = (severity: Severity, what: string, why: string, mend: string): Finding => ({
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
    return [sectionFinding("error", what, why, `write it as\n[${printable(name)}]`)]
  }
  return [sectionFinding(
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
  return bare === undefined || prefixed === undefined ? [] : [sectionFinding(
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
  return [sectionFinding(
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
      ...key === key.toLowerCase() ? [] : [sectionFinding(
        "error",
        `${path}:${number}: ${printable(key)} is not all lower-case`,
        "JavaScript, Java and C++ do not see the key",
        `write it as\n${printable(key.toLowerCase())} = …`
      )],
      // In a credential_process it matters where the quotes are; the check of that line knows.
      ...comment === -1 || key.toLowerCase() === "credential_process" ? [] : [sectionFinding(
        "error",
        `${path}:${number}: a comment stands behind the value of ${printable(key)}`,
        "the AWS CLI and boto3 take the comment for a part of the value",
        `move the comment to a line of its own, above line ${number}`
      )]
    ]
  })

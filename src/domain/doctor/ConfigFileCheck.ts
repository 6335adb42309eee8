import type { Finding } from "../Finding.ts"
import { printable } from "../Printable.ts"
import { quoteSh } from "../ShellQuoting.ts"
import type { ConfigLines, SectionLines } from "./ConfigLines.ts"

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

import { type ConfigText, indentOf, isCommentMark, titleOf } from "./AwsConfigSections.ts"

/** A line that sets something, as it was written. */
export interface KeyLine {
  /** Counted from 1, as editors do. */
  readonly number: number
  readonly indent: number
  readonly key: string
  readonly separator: "=" | ":"
  /** Without spaces around it, and with whatever comment stands behind it. */
  readonly value: string
}

/** A section, as it was written. */
export interface SectionLines {
  readonly number: number
  /** What stands between the brackets; undefined where they are not closed, or empty. */
  readonly inside: string | undefined
  readonly header: string
  /** The profile that it is for; undefined for anything else. */
  readonly profile: string | undefined
  readonly keys: ReadonlyArray<KeyLine>
  /** Lines below a key with a value, indented further. */
  readonly continued: ReadonlyArray<number>
  /** Lines that set nothing. */
  readonly idle: ReadonlyArray<number>
}

/** One of AWS's two files by its lines, for those who want to know how something is written and not what it means. */
export interface ConfigLines {
  readonly path: string
  readonly credentials: boolean
  /** Whether the file begins with a byte order mark. */
  readonly marked: boolean
  /** Lines that belong to no section. */
  readonly loose: ReadonlyArray<number>
  readonly sections: ReadonlyArray<SectionLines>
}

interface Open extends SectionLines {
  readonly keys: Array<KeyLine>
  readonly continued: Array<number>
  readonly idle: Array<number>
}

const keyLine = (line: string, number: number): KeyLine | undefined => {
  const at = line.search(/[=:]/)
  const key = line.slice(0, Math.max(0, at)).trim()
  if (key === "") return undefined
  return {
    number,
    indent: indentOf(line),
    key,
    separator: line[at] === "=" ? "=" : ":",
    value: line.slice(at + 1).trim()
  }
}

const sectionAt = (line: string, number: number, credentials: boolean): Open => {
  const header = line.trim()
  const close = header.indexOf("]")
  const inside = close <= 1 ? undefined : header.slice(1, close)
  const title = inside === undefined ? undefined : titleOf(inside, credentials)
  const profile = title?.kind === "profile" ? title.name : undefined
  return { number, inside, header, profile, keys: [], continued: [], idle: [] }
}

/** Whether a line is indented further than the key above: to Python's configparser even a header then is more of it. */
const isBelow = (line: string, section: SectionLines | undefined): boolean =>
  indentOf(line) > (section?.keys.at(-1)?.indent ?? Infinity)

/** Puts a line below a header where it belongs. Keys that are nested below an empty one, with a `=`, are fine. */
const addLine = (section: Open, line: string, number: number): void => {
  const above = section.keys.at(-1)
  const found = keyLine(line, number)
  if (above !== undefined && isBelow(line, section)) {
    if (above.value !== "") section.continued.push(number)
    else if (!line.includes("=")) section.idle.push(number)
  } else if (found === undefined) section.idle.push(number)
  else section.keys.push(found)
}

/** Takes a file apart. Never fails: what has no form is told by its line number. */
export const configLines = ({ path, text }: ConfigText, credentials: boolean): ConfigLines => {
  const marked = text.startsWith("\uFEFF")
  const sections: Array<Open> = []
  const loose: Array<number> = []
  for (const [index, line] of text.slice(marked ? 1 : 0).split(/\r?\n/).entries()) {
    const trimmed = line.trim()
    const section = sections.at(-1)
    if (trimmed === "" || isCommentMark(trimmed[0])) continue
    if (trimmed.startsWith("[") && !isBelow(line, section)) sections.push(sectionAt(line, index + 1, credentials))
    else if (section === undefined) loose.push(index + 1)
    else addLine(section, line, index + 1)
  }
  return { path, credentials, marked, loose, sections }
}

/** A setting with the place that it is written at. */
export interface Written {
  /** `path:line`. */
  readonly place: string
  readonly value: string
}

/** The sections of each profile, in the order of the files, with the file that each is in. */
export type SectionsByProfile = ReadonlyMap<string | undefined, ReadonlyArray<SectionLines & { readonly path: string }>>

export const sectionsByProfile = (files: ReadonlyArray<ConfigLines>): SectionsByProfile =>
  Map.groupBy(
    files.flatMap(({ path, sections }) => sections.map((section) => ({ ...section, path }))),
    ({ profile }) => profile
  )

/** Where a profile's setting is written, the one that counts: the last one, in the credentials file if it is there. */
export const writtenAt = (sections: SectionsByProfile, profile: string, key: string): Written | undefined => {
  const found = (sections.get(profile) ?? []).flatMap(({ keys, path }) =>
    keys.filter((line) => line.key.toLowerCase() === key && line.value !== "")
      .map(({ number, value }): Written => ({ place: `${path}:${number}`, value }))
  )
  return found.at(-1)
}

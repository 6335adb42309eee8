import { parseAwsConfig } from "./AwsConfig.ts"
import { commentIn, findHeaders, indentOf, isCommentMark, type Section, sectionsNamed } from "./AwsConfigSections.ts"
import { ConfigFailure } from "./ConfigFailure.ts"
import { splitCredentialProcess } from "./CredentialProcessLine.ts"
import { Failure } from "../base/Failure.ts"

/** What is to be different about one profile in one of AWS's files. */
export interface ProfileEdit {
  readonly file: "config" | "credentials"
  readonly profile: string
  /** A key that is there gets the value where it stands; others are added in this order. */
  readonly set?: ReadonlyArray<readonly [key: string, value: string]>
  /** With what is nested below them. One that is also set is not removed. */
  readonly remove?: ReadonlyArray<string>
  /** Whether a section of the config file goes with its last key too, unless it holds comments. */
  readonly withEmptied?: boolean
  /** For what is said of the file; `~/.aws/…` unless given. */
  readonly path?: string
}

/** The names that every AWS client reads without quotes. */
const plainName = /^[A-Za-z0-9_\-/.%@:+]+$/

/** Python's configparser takes this section for the usual values of all others. */
const defaults = "DEFAULT"

const plainKey = /^[A-Za-z0-9_-]+$/

interface Line {
  readonly content: string
  /** Its line break; empty at the end of a file that does not end in one. */
  readonly end: string
}

/** A key of the section, with the lines below it that are nested in it. */
interface Entry {
  readonly key: string
  /** The key's own line and the last one nested below it, as indices into the lines of the file. */
  readonly first: number
  readonly last: number
}

const linesOf = (text: string): ReadonlyArray<Line> =>
  (text.match(/[^\n]*\n|[^\n]+$/g) ?? []).map((line) => {
    const end = line.endsWith("\r\n") ? "\r\n" : line.endsWith("\n") ? "\n" : ""
    return { content: line.slice(0, line.length - end.length), end }
  })

const textOf = (lines: ReadonlyArray<Line>): string => lines.map(({ content, end }) => content + end).join("")

const lineAt = (text: string, offset: number): number => text.slice(0, offset).split("\n").length - 1

const isBlank = ({ content }: Line): boolean => content.trim() === ""

const isComment = ({ content }: Line): boolean => isCommentMark(content.trim()[0])

/** Why no line could hold the value so that it is read again as it is. */
const valueProblem = (key: string, value: string): string | undefined => {
  if (!plainKey.test(key)) return "the key is no plain word"
  if (value === "") return `the value of ${key} is empty`
  if (/\p{Cc}/u.test(value)) return `the value of ${key} has a line break, a tab or a control character`
  if (value !== value.trim()) return `the value of ${key} begins or ends with a blank`
  if (commentIn(` ${value}`) !== -1) return `the value of ${key} has a blank before \`#\` or \`;\`, where clients see a comment`
  return value.isWellFormed() ? undefined : `the value of ${key} is no valid text`
}

/** A value as it stands in the file: of one of ours a pair of quotes is taken off when it is read, so that its own need another. */
const written = (key: string, value: string): string =>
  key.toLowerCase().startsWith("op_") && /^(?:".*"|'.*')$/.test(value) && value.length > 1 ? `"${value}"` : value

/** Whether Python's configparser, and with it the AWS CLI, finds the same name in the header. */
const isReadByCli = (section: Section, header: string, credentials: boolean): boolean => {
  const inside = header.slice(header.indexOf("[") + 1, header.lastIndexOf("]"))
  if (credentials) return inside === section.name && inside !== defaults
  if (section.bare) return inside === section.name
  const words = splitCredentialProcess(inside)
  return inside.startsWith("profile") && words?.length === 2 && words[1] === section.name
}

/** The keys between two lines, as `AwsConfig` reads them where it can. */
const entriesOf = (lines: ReadonlyArray<Line>, from: number, to: number): ReadonlyArray<Entry> => {
  const entries: Array<Entry> = []
  let depth = Infinity
  for (let index = from; index < to; index++) {
    const line = lines[index]!
    const indent = indentOf(line.content)
    const above = entries.at(-1)
    if (isBlank(line)) continue
    if (isComment(line)) {
      // One that is indented with the lines above it, directly below them, is about them.
      const nested = above !== undefined && above.last === index - 1 && above.last > above.first
      if (nested && indent > depth) entries[entries.length - 1] = { ...above, last: index }
      continue
    }
    if (indent > depth && above !== undefined) entries[entries.length - 1] = { ...above, last: index }
    else {
      depth = indent
      entries.push({ key: line.content.slice(0, line.content.indexOf("=")).trim().toLowerCase(), first: index, last: index })
    }
  }
  return entries
}

/**
 * The line with another value. One that says so already stays as it is. What stands behind the value as a comment, and
 * is a part of the value to the AWS CLI, becomes a line of its own.
 */
const rewritten = (line: Line, key: string, value: string): ReadonlyArray<Line> => {
  const { content, end } = line
  const equals = content.indexOf("=")
  if (content.slice(0, equals).trim() === key && content.slice(equals + 1).trim() === written(key, value)) return [line]
  const indent = content.slice(0, indentOf(content))
  const comment = commentIn(content)
  const remark = comment === -1 ? "" : content.slice(comment).trim()
  const above = remark.length > 1 ? [{ content: indent + remark, end }] : []
  return [...above, { content: `${indent}${key} = ${written(key, value)}`, end }]
}

/** What stays of a line in a block that goes: a comment that is not indented with it. */
const outer = (line: Line, key: Line): ReadonlyArray<Line> =>
  isComment(line) && indentOf(line.content) <= indentOf(key.content) ? [line] : []

/** Where a file ends in the middle of a line it goes on doing so, and nowhere else. */
const endedAs = (text: string, lines: ReadonlyArray<Line>, lineBreak: string): string => {
  const whole = lines.map((line, index) => line.end === "" && index < lines.length - 1 ? { ...line, end: lineBreak } : line)
  const edited = textOf(whole)
  const ended = text === "" || text.endsWith("\n")
  if (ended) return edited === "" || edited.endsWith("\n") ? edited : edited + lineBreak
  return edited.replace(/\r?\n$/, "")
}

/** Without the section, if nothing but blank lines is left of it. */
const withoutEmptied = (lines: ReadonlyArray<Line>, header: number, end: number): ReadonlyArray<Line> => {
  if (!lines.slice(header + 1, end).every(isBlank)) return lines
  const before = lines.slice(0, header)
  const isLast = end === lines.length
  return isLast ? before.slice(0, before.findLastIndex((line) => !isBlank(line)) + 1) : [...before, ...lines.slice(end)]
}

/**
 * The text with one profile changed. A key that is there is changed in its place; others are added below the last one
 * of the section, and a section that is missing at the end of the file. Everything else stays byte for byte: comments,
 * order, line breaks, and whether the last line has one. In the credentials file a section goes with its last key,
 * unless it holds comments. Neither a section nor a key is ever there twice afterwards: the AWS CLI then reads nothing
 * of the whole file. Where clients do not agree about what is there, nothing is changed.
 */
export const editProfile = (text: string, edit: ProfileEdit): string | ConfigFailure<"ConfigUneditable"> => {
  const { file, profile } = edit
  const path = edit.path ?? `~/.aws/${file}`
  const credentials = file === "credentials"
  const wanted = new Map(edit.set?.map(([key, value]) => [key.toLowerCase(), { key, value }]))
  const unwanted = new Set(edit.remove?.map((key) => key.toLowerCase()).filter((key) => !wanted.has(key)))
  for (const { key, value } of wanted.values()) {
    const problem = valueProblem(key, value)
    if (problem !== undefined) return ConfigFailure.ConfigUneditable(path, undefined, problem)
  }

  const sections = sectionsNamed(findHeaders({ path, text }, credentials), "profile", profile)
  const [section, another] = sections
  const lines = linesOf(text)
  if (another !== undefined) {
    const reason = `the profile stands here a second time, and first in line ${lineAt(text, section!.start) + 1}`
    return ConfigFailure.ConfigUneditable(path, lineAt(text, another.start) + 1, reason)
  }
  if (section === undefined) {
    if (wanted.size === 0) return text
    if (!plainName.test(profile) || (credentials && profile === defaults)) {
      const reason = "not every AWS client reads a profile of that name; letters, digits and _-/.%@:+ are safe"
      return ConfigFailure.ConfigUneditable(path, undefined, reason)
    }
    const lineBreak = lines[0]?.end || "\n"
    const title = credentials || profile === "default" ? profile : `profile ${profile}`
    const added = [`[${title}]`, ...[...wanted.values()].map(({ key, value }) => `${key} = ${written(key, value)}`)]
    const spaced = lines.length === 0 || isBlank(lines.at(-1)!) ? added : ["", ...added]
    return endedAs(text, [...lines, ...spaced.map((content) => ({ content, end: lineBreak }))], lineBreak)
  }

  const before = read(text, path, credentials, profile)
  if (before instanceof Failure) {
    return ConfigFailure.ConfigUneditable(path, before.line, before.message.slice(`${path}:${before.line}: `.length))
  }
  const header = lineAt(text, section.start)
  const end = section.end === text.length ? lines.length : lineAt(text, section.end)
  if (!isReadByCli(section, lines[header]!.content, credentials)) {
    return ConfigFailure.ConfigUneditable(path, header + 1, "the AWS CLI reads another name in this section header, or none")
  }
  const entries = entriesOf(lines, header + 1, end)
  const seen = new Set<string>()
  const doubled = entries.find(({ key }) => seen.has(key) || !seen.add(key))
  if (doubled !== undefined) {
    return ConfigFailure.ConfigUneditable(path, doubled.first + 1, "the key stands here a second time in its section")
  }

  const lineBreak = lines[header]!.end || lines[0]!.end || "\n"
  const replaced = new Map<number, ReadonlyArray<Line>>()
  for (const { first, key, last } of entries) {
    const next = wanted.get(key)
    if (next === undefined && !unwanted.has(key)) continue
    for (let index = first; index <= last; index++) replaced.set(index, outer(lines[index]!, lines[first]!))
    if (next !== undefined) replaced.set(first, rewritten(lines[first]!, next.key, next.value))
  }
  const known = new Set(entries.map(({ key }) => key))
  // To the AWS CLI a header that is indented further than the key above it is a part of that key's value.
  const indent = end === lines.length ? "" : lines[end]!.content.slice(0, indentOf(lines[end]!.content))
  const added = [...wanted].filter(([key]) => !known.has(key)).map(([, { key, value }]): Line =>
    ({ content: `${indent}${key} = ${written(key, value)}`, end: lineBreak }))
  const place = (entries.at(-1)?.last ?? header) + 1
  const body = [
    ...lines.slice(header + 1, place).flatMap((line, index) => replaced.get(header + 1 + index) ?? [line]),
    ...added,
    ...lines.slice(place, end)
  ]
  const edited = [...lines.slice(0, header + 1), ...body, ...lines.slice(end)]
  const emptied = (credentials || edit.withEmptied === true) && entries.length > 0 && added.length === 0 && entries.every(({ key }) => unwanted.has(key))
  const result = endedAs(text, emptied ? withoutEmptied(edited, header, header + 1 + body.length) : edited, lineBreak)
  return saysSo(result, before, { path, credentials, profile, wanted, unwanted })
    ? result
    : ConfigFailure.ConfigUneditable(
      path, header + 1, "the lines of this profile cannot be changed without changing what others of them mean"
    )
}

const read = (text: string, path: string, credentials: boolean, profile: string) => {
  const none = { path, text: "" }
  const given = { path, text }
  const config = parseAwsConfig({ config: credentials ? none : given, credentials: credentials ? given : none })
  const found = config.profile(profile)
  return found instanceof Failure ? found : found?.values ?? new Map<string, string>()
}

/** Whether our own reader finds what was wanted, and all that it found before besides. */
const saysSo = (
  text: string,
  before: ReadonlyMap<string, string>,
  { credentials, path, profile, unwanted, wanted }: {
    readonly path: string
    readonly credentials: boolean
    readonly profile: string
    readonly wanted: ReadonlyMap<string, { readonly value: string }>
    readonly unwanted: ReadonlySet<string>
  }
): boolean => {
  const after = read(text, path, credentials, profile)
  if (after instanceof Failure) return false
  const touched = (key: string): boolean => {
    const [top = ""] = key.split(".", 1)
    return [key, top].some((name) => wanted.has(name) || unwanted.has(name))
  }
  const kept = [...before].filter(([key]) => !touched(key))
  return kept.every(([key, value]) => after.get(key) === value) &&
    [...wanted].every(([key, { value }]) => after.get(key) === value) &&
    [...unwanted].every((key) => !after.has(key)) &&
    after.size >= kept.length + wanted.size
}

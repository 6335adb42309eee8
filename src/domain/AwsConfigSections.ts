import type { ConfigText } from "./AwsConfig.ts"

export type SectionKind = "profile" | "services"

/** Where the section headers of a file begin, in file order: all that is found out before a section is asked for. */
export interface Headers {
  readonly file: ConfigText
  readonly credentials: boolean
  readonly starts: ReadonlyArray<number>
  /** Those that the AWS CLI takes for a part of the value above; undefined where no header is indented. */
  readonly swallowed?: ReadonlySet<number>
}

export interface Section {
  readonly file: ConfigText
  /** Where its header is, the line below that, and the next header. */
  readonly start: number
  readonly body: number
  readonly end: number
  readonly kind: SectionKind
  readonly name: string
  /** `[default]` in the config file, which `[profile default]` replaces. */
  readonly bare: boolean
  /** Why the header cannot be read. */
  readonly problem: string | undefined
  /** Why the header at `end` makes the last value of this section doubtful. */
  readonly endProblem: string | undefined
}

const unclosed = "the section header has no closing `]`"
const trailing = "there is text after the `]` of the section header"
const swallowing = "the section header is indented further than a key above it, so some AWS clients take it for that" +
  " key's value"

/** Blanks before `#` or `;` begin a comment; without blanks they are part of the value. */
export const commentIn = (line: string): number => {
  let first = -1
  for (const mark of [" #", " ;", "\t#", "\t;"]) {
    const at = line.indexOf(mark)
    if (at !== -1 && (first === -1 || at < first)) first = at
  }
  return first
}

export const isCommentMark = (character: string | undefined): boolean => character === "#" || character === ";"

export const indentOf = (line: string): number => line.length - line.trimStart().length

/** Where the line break after an offset is, or the end of the text. */
export const lineEnd = (text: string, at: number): number => {
  const found = text.indexOf("\n", at)
  return found === -1 ? text.length : found
}

/** Where the line begins that an offset (not that of a line break) lies in. */
const lineStart = (text: string, at: number): number => text.lastIndexOf("\n", at) + 1

/**
 * Finds the section headers. With a thousand profiles in the file this is what a look-up costs, so it leaps from one
 * to the next and takes nothing apart.
 */
export const findHeaders = (file: ConfigText, credentials: boolean): Headers => {
  const text = file.text
  const starts: Array<number> = []
  // A byte order mark is no part of the first line.
  const first = text.charCodeAt(0) === 0xfeff ? 1 : 0
  if (text[first] === "[") starts.push(first)
  for (let at = text.indexOf("\n["); at !== -1; at = text.indexOf("\n[", at + 2)) starts.push(at + 1)
  const indented = [...indentedHeaders(text, " ["), ...indentedHeaders(text, "\t[")]
  if (indented.length === 0) return { file, credentials, starts }
  const all = [...starts, ...indented].sort((one, other) => one - other)
  return { file, credentials, starts: all, swallowed: swallowedHeaders(text, all) }
}

const indentedHeaders = (text: string, mark: string): ReadonlyArray<number> => {
  const found: Array<number> = []
  for (let at = text.indexOf(mark); at !== -1; at = text.indexOf(mark, lineEnd(text, at))) {
    if (text.slice(lineStart(text, at), at).trim() === "") found.push(at + 1)
  }
  return found
}

/**
 * The headers that are no headers to Python's configparser, because a key above them is indented less. In a file that
 * is indented as a whole there is none.
 */
const swallowedHeaders = (text: string, starts: ReadonlyArray<number>): ReadonlySet<number> => {
  const swallowed = new Set<number>()
  let least = Infinity
  let body = text.length
  for (const start of starts) {
    const line = lineStart(text, start)
    least = leastIndent(text, body, line, least)
    if (start - line > least) swallowed.add(start)
    else least = Infinity
    body = lineEnd(text, start) + 1
  }
  return swallowed
}

/** The least indentation of the lines in a range that are neither blank nor comments, or `least` if none has less. */
const leastIndent = (text: string, from: number, to: number, least: number): number => {
  for (let at = from; at < to;) {
    const end = lineEnd(text, at)
    const line = text.slice(at, end)
    const first = line.trimStart()[0]
    if (first !== undefined && !isCommentMark(first)) least = Math.min(least, indentOf(line))
    at = end + 1
  }
  return least
}

/** The sections of one kind, in file order. */
export const allSections = (headers: Headers, kind: SectionKind): ReadonlyArray<Section> => {
  const found: Array<Section> = []
  for (let index = 0; index < headers.starts.length; index++) {
    const section = sectionAt(headers, index)
    if (section?.kind === kind) found.push(section)
  }
  return found
}

/**
 * The sections of one kind and name, in file order: usually one, two when a file has it twice. Goes by where the name
 * occurs in the text, so that the headers of a thousand other profiles are not looked at.
 */
export const sectionsNamed = (headers: Headers, kind: SectionKind, name: string): ReadonlyArray<Section> => {
  const text = headers.file.text
  const found: Array<Section> = []
  if (name === "") return found
  for (let at = text.indexOf(name); at !== -1;) {
    const before = text.charCodeAt(at - 1)
    if (!mayPrecedeName(before)) {
      at = text.indexOf(name, at + 1)
      continue
    }
    const line = lineStart(text, at)
    // No further than the name: behind it the next bracket may be at the other end of the file.
    const open = text.slice(line, at + 1).indexOf("[")
    const index = open === -1 ? -1 : headerAt(headers.starts, line + open)
    const section = index === -1 ? undefined : sectionAt(headers, index)
    if (section?.kind === kind && section.name === name) found.push(section)
    at = text.indexOf(name, lineEnd(text, at))
  }
  return found
}

/** Which of the headers, which are in file order, begins at an offset; -1 where none does. */
const headerAt = (starts: ReadonlyArray<number>, offset: number): number => {
  let low = 0
  let high = starts.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (starts[middle]! < offset) low = middle + 1
    else high = middle
  }
  return starts[low] === offset ? low : -1
}

/** An opening bracket, a quote or anything that may be a blank. */
const mayPrecedeName = (code: number): boolean =>
  code === 0x5b || code === 0x22 || code === 0x27 || code <= 0x20 || code >= 0x80

/**
 * The section below a header, if it is of a kind that matters. A header that cannot be read still ends the section
 * before it, and counts for the profile that it seems to name: it is nobody else's trouble.
 */
const sectionAt = ({ credentials, file, starts, swallowed }: Headers, index: number): Section | undefined => {
  const start = starts[index]!
  const next = starts[index + 1]
  const stop = lineEnd(file.text, start)
  const line = file.text.slice(start, stop)
  const close = line.indexOf("]")
  const comment = commentIn(line)
  const open = close === -1 || (comment !== -1 && comment < close)
  const title = titleOf(line.slice(1, open ? (comment === -1 ? undefined : comment) : close), credentials)
  if (title === undefined) return undefined
  const rest = open ? "" : line.slice(close + 1).trimStart()
  const isTrailing = rest !== "" && !isCommentMark(rest[0])
  return {
    ...title,
    file,
    start,
    body: stop + 1,
    end: next ?? file.text.length,
    problem: swallowed?.has(start) ? swallowing : open ? unclosed : isTrailing ? trailing : undefined,
    endProblem: next !== undefined && swallowed?.has(next) ? swallowing : undefined
  }
}

/** What stands between the brackets; names are taken as they stand, as clients differ in which they let pass. */
export const titleOf = (inside: string, credentials: boolean): Pick<Section, "kind" | "name" | "bare"> | undefined => {
  const text = inside.trim()
  const profile = afterWord(text, "profile")
  const services = afterWord(text, "services")
  if (credentials) {
    const foreign = profile ?? services ?? afterWord(text, "sso-session")
    return foreign === undefined && text !== "" ? { kind: "profile", name: text, bare: false } : undefined
  }
  if (profile) return { kind: "profile", name: unquoted(profile), bare: false }
  if (services) return { kind: "services", name: unquoted(services), bare: false }
  return text === "default" ? { kind: "profile", name: text, bare: true } : undefined
}

const afterWord = (text: string, word: string): string | undefined => {
  const next = text[word.length]
  return (next === " " || next === "\t") && text.startsWith(word) ? text.slice(word.length).trim() : undefined
}

/** `[profile "x"]` is `[profile x]` to the AWS CLI and to the JavaScript SDK. */
const unquoted = (name: string): string => {
  const quote = name[0]
  return name.length > 2 && (quote === "\"" || quote === "'") && name.endsWith(quote) ? name.slice(1, -1) : name
}

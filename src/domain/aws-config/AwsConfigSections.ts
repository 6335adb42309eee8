import { printable } from "../base/Printable.ts"
import { find } from "../base/TextSearch.ts"

export type SectionKind = "profile" | "services"

/** A file and what is found out about its section headers before a section is asked for. */
export interface Headers {
  readonly file: ConfigText
  readonly credentials: boolean
  /** Undefined where every header begins its line, as it should: the line break before it tells it then. */
  readonly indented?: {
    /** Where the headers begin, those that are not indented too, in file order. */
    readonly starts: ReadonlyArray<number>
    /** Those that the AWS CLI takes for a part of the value above. */
    readonly swallowed: ReadonlySet<number>
  }
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
  const found = find(text, "\n", at)
  return found === -1 ? text.length : found
}

/** Where the line begins that an offset (not that of a line break) lies in. */
const lineStart = (text: string, at: number): number => text.lastIndexOf("\n", at) + 1

/**
 * Looks for headers that are indented, which make the whole file doubtful. The others are found when they are needed:
 * with ten thousand profiles in the file, listing them would be most of what a look-up costs.
 */
export const findHeaders = (file: ConfigText, credentials: boolean): Headers => {
  const text = file.text
  const indented = [...indentedHeaders(text, " ["), ...indentedHeaders(text, "\t[")]
  if (indented.length === 0) return { file, credentials }
  const starts = [...plainHeaders(text), ...indented].sort((one, other) => one - other)
  return { file, credentials, indented: { starts, swallowed: swallowedHeaders(text, starts) } }
}

/** Where the first line begins: a byte order mark is no part of it. */
const textStart = (text: string): number => text.charCodeAt(0) === 0xfeff ? 1 : 0

/** The headers that begin their line. */
const plainHeaders = (text: string): Array<number> => {
  const starts: Array<number> = []
  const first = textStart(text)
  if (text[first] === "[") starts.push(first)
  for (let at = find(text, "\n["); at !== -1; at = find(text, "\n[", at + 2)) starts.push(at + 1)
  return starts
}

/** Whether the `[` at an offset begins a header. */
const isHeader = ({ file: { text }, indented }: Headers, at: number): boolean =>
  indented === undefined ? at === textStart(text) || text[at - 1] === "\n" : headerAt(indented.starts, at) !== -1

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

/** Where the next header after that at an offset begins. */
const nextHeader = ({ file: { text }, indented }: Headers, at: number): number | undefined => {
  if (indented !== undefined) return indented.starts[headerAt(indented.starts, at) + 1]
  const found = find(text, "\n[", at)
  return found === -1 ? undefined : found + 1
}

const indentedHeaders = (text: string, mark: string): ReadonlyArray<number> => {
  const found: Array<number> = []
  for (let at = find(text, mark); at !== -1; at = find(text, mark, lineEnd(text, at))) {
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
  for (const start of headers.indented?.starts ?? plainHeaders(headers.file.text)) {
    const section = sectionAt(headers, start)
    if (section?.kind === kind) found.push(section)
  }
  return found
}

/**
 * The sections of one kind in whose text all these words stand; undefined where the sections have to be looked at one
 * by one, because headers are indented. It leaps to the next place that the rarest of the words has, so that sections
 * which lack it are not looked at.
 */
export const sectionsMentioning = (
  headers: Headers,
  kind: SectionKind,
  words: ReadonlyArray<string>
): ReadonlyArray<Section> | undefined => {
  if (headers.indented !== undefined) return undefined
  const text = headers.file.text
  const found: Array<Section> = []
  for (let from = 0; from < text.length;) {
    let furthest = from
    for (const word of words) {
      const at = find(text, word, from)
      if (at === -1) return found
      if (at > furthest) furthest = at
    }
    // No section before the one that the furthest is in has all of them.
    const header = text.lastIndexOf("\n[", furthest)
    const start = header === -1 ? textStart(text) : header + 1
    const end = nextHeader(headers, start) ?? text.length
    if (text[start] === "[" && words.every((word) => isWithin(find(text, word, start), end))) {
      const section = sectionAt(headers, start)
      if (section?.kind === kind) found.push(section)
    }
    from = end
  }
  return found
}

const isWithin = (at: number, end: number): boolean => at !== -1 && at < end

/**
 * The sections of one kind and name, in file order: usually one, two when a file has it twice. Goes by where the name
 * occurs in the text, so that the headers of a thousand other profiles are not looked at.
 */
export const sectionsNamed = (headers: Headers, kind: SectionKind, name: string): ReadonlyArray<Section> => {
  const text = headers.file.text
  const found: Array<Section> = []
  if (name === "") return found
  for (let at = find(text, name); at !== -1;) {
    const before = text.charCodeAt(at - 1)
    if (!mayPrecedeName(before)) {
      at = find(text, name, at + 1)
      continue
    }
    const line = lineStart(text, at)
    // No further than the name: behind it the next bracket may be at the other end of the file.
    const open = text.slice(line, at + 1).indexOf("[")
    const section = open !== -1 && isHeader(headers, line + open) ? sectionAt(headers, line + open) : undefined
    if (section?.kind === kind && section.name === name) found.push(section)
    at = find(text, name, lineEnd(text, at))
  }
  return found
}

/** An opening bracket, a quote or anything that may be a blank. */
const mayPrecedeName = (code: number): boolean =>
  code === 0x5b || code === 0x22 || code === 0x27 || code <= 0x20 || code >= 0x80

/**
 * The section below a header, if it is of a kind that matters. A header that cannot be read still ends the section
 * before it, and counts for the profile that it seems to name: it is nobody else's trouble.
 */
const sectionAt = (headers: Headers, start: number): Section | undefined => {
  const { credentials, file, indented } = headers
  const stop = lineEnd(file.text, start)
  const line = file.text.slice(start, stop)
  const close = line.indexOf("]")
  const comment = commentIn(line)
  const open = close === -1 || (comment !== -1 && comment < close)
  const title = titleOf(line.slice(1, open ? (comment === -1 ? undefined : comment) : close), credentials)
  if (title === undefined) return undefined
  const rest = open ? "" : line.slice(close + 1).trimStart()
  const isTrailing = rest !== "" && !isCommentMark(rest[0])
  const next = nextHeader(headers, start)
  return {
    ...title,
    file,
    start,
    body: stop + 1,
    end: next ?? file.text.length,
    problem: indented?.swallowed.has(start) ? swallowing : open ? unclosed : isTrailing ? trailing : undefined,
    endProblem: next !== undefined && indented?.swallowed.has(next) ? swallowing : undefined
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

/** The header of a profile's section in the config file, as AWS's own tools write it. */
export const profileHeader = (name: string, length?: number): string =>
  name === "default" ? "[default]" : `[profile ${printable(name, length)}]`

/** One of AWS's two files as it was read; a file that does not exist has the text `""`. */
export interface ConfigText {
  readonly path: string
  readonly text: string
}

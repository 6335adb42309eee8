import {
  allSections,
  commentIn,
  type ConfigText,
  findHeaders,
  type Headers,
  indentOf,
  isCommentMark,
  lineEnd,
  type Section,
  sectionsMentioning,
  sectionsNamed
} from "./AwsConfigSections.ts"
import { ConfigFailure } from "./ConfigFailure.ts"

/**
 * The settings of one profile (or one `[services …]` section). Keys are lower-case, a nested one is
 * `s3.addressing_style`. Values are as written, their quotes included; of the keys of this program (`op_…`), which no
 * client of AWS's reads, one pair of equal quotes around the value is no part of it. A key whose value is empty is not there: AWS's
 * clients take it for one that was not set. Those that narrow a session are there all the same: without them it would be whole.
 */
export interface Profile {
  readonly name: string
  readonly values: ReadonlyMap<string, string>
}

/** Both of AWS's files, seen as one. */
export interface AwsConfig {
  readonly configPath: string
  readonly credentialsPath: string
  /** As they were read. */
  readonly texts: { readonly config: ConfigText; readonly credentials: ConfigText }
  /** In file order, the config file first, each name once. A name may stand for a profile that cannot be read. */
  profileNames(): ReadonlyArray<string>
  /**
   * Those of the names in one of whose sections all these words stand, and perhaps others: what is cheaply known before
   * any profile is read.
   */
  profileNamesMentioning(words: ReadonlyArray<string>): ReadonlyArray<string>
  /**
   * The two files merged key by key; the credentials file wins, as in the SDKs. `undefined` when neither has the
   * profile; the first line that clients do not read alike, when the profile has one. Other profiles are not read.
   */
  profile(name: string): Profile | ConfigFailure<"ConfigLineUnreadable"> | undefined
  /** The section `[services NAME]` of the config file, with keys such as `sts.endpoint_url`. */
  services(name: string): Profile | ConfigFailure<"ConfigLineUnreadable"> | undefined
  /** The text of a policy's file that a profile, a flag or the environment names (`source`). It is read once. */
  policy(file: string, source: string): string | ConfigFailure<"PolicyUnreadable">
}

const continued = "the line is indented below a key that has a value: some AWS clients add it to that value, others not"
const contested = "the line is indented below a key without a value, and AWS clients disagree which key it belongs to"
const assignless = "the line has no `=`"
const keyless = "the line has no key before its `=`"
const colon = "the key is followed by `:`, which only some AWS clients take for `=`"
const carriageReturn = "there is a carriage return inside the line, which some AWS clients take for its end"

/** `[profile default]` replaces `[default]` whole, as all but the AWS CLI have it (there the later one wins). */
const preferPrefixed = (sections: ReadonlyArray<Section>): ReadonlyArray<Section> => {
  if (sections.length < 2) return sections
  const prefixed = sections.filter((section) => !section.bare)
  return prefixed.length === 0 ? sections : prefixed
}

type ByName = ReadonlyMap<string, ReadonlyArray<Section>>

const groupByName = (...files: ReadonlyArray<Headers>): ByName => {
  const found = new Map<string, ReadonlyArray<Section>>()
  for (const headers of files) {
    for (const [name, sections] of Map.groupBy(allSections(headers, "profile"), (section) => section.name)) {
      found.set(name, [...found.get(name) ?? [], ...preferPrefixed(sections)])
    }
  }
  return found
}

/** So many look-ups by name go through the text; whoever wants more has the headers read once for all. */
const mostSearches = 8

/** Where the lines of a file end, for those that are asked for more than once. */
const lineEnds = new WeakMap<ConfigText, ReadonlyArray<number>>()

const endsOf = (file: ConfigText): ReadonlyArray<number> => {
  const known = lineEnds.get(file)
  if (known !== undefined) return known
  const ends: Array<number> = []
  for (let at = file.text.indexOf("\n"); at !== -1; at = file.text.indexOf("\n", at + 1)) ends.push(at)
  lineEnds.set(file, ends)
  return ends
}

const unreadable = (file: ConfigText, offset: number, reason: string): ConfigFailure<"ConfigLineUnreadable"> => {
  const ends = endsOf(file)
  let before = 0
  for (let high = ends.length; before < high;) {
    const middle = (before + high) >> 1
    if (ends[middle]! < offset) before = middle + 1
    else high = middle
  }
  return ConfigFailure.ConfigLineUnreadable(file.path, before + 1, reason)
}

/** One pair of equal quotes around a value. */
const unquoted = (value: string): string => {
  const quote = value[0]
  return value.length > 1 && (quote === "\"" || quote === "'") && value.endsWith(quote) ? value.slice(1, -1).trim() : value
}

/**
 * Reads the keys of one section into `values`, a later key over an earlier one.
 *
 * Which key an indented line belongs to is followed in two ways at once. The AWS CLI (Python's configparser) goes by
 * depth: a line belongs to the last key that is indented less. The JavaScript and Go SDKs do not count: any indented
 * line belongs to the last key without a value. Where the two differ the line has no meaning that we could rely on.
 */
const readKeys = (section: Section, values: Map<string, string>): ConfigFailure<"ConfigLineUnreadable"> | undefined => {
  const { body, end, endProblem, file } = section
  let depth = Infinity
  let parent: string | undefined
  let lastEmpty: string | undefined
  for (let at = body; at < end;) {
    const start = at
    const lineStop = lineEnd(file.text, start)
    const stop = lineStop < end ? lineStop : end
    const line = file.text.slice(start, stop)
    at = stop + 1
    const trimmed = line.trim()
    if (trimmed === "" || isCommentMark(trimmed[0])) continue
    if (trimmed.includes("\r")) return unreadable(file, start, carriageReturn)

    const comment = commentIn(trimmed)
    const content = comment === -1 ? trimmed : trimmed.slice(0, comment)
    const equals = content.indexOf("=")
    const colonAt = content.indexOf(":")
    if (colonAt !== -1 && (equals === -1 || colonAt < equals)) return unreadable(file, start, colon)
    if (equals === -1) return unreadable(file, start, assignless)
    if (equals === 0) return unreadable(file, start, keyless)
    let key = content.slice(0, equals).trimEnd().toLowerCase()
    const written = content.slice(equals + 1).trim()
    const value = key.startsWith("op_") ? unquoted(written) : written

    const indent = indentOf(line)
    if (indent > depth) {
      if (parent === undefined) return unreadable(file, start, continued)
      if (parent !== lastEmpty) return unreadable(file, start, contested)
      key = `${parent}.${key}`
    } else {
      if (indent > 0 && lastEmpty !== undefined) return unreadable(file, start, contested)
      depth = indent
      parent = written === "" ? key : undefined
    }
    if (value === "" && !narrows.includes(key)) {
      lastEmpty = written === "" ? key : indent === 0 ? undefined : lastEmpty
      values.delete(key)
    } else {
      if (indent === 0) lastEmpty = undefined
      values.set(key, value)
    }
  }
  return endProblem === undefined ? undefined : unreadable(file, end, endProblem)
}

/** Security: what was to narrow a session and says nothing must not leave it whole. */
const narrows: ReadonlyArray<string> = ["op_policy", "op_policy_arns", "op_scope_duration"]

const readSections = (
  name: string, sections: ReadonlyArray<Section>
): Profile | ConfigFailure<"ConfigLineUnreadable"> | undefined => {
  if (sections.length === 0) return undefined
  const values = new Map<string, string>()
  for (const section of sections) {
    const failure = section.problem === undefined
      ? readKeys(section, values)
      : unreadable(section.file, section.start, section.problem)
    if (failure !== undefined) return failure
  }
  return { name, values }
}

/**
 * Reads AWS's two files. Never throws; what cannot be read is found when the profile that holds it is asked for.
 *
 * AWS's clients share no one grammar. What most of them read alike is read so here: `[profile x]` with any blanks,
 * quotes or a comment around, `key=value`, CRLF, whole-line comments at any depth and comments after a value, keys that
 * are all indented, nested keys, a section that comes twice (merged), a byte order mark. A line that some of them read
 * as one thing and others as another is an error for the profile that it is in, and for no other.
 *
 * `read` reads other files that are named there; it throws what `node:fs` throws, and answers undefined for what is no
 * regular file.
 */
export const parseAwsConfig = (
  files: { readonly config: ConfigText; readonly credentials: ConfigText },
  read?: (path: string) => string | undefined
): AwsConfig => {
  const config = findHeaders(files.config, false)
  const credentials = findHeaders(files.credentials, true)
  // Built for a caller that wants more than one profile; to find one, a look at the headers is enough.
  let byName: ByName | undefined
  let ofServices: ByName | undefined
  let searches = 0
  const sectionsOf = (name: string): ReadonlyArray<Section> => {
    if (byName === undefined && ++searches > mostSearches) byName = groupByName(config, credentials)
    if (byName !== undefined) return byName.get(name) ?? []
    const inConfig = preferPrefixed(sectionsNamed(config, "profile", name))
    const inCredentials = preferPrefixed(sectionsNamed(credentials, "profile", name))
    return [...inConfig, ...inCredentials]
  }
  const servicesOf = (name: string): ReadonlyArray<Section> => {
    if (ofServices === undefined && ++searches > mostSearches) {
      ofServices = Map.groupBy(allSections(config, "services"), (section) => section.name)
    }
    return ofServices === undefined ? sectionsNamed(config, "services", name) : ofServices.get(name) ?? []
  }
  const readOnce = (sectionsOf: (name: string) => ReadonlyArray<Section>) => {
    const known = new Map<string, Profile | ConfigFailure<"ConfigLineUnreadable"> | undefined>()
    return (name: string): Profile | ConfigFailure<"ConfigLineUnreadable"> | undefined => {
      if (!known.has(name)) known.set(name, readSections(name, sectionsOf(name)))
      return known.get(name)
    }
  }
  const policies = new Map<string, string | ConfigFailure<"PolicyUnreadable">>()
  const profileNames = (): ReadonlyArray<string> => [...(byName ??= groupByName(config, credentials)).keys()]
  return {
    configPath: files.config.path,
    credentialsPath: files.credentials.path,
    texts: files,
    profileNames,
    profileNamesMentioning: (words) => {
      const inConfig = sectionsMentioning(config, "profile", words)
      const inCredentials = sectionsMentioning(credentials, "profile", words)
      if (inConfig === undefined || inCredentials === undefined) return profileNames()
      return [...inConfig, ...inCredentials].map((section) => section.name)
    },
    profile: readOnce(sectionsOf),
    services: readOnce(servicesOf),
    policy: (file, source) => {
      if (!policies.has(file)) policies.set(file, policyText(file, source, read))
      return policies.get(file)!
    }
  }
}

const policyText = (file: string, source: string, read?: (path: string) => string | undefined): string | ConfigFailure<"PolicyUnreadable"> => {
  try {
    return read?.(file) ?? ConfigFailure.PolicyUnreadable(file, source)
  } catch (cause) {
    return ConfigFailure.PolicyUnreadable(file, source, cause)
  }
}

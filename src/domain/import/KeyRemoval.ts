import * as Redacted from "effect/Redacted"
import { type ConfigText, parseAwsConfig } from "../AwsConfig.ts"
import { editProfile, type ProfileEdit } from "../AwsConfigEdit.ts"
import { allSections, findHeaders, isCommentMark, type Section } from "../AwsConfigSections.ts"
import type { ConfigUneditable } from "../ConfigUneditable.ts"
import { Failure } from "../Failure.ts"
import type { PlaintextKey } from "./PlaintextKeys.ts"

type Key = Pick<PlaintextKey, "accessKeyId" | "secretAccessKey">

/** The lines, counted from 1, that a text stands in. */
export const linesWith = (text: string, wanted: string): ReadonlyArray<number> =>
  text.split("\n").flatMap((line, index) => line.includes(wanted) ? [index + 1] : [])

/** The lines, counted from 1, that hold the secret of a key, whatever they are for. */
export const linesWithSecret = (text: string, key: Pick<Key, "secretAccessKey">): ReadonlyArray<number> =>
  // Security: compared with, and never part of what is returned.
  linesWith(text, Redacted.value(key.secretAccessKey))

/** A text to be shown, in which the secret is not to be read. */
export const withoutSecret = (text: string, key: Pick<Key, "secretAccessKey">): string =>
  // Security: taken out of the text.
  text.replaceAll(Redacted.value(key.secretAccessKey), "****")

/**
 * One of AWS's two files without a key, wherever it stands in it: the lines that set its ID and its secret, and those
 * that are commented out and hold the secret. All else stays as it is, to the byte. A secret in any other line stays
 * too, for its reader to be told of: nobody can know what that line is for.
 */
export const removeKey = (file: ConfigText, key: Key, which: "config" | "credentials"): string | ConfigUneditable => {
  const text = withoutComments(file.text, key)
  const empty = { path: "", text: "" }
  const config = parseAwsConfig(which === "config" ? { config: file, credentials: empty } : { config: empty, credentials: file })
  const edits = config.profileNames().flatMap((profile): ReadonlyArray<Removal> => {
    const read = config.profile(profile)
    const remove = read === undefined || read instanceof Failure ? [] : keysOf(read.values, key)
    return remove.length === 0 ? [] : [{ file: which, profile, remove, path: file.path }]
  })
  return removed(text, edits, which)
}

type Removal = ProfileEdit & { readonly remove: ReadonlyArray<string> }

/** Makes the edits in each section by itself: a key may stand in thousands of them, and each would go through the file. */
const removed = (text: string, edits: ReadonlyArray<Removal>, which: "config" | "credentials"): string | ConfigUneditable => {
  const headers = findHeaders({ path: "", text }, which === "credentials")
  // What an indented header means depends on the lines above it.
  if (edits.length < 2 || headers.indented !== undefined) return oneByOne(text, edits)
  const sections = Map.groupBy(allSections(headers, "profile"), ({ name }) => name)
  const own: Array<readonly [Section, Removal]> = []
  // The last section of a file takes the blank lines above it along.
  const rest: Array<Removal> = []
  for (const edit of edits) {
    const [section, another] = sections.get(edit.profile) ?? []
    if (section === undefined) continue
    if (another !== undefined) return inWhole(text, edit, edits)
    if (section.end === text.length) rest.push(edit)
    else own.push([section, edit])
  }
  const parts: Array<string> = []
  let done = 0
  for (const [{ end, start }, edit] of own.toSorted(([one], [other]) => one.start - other.start)) {
    const edited = editProfile(text.slice(start, end), edit)
    // The same failure with the lines as they are counted in the file.
    if (edited instanceof Failure) return inWhole(text, edit, edits)
    parts.push(text.slice(done, start), edited)
    done = end
  }
  return oneByOne(parts.join("") + text.slice(done), rest)
}

/** What is the matter with one of the edits, as it is said of the whole file. */
const inWhole = (text: string, doubtful: Removal, edits: ReadonlyArray<Removal>): string | ConfigUneditable => {
  const edited = editProfile(text, doubtful)
  return edited instanceof Failure ? edited : oneByOne(text, edits)
}

const oneByOne = (text: string, edits: ReadonlyArray<Removal>): string | ConfigUneditable => {
  let all = text
  for (const edit of edits) {
    const edited = editProfile(all, edit)
    if (edited instanceof Failure) return edited
    all = edited
  }
  return all
}

/** What of a key a section sets. An ID beside another secret is not this key's. */
const keysOf = (values: ReadonlyMap<string, string>, key: Key): ReadonlyArray<string> => {
  const id = values.get("aws_access_key_id")
  const secret = values.get("aws_secret_access_key")
  // Security: compared, and not kept.
  const ours = secret === Redacted.value(key.secretAccessKey)
  return [
    ...(id === key.accessKeyId && (ours || secret === undefined) ? ["aws_access_key_id"] : []),
    ...(ours ? ["aws_secret_access_key"] : [])
  ]
}

const withoutComments = (text: string, key: Key): string => {
  // Security: looked for, and not kept.
  const secret = Redacted.value(key.secretAccessKey)
  if (!text.includes(secret)) return text
  return (text.match(/[^\n]*\n|[^\n]+$/g) ?? []).filter((line) =>
    !(isCommentMark(line.trimStart()[0]) && line.includes(secret))
  ).join("")
}

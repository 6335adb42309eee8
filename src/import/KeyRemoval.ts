import * as Redacted from "effect/Redacted"
import { parseAwsConfig } from "../domain/aws-config/AwsConfig.ts"
import { editProfile, type ProfileEdit } from "../domain/aws-config/AwsConfigEdit.ts"
import { allSections, type ConfigText, findHeaders, isCommentMark, type Section } from "../domain/aws-config/AwsConfigSections.ts"
import type { ConfigFailure } from "../domain/aws-config/ConfigFailure.ts"
import { type KeyPlace, type PlaintextKey, profilesOf, variablesOf } from "../domain/aws-config/PlaintextKeys.ts"
import { type Environment, variable } from "../domain/base/Environment.ts"
import { Failure } from "../domain/base/Failure.ts"
import { printable } from "../domain/base/Printable.ts"

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
export const removeKey = (
  file: ConfigText, key: Key, which: "config" | "credentials"
): string | ConfigFailure<"ConfigUneditable"> => {
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
const removed = (
  text: string, edits: ReadonlyArray<Removal>, which: "config" | "credentials"
): string | ConfigFailure<"ConfigUneditable"> => {
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
const inWhole = (text: string, doubtful: Removal, edits: ReadonlyArray<Removal>): string | ConfigFailure<"ConfigUneditable"> => {
  const edited = editProfile(text, doubtful)
  return edited instanceof Failure ? edited : oneByOne(text, edits)
}

const oneByOne = (text: string, edits: ReadonlyArray<Removal>): string | ConfigFailure<"ConfigUneditable"> => {
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

/** A file that nobody but its owner should change, with the lines of it that matter. */
export interface FileLines {
  readonly path: string
  readonly lines: ReadonlyArray<number>
}

/** `path:1, 2`, or the path alone where a line means nothing. */
export const fileLinesWords = ({ lines, path }: FileLines): string =>
  lines.length === 0 ? printable(path) : `${printable(path)}:${lines.join(", ")}`

/** What AWS's clients lose with the key, in words; undefined where they lose nothing. */
export const lossWords = (key: Pick<PlaintextKey, "places">, isOurs: (profile: string) => boolean): string | undefined => {
  const bare = profilesOf(key).filter((profile) => !isOurs(profile))
  if (bare.length === 0) return undefined
  const names = bare.map((name) => `"${printable(name)}"`).join(", ")
  const [subject, them] = bare.length === 1 ? [`Profile ${names} has`, "it"] : [`Profiles ${names} have`, "them"]
  return `${subject} nothing else to get credentials from: without the key AWS clients will find none for ${them}, until ${bare.length === 1 ? "it is" : "they are"} set up with this program.`
}

/** What is to be said of variables that hold the key; undefined where none does. */
export const variablesWords = (
  key: { readonly places: ReadonlyArray<KeyPlace> },
  files: ReadonlyArray<FileLines>
): string | undefined => {
  const names = variablesOf(key)
  if (names.length === 0 && files.length === 0) return undefined
  const inShell = names.length === 0 ? [] : [
    `${names.join(" and ")} hold the key in this shell${names.includes("AWS_ACCESS_KEY_ID") ? ", and AWS clients take that before any profile" : ""}. To be rid of it here:`,
    `  unset ${names.join(" ")}`
  ]
  const inFiles = files.length === 0 ? [] : [
    "Shells may set it again. import does not touch these files; the lines to delete are:",
    ...files.map((file) => `  ${fileLinesWords(file)}`)
  ]
  return [...inShell, ...inFiles].join("\n")
}

/** Whether a file beside one of AWS's two was made by this program, or by somebody else. */
export type CopyKind = "ours" | "other"

const backup = /^\.backup-\d{8}T\d{6}Z/

/**
 * Whether a file beside one of AWS's two may be a copy of it, going by its name, and whose. Editors and people call them
 * `credentials~`, `credentials.bak`, `.credentials.swp`, `#credentials#` and so on; this program keeps backups as
 * `config.backup-<time>`, and may have been killed while it wrote a new text beside the old one.
 */
export const copyKind = (name: string, of: string): CopyKind | undefined => {
  if (name === of || !name.includes(of)) return undefined
  if (name.startsWith(`.op-aws-credential-process-${of}-`)) return "ours"
  return name.startsWith(of) && backup.test(name.slice(of.length)) ? "ours" : "other"
}

/** Files that a shell, or direnv, runs by itself, which is where a variable that is always there comes from. */
export const shellFiles = (environment: Environment, workingDirectory: string): ReadonlyArray<string> => {
  const home = variable(environment, "HOME")
  const ofZsh = variable(environment, "ZDOTDIR") ?? home
  const settings = variable(environment, "XDG_CONFIG_HOME") ?? (home === undefined ? undefined : `${home}/.config`)
  const files = [
    ...(home === undefined ? [] : [".bashrc", ".bash_profile", ".bash_login", ".profile"].map((name) => `${home}/${name}`)),
    ...(ofZsh === undefined ? [] : [".zshenv", ".zprofile", ".zshrc", ".zlogin"].map((name) => `${ofZsh}/${name}`)),
    ...(settings === undefined ? [] : [`${settings}/fish/config.fish`]),
    ...[home, workingDirectory].flatMap((folder) => folder === undefined ? [] : [`${folder}/.envrc`, `${folder}/.env`])
  ]
  return [...new Set(files)]
}

/** A line that sets a variable, counted from 1. */
export interface SettingLine {
  readonly number: number
  readonly name: string
}

const isPartOfName = (character: string | undefined): boolean => character !== undefined && /\w/.test(character)

/** `NAME=…`, also after `export` and its kin, or `set -gx NAME …` and `setenv NAME …`. */
const sets = (line: string, name: string): boolean => {
  for (let at = line.indexOf(name); at !== -1; at = line.indexOf(name, at + 1)) {
    if (isPartOfName(line[at - 1]) || isPartOfName(line[at + name.length])) continue
    if (line[at - 1] === "$" || line[at - 1] === "{") continue
    if (line[at + name.length] === "=") return true
    if (/^\s*(?:set\b(?![^#]*\s(?:-e|--erase)\b)|setenv\b)/.test(line) && /\s/.test(line[at + name.length] ?? "")) return true
  }
  return false
}

/** The lines of a shell's file that set one of these variables; what is commented out sets nothing. */
export const settingLines = (text: string, names: ReadonlyArray<string>): ReadonlyArray<SettingLine> =>
  text.split("\n").flatMap((line, index) => {
    if (line.trimStart().startsWith("#")) return []
    return names.filter((name) => sets(line, name)).map((name) => ({ number: index + 1, name }))
  })

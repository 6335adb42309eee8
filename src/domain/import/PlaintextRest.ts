import type { KeyPlace, PlaintextKey } from "./PlaintextKeys.ts"
import { profilesOf, variablesOf } from "./PlaintextKeys.ts"
import { printable } from "../Printable.ts"

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

import { type Environment, variable } from "../Environment.ts"

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

import { type Environment, variable } from "../domain/base/Environment.ts"
import { quoteDotenv, quoteFish, quotePowershell, quoteSh } from "../domain/base/ShellQuoting.ts"
import type { SessionVariables } from "./ExecEnvironment.ts"

export const envFormats = ["bash", "zsh", "sh", "fish", "powershell", "dotenv", "json"] as const

export type EnvFormat = (typeof envFormats)[number]

const shells: ReadonlyMap<string, EnvFormat> = new Map([
  ["bash", "bash"],
  ["zsh", "zsh"],
  ["fish", "fish"],
  ["pwsh", "powershell"],
  ["powershell", "powershell"]
])

/** The format for the shell that `SHELL` names, and sh's for any other. */
export const formatOfShell = (environment: Environment): EnvFormat =>
  shells.get((variable(environment, "SHELL") ?? "").split("/").at(-1)!.replace(/\.exe$/, "")) ?? "sh"

interface Syntax {
  readonly set: (name: string, value: string) => string
  readonly unset: (name: string) => string
}

const sh: Syntax = {
  set: (name, value) => `export ${name}=${quoteSh(value)}`,
  unset: (name) => `unset ${name}`
}

const syntaxes: Readonly<Record<Exclude<EnvFormat, "dotenv" | "json">, Syntax>> = {
  sh,
  bash: sh,
  zsh: sh,
  fish: {
    set: (name, value) => `set -gx ${name} ${quoteFish(value)}`,
    unset: (name) => `set -e ${name}`
  },
  powershell: {
    set: (name, value) => `$env:${name} = ${quotePowershell(value)}`,
    unset: (name) => `Remove-Item Env:${name}`
  }
}

/** Whether it is for a shell to evaluate, which can also take variables away. */
export const isForShell = (format: EnvFormat): boolean => format !== "dotenv" && format !== "json"

/**
 * What to evaluate, or to keep in a file, for the environment of a session: one line for each variable. A file and JSON
 * say what is set only, as there is nothing in them to unset. Each line for a shell ends in `;`, because bash and dash
 * make one line of all where somebody evaluates them without quotes.
 */
export const envText = (format: EnvFormat, { set, unset }: SessionVariables): string => {
  if (format === "json") return `${JSON.stringify(Object.fromEntries(set), undefined, 2)}\n`
  if (format === "dotenv") {
    // What AWS gives out, and regions, consist of plain characters.
    return set.map(([name, value]) => `${name}=${quoteDotenv(value) ?? value}\n`).join("")
  }
  const { set: setting, unset: unsetting } = syntaxes[format]
  return [...unset.map(unsetting), ...set.map(([name, value]) => setting(name, value))].map((line) => `${line};\n`).join("")
}

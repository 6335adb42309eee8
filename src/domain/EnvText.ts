import { type Environment, variable } from "./Environment.ts"
import type { SessionVariables } from "./ExecEnvironment.ts"
import { quoteDotenv, quoteFish, quotePowershell, quoteSh } from "./ShellQuoting.ts"

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

/**
 * What to evaluate, or to keep in a file, for the environment of a session: one line for each variable. A file and JSON
 * say what is set only, as there is nothing in them to unset.
 */
export const envText = (format: EnvFormat, { set, unset }: SessionVariables): string => {
  if (format === "json") return `${JSON.stringify(Object.fromEntries(set), undefined, 2)}\n`
  const lines = format === "dotenv"
    // What AWS gives out, and regions, consist of plain characters.
    ? set.map(([name, value]) => `${name}=${quoteDotenv(value) ?? value}`)
    : [...unset.map(syntaxes[format].unset), ...set.map(([name, value]) => syntaxes[format].set(name, value))]
  return lines.map((line) => `${line}\n`).join("")
}

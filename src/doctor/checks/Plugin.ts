import type { Environment } from "../../domain/base/Environment.ts"
import { wrappable } from "../../domain/onepassword/ShellPlugin.ts"
import type { Finding } from "../Finding.ts"

export interface PluginFacts {
  readonly environment: Environment
  /** 1Password's file with aliases, where there is one. */
  readonly aliases: { readonly path: string; readonly text: string } | undefined
  /** Those of its programs for which the plugin has an item of its own. */
  readonly configured: ReadonlyArray<string>
  /** Whether a profile has a `credential_process` of ours. */
  readonly used: boolean
}

const aliased = (text: string): ReadonlyArray<{ readonly name: string; readonly line: number }> =>
  text.split(/\r?\n/).flatMap((line, index) => {
    const name = /^\s*alias\s+([\w-]+)[= ]["']?op plugin run\b/.exec(line)?.[1]
    return name !== undefined && wrappable.includes(name) ? [{ name, line: index + 1 }] : []
  })

/** 1Password's AWS plugin refuses profiles that have a `credential_process` (1Password/shell-plugins #213). */
export const checkPlugin = ({ aliases, configured, environment, used }: PluginFacts): ReadonlyArray<Finding> => {
  const found = aliases === undefined ? [] : aliased(aliases.text)
  if (aliases === undefined || found.length === 0 || !used) return []
  const names = found.map(({ name }) => name)
  const place = `${aliases.path}:${found.map(({ line }) => line).join(", ")}`
  const sourced = environment["OP_PLUGIN_ALIASES_SOURCED"] === "1"
  return [{
    check: "plugin",
    severity: sourced ? "error" : "warning",
    what: `${place}: 1Password's plugin has aliases for ${names.join(", ")}${sourced ? ", in this shell too" : ""}`,
    why: "the plugin refuses profiles with a credential_process (\"not yet supported by the AWS Shell Plugin\")",
    mend: [
      `delete the ${found.length === 1 ? "line" : "lines"} from the file, and take the alias out of open shells`,
      `unalias ${names.join(" ")}`,
      ...names.filter((name) => configured.includes(name)).map((name) => `op plugin clear ${name} --all`)
    ].join("\n")
  }]
}

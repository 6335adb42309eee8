import { readFileSync } from "node:fs"
import { dirname, resolve } from "node:path"

const statement = /^(?:import|export)\s(?!type\b)[^"]*?from\s+"([^"]+)"|^import\s+"([^"]+)"/gms

/**
 * Everything that a module loads before it runs: our own files by absolute path, other modules by name. Type imports
 * load nothing, and `import()` loads later.
 */
export const staticImports = (entry: string): { readonly files: ReadonlySet<string>; readonly modules: ReadonlySet<string> } => {
  const files = new Set<string>()
  const modules = new Set<string>()
  const visit = (file: string): void => {
    if (files.has(file)) return
    files.add(file)
    for (const [, from, bare] of readFileSync(file, "utf8").matchAll(statement)) {
      const name = from ?? bare!
      if (name.startsWith(".")) visit(resolve(dirname(file), name))
      else modules.add(name)
    }
  }
  visit(resolve(entry))
  return { files, modules }
}

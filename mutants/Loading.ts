import { readFileSync } from "node:fs"
import { registerHooks } from "node:module"
import { relative } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import { javaScriptOf } from "./Mutants.ts"
import { type Numbered, withMutants } from "./Schemata.ts"

const place = (file: string): string => new URL(file, import.meta.url).href

/** Which load of our modules a URL belongs to: the same file is evaluated anew for each. */
const generationOf = (url: string | undefined): string | null => url === undefined || !url.startsWith("file:") ? null : new URL(url).searchParams.get("load")

const isOurs = (url: string, root: string): boolean => {
  if (!url.startsWith("file:") || !new URL(url).pathname.endsWith(".ts")) return false
  const path = relative(root, fileURLToPath(url))
  return !path.startsWith("..") && !path.includes("node_modules") && !path.startsWith("mutants/")
}

/**
 * From now on modules of ours come with the mutants in them, and tests with the harness in vitest's place. Gives what
 * loads a file: with another `generation` it and all that it imports of ours are evaluated again.
 */
export const loadWith = (numbered: ReadonlyArray<Numbered>): (path: string, generation: number) => Promise<unknown> => {
  const root = process.cwd()
  const byPath = Map.groupBy(numbered, ({ mutant }) => mutant.path)
  const texts = new Map<string, string>()
  const textOf = (path: string): string => {
    const known = texts.get(path)
    if (known !== undefined) return known
    const code = javaScriptOf(readFileSync(path, "utf8"))
    const text = withMutants(code, byPath.get(relative(root, path).replaceAll("\\", "/")) ?? [])
    texts.set(path, text)
    return text
  }
  registerHooks({
    resolve: (specifier, context, next) => {
      const parent = context.parentURL
      if (specifier === "vitest" && parent !== place("Harness.ts")) return { url: place("Harness.ts"), shortCircuit: true }
      if (specifier === "effect/Arbitrary" && parent?.includes("/@effect/vitest/")) return { url: place("Arbitrary.ts"), shortCircuit: true }
      const found = next(specifier, context)
      const generation = generationOf(parent)
      return generation === null || !isOurs(found.url, root) ? found : { ...found, url: `${found.url}?load=${generation}` }
    },
    load: (url, context, next) =>
      generationOf(url) === null || !isOurs(url, root)
        ? next(url, context)
        : { format: "module", source: textOf(fileURLToPath(url)), shortCircuit: true }
  })
  return (path, generation) => import(`${pathToFileURL(path).href}?load=${generation}`)
}

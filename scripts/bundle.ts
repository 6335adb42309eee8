import { resolve } from "node:path"
import { type Plugin, build, type InputOptions, type OutputOptions } from "rolldown"
import { functionsByName } from "./functionsByName.ts"
import { staticImports } from "./staticImports.ts"

/**
 * How the program gets Node's own modules. An `import` of one makes Node build a module around it, which reads every
 * member it has: of `node:fs` the streams too, 5 ms that a cache hit has no use for. Asked for by
 * `process.getBuiltinModule` it costs nothing. Bun precompiles the modules that some part of a program imports, so there
 * only main.js asks.
 */
export type Builtins = "imported" | "asked for"

/**
 * Effect's file system and the streams it is made of. Modules that the program loads at once name them in passing, so that
 * they would come with it, but nobody uses them before a sub-command.
 */
const ofFileSystem = /\/effect\/dist\/(?:BigInt|ByteSize|Channel|FileSystem|PlatformError|Queue|Sink|Stream|internal\/glob)\.js$/

/**
 * Bundles the program into a directory as minified ES modules: main.js, which is all that a cache hit loads, and
 * program.js with all that it loads at once and everything else in chunks, and keychain.js, which holds
 * the keychain's library. Bundles of their own, because what they have in common would else become another file of each,
 * and every file costs Node the better part of a millisecond.
 */
export const bundle = async (directory: string, builtins: Builtins): Promise<void> => {
  const input = {
    platform: "node",
    external: [/^node:/, /^@napi-rs\//],
    plugins: builtins === "asked for" ? [functionsByName, asksForBuiltins] : [functionsByName]
  } satisfies InputOptions
  const output: OutputOptions = { dir: directory, format: "esm", minify: true, chunkFileNames: "[name]-[hash].js" }
  const { files } = staticImports("src/program.ts")
  await build({
    ...input,
    input: { program: "src/program.ts" },
    preserveEntrySignatures: "allow-extension",
    output: {
      ...output,
      codeSplitting: {
        groups: [
          { name: "files", test: ofFileSystem, priority: 1, includeDependenciesRecursively: false },
          { name: "program", test: (id) => files.has(id) }
        ]
      }
    }
  })
  // A process of its own, which has nothing in common with the program.
  await build({ ...input, input: { keychain: "src/layers/keychain/KeychainProcess.ts" }, output })
  await build({
    ...input,
    input: { main: "src/main.ts" },
    external: [/^node:/, ...doors.map(([source]) => source)],
    plugins: [failuresAreAlike, functionsByName, asksForBuiltins],
    output: { ...output, banner: "#!/usr/bin/env node", paths: (id) => doors.find(([source]) => source.test(id))?.[1] ?? id }
  })
}

/** What the hit path finds in the launcher instead of Node's file functions and of what its engine is slow at. */
const ofTheLauncher: Readonly<Record<string, string>> = {
  "node:fs": "fs.ts",
  "TextSearch.ts": "TextSearch.ts",
  "Utf8Words.ts": "Utf8Words.ts"
}

const launcherHost: Plugin = {
  name: "launcher-host",
  resolveId: (id, importer) => {
    const name = id.slice(id.lastIndexOf("/") + 1)
    const ours = importer !== undefined && !importer.includes("/launcher/") && name in ofTheLauncher
    return ours ? resolve("launcher/host", ofTheLauncher[name]!) : undefined
  }
}

/** Bundles the hit path into one script for the launcher's engine. */
export const bundleForLauncher = async (file: string): Promise<void> => {
  await build({
    input: "launcher/host/main.ts",
    platform: "neutral",
    plugins: [failuresAreAlike, launcherHost],
    output: { file, format: "iife", minify: true }
  })
}

/** What main.js loads when there is no cached session to hand out, and the file that it is in. */
const doors = [[/\/program\.ts$/, "./program.js"], [/\/KeychainProcess\.ts$/, "./keychain.js"]] as const

const statement = /import\s*(?:\{([^}]*)\}|\*\s*as\s+([\w$]+)|([\w$]+))\s*from\s*["'](node:[\w/]+)["'];?/g

const asksForBuiltins: Plugin = {
  name: "asks-for-builtins",
  generateBundle(_options, files) {
    for (const file of Object.values(files)) {
      if (file.type !== "chunk") continue
      file.code = file.code.replace(statement, (_, members: string | undefined, all, fallback, name) => {
        const wanted = members === undefined ? all ?? fallback : `{${members.replaceAll(/\s+as\s+/g, ":")}}`
        return `const ${wanted}=process.getBuiltinModule("${name}");`
      })
      if (/\bfrom\s*["']node:/.test(file.code)) throw new Error(`${file.fileName} still imports a module of Node's`)
    }
  }
}

const failureClass = resolve("src/domain/base/Failure.ts")

/**
 * Whatever fails on the way to a cached session, the program starts over and says what is the matter. So in main.js and
 * the launcher every table of failures is the plain class, `Table.Kind(…)` makes one of it, and the rows with all their
 * words are not loaded for nothing.
 */
const failuresAreAlike: Plugin = {
  name: "failures-are-alike",
  transform(code, id) {
    if (id === failureClass) return "export class Failure extends Error {}"
    const tables = [...code.matchAll(/^export const (\w+) = (?:failures\(|\{\n *\.\.\.\w+Failure,)/gm)].map(([, name]) => name!)
    if (!/\wFailure\.ts$/.test(id)) {
      if (tables.length === 0) return code.replace(/\b([A-Z]\w*Failure)\.[A-Z]\w*\(/g, "new $1(")
      throw new Error(
        `${id} makes a table of failures: put it into a file whose name ends in Failure.ts, which main.js goes without`
      )
    }
    const names = [...code.matchAll(/^export (?:const|class|function|let) (\w+)/gm)].map(([, name]) => name!)
    const other = names.find((name) => !tables.includes(name))
    if (other === undefined) return `export { ${tables.map((name) => `Failure as ${name}`).join(", ")} } from "${failureClass}"`
    throw new Error(
      `${id} exports ${other}: a file whose name ends in Failure.ts and that a hit needs holds tables of failures only, ` +
        "because main.js goes without what is in it; put the rest into a file of another name"
    )
  }
}

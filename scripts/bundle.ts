import { type Plugin, build, type InputOptions, type OutputOptions } from "rolldown"
import { staticImports } from "./staticImports.ts"

/**
 * How the bundle gets Node's own modules. An `import` of one makes Node build a module around it, which reads every
 * member it has: of `node:fs` the streams too, 5 ms that a cache hit has no use for. Asked for by
 * `process.getBuiltinModule` it costs nothing. Bun has no such trouble, and brings what a program imports precompiled.
 */
export type Builtins = "imported" | "asked for"

/**
 * Bundles the program into a directory as minified ES modules: main.js, which is all that a cache hit loads, and
 * program.js with what it loads at once in one more file and everything else in chunks. Two bundles, because what they
 * have in common would else become a third file of a hit, and every file costs Node the better part of a millisecond.
 */
export const bundle = async (directory: string, builtins: Builtins): Promise<void> => {
  const input: InputOptions = {
    platform: "node",
    external: [/^node:/, /^@napi-rs\//],
    plugins: builtins === "asked for" ? [asksForBuiltins] : []
  }
  const output: OutputOptions = { dir: directory, format: "esm", minify: true, chunkFileNames: "[name]-[hash].js" }
  const { files } = staticImports("src/program.ts")
  await build({
    ...input,
    input: { program: "src/program.ts" },
    output: { ...output, codeSplitting: { groups: [{ name: "core", test: (id) => files.has(id) }] } }
  })
  await build({
    ...input,
    input: { main: "src/main.ts" },
    external: [/^node:/, /\/program\.ts$/],
    output: { ...output, banner: "#!/usr/bin/env node", paths: (id) => id.endsWith("program.ts") ? "./program.js" : id }
  })
}

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

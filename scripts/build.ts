/** Makes dist/main.js and its chunks: one minified ES module for Node, with nothing left to install. */
import { existsSync, readdirSync, rmSync } from "node:fs"
import { resolve } from "node:path"
import { build } from "rolldown"
import { staticImports } from "./staticImports.ts"

// What a hit needs is one file besides main.js: every further one costs a third of a millisecond.
const hitFiles = staticImports("src/hit.ts").files

// The standalone executable below dist/ is another script's.
for (const file of existsSync("dist") ? readdirSync("dist") : []) {
  if (file.endsWith(".js")) rmSync(resolve("dist", file))
}
await build({
  input: "src/main.ts",
  platform: "node",
  external: [/^node:/, /^@napi-rs\//],
  output: {
    dir: "dist",
    format: "esm",
    minify: true,
    banner: (chunk) => chunk.isEntry ? "#!/usr/bin/env node" : "",
    chunkFileNames: "[name]-[hash].js",
    codeSplitting: { groups: [{ name: "hit", test: (id) => hitFiles.has(id) }] }
  }
})

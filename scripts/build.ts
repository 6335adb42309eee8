/** Makes dist/main.js and its chunks: one minified ES module for Node, with nothing left to install. */
import { rmSync } from "node:fs"
import { builtinModules } from "node:module"
import { build } from "rolldown"

rmSync("dist", { recursive: true, force: true })
await build({
  input: "src/main.ts",
  platform: "node",
  external: [...builtinModules, /^node:/, /^@napi-rs\//],
  output: {
    dir: "dist",
    format: "esm",
    minify: true,
    banner: (chunk) => chunk.isEntry ? "#!/usr/bin/env node" : "",
    chunkFileNames: "[name]-[hash].js"
  }
})

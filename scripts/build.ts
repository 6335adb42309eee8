/** Makes dist/main.js and what it loads: the program for Node, with nothing left to install. */
import { existsSync, readdirSync, rmSync } from "node:fs"
import { join } from "node:path"
import { bundle } from "./bundle.ts"

// The standalone executable below dist/ is another script's.
for (const file of existsSync("dist") ? readdirSync("dist") : []) {
  if (file.endsWith(".js")) rmSync(join("dist", file))
}
await bundle("dist", "asked for")

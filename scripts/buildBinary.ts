/** Makes the standalone executable for this platform: Bun and the program in one file. */
import { rmSync } from "node:fs"
import { bundle } from "./bundle.ts"
import { compile } from "./compile.ts"

const bundled = ".cache/binary"

rmSync(bundled, { recursive: true, force: true })
await bundle(bundled, "imported")
compile(`${bundled}/main.js`, "dist/bin/op-aws-credential-process")

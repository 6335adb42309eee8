/**
 * Makes what is installed on this platform: the launcher in dist/bin and the program, Bun and all in one file, in
 * dist/libexec; or the program alone in dist/bin, where the launcher cannot be built.
 */
import { copyFileSync, mkdirSync, renameSync, rmSync } from "node:fs"
import { dirname } from "node:path"
import { buildLauncher, builtLauncher } from "./buildLauncher.ts"
import { bundle } from "./bundle.ts"
import { compile } from "./compile.ts"

const bundled = ".cache/binary"
const inBin = "dist/bin/op-aws-credential-process"
const inLibexec = "dist/libexec/op-aws-credential-process/program"

/** Puts a file in the place of one that may be running. */
const install = (file: string, path: string): void => {
  mkdirSync(dirname(path), { recursive: true })
  copyFileSync(file, `${path}.new`)
  renameSync(`${path}.new`, path)
}

rmSync(bundled, { recursive: true, force: true })
await bundle(bundled, "imported")
compile(`${bundled}/main.js`, `${bundled}/program`)
const reason = await buildLauncher()
if (reason === undefined) {
  install(`${bundled}/program`, inLibexec)
  install(builtLauncher, inBin)
} else {
  console.log(`dist/bin holds the program alone, whose cache hits take several times as long: ${reason}`)
  install(`${bundled}/program`, inBin)
  rmSync("dist/libexec", { recursive: true, force: true })
}

import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { bytecode } from "../scripts/buildLauncher.ts"
import type { Size } from "./Figures.ts"

const sizeOf = (name: string, contents: ReadonlyArray<Uint8Array>): Size => {
  const all = Buffer.concat(contents)
  return { name, bytes: all.length, compressed: gzipSync(all).length }
}

/** What there is to download: what is installed, the launcher in it, or the bundle for Node. */
export const measureSizes = (): ReadonlyArray<Size> => {
  const bin = readFileSync("dist/bin/op-aws-credential-process")
  const program = "dist/libexec/op-aws-credential-process/program"
  return [
    ...(existsSync(program)
      ? [sizeOf("launcher and program", [bin, readFileSync(program)]), sizeOf("the launcher in it", [bin])]
      : [sizeOf("binary", [bin])]),
    ...(existsSync(program) ? [sizeOf("the bytecode in that", [readFileSync(bytecode)])] : []),
    sizeOf("bundle", readdirSync("dist").filter((file) => file.endsWith(".js")).map((file) => readFileSync(join("dist", file))))
  ]
}

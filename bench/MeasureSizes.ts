import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import type { Size } from "./Figures.ts"

const sizeOf = (name: string, contents: ReadonlyArray<Uint8Array>): Size => {
  const all = Buffer.concat(contents)
  return { name, bytes: all.length, compressed: gzipSync(all).length }
}

/** What there is to download: the executable, or the bundle for Node. */
export const measureSizes = (): ReadonlyArray<Size> => [
  sizeOf("binary", [readFileSync("dist/bin/op-aws-credential-process")]),
  sizeOf("bundle", readdirSync("dist").filter((file) => file.endsWith(".js")).map((file) => readFileSync(join("dist", file))))
]

/** As much of `node:fs` as the hit path uses, by the launcher's functions. */
import type { OpenFile } from "./Host.ts"

export const constants = { O_RDONLY: 0, O_NOFOLLOW: host.noFollow, O_NONBLOCK: host.nonBlock }

/** The two that mean something to the hit path have the same number everywhere. */
const codes: Readonly<Record<number, string>> = { [-2]: "ENOENT", [-20]: "ENOTDIR" }

const failed = (code: string): never => {
  throw Object.assign(new Error(), { code })
}

export const openSync = (path: string, flags = 0): OpenFile => {
  const file = host.open(path, flags)
  return file < 0 ? failed(codes[file] ?? "other") : file
}

export const fstatSync = (file: OpenFile) => {
  const [regular, mode, uid, size] = host.stat(file) ?? failed("other")
  return { isFile: () => regular === 1, mode, uid, size }
}

export const readFileSync = (file: OpenFile | string, _encoding: "utf8"): string => {
  if (typeof file === "number") return host.read(file) ?? failed("other")
  const opened = openSync(file)
  const text = host.read(opened)
  closeSync(opened)
  return text ?? failed("other")
}

export const closeSync = (file: OpenFile): void => host.close(file)

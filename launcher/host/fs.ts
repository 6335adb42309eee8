/** As much of `node:fs` as the hit path uses, by the launcher's functions. */
import type { Facts, OpenFile } from "./Host.ts"

export const constants = { O_RDONLY: 0, O_NOFOLLOW: host.noFollow, O_NONBLOCK: host.nonBlock }

const failed = (code: string): never => {
  throw Object.assign(new Error(), { code })
}

/** The two that mean something to the hit path have the same number on every system. */
const failedWith = (number: number): never => failed(number === -2 ? "ENOENT" : number === -20 ? "ENOTDIR" : "other")

const stats = ([kind, mode, uid, size]: Facts) => ({ isFile: () => kind === 1, isDirectory: () => kind === 2, mode, uid, size })

export const openSync = (path: string, flags = 0): OpenFile => {
  const file = host.open(path, flags)
  return file < 0 ? failedWith(file) : file
}

export const fstatSync = (file: OpenFile) => stats(host.stat(file) ?? failed("other"))

export const statSync = (path: string, { throwIfNoEntry }: { readonly throwIfNoEntry: false }) => {
  const found = host.look(path)
  if (found.length > 1) return stats(found as Facts)
  return found[0] === -2 && !throwIfNoEntry ? undefined : failedWith(found[0])
}

/** Of a path only a regular file is read: a pipe would be empty for the program that comes after us. */
export const readFileSync = (file: OpenFile | string, _encoding: "utf8"): string => {
  if (typeof file === "number") return host.read(file) ?? failed("other")
  const found = statSync(file, { throwIfNoEntry: false }) ?? failed("ENOENT")
  if (!found.isFile()) return failed("other")
  return host.read(openSync(file)) ?? failed("other")
}

/** There are three at most, and the system closes them. */
export const closeSync = (_file: OpenFile): void => undefined

import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs"

/** A session token is a few KiB at most; nothing of ours comes near this. */
const largest = 64 * 1024

// Without O_NONBLOCK, opening a FIFO that somebody put in the file's place would wait for a writer for ever.
const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK

/**
 * The text of a file that nobody but us can have written or read: regular, ours, closed to group and others, at most
 * 64 KiB, and no link. Everything is asked of the one descriptor that is then read, so that nothing can be swapped in
 * between. Undefined for any other file, and for one that is not there or changes while it is read.
 */
export const readPrivateFile = (path: string): string | undefined => {
  let descriptor: number
  try {
    descriptor = openSync(path, flags)
  } catch {
    return undefined
  }
  try {
    const found = fstatSync(descriptor)
    if (!found.isFile() || (found.mode & 0o077) !== 0 || found.uid !== process.geteuid?.()) return undefined
    if (found.size > largest) return undefined
    return readFileSync(descriptor, "utf8")
  } catch {
    return undefined
  } finally {
    closeSync(descriptor)
  }
}

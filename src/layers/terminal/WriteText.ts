import { writeSync } from "node:fs"

/**
 * Writes what an open descriptor takes at once. Gives what is left, for later or for somebody to say why it could not be
 * written; undefined when all is written or nobody reads it any more. It goes past `process.stdout`, whose mere mention
 * costs Bun as much as all the rest of a cache hit together.
 */
export const writeNow = (descriptor: number, text: string): Uint8Array | undefined =>
  // Not a Buffer, which Bun takes a quarter of a millisecond to load.
  writeBytes(descriptor, new TextEncoder().encode(text)).left

/** Whether the system's error code says that nobody reads an output any more, which is no trouble of ours. */
export const isUnread = (code: string | undefined): boolean =>
  code === "EPIPE" || code === "EBADF" || code === "ECONNRESET" || code === "ENOTCONN"

interface Written {
  readonly left: Uint8Array | undefined
  /** Why some of it is not written, in the system's code. */
  readonly code: string | undefined
}

const writeBytes = (descriptor: number, bytes: Uint8Array): Written => {
  for (let written = 0; written < bytes.length;) {
    try {
      written += writeSync(descriptor, bytes, written)
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      return { left: isUnread(code) ? undefined : bytes.subarray(written), code: code ?? "" }
    }
  }
  return { left: undefined, code: undefined }
}

/** How long a pipe may be full before it is given up (milliseconds). */
const patience = 1000

/**
 * Writes all of a text to an open descriptor, for words that are worth a moment's wait and no more. Answers false when
 * nobody reads it any more, or for a second has not.
 */
export const writeText = (descriptor: number, text: string): boolean => {
  let bytes = new TextEncoder().encode(text)
  for (let pause = 1, waited = 0; waited < patience;) {
    const { code, left } = writeBytes(descriptor, bytes)
    // EAGAIN: a pipe that somebody made non-blocking is full for the moment.
    if (left === undefined || code !== "EAGAIN") return code === undefined
    if (left.length < bytes.length) waited = 0
    bytes = left as typeof bytes
    // Nothing else may run: what is written next is to come behind it.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pause)
    waited += pause
    pause = Math.min(2 * pause, 50)
  }
  return false
}

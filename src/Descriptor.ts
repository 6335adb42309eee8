import { writeSync } from "node:fs"

/**
 * Writes all of a text to an open descriptor. Answers false when nobody reads it any more. It goes past
 * `process.stdout`, whose mere mention costs Bun as much as all the rest of a cache hit together.
 */
export const writeText = (descriptor: number, text: string): boolean => {
  // Not a Buffer, which Bun takes a quarter of a millisecond to load.
  const bytes = new TextEncoder().encode(text)
  for (let written = 0; written < bytes.length;) {
    try {
      written += writeSync(descriptor, bytes, written)
    } catch (error) {
      // EAGAIN: a pipe that somebody made non-blocking is full for the moment, and its reader is at work on it.
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") return false
    }
  }
  return true
}

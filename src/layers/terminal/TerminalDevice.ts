import * as Effect from "effect/Effect"
import { constants, openSync, readSync, writeSync } from "node:fs"
import { codeOf } from "../host/SystemError.ts"

/**
 * Between two looks at the terminal (milliseconds). The device is polled, not streamed: a stream's read stays pending
 * under Bun when it is no longer wanted and takes the next line with it, kqueue does not know /dev/tty, and a read that
 * is already waiting when the process is sent to the background would stop it there, past its deadline.
 */
export const pause = 10

/** A line of the terminal's own line mode is shorter than this (N_TTY_BUF_SIZE in Linux, MAX_CANON elsewhere). */
export const longestLine = 4096

/** How long the signal of a terminal that was closed (SIGHUP) may take to come after the end of its input. */
const hangUpGrace = "1 second"

/** Fails so where the terminal was closed, unless its signal comes first. */
export const closed = <E>(failure: () => E): Effect.Effect<never, E> =>
  Effect.andThen(Effect.sleep(hangUpGrace), Effect.failSync(failure))

/** The process's own terminal, to be read and written without waiting. Throws where there is none. */
export const openDevice = (): number => openSync("/dev/tty", constants.O_RDWR | constants.O_NONBLOCK | constants.O_NOCTTY)

/**
 * What is there to be read: undefined when nothing is yet, no bytes at the end of input. EIO is no end: POSIX gives it to
 * a process that has just been sent to the background with nobody to continue it. A terminal that was closed may give it
 * too, but then the process belongs to none any more.
 */
export const readNow = (device: number): Buffer | undefined => {
  const buffer = Buffer.alloc(longestLine)
  try {
    return buffer.subarray(0, readSync(device, buffer, 0, longestLine, null))
  } catch (error) {
    return ["EAGAIN", "EIO"].includes(codeOf(error)) ? undefined : buffer.subarray(0, 0)
  }
}

/** How many bytes the terminal took; undefined when it is gone. */
const writeNow = (device: number, bytes: Buffer): number | undefined => {
  try {
    return writeSync(device, bytes)
  } catch (error) {
    return codeOf(error) === "EAGAIN" ? 0 : undefined
  }
}

/** Writes it all, unless the terminal is gone or has refused it `tries` times in a row: then false. */
export const writeAll = Effect.fnUntraced(function*(device: number, text: string, tries: number) {
  let rest = Buffer.from(text)
  for (let refused = 0; rest.length > 0;) {
    const taken = writeNow(device, rest)
    refused = taken === 0 ? refused + 1 : 0
    if (taken === undefined || refused >= tries) return false
    rest = rest.subarray(taken)
    if (taken === 0) yield* Effect.sleep(pause)
  }
  return true
})

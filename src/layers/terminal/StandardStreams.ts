import { Writable } from "node:stream"
import { writeText } from "./WriteText.ts"

const streamTo = (descriptor: number): Writable =>
  new Writable({
    decodeStrings: false,
    write: (chunk: string | Buffer, _encoding, done) => {
      writeText(descriptor, String(chunk))
      done()
    }
  })

/**
 * Puts something harmless in the place of `process.stdout` and `process.stderr`, for the rest of this process. Node
 * makes a pipe non-blocking, for everybody who shares it, as soon as one of the two is so much as looked at, which its
 * own modules do in passing (`node:assert` asks stderr for colours, `Readable.pipe` compares its target with both); a
 * program that we become would find its output non-blocking and lose some of it. Under Bun nothing looks, and replacing
 * the two would be a look.
 */
export const leaveStandardStreamsAlone = (): void => {
  if (process.versions["bun"] !== undefined) return
  for (const [name, descriptor] of [["stdout", 1], ["stderr", 2]] as const) {
    const standIn = streamTo(descriptor)
    Object.defineProperty(process, name, { configurable: true, enumerable: true, get: () => standIn })
  }
}

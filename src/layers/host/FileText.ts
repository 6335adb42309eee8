import * as Effect from "effect/Effect"
import { fstatSync, type Stats, statSync } from "node:fs"
import { largestText, readPlainFile } from "./PlainFile.ts"
import { PipePatience } from "../../services/host/PipePatience.ts"
import { codeOf } from "./SystemError.ts"

/** Why there is no text: the system said so, or what the path leads to will not do, as half a sentence. */
export type NoText = { readonly cause: unknown } | { readonly unfit: string }

/** A file that gives what it holds once only: what it gave, and when. */
interface Stream {
  readonly text: Promise<string>
  /** Undefined until all of it is there. */
  read?: string
}

/** All that this process has begun to read. What nobody waits for any more is there for whoever asks next. */
const streams = new Map<string, Stream>()

const keyOf = ({ dev, ino, rdev }: Stats): string => `${dev}:${ino}:${rdev}`

/** Whether it is what stands on descriptor 0, which may be the data of the client that started us. */
const isStandardInput = (found: Stats): boolean => {
  try {
    return keyOf(fstatSync(0)) === keyOf(found)
  } catch {
    return false
  }
}

/** A stream that does not end where any text would have. */
class TooMuch extends Error {}

/** Between two tries of a descriptor that does not wait by itself (milliseconds). */
const pause = 10

/**
 * In the runtime's thread pool, because opening a FIFO waits for its writer: with O_NONBLOCK, one that is a moment late
 * would be taken for one that has written nothing.
 */
const readStream = async (path: string): Promise<string> => {
  const { open } = await import("node:fs/promises")
  const handle = await open(path, "r")
  try {
    let bytes = Buffer.alloc(64 * 1024)
    let size = 0
    for (;;) {
      const count = await handle.read(bytes, size, bytes.length - size, null).then(({ bytesRead }) => bytesRead, (error) => {
        if (codeOf(error) === "EAGAIN") return undefined
        throw error
      })
      if (count === 0) return bytes.toString("utf8", 0, size)
      if (count === undefined) await new Promise((resolve) => setTimeout(resolve, pause))
      size += count ?? 0
      if (size > largestText) throw new TooMuch()
      if (size === bytes.length) bytes = Buffer.concat([bytes], 2 * size)
    }
  } finally {
    await handle.close()
  }
}

const streamAt = (path: string, found: Stats): Stream => {
  const key = keyOf(found)
  const known = streams.get(key)
  if (known !== undefined) return known
  const stream: Stream = { text: readStream(path) }
  stream.text.then((text) => void (stream.read = text), () => undefined)
  streams.set(key, stream)
  return stream
}

/** What such a file has given to this process already. Undefined for any other, and for one that nobody has read. */
export const textReadBefore = (found: Stats): string | undefined => streams.get(keyOf(found))?.read

/**
 * The text of a file of at most 16 MiB. A regular one is read anew each time; anything else once in a process, for all
 * who ask, and as long as `PipePatience` allows.
 */
export const readText = Effect.fnUntraced(function*(path: string): Effect.fn.Return<string, NoText> {
  const attempt = <A>(read: () => A) => Effect.try({ try: read, catch: (cause): NoText => ({ cause }) })
  const plain = yield* attempt(() => readPlainFile(path))
  if (plain !== undefined) return plain
  const found = yield* attempt(() => statSync(path))
  if (isStandardInput(found)) return yield* Effect.fail({ unfit: "it is the standard input, which is a client's and is never read" })
  const read = Effect.tryPromise({
    try: () => streamAt(path, found).text,
    catch: (cause): NoText => cause instanceof TooMuch ? { unfit: "it gives more than 16 MiB" } : { cause }
  })
  const patience = yield* PipePatience
  return yield* patience === undefined ? read : Effect.timeoutOrElse(read, {
    duration: patience,
    orElse: () => Effect.fail<NoText>({ unfit: "nobody has written it to its end within 5 seconds" })
  })
})

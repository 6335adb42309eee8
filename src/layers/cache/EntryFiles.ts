import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { type CacheUnwritable, notWritten } from "../../domain/cache/CacheFailure.ts"
import * as PrivateDirectory from "../host/PrivateDirectory.ts"

/** How one kind of entry is written as text; decoding gives nothing for what is not a whole entry of that kind. */
export interface Format<Entry> {
  readonly encode: (entry: Entry) => string
  readonly decode: (text: string) => Entry | undefined
}

/** Entries of one kind in a directory, each in a `.json` file of its own. */
export const make = <Entry>(directory: PrivateDirectory.PrivateDirectory, { decode, encode }: Format<Entry>) => ({
  read: (file: string): Effect.Effect<Option.Option<Entry>> =>
    Effect.suspend(() => {
      const text = directory.read(file)
      const entry = text === undefined ? undefined : decode(text)
      if (entry !== undefined) return Effect.succeedSome(entry)
      const standing = text === undefined ? directory.standing(file) : "damaged, or no entry at all"
      return standing === undefined
        ? Effect.succeedNone
        : Effect.as(Effect.logDebug(`${directory.pathOf(file)} is passed over: it is ${standing}`), Option.none())
    }),

  list: Effect.sync(() => {
    const found: Array<{ readonly file: string; readonly entry: Entry }> = []
    for (const file of directory.list()) {
      if (!file.endsWith(".json")) continue
      const text = directory.read(file)
      const entry = text === undefined ? undefined : decode(text)
      if (entry !== undefined) found.push({ file, entry })
    }
    return found
  }),

  write: Effect.fn("EntryFiles.write")(function*(file: string, entry: Entry) {
    const now = yield* Clock.currentTimeMillis
    yield* Effect.try({
      try: () => directory.write(file, encode(entry), now),
      catch: (error) => notWritten(directory.pathOf(file), PrivateDirectory.troubleOf(error))
    })
    yield* Effect.logDebug(`kept in ${directory.pathOf(file)}`)
  }),

  remove: (file: string): Effect.Effect<boolean, CacheUnwritable> =>
    Effect.try({
      try: () => directory.remove(file, (text) => decode(text) !== undefined),
      catch: (error) => notWritten(directory.pathOf(file), PrivateDirectory.troubleOf(error), "be removed from")
    })
})

import { Effect } from "effect"
import { existsSync } from "node:fs"
import { entryOf } from "../fixtures/SessionEntry.ts"
import { sessionKind } from "../../src/domain/cache/CacheEntry.ts"
import * as CacheFile from "../../src/layers/cache/CacheFile.ts"

/**
 * A process that writes the entry of the profile `dev`, over and over until there is a file that tells it to stop:
 * `cacheWriter.ts <cache directory> <item> <bytes> <file>`. It prints "started" and then, for the last time, "written"
 * or the failure's message.
 */
const [directory = "", item = "", bytes = "0", enough = ""] = process.argv.slice(2)
const cache = CacheFile.make(directory, sessionKind)
const entry = entryOf(item)
const big = { ...entry, credentials: { ...entry.credentials, sessionToken: item.repeat(Number(bytes) / item.length) } }

process.stdout.write("started\n")
const attempt = cache.write("dev", big).pipe(
  Effect.map(() => "written"),
  Effect.catchTag("CacheUnwritable", (failure) => Effect.succeed(failure.message))
)
const outcome = await Effect.runPromise(Effect.repeat(attempt, { until: () => existsSync(enough) }))
process.stdout.write(`${outcome}\n`)

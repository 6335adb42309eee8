import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { decodeRole, encodeRole, type RoleEntry, roleFileName, roleFolder, sameRole } from "../../domain/cache/RoleEntry.ts"
import * as EntryFiles from "./EntryFiles.ts"
import * as PrivateDirectory from "../host/PrivateDirectory.ts"
import { RoleCache } from "../../services/cache/RoleCache.ts"

/** How an entry is written, wherever it is kept. */
export const format: EntryFiles.Format<RoleEntry> = { encode: encodeRole, decode: decodeRole }

/** One JSON file an entry, named by a digest of its key, in `roles/` below the cache directory. */
export const make = (place: PrivateDirectory.Place | string): RoleCache["Service"] => {
  const files = EntryFiles.make(PrivateDirectory.make(place, roleFolder), format)

  return RoleCache.of({
    read: (key) => Effect.map(files.read(roleFileName(key)), Option.filter((entry) => sameRole(key, entry))),
    list: Effect.map(files.list, (found) =>
      found.filter(({ entry, file }) => roleFileName(entry) === file).map(({ entry }) => entry)),
    write: (entry) => files.write(roleFileName(entry), entry),
    remove: (key) => files.remove(roleFileName(key))
  })
}

/** Sessions of roles below this directory, where the hit path looks for them too. */
export const layer = (place: PrivateDirectory.Place | string): Layer.Layer<RoleCache> =>
  Layer.sync(RoleCache, () => make(place))

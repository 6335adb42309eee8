import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { roleFolder, type RoleKey, roleName, sameRole } from "../../domain/cache/RoleEntry.ts"
import * as EntrySecrets from "./EntrySecrets.ts"
import type { Keychain } from "../keychain/Keychain.ts"
import * as RoleCacheFile from "./RoleCacheFile.ts"
import { RoleCache } from "../../services/cache/RoleCache.ts"

/** No profile's account is called so: a slash in a profile's name is escaped there. */
const accountOf = (key: RoleKey): string => `${roleFolder}/${roleName(key)}`

/** What is written here or removed from here is removed from `older`, the files that were in use before. */
export const make = (keychain: Keychain, older: RoleCache["Service"]): RoleCache["Service"] => {
  const secrets = EntrySecrets.make(keychain, RoleCacheFile.format)

  return RoleCache.of({
    read: (key) => Effect.map(secrets.read(accountOf(key)), Option.filter((entry) => sameRole(key, entry))),
    list: Effect.map(secrets.list, (found) =>
      found.filter(({ account, entry }) => accountOf(entry) === account).map(({ entry }) => entry)),
    write: Effect.fn("RoleCacheKeyring.write")(function*(entry) {
      yield* secrets.write(accountOf(entry), entry)
      yield* older.remove(entry)
    }),
    remove: Effect.fn("RoleCacheKeyring.remove")(function*(key) {
      const removed = yield* secrets.remove(accountOf(key))
      const olderRemoved = yield* older.remove(key)
      return removed || olderRemoved
    })
  })
}

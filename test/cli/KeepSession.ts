import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type { Home } from "./Program.ts"
import { defaultSerial } from "../../simulator/sts/StsState.ts"
import { type CacheEntry, decodeEntry, encodeEntry } from "../../src/domain/cache/CacheEntry.ts"

export interface Age {
  readonly minutesOld: number
  readonly minutesLeft: number
}

/** The text of a session for `profile()`, which was got some minutes ago and lasts for some minutes more. */
export const sessionText = (home: Home, { minutesLeft, minutesOld }: Age): string => {
  const now = Date.now()
  return encodeEntry({
    credentials: {
      accessKeyId: "ASIAFAKE0000EXAMPLE0",
      secretAccessKey: "fake-session-secret",
      sessionToken: "fake-session-token",
      expiration: now + minutesLeft * 60_000
    },
    vault: "Private",
    item: "AWS",
    mfaSerial: defaultSerial,
    accessKeyIdField: "Access key ID",
    secretAccessKeyField: "Secret access key",
    profile: "dev",
    endpoint: home.sts.url,
    partition: "aws",
    issuedAt: now - minutesOld * 60_000
  })
}

/** Puts a session of the profile `dev` into the cache, as an earlier call would have left it. */
export const keepSession = (home: Home, age: Age): void => {
  mkdirSync(home.cache, { recursive: true, mode: 0o700 })
  writeFileSync(join(home.cache, "dev.json"), sessionText(home, age), { mode: 0o600 })
}

/** The session in the cache; undefined when there is none, or a damaged one. */
export const keptSession = (home: Home): CacheEntry | undefined => {
  try {
    return decodeEntry(readFileSync(join(home.cache, "dev.json"), "utf8"))
  } catch {
    return undefined
  }
}

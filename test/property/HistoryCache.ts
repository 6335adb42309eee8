import { Clock, Effect } from "effect"
import type { Configured, Damage, ProfileName } from "./History.ts"
import { serials } from "./HistoryPerson.ts"
import type { Session } from "./HistoryRules.ts"
import type { World } from "../session/Composed.ts"
import { decodeEntry, encodeEntry } from "../../src/domain/cache/CacheEntry.ts"

/** By how much an entry is from the future, in milliseconds. */
export const twoDays = 172_800_000

/**
 * Damages the file of a profile, or puts another good entry in its place. What the Go program wrote has no checksum:
 * it is removed, because some of its letters may change unnoticed.
 */
export const damage = (world: World, profile: ProfileName, how: Damage, where: number): void => {
  const { files } = world.store
  const text = files.get(profile)
  if (text === undefined) return
  const entry = decodeEntry(text)
  const at = Math.floor(where * text.length)
  switch (how) {
    case "delete":
      return void files.delete(profile)
    case "flip": {
      if (!text.includes("checksum")) return void files.delete(profile)
      const flipped = String.fromCharCode(text.charCodeAt(at) ^ 1)
      return void files.set(profile, text.slice(0, at) + flipped + text.slice(at + 1))
    }
    case "tear":
      return void files.set(profile, text.slice(0, at))
    case "wrong type":
      return void files.set(profile, text.replace(/"mfa_serial":"[^"]*"/, "\"mfa_serial\":5"))
    case "foreign":
      return void (entry && files.set(profile, encodeEntry({ ...entry, item: "Other" })))
    case "future": {
      if (entry === undefined) return
      const { credentials, issuedAt } = entry
      files.set(profile, encodeEntry({
        ...entry,
        credentials: { ...credentials, expiration: credentials.expiration + twoDays },
        ...(issuedAt === undefined ? {} : { issuedAt: issuedAt + twoDays })
      }))
    }
  }
}

const stamp = (millis: number): string => `${new Date(millis).toISOString().slice(0, 19)}Z`

const fieldNames = { access_key_id_field: "Access key ID", secret_access_key_field: "Secret access key" }

/** The Go program has made a session and keeps it: twelve hours, and no word of anything that it does not know. */
export const cacheByGo = (
  world: World,
  { configured: { item, serial }, number, profile, skew }: {
    readonly configured: Configured
    readonly number: number
    readonly profile: ProfileName
    readonly skew: number
  }
) =>
  Effect.gen(function*() {
    const expiration = Math.floor(((yield* Clock.currentTimeMillis) - skew) / 1000) * 1000 + 43_200_000
    const id = `ASIAGOFAKE${String(number).padStart(10, "0")}`
    const session: Session = {
      id,
      item,
      serial: serial ?? "S1",
      serialFromItem: false,
      account: undefined,
      endpoint: undefined,
      expiration,
      issuedAt: undefined,
      named: false
    }
    world.store.files.set(profile, JSON.stringify(expectedFile(profile, session)))
    return session
  })

/** What a file has to say of a session, as the other program reads it; undefined for one that cannot be read. */
export const storedSession = (world: World, profile: ProfileName): unknown => {
  const text = world.store.files.get(profile)
  if (text === undefined || decodeEntry(text) === undefined) return undefined
  const { checksum: _, ...rest } = JSON.parse(text) as Record<string, unknown>
  return rest
}

/** The same of a session as the model has it. Those of the fake STS are numbered, in their secrets too. */
export const expectedFile = (profile: ProfileName, session: Session): unknown => {
  const number = /^ASIAFAKE0*(\d+)$/.exec(session.id)?.[1]
  const file = {
    credentials: {
      AccessKeyId: session.id,
      Expiration: stamp(session.expiration),
      SecretAccessKey: `fake-session-secret-${number ?? "of-go"}`,
      SessionToken: `fake-session-token-${number ?? "of-go"}`
    },
    vault: "Private",
    item: session.item,
    mfa_serial: session.serial === "" ? "" : serials[session.serial],
    ...fieldNames,
    profile: session.named ? profile : undefined,
    op_account: session.account,
    sts_endpoint: session.endpoint,
    partition: number === undefined ? undefined : "aws",
    serial_from_item: session.serialFromItem ? true : undefined,
    issued_at: session.issuedAt === undefined ? undefined : stamp(session.issuedAt)
  }
  return JSON.parse(JSON.stringify(file))
}

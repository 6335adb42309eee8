/** What rests in the cache directory, where anybody's program may have been at it. */
import { type Decoder, promise, wordFor } from "../Decoder.ts"
import type { NoteFormat } from "../../src/domain/base/NoteFormat.ts"
import { type CacheEntry, decodeEntry, encodeEntry, storedCredentials } from "../../src/domain/cache/CacheEntry.ts"
import { mayServe } from "../../src/domain/cache/Freshness.ts"
import { decodeRole, encodeRole, type RoleEntry } from "../../src/domain/cache/RoleEntry.ts"
import { readChecksummedJson, checksummedJson } from "../../src/domain/cache/ChecksummedJson.ts"
import { spentNote } from "../../src/domain/mfa/SpentNote.ts"
import { credentialOutput } from "../../src/domain/session/CredentialOutput.ts"
import { flightNote, quietNote, refusalNote, troubleNote } from "../../src/domain/session/FlightNote.ts"
import { importNote } from "../../src/import/ImportDestination.ts"
import { rotationJournal } from "../../src/rotate/RotationJournal.ts"

const credentials = {
  accessKeyId: "ASIAFAKE0000EXAMPLE0",
  secretAccessKey: "fake-secret-for-tests",
  sessionToken: `fake-session-token-${"x".repeat(400)}`,
  expiration: 1_800_000_000_000
}

const entry: CacheEntry = {
  credentials,
  vault: "Private",
  item: "AWS",
  mfaSerial: "arn:aws:iam::123456789012:mfa/someone",
  accessKeyIdField: "Access key ID",
  secretAccessKeyField: "Secret access key",
  profile: "dev",
  issuedAt: 1_799_956_800_000
}

const role: RoleEntry = {
  credentials,
  identity: "[\"Private\",\"AWS\"]",
  roles: "[[\"arn:aws:iam::210987654321:role/Admin\"]]",
  profile: "admin",
  roleArn: "arn:aws:iam::210987654321:role/Admin",
  baseProfile: "dev",
  issuedAt: 1_799_996_400_000
}

/** As the Go program writes it: no checksum, and none of our members. */
const unsealed = (text: string): string => {
  const members = readChecksummedJson(text)?.members ?? {}
  return JSON.stringify({ ...members, profile: undefined, issued_at: undefined, checksum: undefined }, undefined, 2)
}

/** Damage is seen by the checksum at once, so that what is behind it is only reached with one that fits. */
const resealed = (text: string): string => {
  try {
    const members: unknown = JSON.parse(text)
    return typeof members === "object" && members !== null && Object.keys(members).length > 0
      ? checksummedJson(Object.fromEntries(Object.entries(members).filter(([name]) => name !== "checksum")))
      : text
  } catch {
    return text
  }
}

const served = (found: CacheEntry | RoleEntry | undefined): string => {
  if (found === undefined) return "nothing"
  if (!mayServe(found, 1_799_970_000_000)) return "too old"
  const output: unknown = JSON.parse(credentialOutput(found.credentials))
  promise(typeof output === "object" && output !== null && "Expiration" in output, "no credential_process JSON came of it")
  return "served"
}

const note = <A>(name: string, format: NoteFormat<A>, ...seeds: ReadonlyArray<A>): Decoder => ({
  name,
  seeds: seeds.map(format.encode),
  read: (text) => {
    const read = format.decode(text)
    if (read === undefined) return "nothing"
    const written = format.encode(read)
    promise(format.encode(format.decode(written)!) === written, "written and read again, it is another")
    return "read"
  }
})

const failure = { tag: "OpNotFound", message: "no op", hint: "install it", exitCode: 3 } as const

export const entries: ReadonlyArray<Decoder> = [
  {
    name: "a cached session",
    seeds: [encodeEntry(entry), unsealed(encodeEntry(entry))],
    read: (text) => {
      const read = decodeEntry(text) ?? decodeEntry(resealed(text))
      if (read !== undefined) promise(encodeEntry(decodeEntry(encodeEntry(read))!) === encodeEntry(read), "written and read again, it is another")
      return served(read)
    }
  },
  {
    name: "a cached role",
    seeds: [encodeRole(role)],
    read: (text) => {
      const read = decodeRole(text) ?? decodeRole(resealed(text))
      if (read !== undefined) promise(encodeRole(decodeRole(encodeRole(read))!) === encodeRole(read), "written and read again, it is another")
      return served(read)
    }
  },
  {
    name: "stored credentials",
    seeds: [JSON.stringify(readChecksummedJson(encodeEntry(entry))?.members["credentials"])],
    read: (text) => {
      try {
        return wordFor(storedCredentials.read(JSON.parse(text)))
      } catch (error) {
        if (error instanceof SyntaxError) return "no JSON"
        throw error
      }
    }
  },
  note("the note of a call that is under way", flightNote, { pid: 1, startedAt: 1, terminal: "/dev/pts/1" }, { pid: 1, startedAt: 1, endedAt: 2, failure }),
  note("the note of a refusal", refusalNote, { refusals: [{ group: "1", at: 1, failure }] }),
  note("the note of a quiet time", quietNote, { at: 1, until: 2, failure }),
  note("the note of the last trouble", troubleNote, { at: 1, profile: "dev", kind: "failure" as const, message: "m", hint: "h" }),
  note("the note of spent codes", spentNote, { step: 1, taken: 1, codes: [{ digest: "abc", at: 1 }] }),
  note("the note of an import", importNote, { vault: "v", title: "t", account: "a" }),
  note("the journal of a rotation", rotationJournal, { startedAt: 1, profile: "dev", user: "1/A", oldKey: "a", newKey: "b", storing: { key: "b", since: 1 } })
]

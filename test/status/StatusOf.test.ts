import { assert, describe, it } from "@effect/vitest"
import { configOf } from "../fixtures/Chains.ts"
import { entryOf } from "../fixtures/SessionEntry.ts"
import type { CacheEntry } from "../../src/domain/cache/CacheEntry.ts"
import { CacheFailure } from "../../src/domain/cache/CacheFailure.ts"
import { ourProfiles } from "../../src/domain/settings/OurProfiles.ts"
import { statusJson } from "../../src/status/StatusJson.ts"
import { type Contents, statusOf } from "../../src/status/StatusOf.ts"
import { statusText } from "../../src/status/StatusText.ts"

const config = configOf(`[profile dev]
op_item = op://Private/AWS
mfa_serial = arn:aws:iam::123456789012:mfa/user
region = eu-west-1
credential_process = /usr/bin/op-aws-credential-process --profile dev --cache keyring
`)

const none: Contents = { place: "keyring", sessions: [], roles: [] }

const look = (closed?: CacheFailure<"KeyringUnavailable">) =>
  statusOf({
    at: Date.parse("2026-11-23T10:00:00Z"),
    inUse: { profile: "dev", from: "AWS_PROFILE", standing: "ours" },
    ours: ourProfiles({ config, environment: { HOME: "/home/me" }, flags: {}, inUse: "dev" }),
    caches: [none],
    remembered: { failures: new Map(), warnings: new Map(), rotations: new Map(), typed: new Map(), quiet: new Set() },
    ...(closed === undefined ? undefined : { closed })
  })

describe("the status of a profile whose sessions are in the keychain", () => {
  it.each([
    ["locked", "unlock"],
    ["unknown", "unlock"],
    ["no default collection", "fail"],
    ["unreachable", "fail"]
  ] as const)("does not say that there is no session when the keychain is: %s", (state, next) => {
    const closed = CacheFailure.KeyringUnavailable(state)
    const status = look(closed)
    const [profile] = status.profiles
    assert.deepStrictEqual([profile?.next, profile?.unseen, profile?.problem?.message], [next, true, next === "fail" ? closed.message : undefined])
    assert.deepStrictEqual(status.keychain, { state, problem: closed.message })
    const text = statusText(status, { columns: undefined, color: false, unicode: false })
    assert.include(text, closed.message)
    assert.include(text, "  session  not known, it would be in the keychain\n")
    assert.deepInclude(JSON.parse(statusJson(status)), { keychain: state, keychain_problem: closed.message })
  })

  it("says so when it is unlocked and empty", () => {
    const status = look()
    assert.deepStrictEqual(status.keychain, { state: "unlocked" })
    assert.notStrictEqual(status.profiles[0]?.next, "unlock")
    const text = statusText(status, { columns: undefined, color: false, unicode: false })
    assert.match(text, /\nthe keychain is unlocked\n[^]*\n {2}session {2}none\n/)
  })
})

describe("the status of profiles with one item", () => {
  const text = ["op://Private/AWS", "op://vault-id/item-id", "op://Private/item-id", "op://Work/AWS"].map((item, at) => `[profile p${at}]
op_item = ${item}
mfa_serial = arn:aws:iam::123456789012:mfa/user
region = eu-west-1
credential_process = /usr/bin/op-aws-credential-process --profile p${at}
`)
  const at = Date.parse("2026-11-23T10:00:00Z")
  const statusWith = (more: Partial<CacheEntry>) => {
    const entry = entryOf("AWS", {
      vault: "Private",
      vaultId: "vault-id",
      itemId: "item-id",
      itemTitle: "AWS of work",
      mfaSerial: "arn:aws:iam::123456789012:mfa/user",
      ...more
    })
    const { credentials } = entry
    const kept = { ...entry, profile: "p0", issuedAt: at - 60_000, credentials: { ...credentials, expiration: at + 3_600_000 } }
    return statusOf({
      at,
      inUse: { profile: "p0", from: "AWS_PROFILE", standing: "ours" },
      ours: ourProfiles({ config: configOf(text.join("")), environment: { HOME: "/home/me" }, flags: {}, inUse: "p0" }),
      caches: [{ place: "file", sessions: [{ profile: "p0", entry: kept }], roles: [] }],
      remembered: { failures: new Map(), warnings: new Map(), rotations: new Map(), typed: new Map(), quiet: new Set() }
    }).profiles.map(({ key, next, sharesWith }) => [key?.itemTitle, next === "serve", sharesWith])
  }

  it("sees its session under every name of it, and what it is called", () => {
    assert.deepStrictEqual(statusWith({}), [
      ["AWS of work", true, undefined],
      ["AWS of work", true, "p0"],
      ["AWS of work", true, "p0"],
      [undefined, false, undefined]
    ])
  })

  it("sees none of another device", () => {
    assert.deepStrictEqual(
      statusWith({ mfaSerial: "arn:aws:iam::123456789012:mfa/other", serialFromItem: true }),
      [0, 1, 2, 3].map(() => [undefined, false, undefined])
    )
  })
})

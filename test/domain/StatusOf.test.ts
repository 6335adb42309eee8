import { assert, describe, it } from "@effect/vitest"
import { KeyringUnavailable } from "../../src/domain/CacheFailure.ts"
import { ourProfiles } from "../../src/domain/OurProfiles.ts"
import { statusJson } from "../../src/domain/StatusJson.ts"
import { type Contents, statusOf } from "../../src/domain/StatusOf.ts"
import { statusText } from "../../src/domain/StatusText.ts"
import { configOf } from "../fixtures/Chains.ts"

const config = configOf(`[profile dev]
op_item = op://Private/AWS
mfa_serial = arn:aws:iam::123456789012:mfa/user
region = eu-west-1
credential_process = /usr/bin/op-aws-credential-process --profile dev --cache keyring
`)

const none: Contents = { place: "keyring", sessions: [], roles: [] }

const look = (closed?: KeyringUnavailable) =>
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
    const closed = new KeyringUnavailable(state)
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

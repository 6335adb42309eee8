import { assert, describe, it } from "@effect/vitest"
import type { Look } from "../../src/domain/base/TerminalText.ts"
import { aboutProfile, type Status } from "../../src/status/Status.ts"
import { statusJson } from "../../src/status/StatusJson.ts"
import { statusText } from "../../src/status/StatusText.ts"

const minute = 60_000
const hour = 60 * minute
const at = Date.parse("2026-11-23T10:00:00Z")

const key = { vault: "Private", item: "AWS", mfaSerial: "arn:aws:iam::123456789012:mfa/alice" }

const status: Status = {
  at,
  inUse: { profile: "dev", from: "AWS_PROFILE", standing: "ours" },
  profiles: [
    {
      name: "dev",
      key,
      session: { expiration: at + 9 * hour, issuedAt: at - 3 * hour, servable: true, place: "file" },
      next: "serve"
    },
    {
      name: "staging",
      key: { ...key, account: "acme.1password.com" },
      sharesWith: "dev",
      next: "serve",
      warning: { at: at - 3 * hour, message: "the item says another region", hint: "correct the one that is wrong" }
    },
    {
      name: "prod",
      key: { vault: "Work", item: "Prod" },
      session: { expiration: at + 9 * minute, issuedAt: at - 12 * hour, servable: false, place: "keyring" },
      next: "renew-or-ask",
      failure: { at: at - 65_000, message: "no credentials after 55s", hint: "unlock the app" }
    },
    {
      name: "broken",
      problem: { message: "op_duration is \"99h\"", hint: "write a duration" },
      next: "fail"
    },
    {
      name: "admin",
      role: { arn: "arn:aws:iam::210987654321:role/Admin", baseProfile: "dev" },
      key,
      session: { expiration: at + 40 * minute, issuedAt: at - 20 * minute, servable: true, place: "file" },
      next: "serve"
    }
  ],
  roles: [],
  leftovers: [
    {
      profile: "gone",
      key: { ...key, mfaSerial: "" },
      session: { expiration: at - hour, servable: false, place: "file" }
    }
  ]
}

const wide: Look = { columns: 80, color: false, unicode: true }
const narrow: Look = { columns: 40, color: false, unicode: false }
const file: Look = { columns: undefined, color: false, unicode: true }

const screen = (shown: Status, look: Look): ReadonlyArray<string> => statusText(shown, look).split("\n").slice(0, -1)

describe("the status on a terminal", () => {
  it("shows each profile with a bar of the life that is left", () => {
    assert.deepStrictEqual(screen(aboutProfile(status, "dev"), wide), [
      "profile in use: dev, named by AWS_PROFILE",
      "",
      "dev",
      "  item     AWS in Private",
      "  device   arn:aws:iam::123456789012:mfa/alice",
      "  session  █████████░░░ 9h left, until 2026-11-23 19:00 UTC",
      "  next     served from the cache"
    ])
  })

  it("is made to fit forty columns without block characters", () => {
    assert.deepStrictEqual(screen({ ...status, profiles: status.profiles.slice(0, 3), leftovers: [] }, narrow), [
      "profile in use: dev, named by",
      "AWS_PROFILE",
      "",
      "dev",
      "  item     AWS in Private",
      "  device   arn:aws:iam::123456789012:mfa",
      "           /alice",
      "  session  #########--- 9h left, until",
      "           2026-11-23 19:00 UTC",
      "  next     served from the cache",
      "",
      "staging",
      "  item     AWS in Private of",
      "           acme.1password.com",
      "  device   arn:aws:iam::123456789012:mfa",
      "           /alice",
      "  session  none of its own",
      "  next     served with the session of",
      "           dev",
      "  warned   3h ago: the item says another",
      "           region",
      "           correct the one that is wrong",
      "",
      "prod",
      "  item     Prod in Work",
      "  device   as the item says",
      "  session  #----------- 9m left, until",
      "           2026-11-23 10:09 UTC, in the",
      "           keychain, due for renewal",
      "  next     a new session; asks for an",
      "           MFA code unless the item has",
      "           a one-time password",
      "  failed   1m 5s ago: no credentials",
      "           after 55s",
      "           unlock the app"
    ])
  })

  it("is coloured where colour is wanted, line by line, and is the same text otherwise", () => {
    const colored = statusText(status, { ...wide, color: true })
    assert.strictEqual(colored.replaceAll(/\x1b\[\d*m/g, ""), statusText(status, wide))
    for (const line of colored.split("\n")) {
      assert.strictEqual(line.split("\x1b[0m").length, line.split(/\x1b\[[1-9]\d*m/).length)
    }
  })
})

describe("the status in a file", () => {
  it("has neither bars nor line breaks of its own", () => {
    assert.deepStrictEqual(screen({ ...status, profiles: status.profiles.slice(2) }, file), [
      "profile in use: dev, named by AWS_PROFILE",
      "",
      "prod",
      "  item     Prod in Work",
      "  device   as the item says",
      "  session  9m left, until 2026-11-23T10:09:00Z, in the keychain, due for renewal",
      "  next     a new session; asks for an MFA code unless the item has a one-time password",
      "  failed   1m 5s ago: no credentials after 55s",
      "           unlock the app",
      "",
      "broken",
      "  next     fails: op_duration is \"99h\"",
      "  hint     write a duration",
      "",
      "admin (a role over dev)",
      "  role     arn:aws:iam::210987654321:role/Admin",
      "  session  40m left, until 2026-11-23T10:40:00Z",
      "  next     served from the cache",
      "",
      "gone (cached; no profile of this name uses 1Password)",
      "  item     AWS in Private",
      "  device   none, no MFA",
      "  session  ended 1h ago"
    ])
  })

  it("says that a rotation was begun and not finished, and what sees to it", () => {
    const [dev] = status.profiles
    const rotating: Status = { ...status, profiles: [{ ...dev!, rotatingSince: at - 3 * hour }], leftovers: [] }
    assert.include(
      screen(rotating, file),
      "  rotate   begun 3h ago and not finished: `op-aws-credential-process rotate dev` sees to it"
    )
    assert.strictEqual(JSON.parse(statusJson(rotating)).profiles[0].rotating_since, "2026-11-23T07:00:00Z")
  })

  it("says where the profile in use comes from", () => {
    const nothing: Status = { ...status, profiles: [], leftovers: [] }
    const heads = ([
      { profile: "default", from: "default", standing: "ours" },
      { profile: "x", from: "AWS_PROFILE", standing: "missing" },
      { profile: "sso", from: "AWS_PROFILE", standing: "other" },
      { profile: "dev", from: "AWS_PROFILE", standing: "ours", direnv: "/home/me/.envrc" }
    ] as const).map((inUse) => screen({ ...nothing, inUse }, file)[0])
    assert.deepStrictEqual(heads, [
      "profile in use: default, as AWS_PROFILE is not set",
      "profile in use: x, named by AWS_PROFILE; no file has it",
      "profile in use: sso, named by AWS_PROFILE; it does not use 1Password",
      "profile in use: dev, named by AWS_PROFILE, which direnv set in /home/me/.envrc"
    ])
    assert.deepStrictEqual(screen(nothing, file).slice(1), ["", "no profile uses 1Password, and nothing is cached", "`op-aws-credential-process setup` makes one"])
  })

  it("shows no control characters, whoever wrote them", () => {
    const odd: Status = {
      ...status,
      profiles: [{ name: "a\x1b[31mb", key: { vault: "v\n", item: "i\x07" }, next: "ask" }]
    }
    assert.notMatch(statusText(odd, file), /[\x00-\x09\x0b-\x1f]/)
  })
})

describe("the status for a program", () => {
  it("is JSON with times in UTC and lengths in seconds", () => {
    const { in_use, leftovers, profiles } = JSON.parse(statusJson(status))
    assert.deepStrictEqual(in_use, { profile: "dev", from: "AWS_PROFILE", direnv: null, standing: "ours" })
    assert.deepStrictEqual(profiles[0], {
      profile: "dev",
      role_arn: null,
      base_profile: null,
      key: { vault: "Private", item: "AWS", vault_name: null, item_title: null, account: null, mfa_serial: "arn:aws:iam::123456789012:mfa/alice" },
      problem: null,
      narrowed: null,
      session: {
        expiration: "2026-11-23T19:00:00Z",
        seconds_left: 32_400,
        issued_at: "2026-11-23T07:00:00Z",
        servable: true,
        cache: "file"
      },
      parent: null,
      shares_with: null,
      next: "serve",
      failure: null,
      warning: null,
      rotating_since: null
    })
    assert.strictEqual(profiles[2].failure.at, "2026-11-23T09:58:55Z")
    assert.strictEqual(profiles[4].base_profile, "dev")
    assert.strictEqual(leftovers[0].session.seconds_left, 0)
  })
})

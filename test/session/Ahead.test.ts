import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { type Ending, run } from "./Composed.ts"
import { callOf, configOf, keysOf, makeEveryday, reading, seatOf, today } from "./Everyday.ts"
import { MfaProcessFake } from "../fakes/mfa/MfaProcessFake.ts"
import { codeOf } from "../fakes/aws/StsFake.ts"
import type { AwsItemOptions } from "../../simulator/op/State.ts"

const account = "arn:aws:iam::123456789012"
const securityKey = `${account}:u2f/user/me/key-ABC`

interface Given {
  readonly keys?: Readonly<Record<string, string>>
  readonly item?: AwsItemOptions
  readonly flags?: ReadonlyArray<string>
  /** The profile `dev` is a role over the one with the item, with these keys of its own. */
  readonly role?: Readonly<Record<string, string>>
  readonly missingBundle?: string
}

const outcome = (ending: Ending | undefined) =>
  ending !== undefined && "tag" in ending ? ending.tag : String(ending?.code)

/** What a call with these settings ends in, and how often 1Password and the person were asked. */
const after = ({ flags = [], item = {}, keys = {}, missingBundle, role }: Given) =>
  Effect.gen(function*() {
    yield* today
    const own = keysOf("AWS", keys)
    const profiles = role === undefined
      ? { dev: own }
      : { base: own, dev: { role_arn: `${account}:role/admin`, source_profile: "base", ...role } }
    const world = makeEveryday([{ title: "AWS", ...item }], configOf(profiles))
    if (missingBundle !== undefined) world.sts.missingBundles.push(missingBundle)
    world.mfaProcess = MfaProcessFake.layer(() => ({ print: codeOf(world.sts, 1_750_000_000_700) }))
    const seat = yield* seatOf("a person", reading(world))
    const [ending] = yield* run(world, [callOf(seat, ...flags)])
    return [outcome(ending), world.op.runs.length, (yield* seat.terminal.questions).length]
  })

const empty = { mfa_serial: "" }

describe("what settings and files can tell", () => {
  it.effect("is told before 1Password or a person is asked: devices without codes", () =>
    Effect.gen(function*() {
      for (const serial of [securityKey, `${account}:user/me`, `${account}:mfa/`, `${account}:mfa`, `${account}:role/me`]) {
        assert.deepStrictEqual(yield* after({ keys: { mfa_serial: serial } }), ["MfaDeviceUnusable", 0, 0], serial)
        assert.deepStrictEqual(yield* after({ flags: ["--mfa-serial", serial] }), ["MfaDeviceUnusable", 0, 0], serial)
        assert.deepStrictEqual(yield* after({ keys: empty, role: { mfa_serial: serial } }), ["MfaDeviceUnusable", 0, 0], serial)
        assert.deepStrictEqual(
          yield* after({ keys: { ...empty, mfa_process: "print" }, flags: ["--mfa-serial", serial] }),
          ["MfaDeviceUnusable", 0, 0]
        )
      }
      assert.deepStrictEqual(yield* after({ keys: { mfa_serial: securityKey }, flags: ["--mfa", "none"] }), ["0", 1, 0])
    }))

  it.effect("is told before 1Password or a person is asked: certificates that are not there, a role's too", () =>
    Effect.gen(function*() {
      const missingBundle = "/nowhere/ca.pem"
      const named = { ca_bundle: missingBundle }
      assert.deepStrictEqual(yield* after({ keys: named, missingBundle }), ["CaBundleUnreadable", 0, 0])
      assert.deepStrictEqual(yield* after({ role: named, missingBundle }), ["CaBundleUnreadable", 0, 0])
      const long = { ...named, duration_seconds: "7200" }
      assert.deepStrictEqual(yield* after({ role: long, missingBundle }), ["CaBundleUnreadable", 0, 0])
    }))

  it.effect("is told before 1Password or a person is asked: a command that is none", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* after({ flags: ["--mfa-process", " "] }), ["SettingInvalid", 0, 0])
    }))
})

describe("what the item alone can tell", () => {
  it.effect("is told before a person is asked", () =>
    Effect.gen(function*() {
      for (const mfaSerial of [securityKey, `${account}:user/me`]) {
        assert.deepStrictEqual(yield* after({ keys: empty, item: { mfaSerial } }), ["MfaDeviceUnusable", 1, 0], mfaSerial)
      }
      for (const accessKeyId of ["ASIAFAKE0000EXAMPLE0", "AIDAFAKE0000EXAMPLE0", "AROAFAKE0000EXAMPLE0"]) {
        assert.deepStrictEqual(yield* after({ item: { accessKeyId } }), ["KeyNotLongLived", 1, 0], accessKeyId)
      }
      assert.deepStrictEqual(yield* after({ item: { secretAccessKey: "AKIAFAKE0000EXAMPLE0" } }), ["KeyNotLongLived", 1, 0])
      const elsewhere = { ...empty, region: "eu-west-1" }
      const mfaSerial = "arn:aws-cn:iam::123456789012:mfa/me"
      assert.deepStrictEqual(yield* after({ keys: elsewhere, item: { mfaSerial } }), ["RegionInOtherPartition", 1, 0])
      const unknown = { mfaSerial: "arn:aws-new:iam::123456789012:mfa/me" }
      assert.deepStrictEqual(yield* after({ keys: empty, item: unknown }), ["NoRegion", 1, 0])
    }))
})

describe("the first role's profile", () => {
  it.effect("says which command prints the codes of its device", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual((yield* after({ role: { mfa_process: "print" } })).slice(1), [1, 0])
      assert.deepStrictEqual((yield* after({ role: {} })).slice(1), [1, 1])
    }))
})

import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect } from "effect"
import { TestClock } from "effect/testing"
import { type Ending, makeSeat, run, type Seat, type World } from "./Composed.ts"
import { callOf, configOf, keysOf, makeEveryday, makeSeats, questionsOn, reading, seatOf, seed, today } from "./Everyday.ts"
import { fakeSerial } from "../fakes/aws/StsFake.ts"
import { entryOf } from "../fixtures/SessionEntry.ts"
import { decodeEntry, encodeEntry } from "../../src/domain/cache/CacheEntry.ts"
import { troubleNoteName } from "../../src/session/Trouble.ts"

const minute = 60_000

const idOf = (ending: Ending | undefined): string | number | undefined =>
  ending?.code === 0 ? (JSON.parse(ending.stdout) as { AccessKeyId: string }).AccessKeyId : ending?.code

const callProfile = (world: World, seat: Seat, profile: string, ...more: ReadonlyArray<string>) =>
  Effect.map(run(world, [{ words: ["--profile", profile, ...more], seat }]), ([ending]) => idOf(ending))

const kept = (world: World, profile: string) => decodeEntry(world.store.files.get(profile) ?? "")

/** Profiles of one key: `half` asks for half an hour, `day` for twelve hours. */
const shared = () =>
  makeEveryday([{ title: "AWS", seed }], configOf({
    half: keysOf("AWS", { op_duration: "30m" }),
    day: keysOf("AWS", { op_duration: "12h" }),
    other: keysOf("AWS", { op_account: "another.1password.com" })
  }))

describe("a session in the cache", () => {
  it.effect("of another profile with the same key is used, and kept under the profile's own name", () =>
    Effect.gen(function*() {
      yield* today
      const world = shared()
      const [seat] = yield* makeSeats(world, 1)
      const first = yield* callProfile(world, seat!, "half")
      assert.strictEqual(yield* callProfile(world, seat!, "day"), first)
      assert.strictEqual(world.op.runs.length, 1)
      assert.deepStrictEqual(kept(world, "day"), { ...kept(world, "half")!, profile: "day" })
    }))

  it.effect("of another profile is not used while it outlives the duration that is asked for", () =>
    Effect.gen(function*() {
      yield* today
      const world = shared()
      const [seat] = yield* makeSeats(world, 1)
      yield* callProfile(world, seat!, "day")
      const ends = kept(world, "day")!.credentials.expiration
      yield* TestClock.setTime(ends - 31 * minute)
      const own = yield* callProfile(world, seat!, "half")
      assert.strictEqual(world.op.runs.length, 2)
      world.store.files.delete("half")
      yield* TestClock.setTime(ends - 30 * minute)
      assert.notStrictEqual(yield* callProfile(world, seat!, "half"), own)
      assert.strictEqual(world.op.runs.length, 2)
    }))

  it.effect("that is the profile's own is used although the profile asks for less by now", () =>
    Effect.gen(function*() {
      yield* today
      const world = shared()
      const [seat] = yield* makeSeats(world, 1)
      const first = yield* callProfile(world, seat!, "day")
      assert.strictEqual(yield* callProfile(world, seat!, "day", "--duration", "15m"), first)
    }))

  it.effect("of another 1Password account is another session, where both name one", () =>
    Effect.gen(function*() {
      yield* today
      const world = shared()
      const [seat] = yield* makeSeats(world, 1)
      const first = yield* callProfile(world, seat!, "day")
      assert.strictEqual(yield* callProfile(world, seat!, "other"), first)
      world.store.files.set("other", encodeEntry({ ...kept(world, "other")!, account: "a.1password.com" }))
      world.store.files.delete("day")
      assert.strictEqual(yield* callProfile(world, seat!, "other"), 2)
    }))

  it.effect("whose device the item named is a hit for settings that name none", () =>
    Effect.gen(function*() {
      yield* today
      const config = configOf({ dev: { op_vault: "Private", op_item: "AWS" } })
      const world = makeEveryday([{ title: "AWS", mfaSerial: fakeSerial }], config)
      const seat = yield* seatOf("a", reading(world))
      const first = yield* callProfile(world, seat, "dev")
      assert.match((yield* seat.terminal.questions)[0]!, /mfa\/user/)
      assert.deepStrictEqual([kept(world, "dev")?.mfaSerial, kept(world, "dev")?.serialFromItem], [fakeSerial, true])
      assert.strictEqual(yield* callProfile(world, seat, "dev"), first)
      assert.strictEqual(world.op.runs.length, 1)
    }))

  it.effect("without any word of a device is none where the profile names one", () =>
    Effect.gen(function*() {
      yield* today
      const world = makeEveryday([{ title: "AWS", seed }])
      const [seat] = yield* makeSeats(world, 1)
      const without = yield* callProfile(world, seat!, "dev", "--mfa", "none")
      assert.notStrictEqual(yield* callProfile(world, seat!, "dev"), without)
    }))

  it.effect("that is the Go program's is served as it is, until sixteen minutes are left", () =>
    Effect.gen(function*() {
      yield* today
      const world = makeEveryday([{ title: "AWS", seed }])
      const [seat] = yield* makeSeats(world, 1)
      const ends = (yield* Clock.currentTimeMillis) + 20 * minute
      const file = {
        credentials: {
          AccessKeyId: "ASIAFAKEBYGO00000000",
          Expiration: new Date(ends).toISOString(),
          SecretAccessKey: "fake-secret-for-tests",
          SessionToken: "fake-session-token"
        },
        vault: "Private",
        item: "AWS",
        mfa_serial: fakeSerial,
        access_key_id_field: "Access key ID",
        secret_access_key_field: "Secret access key"
      }
      world.store.files.set("dev", JSON.stringify(file))
      yield* TestClock.setTime(ends - 16 * minute - 1)
      assert.strictEqual(yield* callProfile(world, seat!, "dev"), "ASIAFAKEBYGO00000000")
      yield* TestClock.setTime(ends - 16 * minute)
      assert.strictEqual(yield* callProfile(world, seat!, "dev"), "ASIAFAKE000000000001")
    }))
})

describe("a cache that cannot be written", () => {
  it.effect("costs nothing but the cache: the credentials are printed and the person is told", () =>
    Effect.gen(function*() {
      yield* today
      const world = makeEveryday([{ title: "AWS", seed }])
      world.store.unwritable = "no space left on device"
      const [seat] = yield* makeSeats(world, 1)
      assert.strictEqual(yield* callProfile(world, seat!, "dev"), "ASIAFAKE000000000001")
      assert.strictEqual(world.store.files.size, 0)
      const told = (yield* seat!.terminal.transcript).filter(({ what }) => what === "printed").map(({ text }) => text)
      assert.deepStrictEqual(told, ["warning: the session could not be kept in memory of dev: no space left on device"])
      assert.include(world.notes.get(troubleNoteName("warning", "dev")), "no space left on device")
    }))

  it.effect("lets each process ask for itself, one after the other", () =>
    Effect.gen(function*() {
      const world = makeEveryday()
      world.store.unwritable = "read-only file system"
      const seats = yield* makeSeats(world, 2)
      const endings = yield* run(world, seats.map((seat) => callOf(seat)))
      assert.strictEqual(new Set(endings.map(idOf)).size, 2)
      const [one, other] = world.op.runs
      assert.isAtLeast(other!.began - one!.began, 3500)
    }))
})

describe("without a cache", () => {
  it.effect("nothing is read or kept, and processes ask one after the other", () =>
    Effect.gen(function*() {
      yield* today
      const world = makeEveryday()
      const issuedAt = 1_750_000_000_000
      const credentials = { ...entryOf("AWS").credentials, expiration: issuedAt + 60 * minute }
      world.store.files.set("dev", encodeEntry(entryOf("AWS", { mfaSerial: fakeSerial, issuedAt, credentials })))
      const before = world.store.files.get("dev")
      const seats = yield* makeSeats(world, 2)
      const endings = yield* run(world, seats.map((seat) => callOf(seat, "--cache", "none")))
      assert.deepStrictEqual(endings.map(idOf), ["ASIAFAKE000000000001", "ASIAFAKE000000000002"])
      assert.strictEqual((yield* questionsOn(seats)).length, 2)
      assert.strictEqual(world.store.files.get("dev"), before)
      assert.strictEqual(yield* callProfile(world, seats[0]!, "dev"), credentials.accessKeyId)
    }))
})

describe("where no lock can be had", () => {
  it.effect("everyone works for itself and nobody is stopped", () =>
    Effect.gen(function*() {
      yield* today
      const world = makeEveryday()
      world.locks.unusable = true
      const seats = yield* makeSeats(world, 3)
      const endings = yield* run(world, seats.map((seat) => callOf(seat)))
      assert.strictEqual(endings.every(({ code }) => code === 0), true)
      assert.strictEqual(world.op.runs.length, 3)
    }))

  it.effect("that is said on the terminal, once a run, and kept for doctor", () =>
    Effect.gen(function*() {
      yield* today
      const world = makeEveryday()
      world.locks.unusable = true
      const seat = yield* makeSeat("a")
      yield* run(world, [callOf(seat)])
      const told = (yield* seat.terminal.transcript).filter(({ text }) => text.startsWith("warning: "))
      assert.deepStrictEqual(told.map(({ text }) => text), [
        "warning: calls at the same time may each ask, because no lock can be had in /locks: permission denied"
      ])
      assert.isTrue([...world.notes.values()].some((text) => text.includes("no lock can be had in /locks")))
    }))
})

describe("a call", () => {
  it.effect("that cannot be understood or is not configured asks nobody", () =>
    Effect.gen(function*() {
      const world = makeEveryday([{ title: "AWS" }], configOf({ dev: { op_vault: "Private" } }))
      const seat = yield* makeSeat("a")
      const tooLong = "--profile dev --op-item AWS --duration 37h"
      for (const line of ["--profile dev", "--profile none", "login", tooLong]) {
        const [ending] = yield* run(world, [{ words: line.split(" "), seat }])
        assert.strictEqual(ending?.code, 2)
      }
      assert.strictEqual(world.op.runs.length, 0)
    }))

  it.effect("that needs a device which nobody knows fails once the item is read", () =>
    Effect.gen(function*() {
      const world = makeEveryday([{ title: "AWS" }], configOf({ dev: { op_vault: "Private", op_item: "AWS" } }))
      const [ending] = yield* run(world, [callOf(yield* makeSeat("a"))])
      assert.isTrue(ending !== undefined && "tag" in ending && ending.tag === "NoMfaSerial" && ending.code === 2)
      assert.strictEqual(world.op.runs.length, 1)
    }))

  it.effect("that fails leaves what failed for those who never saw our words", () =>
    Effect.gen(function*() {
      const world = makeEveryday()
      world.op.faults = [{ fault: "not-signed-in" }]
      const [ending] = yield* run(world, [callOf(yield* makeSeat("a"))])
      const note = world.notes.get(troubleNoteName("failure", "dev"))!
      const { hint, message } = JSON.parse(note) as Record<string, unknown>
      assert.isTrue(ending !== undefined && "message" in ending && message === ending.message && hint === ending.hint)
    }))
})

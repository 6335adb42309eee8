import { Clock, Effect } from "effect"
import { TestClock } from "effect/testing"
import { type Call, makeSeat, makeWorld, type World } from "./Composed.ts"
import { makeWorld as makeOp } from "../fakes/onepassword/OpCliFake.ts"
import { codeOf, fakeSerial } from "../fakes/aws/StsFake.ts"
import type { Person } from "../fakes/terminal/TtyFake.ts"
import { account, awsItem, type AwsItemOptions, vault } from "../../simulator/op/State.ts"

/** A config file with these profiles. */
export const configOf = (profiles: Readonly<Record<string, Readonly<Record<string, string>>>>): string =>
  Object.entries(profiles).map(([name, keys]) =>
    [`[profile ${name}]`, ...Object.entries(keys).map(([key, value]) => `${key} = ${value}`), ""].join("\n")
  ).join("\n")

/** What a profile of an item usually says. */
export const keysOf = (item: string, more: Readonly<Record<string, string>> = {}) => ({
  op_vault: "Private",
  op_item: item,
  mfa_serial: fakeSerial,
  ...more
})

/** The seed of the device that the default user of the fake STS has. */
export const seed = "FAKESEEDFAKESEED"

/** A day on which the clock of the machine stands at no whole second. */
export const today = TestClock.setTime(1_750_000_000_700)

/** These items in the vault `Private`, and a profile `dev` for the first one unless a config says otherwise. */
export const makeEveryday = (items: ReadonlyArray<AwsItemOptions> = [{ title: "AWS" }], config?: string): World => {
  const inVault = items.map((one, index) => awsItem({ id: `item${index}`, ...one }))
  return makeWorld({
    op: makeOp({ latency: 500, accounts: [account({ vaults: [vault({ items: inVault })] })] }),
    texts: { config: config ?? configOf({ dev: keysOf(items[0]?.title ?? "AWS") }) }
  })
}

/** Somebody who types what the device shows, or the first code after it that was not sent before. */
export const reading = (world: World, after = 3000): Person => () =>
  Effect.gen(function*() {
    yield* Effect.sleep(after)
    for (;;) {
      const now = yield* Clock.currentTimeMillis
      const code = codeOf(world.sts, now)
      if (!world.sent.some((one) => one.code === code)) return { type: code }
      yield* Effect.sleep(30_000 - now % 30_000)
    }
  })

export const wrong = "000000"

/** A terminal of its own with this person, in a process group of its own. */
export const seatOf = (group: string, person: Person) => makeSeat(group, { person })

/** As many seats, each with a terminal and somebody who types the right code. */
export const makeSeats = (world: World, count: number) =>
  Effect.forEach(Array.from({ length: count }, (_, index) => `group ${index + 1}`), (group) =>
    seatOf(group, reading(world)))

export const dev = ["--profile", "dev"] as const

export const callOf = (seat: Call["seat"], ...more: ReadonlyArray<string>): Call => ({ words: [...dev, ...more], seat })

/** All questions that were asked on these terminals. */
export const questionsOn = (seats: ReadonlyArray<Call["seat"]>) =>
  Effect.map(Effect.forEach(seats, ({ terminal }) => terminal.questions), (all) => all.flat())

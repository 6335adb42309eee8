import { Clock, Effect } from "effect"
import { TestClock } from "effect/testing"
import { makeWorld as makeOp } from "../fakes/onepassword/OpCliFake.ts"
import { makeSts } from "../fakes/aws/StsFake.ts"
import { type Client, clients, type Configured, type Item, items, type ProfileName, profiles } from "./History.ts"
import { type Desk, seeds, serials } from "./HistoryPerson.ts"
import { makeSeat, makeWorld, type Seat } from "../session/Composed.ts"
import { account, awsItem, vault } from "../../simulator/op/State.ts"

/** Where a history is played. */
export interface Stage extends Desk {
  readonly seats: ReadonlyMap<Client, Seat>
}

export const keyOf = (item: Item): string => `AKIAFAKE${item.toUpperCase().padEnd(12, "0")}`

const inVault = (item: Item) =>
  awsItem({
    id: item.toLowerCase(),
    title: item,
    accessKeyId: keyOf(item),
    ...(item === "Seeded" || item === "Copy" ? { seed: seeds.S2 } : {}),
    ...(item === "Seeded" ? { mfaSerial: serials.S2 } : item === "Plain" ? { mfaSerial: serials.S1 } : {})
  })

/** The items in the vault, one IAM user with all of their keys and both devices, and a seat for each client. */
export const makeStage = Effect.gen(function*() {
  const devices = {
    [serials.S1]: { seed: seeds.S1, codes: [], spent: [] },
    [serials.S2]: { seed: seeds.S2, codes: [], spent: [] }
  }
  const world = makeWorld({
    // Names alone tell items apart here; what ids change is the matter of a property of its own.
    op: makeOp({ latency: 200, ids: false, accounts: [account({ vaults: [vault({ items: items.map(inVault) })] })] }),
    sts: makeSts({
      latency: 100,
      users: Object.fromEntries(items.map((item) => [keyOf(item), { secret: "fake-secret-for-tests", devices }]))
    }),
    environment: { HOME: "/home/me", OP_AWS_TIMEOUT: "2m" }
  })
  const seats = new Map<Client, Seat>()
  for (const client of clients) seats.set(client, yield* makeSeat(client, { present: client !== "ide" }))
  yield* TestClock.setTime(1_750_000_000_700)
  const stage: Stage = { world, seats, skew: { millis: 0 }, reserved: new Set() }
  return stage
})

/** Puts the clock of this machine right, or wrong. The time of AWS and of the devices goes on as it is. */
export const setClock = ({ skew, world }: Stage, millis: number) =>
  Effect.gen(function*() {
    yield* TestClock.setTime((yield* Clock.currentTimeMillis) - skew.millis + millis)
    skew.millis = millis
    world.sts.clockOffset = -millis
  })

/** The text of AWS's config file. */
export const configText = (all: Record<ProfileName, Configured>): string =>
  profiles.map((name) => {
    const { account, byLine, endpoint, item, mfa, minutes, region, serial } = all[name]
    const lines = byLine
      ? [`credential_process = /opt/bin/op-aws-credential-process ${flagsOf(all[name]).join(" ")}`]
      : ["op_vault = Private", `op_item = ${item}`, `op_duration = ${minutes}m`]
    if (serial !== undefined) lines.push(`mfa_serial = ${serials[serial]}`)
    if (region !== undefined) lines.push(`region = ${region}`)
    if (mfa !== "auto") lines.push(`op_mfa = ${mfa}`)
    if (account !== undefined) lines.push(`op_account = ${account}`)
    if (endpoint !== undefined) lines.push(`endpoint_url = ${endpoint}`)
    return `[profile ${name}]\n${lines.join("\n")}\n`
  }).join("\n")

const flagsOf = ({ item, minutes }: Configured): ReadonlyArray<string> =>
  ["--op-vault", "Private", "--op-item", item, "--duration", `${minutes}m`]

/** The command line that a client runs for a profile. */
export const wordsOf = (name: ProfileName, configured: Configured, refresh: boolean): ReadonlyArray<string> => {
  if (!configured.byLine) return ["--profile", name, ...(refresh ? ["--refresh"] : [])]
  return refresh ? ["--profile", name, ...flagsOf(configured), "--refresh"] : flagsOf(configured)
}

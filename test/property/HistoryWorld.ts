import { Clock, Effect } from "effect"
import { TestClock } from "effect/testing"
import { account, awsItem, vault } from "../../simulator/op/State.ts"
import { codeAtStep, totpStep } from "../../simulator/Totp.ts"
import { decodeEntry, encodeEntry } from "../../src/domain/CacheEntry.ts"
import { StsDenied, StsUnreachable } from "../../src/domain/StsFailure.ts"
import { makeWorld as makeOp } from "../fakes/OpCliFake.ts"
import { makeSts } from "../fakes/StsFake.ts"
import type { Person, Reaction } from "../fakes/TtyFake.ts"
import { type Ending, finish, makeSeat, makeWorld, type Process, type Seat, start, type World } from "../session/Composed.ts"
import {
  type Answer,
  type CallStep,
  type Client,
  clients,
  type Configured,
  type Damage,
  type Device,
  type Item,
  items,
  type ProfileName,
  profiles
} from "./History.ts"
import type { Evidence, Issued, Request, Session } from "./HistoryModel.ts"

/** What the world saw of a step. */
export interface Seen {
  readonly endings: ReadonlyArray<Ending>
  readonly ops: ReadonlyArray<Item>
  readonly questions: ReadonlyArray<string>
  readonly requests: ReadonlyArray<Request & { readonly outcome: string }>
}

const serials: Record<Device, string> = {
  S1: "arn:aws:iam::123456789012:mfa/first",
  S2: "arn:aws:iam::123456789012:mfa/second"
}
const seeds: Record<Device, string> = { S1: "FAKESEEDFAKESEED", S2: "FAKESEEDFAKESEEDFAKESEED" }
const deviceOf = (serial: string): Device | "" => serial === serials.S1 ? "S1" : serial === serials.S2 ? "S2" : ""

const keyOf = (item: Item): string => `AKIAFAKE${item.toUpperCase().padEnd(12, "0")}`

const inVault = (item: Item) =>
  awsItem({
    id: item.toLowerCase(),
    title: item,
    accessKeyId: keyOf(item),
    ...(item === "Seeded" || item === "Copy" ? { seed: seeds.S2 } : {}),
    ...(item === "Seeded" ? { mfaSerial: serials.S2 } : item === "Plain" ? { mfaSerial: serials.S1 } : {})
  })

const config = (all: Record<ProfileName, Configured>): string =>
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

const wordsOf = (name: ProfileName, configured: Configured, refresh: boolean): ReadonlyArray<string> => {
  if (!configured.byLine) return ["--profile", name, ...(refresh ? ["--refresh"] : [])]
  return refresh ? ["--profile", name, ...flagsOf(configured), "--refresh"] : flagsOf(configured)
}

/** Where a history is played. */
export const makeStage = Effect.gen(function*() {
  const devices = {
    [serials.S1]: { seed: seeds.S1, codes: [], spent: [] },
    [serials.S2]: { seed: seeds.S2, codes: [], spent: [] }
  }
  const world: World = makeWorld({
    op: makeOp({ latency: 500, accounts: [account({ vaults: [vault({ items: items.map(inVault) })] })] }),
    sts: makeSts({
      latency: 200,
      users: Object.fromEntries(items.map((item) => [keyOf(item), { secret: "fake-secret-for-tests", devices }]))
    }),
    environment: { HOME: "/home/me", OP_AWS_TIMEOUT: "2m" }
  })
  const seats = new Map<Client, Seat>()
  for (const client of clients) seats.set(client, yield* makeSeat(client, { present: client !== "ide" }))
  yield* TestClock.setTime(1_750_000_000_700)
  return { world, seats, skew: { millis: 0 }, reserved: new Set<string>(), goSessions: { count: 0 } }
})

export type Stage = Effect.Success<typeof makeStage>

/** Puts the clock of this machine right, or wrong. The time of AWS and of the devices goes on as it is. */
export const setClock = ({ skew, world }: Stage, millis: number) =>
  Effect.gen(function*() {
    yield* TestClock.setTime((yield* Clock.currentTimeMillis) - skew.millis + millis)
    skew.millis = millis
    world.sts.clockOffset = -millis
  })

const codeNow = ({ skew }: Stage, device: Device, now: number, later = 0): string =>
  codeAtStep(seeds[device], totpStep(seeds[device], now - skew.millis) + later)

/** A code that the device shows and that nobody has used or has in mind, as soon as there is one. */
const rightCode = (stage: Stage, device: Device): Effect.Effect<string> =>
  Effect.gen(function*() {
    const now = yield* Clock.currentTimeMillis
    const code = codeNow(stage, device, now)
    const mark = `${device} ${code}`
    if (!stage.reserved.has(mark) && !stage.world.sent.some((one) => one.serial === serials[device] && one.code === code)) {
      stage.reserved.add(mark)
      return code
    }
    yield* Effect.sleep(31_000 - (now - stage.skew.millis) % 30_000)
    return yield* rightCode(stage, device)
  })

const wrongCode = (stage: Stage, device: Device, now: number): string => {
  const taken = [-2, -1, 0, 1, 2].map((later) => codeNow(stage, device, now, later))
  const used = stage.world.sent.map(({ code }) => code)
  for (let number = 1;; number++) {
    const code = String(number * 7919 % 1_000_000).padStart(6, "0")
    if (!taken.includes(code) && !used.includes(code)) return code
  }
}

/** For each device a code that was used up within the last minute, if there is one. */
const usedCodes = ({ world }: Stage, now: number): ReadonlyMap<Device, string> =>
  new Map(world.sent.flatMap(({ at, code, outcome, serial }) => {
    const used = outcome === undefined || outcome === "done" || outcome === "unknown"
    const device = deviceOf(serial)
    return used && device !== "" && Math.abs(now - at) <= 60_000 ? [[device, code] as const] : []
  }))

/** Somebody who has these answers for each profile, and ends the input when they are used up. */
const personOf = (
  stage: Stage,
  answers: ReadonlyMap<string, Array<Answer>>,
  used: ReadonlyMap<Device, string>,
  interrupt: Effect.Effect<void>
): Person =>
(question) => {
  const [, profile = "", serial = ""] = /^MFA code for (.*) \((.*)\): $/.exec(question) ?? []
  const device = deviceOf(serial) as Device
  const answer = answers.get(profile)?.shift() ?? "end"
  const react = Effect.gen(function*(): Effect.fn.Return<Reaction> {
    if (answer === "ignore") return { ignore: true }
    yield* Effect.sleep(3000)
    if (answer === "end") return { endInput: true }
    if (answer === "garbage") return { type: "12a456" }
    if (answer === "right") return { type: yield* rightCode(stage, device) }
    if (answer === "ctrl-C") {
      yield* interrupt
      return { ignore: true }
    }
    const again = answer === "again" ? used.get(device) : undefined
    return { type: again ?? wrongCode(stage, device, yield* Clock.currentTimeMillis) }
  })
  return react
}

const stsFailure = (sts: CallStep["sts"]) => {
  switch (sts) {
    case "works":
      return []
    case "denied":
      return [new StsDenied("GetSessionToken", undefined, "not authorized to perform: sts:GetSessionToken")]
    default:
      return [new StsUnreachable("no connection", "try again", { answerUnknown: sts === "answer lost", passing: false })]
  }
}

/** Plays a step of calls, and says what was seen of it and what only the world can know. */
export const play = (stage: Stage, configured: Record<ProfileName, Configured>, step: CallStep) =>
  Effect.gen(function*() {
    const { seats, skew, world } = stage
    // Entries are dated in whole seconds: two calls within one cannot always be told apart.
    yield* TestClock.adjust("1 second")
    const now = yield* Clock.currentTimeMillis
    const used = usedCodes(stage, now)
    const before = { runs: world.op.runs.length, calls: world.sts.calls.length, sessions: Object.keys(world.sts.sessions).length }
    world.texts = { config: config(configured) }
    world.op.faults = step.op === "works"
      ? []
      : [{ fault: step.op === "dismissed" ? "prompt-dismissed" : step.op === "signed out" ? "not-signed-in" : "hang" }]
    world.sts.failures = Array.from({ length: 40 }, () => stsFailure(step.sts)).flat()
    world.store.unwritable = step.diskFull ? "no space left on device" : undefined

    const processes: Array<Process & { readonly client: Client; readonly profile: ProfileName }> = []
    const asked = new Map<Client, number>()
    for (const [client, { terminal }] of seats) {
      const answers = new Map<string, Array<Answer>>()
      for (const one of step.callers) if (one.client === client) answers.set(one.profile, [...one.answers])
      const interrupt = Effect.suspend(() =>
        Effect.forEach(processes.filter((one) => one.client === client), (one) => one.signal("SIGINT"), { discard: true })
      )
      yield* terminal.seat(personOf(stage, answers, used, interrupt))
      asked.set(client, (yield* terminal.questions).length)
    }
    for (const { client, count, profile, refresh } of step.callers) {
      for (let number = 0; number < count; number++) {
        const process = yield* start(world, {
          words: wordsOf(profile, configured[profile], refresh),
          seat: seats.get(client)!,
          ...(processes.length === 0 && step.dies !== undefined ? { diesAt: step.dies } : {})
        })
        processes.push({ ...process, client, profile })
      }
    }
    const endings = yield* finish(processes)
    world.store.unwritable = undefined

    const questions: Array<string> = []
    for (const [client, { terminal }] of seats) {
      for (const question of (yield* terminal.questions).slice(asked.get(client))) {
        const [, profile, serial = ""] = /^MFA code for (.*) \((.*)\): $/.exec(question) ?? []
        questions.push(`${client}: ${profile}, ${deviceOf(serial)}`)
      }
    }
    const calls = world.sts.calls.slice(before.calls).map(({ accessKeyId, at, duration, outcome, serial = "", target }) => ({
      item: items.find((item) => keyOf(item) === accessKeyId)!,
      serial: deviceOf(serial),
      minutes: duration / 60,
      region: target.region,
      outcome,
      at: at + skew.millis
    }))
    const ids = Object.keys(world.sts.sessions).slice(before.sessions)
    const issued = calls.filter(({ outcome }) => outcome === "done").map(({ outcome: _, ...call }, index): Issued => ({
      ...call,
      id: ids[index]!
    }))
    const seen: Seen = {
      endings,
      ops: world.op.runs.slice(before.runs).map(({ reference }) => reference.item as Item),
      questions,
      requests: calls.map(({ at: _, ...call }) => call)
    }
    const evidence: Evidence = {
      now,
      endings: endings.map((ending, index) => ({
        at: ending.at,
        id: ending.code === 0
          ? idOf(ending.stdout)
          : ending.code === "killed"
          ? keptId(stage, processes[index]!.profile)
          : undefined
      })),
      issued,
      reusable: new Set(used.keys())
    }
    return { seen, evidence }
  })

const keptId = ({ world }: Stage, profile: ProfileName): string | undefined =>
  decodeEntry(world.store.files.get(profile) ?? "")?.credentials.accessKeyId

const idOf = (stdout: string): string => (JSON.parse(stdout) as { AccessKeyId: string }).AccessKeyId

/**
 * Damages the file of a profile, or puts another good entry in its place. What the Go program wrote has no checksum:
 * it is removed, because some of its letters may change unnoticed.
 */
export const damage = ({ world }: Stage, profile: ProfileName, how: Damage, where: number): void => {
  const { files } = world.store
  const text = files.get(profile)
  if (text === undefined) return
  const entry = decodeEntry(text)
  const at = Math.floor(where * text.length)
  switch (how) {
    case "delete":
      return void files.delete(profile)
    case "flip":
      if (!text.includes("checksum")) return void files.delete(profile)
      return void files.set(profile, text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ 1) + text.slice(at + 1))
    case "tear":
      return void files.set(profile, text.slice(0, at))
    case "wrong type":
      return void files.set(profile, text.replace(/"mfa_serial":"[^"]*"/, "\"mfa_serial\":5"))
    case "future":
    case "foreign":
      if (entry === undefined) return
      files.set(profile, encodeEntry(how === "foreign" ? { ...entry, item: "Other" } : {
        ...entry,
        credentials: { ...entry.credentials, expiration: entry.credentials.expiration + 172_800_000 },
        ...(entry.issuedAt === undefined ? {} : { issuedAt: entry.issuedAt + 172_800_000 })
      }))
  }
}

const stamp = (millis: number): string => `${new Date(millis).toISOString().slice(0, 19)}Z`

/** The Go program has made a session and keeps it: twelve hours, and no word of anything that it does not know. */
export const cacheByGo = ({ goSessions, skew, world }: Stage, profile: ProfileName, { item, serial }: Configured) =>
  Effect.gen(function*() {
    const expiration = Math.floor(((yield* Clock.currentTimeMillis) - skew.millis) / 1000) * 1000 + 43_200_000
    const id = `ASIAGOFAKE${String(++goSessions.count).padStart(10, "0")}`
    const file = {
      credentials: {
        AccessKeyId: id,
        Expiration: stamp(expiration),
        SecretAccessKey: "fake-session-secret-of-go",
        SessionToken: "fake-session-token-of-go"
      },
      vault: "Private",
      item,
      mfa_serial: serials[serial ?? "S1"],
      access_key_id_field: "Access key ID",
      secret_access_key_field: "Secret access key"
    }
    world.store.files.set(profile, JSON.stringify(file))
    return { id, expiration }
  })

/** What a file has to say of a session, as the other program reads it; undefined for one that cannot be read. */
export const storedSession = ({ world }: Stage, profile: ProfileName): unknown => {
  const text = world.store.files.get(profile)
  if (text === undefined || decodeEntry(text) === undefined) return undefined
  const { checksum: _, ...rest } = JSON.parse(text) as Record<string, unknown>
  return rest
}

/** The same of a session as the model has it. */
export const expectedFile = (profile: ProfileName, session: Session): unknown => {
  const made = /^ASIAFAKE0*(\d+)$/.exec(session.id)?.[1]
  const more = {
    profile: session.named ? profile : undefined,
    op_account: session.account,
    sts_endpoint: session.endpoint,
    partition: made === undefined ? undefined : "aws",
    serial_from_item: session.serialFromItem ? true : undefined,
    issued_at: session.issuedAt === undefined ? undefined : stamp(session.issuedAt)
  }
  return JSON.parse(JSON.stringify({
    credentials: {
      AccessKeyId: session.id,
      Expiration: stamp(session.expiration),
      SecretAccessKey: made === undefined ? "fake-session-secret-of-go" : `fake-session-secret-${made}`,
      SessionToken: made === undefined ? "fake-session-token-of-go" : `fake-session-token-${made}`
    },
    vault: "Private",
    item: session.item,
    mfa_serial: session.serial === "" ? "" : serials[session.serial],
    access_key_id_field: "Access key ID",
    secret_access_key_field: "Secret access key",
    ...more
  }))
}

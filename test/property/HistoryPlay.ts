import { Clock, Effect } from "effect"
import { TestClock } from "effect/testing"
import { type Answer, type CallStep, type Client, type Configured, type Item, items, type ProfileName } from "./History.ts"
import type { Evidence, Issued, Request } from "./HistoryModel.ts"
import { deviceOf, personOf, readQuestion, usedCodes } from "./HistoryPerson.ts"
import { configText, keyOf, type Stage, wordsOf } from "./HistoryStage.ts"
import { type Ending, finish, type Process, start } from "../session/Composed.ts"
import type { Fault } from "../../simulator/op/Faults.ts"
import { StsFailure } from "../../src/domain/aws/StsFailure.ts"
import type { StopSignal } from "../../src/domain/base/Stopped.ts"
import { decodeEntry } from "../../src/domain/cache/CacheEntry.ts"

/** What was seen of a step. */
export interface Seen {
  readonly endings: ReadonlyArray<Ending>
  readonly ops: ReadonlyArray<Item>
  readonly questions: ReadonlyArray<string>
  readonly requests: ReadonlyArray<Request & { readonly outcome: string }>
}

interface Running extends Process {
  readonly client: Client
  readonly profile: ProfileName
}

const faults: Record<CallStep["op"], Array<Fault>> = {
  "works": [],
  "dismissed": [{ fault: "prompt-dismissed" }],
  "signed out": [{ fault: "not-signed-in" }],
  "hangs": [{ fault: "hang" }]
}

const unreachable = (answerUnknown: boolean) =>
  StsFailure.AwsUnreachable("no connection", "try again", { answerUnknown, passing: false })

const stsFailures: Record<CallStep["sts"], ReadonlyArray<StsFailure>> = {
  "works": [],
  "denied": [StsFailure.StsDenied("GetSessionToken", undefined, "not authorized to perform: sts:GetSessionToken")],
  "unreachable": [unreachable(false)],
  "answer lost": [unreachable(true)]
}

/** More calls of STS than a step can come to. */
const many = 40

/** Has everything and everybody behave as the step says. */
const prepare = (stage: Stage, step: CallStep, running: ReadonlyArray<Running>, used: ReturnType<typeof usedCodes>) =>
  Effect.gen(function*() {
    const { seats, world } = stage
    world.op.faults = faults[step.op]
    world.sts.failures = Array.from({ length: many }, () => stsFailures[step.sts]).flat()
    world.store.unwritable = step.diskFull ? "no space left on device" : undefined
    for (const [client, { terminal }] of seats) {
      const answers = new Map<string, Array<Answer>>()
      for (const one of step.callers) if (one.client === client) answers.set(one.profile, [...one.answers])
      const send = (signal: StopSignal, profile: string) =>
        Effect.suspend(() => {
          const own = running.filter((one) => one.client === client && one.ending() === undefined)
          // The first one that is left is the one who asks.
          const concerned = signal === "SIGINT" ? own : own.filter((one) => one.profile === profile).slice(0, 1)
          return Effect.forEach(concerned, (one) => one.signal(signal), { discard: true })
        })
      yield* terminal.seat(personOf(stage, answers, used, send))
    }
  })

const questionsSoFar = ({ seats }: Stage) =>
  Effect.gen(function*() {
    const all: Array<string> = []
    for (const [client, { terminal }] of seats) {
      for (const { device, profile } of (yield* terminal.questions).map(readQuestion)) {
        all.push(`${client}: ${profile}, ${device}`)
      }
    }
    return all
  })

/** What of `later` was not in `earlier` yet. */
const added = (earlier: ReadonlyArray<string>, later: ReadonlyArray<string>): ReadonlyArray<string> => {
  const left = [...earlier]
  return later.filter((one) => {
    const at = left.indexOf(one)
    if (at >= 0) left.splice(at, 1)
    return at < 0
  })
}

/**
 * Lets a second pass, because entries are dated in whole seconds and two calls within one cannot always be told apart.
 * After a longer pause the next codes of all devices are near, so that nobody has to wait for them for long.
 */
const settle = ({ world }: Stage) =>
  Effect.gen(function*() {
    yield* TestClock.adjust("1 second")
    const now = yield* Clock.currentTimeMillis
    const phase = now % 30_000
    const idle = now - Math.max(0, ...world.op.runs.slice(-1).map(({ began }) => began))
    if (idle > 20_000 && phase < 24_000) yield* TestClock.adjust(24_000 - phase)
  })

/** Plays a step of calls, and says what was seen of it and what only the world can know. */
export const play = (stage: Stage, configured: Record<ProfileName, Configured>, step: CallStep) =>
  Effect.gen(function*() {
    const { seats, world } = stage
    yield* settle(stage)
    const now = yield* Clock.currentTimeMillis
    const used = usedCodes(stage, now)
    const runs = world.op.runs.length
    const calls = world.sts.calls.length
    const sessions = Object.keys(world.sts.sessions).length
    const asked = yield* questionsSoFar(stage)

    const running: Array<Running> = []
    yield* prepare(stage, step, running, used)
    world.texts = { config: configText(configured) }
    for (const { client, count, profile, refresh } of step.callers) {
      for (let number = 0; number < count; number++) {
        const process = yield* start(world, {
          words: wordsOf(profile, configured[profile], refresh),
          seat: seats.get(client)!,
          // Where nothing happens until then, the time-out need not be long.
          environment: step.op === "hangs" ? { OP_AWS_TIMEOUT: "15s" } : {},
          ...(running.length === 0 && step.dies !== undefined ? { diesAt: step.dies } : {})
        })
        running.push({ ...process, client, profile })
      }
    }
    const endings = yield* finish(running)
    world.store.unwritable = undefined

    const requests = requestsSince(stage, calls)
    const seen: Seen = {
      endings,
      ops: world.op.runs.slice(runs).map(({ reference }) => reference.item as Item),
      questions: added(asked, yield* questionsSoFar(stage)),
      requests: requests.map(({ at: _, ...request }) => request)
    }
    const ids = Object.keys(world.sts.sessions).slice(sessions)
    const done = requests.filter(({ outcome }) => outcome === "done")
    const evidence: Evidence = {
      now,
      endings: endings.map((ending, index) => ({ at: ending.at, id: idOf(stage, ending, running[index]!.profile) })),
      issued: done.map(({ outcome: _, ...request }, index): Issued => ({ ...request, id: ids[index]! })),
      reusable: new Set(used.keys())
    }
    return { seen, evidence }
  })

const requestsSince = ({ skew, world }: Stage, calls: number) =>
  world.sts.calls.slice(calls).map(({ accessKeyId, at, duration, outcome, serial = "", target }) => ({
    item: items.find((item) => keyOf(item) === accessKeyId)!,
    serial: deviceOf(serial),
    minutes: duration / 60,
    region: target.region,
    outcome,
    at: at + skew.millis
  }))

/** Which session a process printed or, if it was killed, may have kept. */
const idOf = ({ world }: Stage, ending: Ending, profile: ProfileName): string | undefined => {
  if (ending.code === 0) return (JSON.parse(ending.stdout) as { AccessKeyId: string }).AccessKeyId
  if (ending.code !== "killed") return undefined
  return decodeEntry(world.store.files.get(profile) ?? "")?.credentials.accessKeyId
}

import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect } from "effect"
import { TestClock } from "effect/testing"
import {
  asPlayed,
  type CallStep,
  clients,
  type Configured,
  type Damage,
  type History,
  type ProfileName,
  profiles,
  type Step
} from "./History.ts"
import { histories } from "./HistoryArbitrary.ts"
import { cacheByGo, damage, expectedFile, storedSession, twoDays } from "./HistoryCache.ts"
import { type Expected, predict, type State } from "./HistoryModel.ts"
import { play, type Seen } from "./HistoryPlay.ts"
import { makeStage, setClock, type Stage } from "./HistoryStage.ts"

/** A longer search: HISTORIES=20000 npx vitest run test/property/Histories.property.test.ts */
const more = Number(process.env["HISTORIES"] ?? 0)

/** Equal as JSON; if not, both are in the message, which is what a failed property shows. */
const same = (what: string, seen: unknown, expected: unknown): void => {
  const [one = "nothing", other = "nothing"] = [seen, expected].map((value) => JSON.stringify(value, null, 1))
  if (one !== other) assert.fail(`${what}\nseen: ${one}\nby the rules: ${other}`)
}

const sorted = (all: ReadonlyArray<unknown>): ReadonlyArray<string> => all.map((one) => JSON.stringify(one)).sort()

const endingsOf = (seen: Seen) =>
  seen.endings.map((ending) =>
    ending.code === "killed"
      ? "killed"
      : ending.code === 0
      ? { id: (JSON.parse(ending.stdout) as { AccessKeyId: string }).AccessKeyId }
      : { code: ending.code, tag: ending.tag }
  )

const agree = (seen: Seen, expected: Expected): void => {
  const view = (endings: ReadonlyArray<unknown>, rest: Omit<Seen, "endings">) => ({
    endings,
    ops: sorted(rest.ops),
    questions: sorted(rest.questions),
    requests: sorted(rest.requests)
  })
  const endings = expected.endings.map((one) =>
    typeof one === "object" && "tag" in one ? { code: one.code, tag: one.tag } : one
  )
  same("what came of the calls", view(endingsOf(seen), seen), view(endings, expected))
}

/** The model's state, and how often the Go program has made a session. */
interface Life extends State {
  goSessions: number
}

const waitFor = ({ cache }: State, { callers: [first], left }: CallStep) =>
  Effect.gen(function*() {
    const session = first === undefined ? undefined : cache.get(first.profile)
    if (session === undefined || left === undefined) return
    const moment = session.expiration - left
    if (moment > (yield* Clock.currentTimeMillis)) yield* TestClock.setTime(moment)
  })

const act = (stage: Stage, state: Life, step: Step) =>
  Effect.gen(function*() {
    switch (step.do) {
      case "call": {
        const played = asPlayed(step, state.skew)
        yield* waitFor(state, played)
        const { evidence, seen } = yield* play(stage, state.profiles, played)
        return agree(seen, predict(state, played, evidence))
      }
      case "wait":
        return yield* TestClock.adjust(step.millis)
      case "set clock":
        state.skew = step.skew
        return yield* setClock(stage, step.skew)
      case "edit":
        state.profiles[step.profile] = { ...state.profiles[step.profile], ...step.to }
        return
      case "go": {
        const { profile } = step
        const made = { configured: state.profiles[profile], number: ++state.goSessions, profile, skew: state.skew }
        return void state.cache.set(profile, yield* cacheByGo(stage.world, made))
      }
      case "damage":
        damage(stage.world, step.profile, step.how, step.where)
        return damaged(state, step.profile, step.how)
    }
  })

/** What the model is to think of an entry that was damaged. */
const damaged = (state: Life, profile: ProfileName, how: Damage): void => {
  const session = state.cache.get(profile)
  state.cache.delete(profile)
  if (session === undefined) return
  const { expiration, issuedAt } = session
  if (how === "foreign") state.cache.set(profile, { ...session, item: "Other" })
  if (how === "future") {
    const later = issuedAt === undefined ? undefined : issuedAt + twoDays
    state.cache.set(profile, { ...session, expiration: expiration + twoDays, issuedAt: later })
  }
}

const checkStore = (stage: Stage, state: State): void => {
  for (const profile of profiles) {
    const session = state.cache.get(profile)
    same(`what is kept for ${profile}`, storedSession(stage.world, profile), session && expectedFile(profile, session))
  }
}

/** What holds whatever the rules are: no used code is sent again, one question at a time, no secret in a note. */
const checkWorld = (stage: Stage) =>
  Effect.gen(function*() {
    const used = new Set<string>()
    for (const { code, outcome, serial } of stage.world.sent) {
      assert.isFalse(used.has(`${serial} ${code}`), "a code that was used up is not sent again")
      if (outcome === undefined || outcome === "done" || outcome === "unknown") used.add(`${serial} ${code}`)
    }
    for (const client of clients) {
      assert.isAtMost(yield* stage.seats.get(client)!.terminal.mostAtOnce, 1, "one question at a time on a terminal")
    }
    for (const [name, text] of stage.world.notes) {
      assert.notMatch(text, /fake-|FAKESEED/, `no secret in the note ${name}`)
    }
    assert.strictEqual(stage.world.locks.held.size, 0, "no lock is left behind")
  })

const live = (history: History) =>
  Effect.gen(function*() {
    const stage = yield* makeStage
    const [dev, other, prod] = history.start as readonly [Configured, Configured, Configured]
    const state: Life = {
      profiles: { dev, stage: other, prod } satisfies Record<ProfileName, Configured>,
      cache: new Map(),
      refusals: [],
      quietSince: new Map(),
      lastStep: new Map(),
      lastSent: new Map(),
      skew: 0,
      goSessions: 0
    }
    for (const step of history.steps) {
      yield* act(stage, state, step)
      checkStore(stage, state)
      yield* checkWorld(stage)
    }
  })

describe("random histories", () => {
  it.effect.prop("print, ask, call and keep what the rules say", [histories], ([history]) => live(history), {
    arbitrary: { size: 60, maxShrinks: 2000, ...(more > 0 ? { runs: more } : { runs: 350, seed: 1 }) },
    timeout: more > 0 ? 3_600_000 : 300_000
  })
})

import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect } from "effect"
import { TestClock } from "effect/testing"
import { asPlayed, clients, type Configured, type History, type ProfileName, profiles, type Step } from "./History.ts"
import { histories } from "./HistoryArbitrary.ts"
import { type Expected, predict, type State } from "./HistoryModel.ts"
import { cacheByGo, damage, expectedFile, makeStage, play, type Seen, setClock, type Stage, storedSession } from "./HistoryWorld.ts"

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
  const endings = expected.endings.map((one) => typeof one === "object" && "tag" in one ? { code: one.code, tag: one.tag } : one)
  same("what came of the calls", view(endingsOf(seen), seen), view(endings, expected))
}

const act = (stage: Stage, state: State, step: Step) =>
  Effect.gen(function*() {
    const now = yield* Clock.currentTimeMillis
    switch (step.do) {
      case "call": {
        const played = asPlayed(step, state.skew)
        const { evidence, seen } = yield* play(stage, state.profiles, played)
        return agree(seen, predict(state, played, evidence))
      }
      case "wait":
        return yield* TestClock.adjust(step.millis)
      case "wait until": {
        const session = state.cache.get(step.profile)
        if (session !== undefined && session.expiration - step.left > now) yield* TestClock.setTime(session.expiration - step.left)
        return
      }
      case "set clock":
        state.skew = step.skew
        return yield* setClock(stage, step.skew)
      case "edit":
        state.profiles[step.profile] = { ...state.profiles[step.profile], ...step.to }
        return
      case "go": {
        const configured = state.profiles[step.profile]
        const { expiration, id } = yield* cacheByGo(stage, step.profile, configured)
        state.cache.set(step.profile, {
          id,
          item: configured.item,
          serial: configured.serial ?? "S1",
          serialFromItem: false,
          account: undefined,
          endpoint: undefined,
          expiration,
          issuedAt: undefined,
          named: false
        })
        return
      }
      case "damage": {
        const session = state.cache.get(step.profile)
        damage(stage, step.profile, step.how, step.where)
        state.cache.delete(step.profile)
        if (session === undefined || step.how !== "foreign" && step.how !== "future") return
        const later = (time: number | undefined) => time === undefined ? undefined : time + 172_800_000
        state.cache.set(step.profile, step.how === "foreign" ? { ...session, item: "Other" } : {
          ...session,
          expiration: session.expiration + 172_800_000,
          issuedAt: later(session.issuedAt)
        })
      }
    }
  })

const checkStore = (stage: Stage, state: State): void => {
  for (const profile of profiles) {
    const session = state.cache.get(profile)
    same(`what is kept for ${profile}`, storedSession(stage, profile), session && expectedFile(profile, session))
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
    for (const [name, text] of stage.world.notes) assert.notMatch(text, /fake-|FAKESEED/, `no secret in the note ${name}`)
    assert.strictEqual(stage.world.locks.held.size, 0, "no lock is left behind")
  })

export const live = (history: History) =>
  Effect.gen(function*() {
    const stage = yield* makeStage
    const [dev, other, prod] = history.start as readonly [Configured, Configured, Configured]
    const state: State = {
      profiles: { dev, stage: other, prod } satisfies Record<ProfileName, Configured>,
      cache: new Map(),
      refusals: [],
      quietSince: new Map(),
      lastStep: new Map(),
      skew: 0
    }
    for (const step of history.steps) {
      yield* act(stage, state, step)
      checkStore(stage, state)
      yield* checkWorld(stage)
    }
  })

describe("random histories", () => {
  it.effect.prop("print, ask, call and keep what the rules say", [histories], ([history]) => live(history), {
    arbitrary: more > 0 ? { runs: more, maxShrinks: 2000 } : { runs: 150, seed: 1, maxShrinks: 2000 },
    timeout: more > 0 ? 3_600_000 : 60_000
  })
})

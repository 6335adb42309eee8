import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect, Fiber, type Scope } from "effect"
import { TestClock } from "effect/testing"
import { makeWorld, usualConfig, type World } from "./AssumeRolesWorld.ts"
import { runningSts } from "../fixtures/StsServer.ts"
import { inEnvironment } from "../fixtures/Variables.ts"
import { patient, processOf } from "./PersonWorld.ts"
import type { RunningSts } from "../../simulator/sts/Sts.ts"
import type { StsFault } from "../../simulator/sts/StsState.ts"
import { type CacheEntry, decodeEntry } from "../../src/domain/cache/CacheEntry.ts"
import * as StsAws from "../../src/layers/aws/StsAws.ts"
import * as Login from "../../src/session/Login.ts"

/** A world whose STS is a real server on loopback, with its clock and ours at this moment. */
const served = Effect.gen(function*() {
  const sts = yield* runningSts()
  const world = makeWorld(usualConfig.replace("[profile base]", `[profile base]\nendpoint_url = ${sts.url}`))
  yield* TestClock.setTime(yield* TestClock.withLive(Clock.currentTimeMillis))
  return { sts, world }
})

/** A turn of the event loop, in which sockets get their turn too. */
const turn = Effect.promise(() => new Promise<void>((resolve) => setImmediate(resolve)))
const turns = 40_000
const step = 25

/** Lets time pass for us and for STS, slowly enough for what goes over sockets, until this is so. Gives how much has passed. */
const passUntil = Effect.fnUntraced(function*(sts: RunningSts, isSo: () => boolean) {
  for (let count = 0; count < turns; count++) {
    if (isSo()) return count * step
    yield* TestClock.adjust(step)
    // STS goes by the machine's clock, which on a slow machine runs away from ours, and from the codes.
    sts.state.clockOffsetMs = (yield* Clock.currentTimeMillis) - (yield* TestClock.withLive(Clock.currentTimeMillis))
    yield* turn
  }
  return yield* Effect.die("it never came to be so")
})

/** Takes the code, and answers when nobody waits any more. */
const silent: StsFault = { kind: "delay", ms: 600_000 }

/** For each request whether its code was good, and one that no request before had. */
const stepsOf = ({ requests }: RunningSts): ReadonlyArray<boolean> =>
  requests.map(({ mfaStep }, index) =>
    mfaStep !== undefined && requests.findIndex((other) => other.mfaStep === mfaStep) === index
  )

const sessionIn = (world: World): CacheEntry | undefined => decodeEntry(world.sessions.files.get("base") ?? "")

const live = (does: string, run: Effect.Effect<void, unknown, Scope.Scope>) => it.effect(does, () => Effect.scoped(run))

describe("an STS that takes a request and never answers", () => {
  live("does not keep `login` for ever; the code is spent, and the next run sends another one", Effect.gen(function*() {
    const { sts, world } = yield* served
    sts.fail(silent)
    const process = Effect.provide(Login.login(patient(world, "base")), [processOf(world), inEnvironment(StsAws.layer, {})])
    const first = yield* Effect.forkChild(Effect.flip(process))
    const waited = yield* passUntil(sts, () => first.pollUnsafe() !== undefined)
    const failure = yield* Fiber.join(first)
    assert.strictEqual(`${failure._tag} ${failure.exitCode}`, "AwsUnreachable 7")
    assert.isAtLeast(waited, 30_000)
    assert.strictEqual(sts.count(), 1)
    const second = yield* Effect.forkChild(process)
    yield* passUntil(sts, () => second.pollUnsafe() !== undefined)
    yield* Fiber.join(second)
    assert.deepStrictEqual(stepsOf(sts), [true, true])
  }))

  live("does not keep `login --keep` from going on", Effect.gen(function*() {
    const { sts, world } = yield* served
    const heard: Array<string> = []
    sts.fail(silent)
    const keeper = yield* Login.keep(patient(world, "base"), {
      onRenewed: () => Effect.sync(() => void heard.push("renewed")),
      onFailed: (_, { _tag }) => Effect.sync(() => void heard.push(_tag))
    }).pipe(Effect.provide([processOf(world), inEnvironment(StsAws.layer, {})]), Effect.forkChild)
    yield* passUntil(sts, () => heard.includes("renewed"))
    yield* Fiber.interrupt(keeper)
    assert.deepStrictEqual(heard, ["AwsUnreachable", "renewed"])
    assert.deepStrictEqual(stepsOf(sts), [true, true])
    assert.isDefined(sessionIn(world))
  }))
})

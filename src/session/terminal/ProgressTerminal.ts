import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { EpochMillis } from "../../domain/base/Time.ts"
import { Lock } from "../../services/cache/Lock.ts"
import { Progress, type Step } from "../../services/terminal/Progress.ts"
import { Tty } from "../../services/terminal/Tty.ts"
import { mayWrite, wanted } from "./TerminalTurn.ts"

const tick = "100 millis"

const lineOf = (step: Step, now: EpochMillis): string =>
  step.until === undefined
    ? `waiting for ${step.waitingFor} …`
    : `waiting for ${step.waitingFor}, ${Math.max(0, Math.ceil((step.until - now) / 1000))} s …`

/** Shows the current step on the terminal after its first second, and gives way to whoever wants to ask there. */
export const layer = Layer.effect(Progress, Effect.gen(function*() {
  const tty = yield* Tty
  const lock = yield* Lock
  const steps: Array<Step> = []

  const showWhileFree = Effect.fnUntraced(function*(step: Step, device: string) {
    if (!(yield* mayWrite(device))) return
    yield* Effect.addFinalizer(() => tty.show(""))
    while (!(yield* wanted(device))) {
      yield* tty.show(lineOf(step, yield* Clock.currentTimeMillis))
      yield* Effect.sleep(tick)
    }
  }, Effect.scoped)

  const display = Effect.fnUntraced(function*(step: Step) {
    yield* Effect.sleep("1 second")
    if (!(yield* tty.available)) return
    const device = yield* tty.device
    while (true) {
      yield* showWhileFree(step, device)
      yield* Effect.sleep(tick)
    }
  }, Effect.provideService(Lock, lock), (shown) => Effect.ignore(shown))

  return Progress.of({
    during: Effect.fnUntraced(function*(step, work) {
      const startedAt = yield* Clock.currentTimeMillis
      steps.push(step)
      yield* Effect.logDebug(`waiting for ${step.waitingFor}`)
      const running = step.shown ? Effect.raceFirst(work, Effect.andThen(display(step), Effect.never)) : work
      return yield* Effect.onExit(running, Effect.fnUntraced(function*(exit) {
        steps.splice(steps.lastIndexOf(step), 1)
        const took = (yield* Clock.currentTimeMillis) - startedAt
        yield* Effect.logDebug(`${exit._tag === "Success" ? "had" : "gave up on"} ${step.waitingFor} after ${took} ms`)
      }))
    }),
    current: Effect.sync(() => steps.at(-1) ?? { waitingFor: "the program itself", hint: "try again with --log-level debug", shown: false })
  })
}))

import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import { codeAt, periodOf, stepAt, stepOfCode } from "../../domain/base/MfaCode.ts"
import type { EpochMillis } from "../../domain/base/Time.ts"
import { MfaFailure } from "../../domain/mfa/MfaFailure.ts"
import { type OneTimePassword, type OpItem, readOneTimePassword } from "../../domain/onepassword/OpItem.ts"
import { orFail } from "../OrFail.ts"
import { MfaProcess } from "../../services/mfa/MfaProcess.ts"
import { Progress } from "../../services/terminal/Progress.ts"
import type { Candidate } from "./SpentCodes.ts"

/** Where codes come from by themselves: one for now, and after each one the next, when its time has come. */
export interface CodeSource<E, R> {
  readonly first: Effect.Effect<Candidate, E, R>
  readonly next: (last: Candidate) => Effect.Effect<Candidate, E, R>
}

/** RFC 6238's usual period, which every device of AWS's has (milliseconds). */
const usualPeriod = 30_000

/**
 * The codes of an item. The first is the one that `op` printed. Its step is found by its digits, because the clock
 * that made it need not be ours; the later ones are computed from the seed at the moments when that clock would show
 * them. Without a seed the item is read again.
 */
export const itemCodes = <E, R>(password: OneTimePassword, reread: Effect.Effect<OpItem, E, R>, field?: string) => {
  const { code, seed } = password
  /** By how many steps the clock behind the codes is ahead of ours. */
  let ahead = 0
  const first = Effect.gen(function*() {
    const now = yield* Clock.currentTimeMillis
    if (code === undefined) return yield* computed(seed!, stepAt(seed!, now)!)
    const step = seed === undefined ? undefined : stepOfCode(seed, code, now)
    if (step === undefined) return { code }
    ahead = step - stepAt(seed!, now)!
    return { code, step }
  })
  const next = Effect.fnUntraced(function*(last: Candidate) {
    if (seed === undefined || last.step === undefined) {
      yield* waitForNextPeriod
      const again = yield* orFail(readOneTimePassword(yield* reread, field))
      if (again?.code === undefined) return yield* Effect.fail(MfaFailure.NoOneTimePassword("that was read again"))
      return { code: again.code }
    }
    const now = yield* Clock.currentTimeMillis
    const step = Math.max(last.step + 1, stepAt(seed, now)! + ahead)
    yield* waitUntil((step - ahead) * periodOf(seed)! * 1000)
    return yield* computed(seed, step)
  })
  return { first, next }
}

/** The codes that a command of the user's prints. */
export const printedCodes = (command: string) => {
  const run: Effect.Effect<Candidate, Effect.Error<ReturnType<MfaProcess["Service"]["run"]>>, MfaProcess | Progress> = Effect.gen(
    function*() {
      const mfaProcess = yield* MfaProcess
      const progress = yield* Progress
      const step = { waitingFor: "the mfa_process command", hint: "do what it asks for, and try again", shown: false }
      return { code: yield* progress.during(step, mfaProcess.run(command)) }
    }
  )
  return { first: run, next: (_last: Candidate) => Effect.andThen(waitForNextPeriod, run) }
}

const computed = (seed: Redacted.Redacted<string>, step: number) =>
  Effect.map(Effect.fromNullishOr(codeAt(seed, step)).pipe(Effect.orDie), (code): Candidate => ({ code, step }))

const waitUntil = Effect.fnUntraced(function*(moment: EpochMillis) {
  const progress = yield* Progress
  const rest = moment - (yield* Clock.currentTimeMillis)
  if (rest <= 0) return
  yield* progress.during(
    {
      waitingFor: "the next MFA code, as the present one was used already",
      hint: "allow more time with --timeout, or try again",
      shown: true,
      until: moment
    },
    Effect.sleep(rest)
  )
})

const waitForNextPeriod = Effect.flatMap(Clock.currentTimeMillis, (now) =>
  waitUntil((Math.floor(now / usualPeriod) + 1) * usualPeriod))

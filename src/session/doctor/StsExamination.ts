import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import { checkClock, checkSts } from "../../domain/doctor/StsCheck.ts"
import type { Environment } from "../../domain/Environment.ts"
import { ExitCode, Failure } from "../../domain/Failure.ts"
import { fine, findingOf, together } from "../../domain/Finding.ts"
import { type OpItem, readLongLivedKey, readRegion, readSerial } from "../../domain/OpItem.ts"
import { printable } from "../../domain/Printable.ts"
import type { Settings } from "../../domain/Settings.ts"
import { StsUnreachable } from "../../domain/StsFailure.ts"
import { stsTarget } from "../../domain/StsSettings.ts"
import type { StsTarget } from "../../domain/StsTarget.ts"
import { Disk } from "../../services/Disk.ts"
import { Sts } from "../../services/Sts.ts"

/** Long enough for a slow network, and a person is watching. */
const patience = "20 seconds"

interface Way {
  readonly target: StsTarget
  readonly profiles: ReadonlyArray<string>
}

/** Where only the item may say the region, there is no way to be looked at yet. */
const waysOf = (all: ReadonlyArray<Settings>): ReadonlyArray<Way> => {
  const each = all.flatMap(({ mfaSerial, profile, sts }) => {
    const target = stsTarget(sts, mfaSerial, undefined)
    return target instanceof Failure ? [] : [{ profile, target }]
  })
  return [...Map.groupBy(each, ({ target }) => wayTo(target)).values()].map((group) => ({
    target: group[0]!.target,
    profiles: group.map(({ profile }) => profile)
  }))
}

/** Where an endpoint is named, the region is only signed and leads nowhere else. */
const wayTo = ({ endpoint, region, ...rest }: StsTarget): string => JSON.stringify([endpoint ?? region, rest])

/** The ways to STS that these profiles take, as they are configured. */
export const examineSts = Effect.fnUntraced(function*(all: ReadonlyArray<Settings>, environment: Environment) {
  const disk = yield* Disk
  return together(
    yield* Effect.forEach(
      waysOf(all),
      Effect.fnUntraced(function*({ profiles, target }) {
        const read = target.caBundle === undefined ? undefined : yield* disk.read(target.caBundle)
        const bundle = target.caBundle === undefined ? undefined : read ?? { reason: "there is no such file" }
        return checkSts({ environment, profiles, target, bundle })
      })
    )
  )
})

/** Whether STS answers on each of them, and what time it has. */
export const examineClock = Effect.fnUntraced(function*(all: ReadonlyArray<Settings>) {
  return together(
    yield* Effect.forEach(
      waysOf(all),
      Effect.fnUntraced(function*({ profiles, target }) {
        const host = target.endpoint === undefined ? `STS in ${target.region}` : new URL(target.endpoint).host
        return checkClock({ profiles, host, answer: yield* timeAt(target, host) })
      })
    )
  )
})

/** The time as STS has it, beside ours in the middle of the question. */
const timeAt = (target: StsTarget, host: string) =>
  Effect.gen(function*() {
    const before = yield* Clock.currentTimeMillis
    const theirs = yield* (yield* Sts).serverTime(target)
    return { theirs, ours: (before + (yield* Clock.currentTimeMillis)) / 2 }
  }).pipe(
    Effect.timeoutOrElse({
      duration: patience,
      orElse: () =>
        Effect.fail(
          new StsUnreachable(
            `${host} did not answer`,
            "check the network connection and the proxy (HTTPS_PROXY, NO_PROXY)",
            {
              answerUnknown: false,
              passing: true
            }
          )
        )
    }),
    Effect.result,
    Effect.map(Result.match({ onSuccess: (answer) => answer, onFailure: (failure) => failure }))
  )

/** Whether AWS knows the key of an item: it answers this to every key that works, and takes no code for it. */
export const examineKey = Effect.fnUntraced(function*(settings: Settings, item: OpItem) {
  const key = readLongLivedKey(item, settings)
  const serial = settings.mfaSerial ?? orNone(readSerial(item))
  const target = stsTarget(settings.sts, serial, orNone(readRegion(item)))
  // What is wrong with the item has been told.
  if (key instanceof Failure || target instanceof Failure) return fine()
  const asked = yield* (yield* Sts).callerIdentity(key, target).pipe(
    Effect.map(({ arn }) => fine(`AWS knows the key in ${printable(settings.item)}: ${printable(arn)}`)),
    Effect.timeoutOption(patience),
    Effect.result
  )
  // A clock that is off, and a network that leads nowhere, are told where STS is asked for the time.
  if (Result.isFailure(asked) && (asked.failure._tag === "ClockSkewed" || asked.failure.exitCode === ExitCode.network)) {
    return fine()
  }
  if (Result.isFailure(asked)) {
    return { fine: [], findings: [findingOf("sts", asked.failure, `the key in ${printable(settings.item)} makes no session so`)] }
  }
  // That STS does not answer is told with the time that it does not say.
  return Option.getOrElse(asked.success, () => fine())
})

const orNone = (value: string | undefined | Failure): string | undefined => value instanceof Failure ? undefined : value

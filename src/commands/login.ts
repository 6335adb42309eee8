import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Command from "effect/cli/Command"
import { inCacheOf, patientChain } from "./ChosenChain.ts"
import type { Environment } from "../domain/base/Environment.ts"
import { Failure } from "../domain/base/Failure.ts"
import type { Lifetime } from "../domain/cache/Freshness.ts"
import { LoginFailure } from "../domain/session/LoginFailure.ts"
import {
  askedFor,
  type NextRenewal,
  nextRenewalLine,
  notRenewedLine,
  questions,
  sessionLine,
  stayingLine
} from "../domain/session/LoginPlan.ts"
import type { FlagValues } from "../domain/settings/Flags.ts"
import { ourProfiles } from "../domain/settings/OurProfiles.ts"
import { profileOrigin } from "../domain/settings/ProfileOrigin.ts"
import type { RoleChain } from "../domain/settings/RoleChain.ts"
import { patiently } from "../domain/settings/SubcommandProfile.ts"
import { UsageFailure } from "../domain/settings/UsageFailure.ts"
import * as NotificationPlatform from "../layers/terminal/NotificationPlatform.ts"
import { outputLook } from "../layers/terminal/OutputTerminal.ts"
import { complain } from "../layers/terminal/Report.ts"
import { print } from "../layers/terminal/StandardOutput.ts"
import { writeText } from "../layers/terminal/WriteText.ts"
import { Signals } from "../services/host/Signals.ts"
import { loadConfig } from "../session/LoadConfig.ts"
import * as Login from "../session/Login.ts"
import { allFlags, givenFlags, profileWord, tableFlags, toggle } from "./TableFlags.ts"

export const login = (environment: Environment) =>
  Command.make(
    "login",
    {
      word: profileWord,
      all: toggle("all", "every profile that uses 1Password, with one question for each key"),
      keep: toggle("keep", "stay, and renew before anything else has to ask"),
      ...tableFlags(allFlags, { patient: true })
    },
    Effect.fnUntraced(function*({ all, keep, word, ...told }) {
      const flags = givenFlags(told)
      const named = Option.getOrUndefined(word)
      if (all && (named ?? flags.profile) !== undefined) {
        return yield* Effect.fail(UsageFailure.BadUsage("--all is for every profile, and one is named"))
      }
      const { chains, failure } = all
        ? yield* loginAll(flags, environment)
        : { chains: [yield* loginNamed(flags, named, environment)], failure: undefined }
      if (keep && chains.length > 0) return yield* keepAll(chains, environment)
      if (failure !== undefined) return yield* Effect.fail(failure)
    })
  ).pipe(
    Command.provide(NotificationPlatform.layer),
    Command.withDescription(
      "Gets a session in this terminal and keeps it in the cache, for everything that cannot ask: IDEs, build servers, jobs. Says until when it lasts. With --keep it stays, says when it will renew, and calls you, by a notification or the bell, when it needs a code; Ctrl-C ends it."
    ),
    Command.withShortDescription("get a session now, for everything that cannot ask"),
    Command.withExamples([
      { command: "op-aws-credential-process login dev", description: "Ask for the code now instead of later" },
      {
        command: "op-aws-credential-process login --all --keep",
        description: "Have sessions for all profiles, and keep them"
      }
    ])
  )

const loginNamed = (flags: FlagValues, named: string | undefined, environment: Environment) =>
  Effect.tap(patientChain(flags, named, environment), (chain) => loginOne(chain, environment))

/** Gets the session of one chain, and says until when it lasts. */
const loginOne = (chain: RoleChain, environment: Environment) =>
  Effect.flatMap(Login.login(chain), (entry) => sayUntil(chain.profile, entry, environment)).pipe(
    inCacheOf(chain.settings)
  )

const sayUntil = (profile: string, { credentials }: Lifetime, environment: Environment) =>
  Effect.flatMap(Clock.currentTimeMillis, (now) =>
    print(sessionLine(profile, credentials.expiration, now, outputLook(environment))))

/**
 * The same for every profile of ours, question by question. What goes wrong with one is said, and keeps no other from
 * its session; those that rest on the same answer are not asked about again. Gives one chain for each question that
 * was answered, and what went wrong altogether.
 */
const loginAll = Effect.fnUntraced(function*(flags: FlagValues, environment: Environment) {
  const config = yield* loadConfig(flags, environment, true)
  const inUse = profileOrigin(environment).profile
  const ours = ourProfiles({ config, environment, flags, inUse }).filter(({ borrowed }) => !borrowed)
  if (ours.length === 0) return yield* Effect.fail(LoginFailure.NoProfiles(config.configPath))
  const failed: Array<{ readonly profile: string; readonly failure: Failure }> = []
  const blame = (profiles: ReadonlyArray<string>, failure: Failure) => {
    failed.push(...profiles.map((profile) => ({ profile, failure })))
    complain({ message: `${profiles.join(", ")}: ${failure.message}`, hint: failure.hint })
  }
  const orBlame = <E extends Failure, R>(profiles: ReadonlyArray<string>, work: Effect.Effect<unknown, E, R>) =>
    Effect.as(work, true).pipe(
      Effect.catchIf(
        (failure) => failure._tag !== "Stopped",
        (failure) => Effect.as(Effect.sync(() => blame(profiles, failure)), false)
      )
    )

  const chains: Array<RoleChain> = []
  for (const { chain, name } of ours) {
    if (chain instanceof Failure) blame([name], chain)
    else chains.push(patiently(chain, flags, environment))
  }
  const answered: Array<RoleChain> = []
  for (const group of questions(chains)) {
    const asked = askedFor(group[0]!)
    const answer = Login.login(asked).pipe(inCacheOf(asked.settings))
    if (!(yield* orBlame(group.map(({ profile }) => profile), answer))) continue
    answered.push(group[0]!)
    for (const chain of group) yield* orBlame([chain.profile], loginOne(chain, environment))
  }
  const [first] = failed
  const names = failed.map(({ profile }) => profile)
  const failure = first === undefined ? undefined : LoginFailure.ProfilesFailed(names, first.failure.exitCode)
  return { chains: answered, failure }
})

const sayNext = (next: NextRenewal | undefined, environment: Environment) =>
  next === undefined
    ? Effect.void
    : Effect.flatMap(Clock.currentTimeMillis, (now) => print(nextRenewalLine(next, now, outputLook(environment))))

/** Stays until a signal comes. What is the matter with a renewal is said once, until it is another matter. */
const keepAll = Effect.fnUntraced(function*(chains: ReadonlyArray<RoleChain>, environment: Environment) {
  const signals = yield* Signals
  const last = new Map<string, string>()
  const onlooker: Login.Onlooker = {
    onRenewed: ({ profile }, made, next) => {
      last.delete(profile)
      const said = Effect.andThen(sayUntil(profile, made, environment), sayNext(next, environment))
      // A signal that ends this ends everything.
      return Effect.ignore(Effect.provideService(said, Signals, signals))
    },
    onFailed: ({ profile }, { message }) =>
      Effect.sync(() => {
        if (last.get(profile) !== message) writeText(2, notRenewedLine(profile, message))
        last.set(profile, message)
      })
  }
  const withCache = (chain: RoleChain) => inCacheOf(chain.settings)
  for (const chain of chains) {
    yield* sayNext(Option.getOrUndefined(yield* withCache(chain)(Login.nextRenewal(chain))), environment)
  }
  yield* print(stayingLine)
  const keeping = Effect.forEach(chains, (chain) => withCache(chain)(Login.keep(chain, onlooker)), {
    concurrency: "unbounded",
    discard: true
  })
  return yield* Effect.raceFirst(keeping, signals.stopped)
})

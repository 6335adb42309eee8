import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { type AccountWish, backEnd, checkAccount } from "../../domain/doctor/AccountCheck.ts"
import { checkOp } from "../../domain/doctor/OpCheck.ts"
import type { Environment } from "../../domain/Environment.ts"
import { Failure } from "../../domain/Failure.ts"
import { fine, fineUnless, findingOf, together } from "../../domain/Finding.ts"
import { opProgramOf } from "../../domain/OnePasswordPlace.ts"
import type { Settings } from "../../domain/Settings.ts"
import { OpStatus } from "../../services/OpStatus.ts"
import { lookUp } from "./ProgramFacts.ts"

const orFailure = <A, R>(work: Effect.Effect<A, Failure, R>): Effect.Effect<A | Failure, never, R> =>
  Effect.map(Effect.result(work), Result.getOrElse((failure): A | Failure => failure))

/** 1Password's program, and the accounts that these profiles are for; without one, the program that it would get. */
export const examineOp = Effect.fnUntraced(function*(all: ReadonlyArray<Settings>, environment: Environment) {
  const byProgram = Map.groupBy(all, ({ cliPath }) => cliPath)
  if (byProgram.size === 0) {
    const usual = opProgramOf({ flags: {}, environment, profile: "" })
    if (usual instanceof Failure) return fineUnless([findingOf("op", usual, "no key is read, and no such program is started")])
    byProgram.set(usual, [])
  }
  return together(
    yield* Effect.forEach(byProgram, ([cliPath, settings]) => examineProgram(cliPath, settings, environment))
  )
})

const examineProgram = Effect.fnUntraced(
  function*(cliPath: string, all: ReadonlyArray<Settings>, environment: Environment) {
    const op = yield* OpStatus
    const program = yield* orFailure(op.program(cliPath))
    const about = checkOp({
      program,
      cliPath,
      onDesktop: (yield* lookUp(cliPath, environment)).onDesktop,
      profiles: all.map(({ profile }) => profile),
      byServiceAccount: backEnd(environment) === "service-account"
    })
    // A program that is not 1Password's own is not asked for anything else.
    if (program instanceof Failure || !/^\d+\.\d+/.test(program.version)) return about
    const byAccount = Map.groupBy(all, ({ account }) => account)
    const [accounts, wishes] = yield* Effect.all([
      orFailure(op.accounts(cliPath)),
      Effect.forEach(byAccount, ([account, settings]) => wishOf(account, settings))
    ], { concurrency: "unbounded" })
    return together([about, all.length === 0 ? fine() : checkAccount({ environment, accounts, wishes })])
  }
)

const wishOf = Effect.fnUntraced(function*(account: string | undefined, settings: ReadonlyArray<Settings>) {
  const { cliPath, item, vault } = settings[0]!
  const reference = { cliPath, vault, item, account }
  const standing = yield* orFailure(Effect.as((yield* OpStatus).whoami(reference), "open" as const))
  const wish: AccountWish = { ...reference, profiles: settings.map(({ profile }) => profile), standing }
  return wish
})

import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { finishPrinting, printSession, printSessionOf } from "./commands/printSession.ts"
import { ExitCode, type Failure } from "./domain/base/Failure.ts"
import { printable } from "./domain/base/Printable.ts"
import { descriptorsIn } from "./domain/exec/Successor.ts"
import { isShortage } from "./domain/host/Shortage.ts"
import { OpFailure } from "./domain/onepassword/OpFailure.ts"
import { parseCommandLine } from "./domain/settings/CommandLine.ts"
import { UsageFailure } from "./domain/settings/UsageFailure.ts"
import type { Outcome } from "./hit.ts"
import { become } from "./layers/exec/Succession.ts"
import { leave } from "./layers/host/Leaving.ts"
import { openFilesLimit } from "./layers/host/OpenFilesLimit.ts"
import { codeOf } from "./layers/host/SystemError.ts"
import * as Live from "./layers/Live.ts"
import { complain } from "./layers/terminal/Report.ts"
import { writeText } from "./layers/terminal/WriteText.ts"
import * as DialogManners from "./session/mfa/DialogManners.ts"
import * as ProgressTerminal from "./session/terminal/ProgressTerminal.ts"

/** Goes on where the hit path left off, and ends the process; `left` is what its reader has not taken yet, `inherited` as `takeInherited` gives it. */
export const run = (outcome: Outcome, left?: Uint8Array, inherited?: string): void => {
  if (isTooOld(process.versions.node)) process.exit(tell(UsageFailure.NodeTooOld(process.versions.node)))
  const words = process.argv.slice(2)
  const live = Layer.provideMerge(Layer.mergeAll(DialogManners.layer, ProgressTerminal.layer), Live.layer(process.env))
  const main = outcome._tag === "Unusual"
    ? unusual(words)
    : Effect.as(left === undefined ? printSession(outcome.chain) : finishPrinting(outcome.chain, left), undefined)
  Effect.runFork(Effect.provide(main, live)).addObserver((exit) => {
    // By now locks, terminal and timers are let go of: the successor finds nothing of ours.
    const successor = Exit.isSuccess(exit) ? exit.value : undefined
    if (successor === undefined) return leave(report(exit, words))
    become({ ...successor, inherited: descriptorsIn(inherited) }, (failure) => leave(tell(failure)))
  })
}

/** `engines` in package.json; npm only warns. Bun names the Node that it stands in for, which is newer. */
const isTooOld = (version: string): boolean => {
  const [major = 0, minor = 0] = version.split(".").map(Number)
  return major < 22 || (major === 22 && minor < 19)
}

/** A plain call that could not be served says why; everything else is for the command line framework. */
const unusual = Effect.fnUntraced(function*(words: ReadonlyArray<string>) {
  const flags = parseCommandLine(words)
  if (flags !== undefined) return yield* Effect.as(printSessionOf(flags, words, process.env), undefined)
  const { cli } = yield* Effect.promise(() => import("./commands/cli.ts"))
  return yield* cli(words, process.env)
})

/** Says on stderr what went wrong, in two lines, and answers with the exit code. Whoever stopped us knows why. */
const report = (exit: Exit.Exit<unknown, Failure>, words: ReadonlyArray<string>): number => {
  if (Exit.isSuccess(exit)) return ExitCode.done
  const failure = Option.getOrUndefined(Cause.findErrorOption(exit.cause))
  return failure === undefined ? reportBug(exit.cause, words) : tell(failure)
}

const tell = (failure: Failure): ExitCode => {
  if (failure._tag === "InterviewLeft") writeText(2, `${printable(failure.message, 1000)}\n`)
  else if (failure._tag !== "Stopped" && failure._tag !== "FindingsTold") complain(failure)
  return failure.exitCode
}

/** Where it happened is shown on demand; what it said is not, because a parser's message may quote a secret. */
const reportBug = (cause: Cause.Cause<unknown>, words: ReadonlyArray<string>): number => {
  const defect = Cause.squash(cause)
  // A part of ours that could not be loaded, as it may happen anywhere.
  const code = codeOf(defect)
  if (isShortage(code)) return tell(OpFailure.NothingToSpare(code, openFilesLimit()))
  const name = defect instanceof Error ? defect.name : typeof defect
  complain({
    message: `a bug in op-aws-credential-process (${name})`,
    hint: "please report it with what --log-level debug prints"
  })
  if (words.join(" ").includes("--log-level debug") && defect instanceof Error) {
    writeText(2, `${(defect.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line)).join("\n")}\n`)
  }
  return ExitCode.bug
}

import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { ConfigFailure } from "../domain/aws-config/ConfigFailure.ts"
import { type Environment, homePath } from "../domain/base/Environment.ts"
import { ExitCode, type Failure } from "../domain/base/Failure.ts"
import { printable } from "../domain/base/Printable.ts"
import { diffText, textDiff } from "../domain/base/TextDiff.ts"
import { formatTimeLeft, localTime } from "../domain/base/Time.ts"
import { InterviewFailure } from "../domain/interview/InterviewFailure.ts"
import type { OpItemDocument } from "../domain/onepassword/OpItemDocument.ts"
import { AwsFiles, type FileChange } from "../services/aws-config/AwsFiles.ts"
import { Interview } from "../services/interview/Interview.ts"
import { OpItems } from "../services/onepassword/OpItems.ts"
import { sentence, tell } from "../session/interview/Answers.ts"
import { waitingForOp } from "../session/terminal/Waiting.ts"
import { placeOf } from "./SetupItem.ts"
import type { Plan } from "./SetupPlan.ts"
import { prove } from "./SetupProof.ts"
import type { SetupRequest } from "./SetupRequest.ts"

const inItem = "The item in 1Password"

/** A change of a file, in lines for a person. */
export const changeLines = ({ after, before = "", path }: FileChange, { environment, look }: Pick<SetupRequest, "environment" | "look">) => {
  const diff = textDiff(before, after)
  return diff.length === 0 ? [] : [`${printable(homePath(path, environment))}:`, diffText(diff, look).replace(/\n$/, "")]
}

export const tellBackup = (backup: string, environment: Environment) =>
  tell(`Written. The file as it was is ${printable(homePath(backup, environment))}`)

/** Writes file and item, and shows that it works; whoever leaves before that finds everything as it was. */
export const carryOut = Effect.fnUntraced(
  function*({ environment }: SetupRequest, plan: Plan, change: FileChange) {
    // The file comes back first, at once; 1Password takes a while, in which a second Ctrl-C ends everything.
    const orUnwriteFile = yield* writtenFile(change, environment)
    const unwriteItem = yield* writeItem(plan, orUnwriteFile)
    yield* Effect.interruptible(triedOut(environment, plan, true)).pipe(orUnwriteFile, unlessDone(unwriteItem, inItem))
  },
  Effect.uninterruptible
)

/** Work after which something is taken back where the work fails or is left. */
type Guard<E2, R2 = never> = <A, E extends Failure, R>(
  work: Effect.Effect<A, E, R>
) => Effect.Effect<A, E | E2 | InterviewFailure<"InterviewLeft">, R | R2 | Interview>

/** Writes a file, and gives what takes it back: that, and the copy beside it that is then of no use. */
export const writtenFile = (change: FileChange, environment: Environment) =>
  Effect.map(writeFile(change, environment), (undo) => unlessDone(undo, printable(homePath(change.path, environment))))

/** Takes something back where the work after it fails or is left, unless the person wants to keep it so. */
const unlessDone = <E2 extends Failure, R2 = never>(
  undo: Effect.Effect<void, E2, R2> | undefined,
  what: string
): Guard<E2, R2> =>
(work) =>
  undo === undefined ? work : work.pipe(
    Effect.tapError((failure) => failure._tag === "NotProven" ? Effect.void : undo),
    Effect.onInterrupt(() => takenBack(undo, what)),
    // "Nothing was changed" would not be true of what was written and taken back.
    Effect.catchIf((failure) => failure._tag === "InterviewLeft", () => Effect.fail(
      InterviewFailure.InterviewLeft("Everything is as it was before.")
    ))
  )

/**
 * After a signal no failure tells what became of a change, so this does: below the line where the cursor is, which may
 * be in the question of another program.
 */
const takenBack = <E extends Failure, R>(undo: Effect.Effect<void, E, R>, what: string) =>
  Effect.matchEffect(undo, {
    onFailure: ({ message }) => tell("", `${sentence(message)}.`, "What was written there stays."),
    onSuccess: () => tell("", `${what} is as it was before.`)
  })

const writeFile = Effect.fnUntraced(function*({ after, before, path }: FileChange, environment: Environment) {
  const files = yield* AwsFiles
  if (after === (before ?? "")) return undefined
  const backup = yield* files.replace({ path, before, after, backup: before !== undefined })
  if (backup !== undefined) yield* tellBackup(backup, environment)
  return Effect.gen(function*() {
    yield* files.replace({ path, before: after, after: before, backup: false })
    if (backup !== undefined) yield* files.replace({ path: backup, before, after: undefined, backup: false })
  })
})

/** Gives what takes it back. */
const writeItem = Effect.fnUntraced(function*(
  { document, home, renamed }: Plan,
  orUnwriteFile: Guard<ConfigFailure<"AwsFileChanged" | "AwsFileUnwritable">>
) {
  if (renamed === undefined || document === undefined || home === undefined) return undefined
  const items = yield* OpItems
  const write = (version: OpItemDocument) => Effect.asVoid(waitingForOp(items.replace(placeOf(home), version)))
  const undo = write(document)
  // Where 1Password said no, nothing has changed; otherwise nobody knows how far `op` has come.
  yield* Effect.interruptible(write(renamed)).pipe(
    orUnwriteFile,
    Effect.tapError(({ exitCode }) => exitCode === ExitCode.refused ? Effect.void : Effect.ignore(undo)),
    Effect.onInterrupt(() => takenBack(undo, inItem))
  )
  return undo
})

/** What is said in the place of a trial where nobody can type a code. */
export const notTried = (profile: string) =>
  tell("Not tried: a code has to be typed, and there is no terminal.", `Next: op-aws-credential-process login ${profile}`)

/** Runs the profile's line, where that can be done now, and says what comes of it. */
export const triedOut = Effect.fnUntraced(function*(
  environment: Environment,
  { asks, line, profile }: Plan,
  changed: boolean
) {
  const { attended, available } = yield* Interview
  if (asks && !(yield* available)) return yield* notTried(profile)
  yield* tell("Trying it as an AWS client would.")
  const expiration = yield* prove({ profile, line, environment, changed })
  const left = formatTimeLeft(expiration - (yield* Clock.currentTimeMillis))
  yield* tell(
    `It works: ${printable(profile)} has a session until ${localTime(expiration)} (${left}).`,
    `Next: aws ${profile === "default" ? "" : `--profile ${profile} `}sts get-caller-identity`,
    ...attended ? [`For a coding agent, a narrower profile: op-aws-credential-process setup ${profile} --agent`] : []
  )
})

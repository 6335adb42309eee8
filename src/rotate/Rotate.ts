import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { Look } from "../domain/base/TerminalText.ts"
import { nothingChanged } from "../domain/interview/InterviewFailure.ts"
import { mayLosePasskey } from "../domain/onepassword/OpItemDocument.ts"
import { RotationFailure } from "./RotationFailure.ts"
import { unsettledFor } from "./RotationJournal.ts"
import { look, lookAgain, type RotationRequest, type Sight } from "./RotationLook.ts"
import { refusedStep } from "./RotationPlan.ts"
import type { RotationStep } from "./RotationStep.ts"
import { closeJournal, type Work } from "./RotationSteps.ts"
import { deedText, type RotationOutcome, rotationQuestion, rotationText } from "./RotationText.ts"
import { checkPermissions, removeKey, replaceKey, retireKey } from "./RotationWork.ts"
import { Lock } from "../services/cache/Lock.ts"
import { Interview } from "../services/interview/Interview.ts"
import { Progress } from "../services/terminal/Progress.ts"
import { agreed, confirmed } from "../session/interview/Answers.ts"
import { type Deadline, endedBy, startDeadline } from "../session/terminal/Deadline.ts"

export interface RotationOptions extends RotationRequest {
  /** Nothing is changed. */
  readonly dryRun: boolean
  /** The second key that may be deleted, by its id. */
  readonly deleteKey: string | undefined
  /** The item is known to have no passkey, although it could. */
  readonly withoutPasskey: boolean
  readonly look: Pick<Look, "columns" | "unicode">
}

/**
 * Replaces the access key of a profile, in IAM and in the item, with never a moment in which the item holds a key that
 * does not work. Goes on with a rotation that was interrupted, or undoes it. One at a time on a machine, because two
 * profiles may name one item in two ways. Gives what came of it; undefined where it was only to look.
 */
export const rotate = Effect.fn("rotate")(function*(options: RotationOptions) {
  const interview = yield* Interview
  const agreed = yield* agreement(options).pipe(
    // Below the line where the cursor is, behind the echo of Ctrl-C.
    Effect.tapError((failure) =>
      failure._tag === "Stopped" && !options.dryRun ? interview.tell(`\n${nothingChanged}`) : Effect.void
    )
  )
  if (agreed === undefined) return undefined
  return yield* carryOut({
    settings: options.settings,
    ...agreed,
    done: (deed) => interview.tell(deedText(deed, options.look))
  })
}, Effect.scoped)

/** Finds out what is to be done and whether that is wanted; undefined where it is only to look. */
const agreement = Effect.fnUntraced(function*(options: RotationOptions) {
  const interview = yield* Interview
  if ((yield* (yield* Lock).tryTake("rotate")) === "busy") return yield* Effect.fail(RotationFailure.RotationUnderWay())
  const deadline = yield* startDeadline(options.settings.timeout)
  const first = yield* settled(options, yield* look(options, deadline), deadline)
  const refusal = refusedStep(
    { held: first.held.accessKeyId, keys: first.keys, step: first.step },
    { deleteKey: options.deleteKey, unattended: !interview.attended },
    yield* Clock.currentTimeMillis
  )
  if (refusal !== undefined) return yield* Effect.fail(refusal)
  yield* explain(options, first)
  if (options.dryRun) return undefined
  const asked = yield* endedBy(agree(options, first), deadline)
  const sight = asked ? yield* Effect.tap(lookAgain(options.settings, first, deadline), unchanged(first)) : first
  return { sight, deadline }
})

/** Waits until it is certain what the item holds, where a killed run may have left a write to it under way. */
const settled = Effect.fnUntraced(function*({ dryRun, settings }: RotationOptions, first: Sight, deadline: Deadline) {
  const interview = yield* Interview
  const progress = yield* Progress
  let sight = first
  for (let pause = 2000;; pause *= 2) {
    const now = yield* Clock.currentTimeMillis
    const rest = unsettledFor(sight.journal, sight.held.accessKeyId, now)
    if (rest === 0 || dryRun) return sight
    if (sight === first) yield* interview.tell("A run that was interrupted may still be writing to 1Password. That has to be certain first.")
    const step = {
      waitingFor: "1Password to come to rest",
      hint: "try again in a few minutes",
      shown: true,
      until: now + rest
    }
    yield* endedBy(progress.during(step, Effect.sleep(Math.min(pause, rest))), deadline)
    sight = yield* lookAgain(settings, sight, deadline)
  }
})

const explain = Effect.fnUntraced(function*({ look, settings: { profile } }: RotationOptions, sight: Sight) {
  const { document, held, identity, journal, keys, step } = sight
  const scene = {
    profile,
    arn: identity.arn,
    item: document.title,
    vault: document.vault?.name ?? "?",
    held: held.accessKeyId,
    keys,
    step,
    begunAt: journal?.startedAt
  }
  yield* (yield* Interview).tell(rotationText(scene, yield* Clock.currentTimeMillis, look))
})

/** Whether the item will be written to. */
const writes = ({ _tag }: RotationStep): boolean => _tag === "Make" || _tag === "DropOrphan" || _tag === "MakeRoom"

/** Asks what there is to ask; true where somebody was asked, so that time has passed. */
const agree = Effect.fnUntraced(function*({ withoutPasskey }: RotationOptions, { document, step }: Sight) {
  const { attended } = yield* Interview
  const mayLose = writes(step) && mayLosePasskey(document) && !withoutPasskey
  const login = RotationFailure.ItemIsLogin(document.title)
  if (mayLose && !(yield* confirmed("The item is a login, and would lose its passkey. Does it have none?", false, login))) {
    return yield* Effect.fail(login)
  }
  const asked = rotationQuestion(step)
  if (asked !== undefined) yield* agreed(asked.question, asked.usual, true)
  return attended && (mayLose || asked !== undefined)
})

/** What was agreed to is done, and nothing else. */
const unchanged = (before: Sight) => (now: Sight) => {
  const summary = ({ held, step }: Sight) =>
    JSON.stringify([held.accessKeyId, step._tag, "key" in step ? [step.key.accessKeyId, step.key.active] : null])
  return summary(before) === summary(now)
    ? Effect.void
    : Effect.fail(RotationFailure.ChangedMeanwhile(before.held.accessKeyId === now.held.accessKeyId ? "keys" : "item"))
}

const carryOut = Effect.fnUntraced(function*(work: Work) {
  const { held, document, step } = work.sight
  const ended = (deleted: string | undefined, key = held): RotationOutcome => ({
    profile: work.settings.profile,
    held: key.accessKeyId,
    deleted
  })
  if (step._tag === "Close") return yield* Effect.as(closeJournal(work), ended(undefined))
  if (step._tag === "Retire") {
    const { accessKeyId: id, active } = step.key
    return yield* Effect.as(retireKey(work, { key: held, document }, { id, active }), ended(id))
  }
  yield* checkPermissions(work)
  if (step._tag !== "Make") yield* removeKey(work, step.key.accessKeyId)
  return yield* Effect.map(replaceKey(work), (key) => ended(held.accessKeyId, key))
})

import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { printable } from "../domain/Printable.ts"
import { NotProven } from "../domain/setup/SetupFailure.ts"
import { formatTimeLeft } from "../domain/TimeLeft.ts"
import { formatTimestamp } from "../domain/Timestamp.ts"
import { AwsFiles } from "../services/AwsFiles.ts"
import { Interview } from "../services/Interview.ts"
import { OpItems } from "../services/OpItems.ts"
import { type Manner, tell } from "./Answers.ts"
import { placeOf, withOp } from "./ItemChoice.ts"
import type { Plan } from "./SetupPlan.ts"
import { prove } from "./SetupProof.ts"
import type { SetupRequest } from "./SetupRequest.ts"

/** Writes file and item, and shows that it works; whoever leaves before that finds everything as it was. */
export const carryOut = Effect.fnUntraced(function*(
  manner: Manner,
  { environment }: SetupRequest,
  plan: Plan,
  { after, before, path }: { readonly path: string; readonly before: string | undefined; readonly after: string }
) {
  const files = yield* AwsFiles
  const written = after !== (before ?? "")
  const undoFile = written
    ? Effect.asVoid(files.replace({ path, before: after, after: before, backup: false }))
    : Effect.void
  const undoItem = plan.renamed === undefined || plan.document === undefined || plan.home === undefined
    ? Effect.void
    : Effect.asVoid((yield* OpItems).replace(placeOf(plan.home), plan.document))
  const undo = Effect.andThen(undoFile, undoItem)
  if (written) {
    const backup = yield* files.replace({ path, before, after, backup: before !== undefined })
    if (backup !== undefined) yield* tell(`Written. The file as it was is ${printable(backup)}`)
  }
  if (plan.renamed !== undefined && plan.home !== undefined) {
    const place = placeOf(plan.home)
    yield* Effect.tapError(withOp((yield* OpItems).replace(place, plan.renamed)), () => undoFile)
  }
  const available = yield* (yield* Interview).available
  if (plan.asks && !available) {
    return yield* tell(
      "Not tried: a code has to be typed, and there is no terminal.",
      `Next: op-aws-credential-process login ${plan.profile}`
    )
  }
  yield* tell("Trying it as an AWS client would.")
  const expiration = yield* prove(manner, { profile: plan.profile, line: plan.line, environment }).pipe(
    Effect.tapError((failure) => failure instanceof NotProven ? Effect.void : undo),
    Effect.onInterrupt(() => Effect.ignore(undo))
  )
  const left = formatTimeLeft(expiration - (yield* Clock.currentTimeMillis))
  yield* tell(
    `It works: ${printable(plan.profile)} has a session until ${formatTimestamp(expiration)} (${left}).`,
    `Next: aws ${plan.profile === "default" ? "" : `--profile ${plan.profile} `}sts get-caller-identity`
  )
})

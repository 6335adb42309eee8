import * as Effect from "effect/Effect"
import { Progress } from "../services/Progress.ts"

/** Work that 1Password does, as the step that is being waited for. */
export const askingOp = <A, E, R>(work: Effect.Effect<A, E, R>) =>
  Effect.flatMap(Progress, (progress) =>
    progress.during(
      {
        waitingFor: "1Password",
        hint: "approve its prompt, or unlock the app (or run `op signin`), and try again; an unanswered prompt can be dismissed",
        shown: true
      },
      work
    ))

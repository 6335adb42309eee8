import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Failure } from "../../domain/base/Failure.ts"
import { InterviewFailure } from "../../domain/interview/InterviewFailure.ts"
import type { MfaFailure } from "../../domain/mfa/MfaFailure.ts"
import { Interview, type Unanswered } from "../../services/interview/Interview.ts"
import type { Tty } from "../../services/terminal/Tty.ts"
import { asking, type Turn } from "../terminal/TerminalTurn.ts"

/**
 * A conversation that takes its turn on the terminal, question by question: two readers of one terminal get each other's
 * keys. Between two questions others may ask for their codes.
 */
export const layer: Layer.Layer<Interview, never, Interview | Tty | Turn> = Layer.effect(Interview, Effect.gen(function*() {
  const interview = yield* Interview
  const context = yield* Effect.context<Tty | Turn>()

  const inTurn = <A, E>(work: Effect.Effect<A, E>): Effect.Effect<A, E | MfaFailure<"NoTerminal">> =>
    Effect.provideContext(asking(work), context)

  const question = <A, E extends Failure>(work: Effect.Effect<A, Unanswered | E>) =>
    Effect.catchIf(
      inTurn(work),
      (failure): failure is MfaFailure<"NoTerminal"> => failure._tag === "NoTerminal",
      () => Effect.fail(InterviewFailure.NobodyToAsk())
    )

  return Interview.of({
    ...interview,
    choose: (choosing) => question(interview.choose(choosing)),
    confirm: (...asked) => question(interview.confirm(...asked)),
    text: (asked) => question(interview.text(asked)),
    secret: (asked) => question(interview.secret(asked)),
    tell: (lines) => Effect.catchTag(inTurn(interview.tell(lines)), "NoTerminal", () => interview.tell(lines))
  })
}))

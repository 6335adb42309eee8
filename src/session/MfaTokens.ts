import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { isMfaCode } from "../domain/MfaCode.ts"
import { CodesRefused, NoMfaProcess, NoOneTimePassword } from "../domain/MfaFailure.ts"
import type { OpFailure } from "../domain/OpFailure.ts"
import { type OpItem, readOneTimePassword } from "../domain/OpItem.ts"
import type { Settings } from "../domain/Settings.ts"
import type { MfaCodeRefused, StsFailure } from "../domain/StsFailure.ts"
import type { MfaToken } from "../services/Sts.ts"
import { askCode, tellPerson } from "./AskCode.ts"
import { rememberTyped } from "./CodeMemory.ts"
import { type CodeSource, itemCodes, printedCodes } from "./CodeSource.ts"
import { orFail } from "./OrFail.ts"
import { type Candidate, isSpent, sendOnce } from "./SpentCodes.ts"

export interface TokenRequest<R> {
  readonly settings: Settings
  readonly serial: string
  readonly item: OpItem
  /** Reads the item again, for a code that cannot be computed here. */
  readonly reread: Effect.Effect<OpItem, OpFailure, R>
}

/** How often a person may type, and how often a code that comes by itself may be refused. */
const typedTries = 3
const automaticTries = 2

/**
 * Calls STS with an MFA code from where the settings say: `auto` is the profile's command, else the item's one-time
 * password, else the person. A refused code is followed by another one, a spent one is never sent.
 */
export const withMfaToken = <A, E extends StsFailure, R, R2>(
  request: TokenRequest<R2>,
  use: (token: MfaToken) => Effect.Effect<A, E | MfaCodeRefused, R>
) =>
  Effect.gen(function*() {
    const { item, serial, settings } = request
    const send = (candidate: Candidate) => sendOnce(serial, candidate, use({ serial, code: candidate.code }))
    const source = settings.mfa
    if (source === "process" || source === "auto") {
      if (settings.mfaProcess !== undefined) return yield* automatic(serial, printedCodes(settings.mfaProcess), send)
      if (source === "process") return yield* Effect.fail(new NoMfaProcess(settings.profile))
    }
    const password = source === "prompt" ? undefined : yield* orFail(readOneTimePassword(item))
    if (password !== undefined) {
      const codes = itemCodes(password, request.reread)
      return yield* Effect.tap(automatic(serial, codes, send), () => rememberTyped(settings, false))
    }
    if (source === "otp") return yield* Effect.fail(new NoOneTimePassword(item.title ?? settings.item))
    return yield* Effect.tap(typed(settings, serial, send), () => rememberTyped(settings, true))
  })

type Send<A, E, R> = (candidate: Candidate) => Effect.Effect<A | "spent", E | MfaCodeRefused, R>

const refused = (failure: { readonly _tag: string }): failure is MfaCodeRefused => failure._tag === "MfaCodeRefused"

const attempt = <A, E extends { readonly _tag: string }, R>(sent: Effect.Effect<A, E, R>) =>
  Effect.catchIf(sent, refused, () => Effect.succeed("refused" as const))

const automatic = <A, E extends { readonly _tag: string }, R, E2, R2>(
  serial: string,
  codes: CodeSource<E2, R2>,
  send: Send<A, E, R>
) =>
  Effect.gen(function*() {
    let candidate = yield* codes.first
    for (let refusals = 0;;) {
      const answer = yield* attempt(send(candidate))
      if (answer !== "spent" && answer !== "refused") return answer
      if (answer === "refused" && ++refusals === automaticTries) return yield* Effect.fail(new CodesRefused(serial, refusals))
      candidate = yield* codes.next(candidate)
    }
  })

const typed = <A, E extends { readonly _tag: string }, R>(settings: Settings, serial: string, send: Send<A, E, R>) =>
  Effect.gen(function*() {
    for (let tries = 0; tries < typedTries;) {
      const code = Redacted.make(yield* askCode(settings, serial))
      if (!isMfaCode(Redacted.value(code))) {
        tries++
        yield* tellPerson("An MFA code is six digits.")
        continue
      }
      const answer = (yield* isSpent(serial, code)) ? "spent" : yield* attempt(send({ code }))
      if (answer !== "spent" && answer !== "refused") return answer
      if (answer === "refused") tries++
      yield* tellPerson(answer === "spent" ? "That code was used already: wait for the next one." : "AWS did not accept that code.")
    }
    return yield* Effect.fail(new CodesRefused(serial, typedTries))
  })

import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { askCode, placeToAsk, tellPerson } from "./AskCode.ts"
import { rememberTyped } from "./CodeMemory.ts"
import { type CodeSource, itemCodes, printedCodes } from "./CodeSource.ts"
import type { StsFailure } from "../../domain/aws/StsFailure.ts"
import { mfaCodeOf } from "../../domain/base/MfaCode.ts"
import { MfaFailure } from "../../domain/mfa/MfaFailure.ts"
import type { OpFailure } from "../../domain/onepassword/OpFailure.ts"
import { type OpItem, readOneTimePassword } from "../../domain/onepassword/OpItem.ts"
import type { Settings } from "../../domain/settings/Settings.ts"
import { orFail } from "../OrFail.ts"
import type { MfaToken } from "../../services/aws/Sts.ts"
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

/** The command that prints codes, where it is to be used. */
const commandFor = ({ mfa, mfaProcess, profile }: Settings) =>
  mfa === "process" && mfaProcess === undefined
    ? Effect.fail(MfaFailure.NoMfaProcess(profile))
    : Effect.succeed(mfa === "process" || mfa === "auto" ? mfaProcess : undefined)

/**
 * Fails where the settings alone say that there will be no code, so that nobody has to approve anything for nothing.
 * Whether the item has a one-time password is not known yet.
 */
export const refuseInVain = (settings: Settings) =>
  Effect.andThen(commandFor(settings), settings.mfa === "prompt" ? Effect.asVoid(placeToAsk(settings)) : Effect.void)

/**
 * Calls STS with an MFA code from where the settings say: `auto` is the profile's command, else the item's one-time
 * password, else the person. A refused code is followed by another one, a spent one is never sent.
 */
export const withMfaToken = Effect.fnUntraced(function*<A, E extends StsFailure, R, R2>(
  request: TokenRequest<R2>,
  use: (token: MfaToken) => Effect.Effect<A, E | StsFailure<"MfaCodeRefused">, R>
) {
  const { item, serial, settings } = request
  const send = (candidate: Candidate) => sendOnce(serial, candidate, use({ serial, code: candidate.code }))
  const command = yield* commandFor(settings)
  if (command !== undefined) {
    yield* Effect.logDebug("the MFA code comes from the mfa_process command")
    return yield* automatic(serial, printedCodes(command), send)
  }
  const password = settings.mfa === "prompt" ? undefined : yield* orFail(readOneTimePassword(item, settings.otpField))
  if (password !== undefined) {
    yield* Effect.logDebug("the MFA code comes from the item's one-time password")
    const codes = itemCodes(password, request.reread, settings.otpField)
    return yield* Effect.tap(automatic(serial, codes, send), () => rememberTyped(settings, false))
  }
  if (settings.mfa === "otp") return yield* Effect.fail(MfaFailure.NoOneTimePassword(item.title ?? settings.item))
  return yield* Effect.tap(typed(settings, serial, send), () => rememberTyped(settings, true))
})

type Send<A, E, R> = (candidate: Candidate) => Effect.Effect<A | "spent", E | StsFailure<"MfaCodeRefused">, R>

const refused = (failure: { readonly _tag: string }): failure is StsFailure<"MfaCodeRefused"> => failure._tag === "MfaCodeRefused"

const attempt = <A, E extends { readonly _tag: string }, R>(sent: Effect.Effect<A, E, R>) =>
  Effect.catchIf(sent, refused, () => Effect.succeed("refused" as const))

const automatic = Effect.fnUntraced(function*<A, E extends { readonly _tag: string }, R, E2, R2>(
  serial: string,
  codes: CodeSource<E2, R2>,
  send: Send<A, E, R>
) {
  let candidate = yield* codes.first
  for (let refusals = 0;;) {
    const answer = yield* attempt(send(candidate))
    if (answer !== "spent" && answer !== "refused") return answer
    yield* Effect.logDebug(answer === "spent" ? "that code was sent before, by us or another process" : "AWS did not accept that code")
    if (answer === "refused" && ++refusals === automaticTries) {
      return yield* Effect.fail(MfaFailure.CodesRefused(serial, refusals))
    }
    candidate = yield* codes.next(candidate)
  }
})

/** What a person is told before they are asked once more. */
const remarks = {
  malformed: "An MFA code is six digits.",
  spent: "That code was used already: wait for the next one.",
  refused: "AWS did not accept that code."
}

const typed = Effect.fnUntraced(function*<A, E extends { readonly _tag: string }, R>(
  settings: Settings,
  serial: string,
  send: Send<A, E, R>
) {
  let remark: string | undefined
  for (let tries = 0; tries < typedTries;) {
    const digits = mfaCodeOf(yield* askCode(settings, serial, remark))
    const code = digits === undefined ? undefined : Redacted.make(digits)
    const answer = code === undefined
      ? "malformed"
      : (yield* isSpent(serial, code))
      ? "spent"
      : yield* attempt(send({ code }))
    if (answer !== "malformed" && answer !== "spent" && answer !== "refused") return answer
    if (answer !== "spent") tries++
    remark = answer === "malformed" ? remarks.malformed : answer === "spent" ? remarks.spent : remarks.refused
    yield* Effect.logDebug(`what was typed will not do: ${remark}`)
    yield* tellPerson(remark)
  }
  return yield* Effect.fail(MfaFailure.CodesRefused(serial, typedTries))
})

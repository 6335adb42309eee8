import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import type { StsFailure } from "../../domain/aws/StsFailure.ts"
import { digest } from "../../domain/base/Digest.ts"
import { newSpentKey, spentDigest, spentKeyMark } from "../../domain/base/MfaCode.ts"
import { isStepSpent, mayBeSpent, type SpentNote, spentNote } from "../../domain/mfa/SpentNote.ts"
import { Notes } from "../../services/cache/Notes.ts"
import type { Step } from "../../services/terminal/Progress.ts"
import { another, orEnd, takeTurn } from "../terminal/TerminalTurn.ts"

/** A code that may be sent: with its step, where it could be told. */
export interface Candidate {
  readonly code: Redacted.Redacted<string>
  readonly step?: number
}

/** AWS takes codes of the step before and the step after, so that digits may come back within 90 s (milliseconds). */
const memory = 90_000

const keyName = "spent-key"

/**
 * Sends a code unless it was spent, by whatever process: AWS takes a code of a device once. It counts as spent from the
 * moment it is sent, because we may be killed before we hear of it, until STS says that it did not take it. Answers
 * "spent" without sending anything when it was spent before. One code of a device at a time is under way.
 */
export const sendOnce = <A, E extends StsFailure, R>(serial: string, candidate: Candidate, send: Effect.Effect<A, E, R>) =>
  Effect.scoped(Effect.gen(function*() {
    yield* takeTurn(`device-${digest(serial)}`, deviceInUse)
    const before = yield* ledger(serial)
    const key = yield* machineKey
    const mark = spentDigest(key.text, serial, candidate.code)
    const at = yield* Clock.currentTimeMillis
    const stepSpent = candidate.step !== undefined && isStepSpent(candidate.step, before)
    if (stepSpent || mayBeSpent(mark, key.mark, before, at)) return "spent" as const
    const step = candidate.step === undefined ? undefined : { step: candidate.step }
    const sent: SpentNote = { ...before, ...step, codes: [...before.codes, { digest: mark, at, key: key.mark }] }
    yield* write(serial, sent)
    return yield* send.pipe(
      Effect.tapError((failure) => failure.answerUnknown ? Effect.void : write(serial, before)),
      Effect.tap(() => step === undefined ? Effect.void : write(serial, { ...sent, taken: step.step }))
    )
  }))

const deviceInUse = (pid: number | undefined): Step => ({
  waitingFor: `${another(pid)} that is sending a code of the same MFA device`,
  hint: orEnd("check the network and the proxy (HTTPS_PROXY)", pid),
  shown: true
})

/** Whether these digits were sent for this device within the last 90 s, and taken or perhaps taken. */
export const isSpent = Effect.fnUntraced(function*(serial: string, code: Redacted.Redacted<string>) {
  const key = yield* machineKey
  const mark = spentDigest(key.text, serial, code)
  return mayBeSpent(mark, key.mark, yield* ledger(serial), yield* Clock.currentTimeMillis)
})

/** Computes a digest that nobody looks at: the first one has all of the runtime's cryptography loaded. */
export const rehearseDigests = Effect.map(Clock.currentTimeMillis, (now) =>
  void spentDigest(newSpentKey(now), "rehearsal", Redacted.make("rehearsal")))

const noteName = (serial: string) => `spent-${digest(serial)}`

const ledger = Effect.fnUntraced(function*(serial: string) {
  const text = yield* (yield* Notes).read(noteName(serial))
  const note = Option.flatMapNullishOr(text, spentNote.decode)
  const now = yield* Clock.currentTimeMillis
  if (Option.isNone(note)) return { codes: [] } as SpentNote
  return { ...note.value, codes: note.value.codes.filter(({ at }) => Math.abs(now - at) < memory) }
})

const write = Effect.fnUntraced(function*(serial: string, note: SpentNote) {
  yield* (yield* Notes).write(noteName(serial), spentNote.encode(note))
})

/** The key of this machine's digests, made when it is first needed, or when it is damaged. */
const machineKey = Effect.gen(function*() {
  const notes = yield* Notes
  const kept = keyOf(yield* notes.read(keyName))
  if (kept !== undefined) return kept
  const now = yield* Clock.currentTimeMillis
  const made = { text: newSpentKey(now), mark: now }
  yield* notes.write(keyName, made.text)
  // Another process may have made one at the same moment: the last one stays.
  return keyOf(yield* notes.read(keyName)) ?? made
})

const keyOf = (note: Option.Option<string>) => {
  const text = Option.getOrUndefined(note)
  const mark = text === undefined ? undefined : spentKeyMark(text)
  return text === undefined || mark === undefined ? undefined : { text, mark }
}

import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { codeOriginNote } from "../domain/CodeOrigin.ts"
import { digest } from "../domain/Digest.ts"
import { identityKey } from "../domain/Identity.ts"
import { identityOf, type Settings } from "../domain/Settings.ts"
import { Notes } from "../services/Notes.ts"

/** The note of it. */
export const codeNoteName = (settings: Settings): string => `code-${digest(identityKey(identityOf(settings)))}`

/** Whether the last code of this identity was typed; none where no session of it was made yet. */
export const typedLast = (settings: Settings) =>
  Effect.gen(function*() {
    const text = yield* (yield* Notes).read(codeNoteName(settings))
    return Option.flatMapNullishOr(text, (written) => codeOriginNote.decode(written)?.typed)
  })

/**
 * Keeps in mind how a code was come by, because only the item says it and nobody wants to be asked for the item just to
 * be told whether they will be asked for a code.
 */
export const rememberTyped = (settings: Settings, typed: boolean) =>
  Effect.gen(function*() {
    if (Option.contains(yield* typedLast(settings), typed)) return
    yield* (yield* Notes).write(codeNoteName(settings), codeOriginNote.encode({ typed }))
  })

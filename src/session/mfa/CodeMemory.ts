import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { digest } from "../../domain/base/Digest.ts"
import { identityKey, identityOf } from "../../domain/cache/Identity.ts"
import { codeOriginNote } from "../../domain/mfa/CodeOrigin.ts"
import type { Settings } from "../../domain/settings/Settings.ts"
import { Notes } from "../../services/cache/Notes.ts"

/** The note of it. */
export const codeNoteName = (settings: Settings): string => `code-${digest(identityKey(identityOf(settings)))}`

/** Whether the last code of this identity was typed; none where no session of it was made yet. */
export const typedLast = Effect.fnUntraced(function*(settings: Settings) {
  const text = yield* (yield* Notes).read(codeNoteName(settings))
  return Option.flatMapNullishOr(text, (written) => codeOriginNote.decode(written)?.typed)
})

/**
 * Keeps in mind how a code was come by, because only the item says it and nobody wants to be asked for the item just to
 * be told whether they will be asked for a code.
 */
export const rememberTyped = Effect.fnUntraced(function*(settings: Settings, typed: boolean) {
  if (Option.contains(yield* typedLast(settings), typed)) return
  yield* (yield* Notes).write(codeNoteName(settings), codeOriginNote.encode({ typed }))
})

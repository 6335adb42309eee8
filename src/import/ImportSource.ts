import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import {
  accessKeyIdTrouble,
  type KeyPlace,
  pasted,
  placesWords,
  placeWords,
  type PlaintextKey,
  profilesOf,
  secretTrouble
} from "../domain/aws-config/PlaintextKeys.ts"
import { homePath, variable } from "../domain/base/Environment.ts"
import { printable } from "../domain/base/Printable.ts"
import { ImportFailure } from "./ImportFailure.ts"
import type { KeySource } from "./ImportRequest.ts"
import { Interview } from "../services/interview/Interview.ts"
import { choose, tell } from "../session/interview/Answers.ts"
import type { PlaintextSearch } from "../setup/PlaintextSearch.ts"

const isFrom = (source: KeySource) => (place: KeyPlace): boolean =>
  source.kind === "any" || source.kind === place.kind &&
    (source.kind !== "profile" || place.kind === "profile" && place.profile === source.profile)

const sourceWords = (source: KeySource, { config, environment }: PlaintextSearch): string =>
  source.kind === "profile"
    ? `in profile "${source.profile}"`
    : source.kind === "environment"
    ? "in the environment"
    : `in ${homePath(config.credentialsPath, environment)}, in ${homePath(config.configPath, environment)} or in the environment`

/** The keys that were found where somebody says; fails with what is wrong where there is none. */
export const keysFrom = (source: KeySource, search: PlaintextSearch) => {
  const keys = search.keys.filter(({ places }) => places.some(isFrom(source)))
  if (keys.length > 0) return Effect.succeed(keys)
  const spoiled = source.kind === "any" ? undefined : search.passedOver.find(({ place }) => isFrom(source)(place))
  return Effect.fail(
    spoiled === undefined
      ? ImportFailure.NoPlaintextKey(sourceWords(source, search), search.keys.map(placesWords))
      : ImportFailure.KeyNotImportable(placeWords(spoiled.place), spoiled.why, spoiled.temporary)
  )
}

/** The key to import: the one that was meant, or that is chosen, or that is typed in. */
export const chooseKey = Effect.fnUntraced(function*(source: KeySource, search: PlaintextSearch) {
  const { attended } = yield* Interview
  if (source.kind === "typed") return yield* typeKey(search)
  if (source.kind === "any" && attended && search.keys.length === 0) {
    yield* tell(
      `There is no long-lived key in plaintext ${sourceWords(source, search)}.`,
      ...search.passedOver.map(({ place, why }) => `(${placeWords(place)}: ${printable(why)})`)
    )
    return yield* typeKey(search)
  }
  const keys = yield* keysFrom(source, search)
  const [only, ...others] = keys
  if (others.length === 0 && source.kind !== "any") return only!
  const chosen = yield* choose<PlaintextKey | undefined, ImportFailure<"SeveralKeys">>({
    question: "Which key shall go into 1Password?",
    choices: [
      ...keys.map((key) => ({ value: key, label: key.accessKeyId, detail: placesWords(key) })),
      ...(source.kind === "any" ? [{ value: undefined, label: "another one, which I type in" }] : [])
    ],
    unasked: others.length === 0 ? { certain: only } : { failure: ImportFailure.SeveralKeys(keys.map(placesWords), source.kind) }
  })
  return chosen ?? (yield* typeKey(search))
})

/** Asks for both halves. What was typed and stands somewhere in plaintext too is the key that stands there. */
const typeKey = Effect.fnUntraced(function*(search: PlaintextSearch) {
  const interview = yield* Interview
  const id = pasted(yield* interview.text({
    question: "Access key ID",
    check: (answer) => accessKeyIdTrouble(pasted(answer))
  }))
  const typed = yield* interview.secret({
    question: "Secret access key (not shown)",
    check: (answer) => secretTrouble(pasted(answer))
  })
  // Security: unwrapped to take off what pasting leaves, and to be compared.
  const secret = pasted(Redacted.value(typed))
  const there = search.keys.find((key) => key.accessKeyId === id && Redacted.value(key.secretAccessKey) === secret)
  const region = variable(search.environment, "AWS_REGION", "AWS_DEFAULT_REGION")
  const key: PlaintextKey = there ?? {
    accessKeyId: id,
    secretAccessKey: Redacted.make(secret),
    places: [],
    ...(region === undefined ? undefined : { region })
  }
  return key
})

/** The profile whose settings a key is tried with: the first that has it. */
export const profileToTry = (key: PlaintextKey): string | undefined => profilesOf(key)[0]

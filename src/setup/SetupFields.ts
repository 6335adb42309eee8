import * as Effect from "effect/Effect"
import { isTemporaryId } from "../domain/aws-config/PlaintextKeys.ts"
import { Failure } from "../domain/base/Failure.ts"
import { printable } from "../domain/base/Printable.ts"
import {
  type FilledField,
  findField,
  type KeyFields,
  type LongLivedKey,
  type OpItem,
  readKey,
  usualFields
} from "../domain/onepassword/OpItem.ts"
import { itemOf, keyLabels, mayLosePasskey, type OpItemDocument, renameField } from "../domain/onepassword/OpItemDocument.ts"
import type { GivenSettings } from "../domain/settings/GivenSettings.ts"
import { type FieldGuesses, type Guess, guessFields, keyLikeFields, nameOfField, shownKeyId } from "./FieldGuess.ts"
import { Interview } from "../services/interview/Interview.ts"
import { choose, confirmed, sentence, tell } from "../session/interview/Answers.ts"
import { orFail } from "../session/OrFail.ts"
import { SetupFailure } from "./SetupFailure.ts"
import type { ProfileToBe } from "./SetupRequest.ts"

type Names = { readonly [Name in keyof KeyFields]: string | undefined }

/** The key in an item, and how it is found there. */
export interface FoundKey {
  readonly key: LongLivedKey
  /** What the profile has to call the fields; undefined for their usual names. */
  readonly names: Names
  /** The item with other labels, where it is to be written so. */
  readonly renamed: OpItemDocument | undefined
}

/** What the fields are called, as far as that was said. */
const namesIn = (given: GivenSettings): Names => ({
  accessKeyIdField: given["op-access-key-id-field"]?.value,
  secretAccessKeyField: given["op-secret-access-key-field"]?.value
})

/** Which fields hold the key. Undefined where the person would rather look at another item. */
export const findKey = Effect.fnUntraced(function*(document: OpItemDocument, profile: Pick<ProfileToBe, "given" | "now" | "there">) {
  const item = itemOf(document)
  const given = namesIn(profile.now)
  const wanted = withUsual(namesIn(profile.given))
  if (given.accessKeyIdField !== undefined && given.secretAccessKeyField !== undefined) {
    const key = yield* orFail(goodKey(item, wanted))
    return { key, names: given, renamed: undefined } satisfies FoundKey
  }
  // A name that finds nothing is an error, as it is wherever else it is given, and no reason to look for another field.
  for (const [flag, name] of [
    ["--op-access-key-id-field", given.accessKeyIdField],
    ["--op-secret-access-key-field", given.secretAccessKeyField]
  ] as const) {
    if (name !== undefined) yield* orFail(findField(item, name, flag))
  }
  const chosen = yield* chooseFields(item, guessFields(item, wanted))
  if (chosen === undefined) return undefined
  const [id, secret] = chosen
  const names = {
    accessKeyIdField: nameOfField(item, id, usualFields.accessKeyIdField),
    secretAccessKeyField: nameOfField(item, secret, usualFields.secretAccessKeyField)
  }
  const key = goodKey(item, withUsual(names))
  if (key instanceof Failure) {
    if (!(yield* Interview).attended) return yield* Effect.fail(key)
    yield* tell(`${sentence(key.message)}.`, `${sentence(key.hint)}.`)
    return undefined
  }
  yield* tell(`The key is in the fields ${quoted(id)} and ${quoted(secret)}.`)
  const renamed = yield* rename(document, { id, secret, key, names, present: namesIn(profile.there) })
  return renamed === undefined
    ? { key, names, renamed } satisfies FoundKey
    : { key, names: { accessKeyIdField: undefined, secretAccessKeyField: undefined }, renamed } satisfies FoundKey
})

const withUsual = (names: Names): KeyFields => ({
  accessKeyIdField: names.accessKeyIdField ?? usualFields.accessKeyIdField,
  secretAccessKeyField: names.secretAccessKeyField ?? usualFields.secretAccessKeyField
})

const quoted = ({ id, label, section }: FilledField): string =>
  `"${printable([section?.label, label || id].filter((part) => part !== undefined && part !== "").join(" / "), 60)}"`

const goodKey = (item: OpItem, fields: KeyFields): LongLivedKey | Failure => {
  const key = readKey(item, fields)
  if (key instanceof Failure) return key
  return isTemporaryId(key.accessKeyId) ? SetupFailure.TemporaryKey(item.title ?? "") : key
}

/** The two fields; what is not certain is asked. Undefined for another item. */
const chooseFields = Effect.fnUntraced(function*(item: OpItem, guesses: FieldGuesses) {
  const all = keyLikeFields(item)
  if (all.length < 2 && (yield* Interview).attended) {
    yield* tell(`The item ${printable(item.title ?? "") === "" ? "without a title" : `"${printable(item.title ?? "")}"`} has no two fields that could be a key.`)
    return undefined
  }
  const id = yield* chooseField(guesses.accessKeyId, all, {
    question: "Which field is the access key ID (AKIA…)?",
    what: "which field is the access key ID",
    flags: "--op-access-key-id-field <field>"
  })
  if (id === undefined) return undefined
  const others = all.filter(({ value }) => value !== id.value)
  const secret = yield* chooseField(guesses.secretAccessKey, others, {
    question: "Which field is the secret access key?",
    what: "which field is the secret access key",
    flags: "--op-secret-access-key-field <field>"
  })
  return secret === undefined ? undefined : [id, secret] as const
})

const chooseField = (
  guess: Guess,
  all: ReadonlyArray<FilledField>,
  asked: { readonly question: string; readonly what: string; readonly flags: string }
) => {
  if (guess.certainty === "sure") return Effect.succeed(guess.field)
  const offered = new Set(all)
  const likely = new Set(guess.certainty === "unsure" ? guess.fields.filter((field) => offered.has(field)) : [])
  const ordered = [...likely, ...all.filter((field) => !likely.has(field))]
  const places = placesAmongNamesakes(all)
  return choose<FilledField | undefined>({
    question: asked.question,
    choices: [
      ...ordered.map((field) => ({ value: field, label: quoted(field), detail: fieldDetail(field, places.get(field)) })),
      { value: undefined, label: "Another item" }
    ],
    unasked: asked
  })
}

const placesAmongNamesakes = (all: ReadonlyArray<FilledField>): ReadonlyMap<FilledField, string> =>
  new Map(
    [...Map.groupBy(all, quoted).values()].flatMap((namesakes) =>
      namesakes.length === 1
        ? []
        : namesakes.map((field, index) => [field, `${index + 1} of ${namesakes.length} of this name`] as const)
    )
  )

/** What tells a field from others: an access key ID is no secret, and of several of one name each has its place. */
const fieldDetail = (field: FilledField, place: string | undefined): string => {
  const id = shownKeyId(field)
  return [(field.type ?? "").toLowerCase(), id, place].filter((part) => part !== undefined && part !== "").join(", ")
}

interface Unusual {
  readonly id: FilledField
  readonly secret: FilledField
  readonly key: LongLivedKey
  readonly names: Names
  readonly present: Names
}

/** The item as it is to be written where the fields are to be called as usual; undefined where it is to stay. */
const rename = Effect.fnUntraced(function*(document: OpItemDocument, unusual: Unusual) {
  const { accessKeyIdField, secretAccessKeyField } = unusual.names
  if (accessKeyIdField === undefined && secretAccessKeyField === undefined) return undefined
  // A profile that names them already has answered the question.
  if (
    (accessKeyIdField ?? unusual.present.accessKeyIdField) === unusual.present.accessKeyIdField &&
    (secretAccessKeyField ?? unusual.present.secretAccessKeyField) === unusual.present.secretAccessKeyField
  ) return undefined
  const changed = withLabels(document, unusual)
  if (changed === undefined) return undefined
  const wants = yield* choose({
    question: "They have other names than usual. What shall be done?",
    choices: [
      { value: false, label: "Name them in the profile", detail: "the item stays as it is" },
      {
        value: true,
        label: "Rename them in 1Password",
        detail: `"${keyLabels.accessKeyId}" and "${keyLabels.secretAccessKey}", as its AWS plugin wants them`
      }
    ],
    unasked: { certain: false }
  })
  if (!wants) return undefined
  if (mayLosePasskey(document)) {
    yield* tell("The item is a login. 1Password's program drops a passkey that is in one when it writes it.")
    if (!(yield* confirmed("Rename all the same?", false, false))) return undefined
  }
  return changed
})

/** The item with both fields called as usual, where the key is then found without more. */
const withLabels = (document: OpItemDocument, { id, key, names, secret }: Unusual): OpItemDocument | undefined => {
  const labels = [
    [names.accessKeyIdField === undefined ? undefined : id.id, keyLabels.accessKeyId],
    [names.secretAccessKeyField === undefined ? undefined : secret.id, keyLabels.secretAccessKey]
  ] as const
  const changed = labels.reduce<OpItemDocument>(
    (into, [field, label]) => field === undefined ? into : renameField(into, field, label),
    document
  )
  const read = readKey(itemOf(changed), usualFields)
  return read instanceof Failure || read.accessKeyId !== key.accessKeyId ? undefined : changed
}

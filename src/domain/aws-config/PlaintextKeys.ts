import * as Redacted from "effect/Redacted"
import { given } from "../base/Given.ts"
import { type AwsConfig, parseAwsConfig, type Profile } from "./AwsConfig.ts"
import type { ConfigText } from "./AwsConfigSections.ts"
import { type Environment, variable } from "../base/Environment.ts"
import { Failure } from "../base/Failure.ts"
import { printable } from "../base/Printable.ts"
import { configLines } from "./ConfigLines.ts"

/** Somewhere that a key stands in plaintext. */
export type KeyPlace =
  | { readonly kind: "profile"; readonly profile: string }
  | { readonly kind: "environment"; readonly idVariable: string; readonly secretVariable: string }

/** A long-lived key in plaintext, with all places that it stands at. */
export interface PlaintextKey {
  readonly accessKeyId: string
  readonly secretAccessKey: Redacted.Redacted<string>
  readonly places: ReadonlyArray<KeyPlace>
  /** What the profiles that have the key say beside it. */
  readonly region?: string
  readonly mfaSerial?: string
}

/** Something that looks like a key and cannot be imported. `why` completes "it is passed over: …". */
export interface PassedOver {
  readonly place: KeyPlace
  readonly why: string
  /** It is a key that ends by itself, which is no harm and no news. */
  readonly temporary: boolean
}

export interface FoundKeys {
  /** In the order of the files and of the variables, each key once. */
  readonly keys: ReadonlyArray<PlaintextKey>
  readonly passedOver: ReadonlyArray<PassedOver>
}

/** AWS's two files, as they were read. */
export interface AwsTexts {
  readonly config: ConfigText
  readonly credentials: ConfigText
}

/** Pairs of variables in which programs look for a key: AWS's own, and those that 1Password's AWS plugin imports. */
const keyVariables = [
  ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"],
  ["AMAZON_ACCESS_KEY_ID", "AMAZON_SECRET_ACCESS_KEY"],
  ["AWS_ACCESS_KEY", "AWS_SECRET_KEY"],
  ["AWS_ACCESS_KEY", "AWS_ACCESS_SECRET"]
] as const

/** What stands at one place; a half that is missing is undefined. */
interface Candidate {
  readonly place: KeyPlace
  readonly id: string | undefined
  readonly secret: string | undefined
  readonly token: boolean
}

type Values = ReadonlyMap<string, string>

const candidate = (place: KeyPlace, values: Values): Candidate => ({
  place,
  id: values.get("aws_access_key_id"),
  secret: values.get("aws_secret_access_key"),
  token: values.has("aws_session_token") || values.has("aws_security_token")
})

const isWhole = ({ id, secret }: Candidate): boolean => id !== undefined && secret !== undefined

const none: Values = new Map()

const valuesOf = (profile: Profile | Failure | undefined): Values =>
  profile === undefined || profile instanceof Failure ? none : profile.values

/** Each of the files as if it were the only one. */
const alone = ({ config, credentials }: AwsTexts): ReadonlyArray<AwsConfig> => [
  parseAwsConfig({ config: { ...config, text: "" }, credentials }),
  parseAwsConfig({ config, credentials: { ...credentials, text: "" } })
]

/**
 * What a profile has: the whole key of each file, as one hides the other, else the halves that clients put together.
 * A token counts in whichever file it is.
 */
const ofProfile = (files: ReadonlyArray<AwsConfig>, both: AwsConfig, name: string): ReadonlyArray<Candidate> => {
  const place = { kind: "profile", profile: name } as const
  const merged = candidate(place, valuesOf(both.profile(name)))
  const whole = files.map((file) => candidate(place, valuesOf(file.profile(name)))).filter(isWhole)
  const [first] = whole
  if (first === undefined) return merged.id === undefined && merged.secret === undefined ? [] : [merged]
  // The first is the one that clients use, with the token of either file.
  return [{ ...first, token: first.token || merged.token }, ...whole.slice(1)]
}

const ofEnvironment = (environment: Environment): ReadonlyArray<Candidate> =>
  keyVariables.flatMap(([idVariable, secretVariable]) => {
    const id = variable(environment, idVariable)
    const secret = variable(environment, secretVariable)
    if (id === undefined || secret === undefined) return []
    const token = variable(environment, "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN") !== undefined
    return [{ place: { kind: "environment", idVariable, secretVariable }, id: id.trim(), secret: secret.trim(), token }]
  })

/** Profiles that cannot be read and have something of a key in them. */
const unreadable = (texts: AwsTexts, both: AwsConfig): ReadonlyArray<PassedOver> => {
  const sections = [configLines(texts.credentials, true), configLines(texts.config, false)].flatMap((file) => file.sections)
  const named = sections.filter(({ keys }) =>
    keys.some(({ key, value }) => key.toLowerCase() === "aws_secret_access_key" && value !== "")
  )
  return [...new Set(named.flatMap(({ profile }) => profile === undefined ? [] : [profile]))].flatMap((profile) => {
    const read = both.profile(profile)
    const place = { kind: "profile", profile } as const
    return read instanceof Failure ? [{ place, why: read.message, temporary: false }] : []
  })
}

/** Why a candidate is no key to import; undefined where it is one. */
const objection = ({ id, secret, token }: Candidate): Omit<PassedOver, "place"> | undefined => {
  if (id !== undefined && (isTemporaryId(id) || token)) {
    return { why: "it is a temporary key, which ends by itself and belongs to the tool that made it", temporary: true }
  }
  if (id === undefined || secret === undefined) {
    const half = id === undefined ? "a secret access key without its ID" : "an access key ID without its secret"
    return { why: `there is only ${half}`, temporary: false }
  }
  const trouble = accessKeyIdTrouble(id) ?? secretTrouble(secret)
  return trouble === undefined ? undefined : { why: trouble.replace(/^\w/, (first) => first.toLowerCase()).replace(/\.$/, ""), temporary: false }
}

/** The one value that these have, or undefined where they have none or disagree. */
const agreed = (values: ReadonlyArray<string | undefined>): string | undefined => {
  const [only, ...others] = new Set(values.filter((value) => value !== undefined))
  return others.length === 0 ? only : undefined
}

/** The device of a profile: its own, or the one that profiles with roles over it name. */
const serialsOver = (config: AwsConfig): (name: string) => string | undefined => {
  const over = Map.groupBy(config.profileNames().map((name) => valuesOf(config.profile(name))), (values) => values.get("source_profile"))
  return (name) =>
    valuesOf(config.profile(name)).get("mfa_serial") ?? agreed((over.get(name) ?? []).map((values) => values.get("mfa_serial")))
}

/**
 * Finds the long-lived keys in AWS's two files and in the environment. One key that stands at several places is one to
 * import. Temporary keys, halves and what has not the shape of a key are told apart.
 */
export const plaintextKeys = (texts: AwsTexts, environment: Environment): FoundKeys => {
  const both = parseAwsConfig(texts)
  const files = alone(texts)
  const names = [...new Set(files.flatMap((file) => file.profileNames()))]
  const candidates = [...names.flatMap((name) => ofProfile(files, both, name)), ...ofEnvironment(environment)]
  const passedOver = candidates.flatMap((one) => {
    const why = objection(one)
    return why === undefined ? [] : [{ place: one.place, ...why }]
  })
  const good = candidates.filter((one) => objection(one) === undefined)
  const serialOver = serialsOver(both)
  const byKey = Map.groupBy(good, ({ id, secret }) => `${id} ${secret}`)
  const keys = [...byKey.values()].map((same): PlaintextKey => {
    const profiles = same.flatMap(({ place }) => place.kind === "profile" ? [place.profile] : [])
    const region = profiles.length === 0
      ? variable(environment, "AWS_REGION", "AWS_DEFAULT_REGION")
      : agreed(profiles.map((name) => valuesOf(both.profile(name)).get("region")))
    const mfaSerial = agreed(profiles.map(serialOver))
    return {
      accessKeyId: same[0]!.id!,
      secretAccessKey: Redacted.make(same[0]!.secret!),
      places: same.map(({ place }) => place),
      ...given({ region, mfaSerial })
    }
  })
  const found = new Set(keys.flatMap(profilesOf))
  const doubtful = unreadable(texts, both).filter(({ place }) => place.kind !== "profile" || !found.has(place.profile))
  return { keys, passedOver: [...passedOver, ...doubtful] }
}

/** The profiles that have a key, each once. */
export const profilesOf = ({ places }: Pick<PlaintextKey, "places">): ReadonlyArray<string> => [
  ...new Set(places.flatMap((place) => place.kind === "profile" ? [place.profile] : []))
]

/** The variables that hold a key, each once. */
export const variablesOf = ({ places }: Pick<PlaintextKey, "places">): ReadonlyArray<string> => [
  ...new Set(places.flatMap((place) => place.kind === "environment" ? [place.idVariable, place.secretVariable] : []))
]

/** A place as it is called in a sentence. */
export const placeWords = (place: KeyPlace): string =>
  place.kind === "profile" ? `profile ${printable(place.profile)}` : `${place.idVariable} and ${place.secretVariable}`

/** All places of a key, a profile that has it in both files once; none for one that was typed in. */
export const placesWords = ({ places }: Pick<PlaintextKey, "places">): string => [...new Set(places.map(placeWords))].join(", ")

/** What was typed, without what pasting leaves around it. */
export const pasted = (text: string): string => text.replace(/^[\s\p{Cc}\p{Cf}]+|[\s\p{Cc}\p{Cf}]+$/gu, "")

/** Temporary access keys, which STS issues, begin so (IAM User Guide, "IAM identifiers", unique ID prefixes). */
export const isTemporaryId = (accessKeyId: string): boolean => accessKeyId.startsWith("ASIA")

/** Prefixes of other things that people copy from the same page (IAM User Guide, "IAM identifiers"). */
const others: ReadonlyMap<string, string> = new Map([
  ["AIDA", "the ID of a user"],
  ["AROA", "the ID of a role"],
  ["AGPA", "the ID of a group"],
  ["AIPA", "the ID of an instance profile"],
  ["ANPA", "the ID of a policy"],
  ["APKA", "the ID of a public key"],
  ["ASCA", "the ID of a certificate"]
])

/** What a text is that looks like an ID of AWS's and is not that of a long-lived access key; undefined for any other. */
export const idOfAnother = (text: string): string | undefined =>
  isTemporaryId(text) ? "a temporary key (ASIA…)" : /^[A-Z0-9]+$/.test(text) ? others.get(text.slice(0, 4)) : undefined

/** Whether a text looks like the ID of an access key, which some have in the place of the secret. */
export const looksLikeKeyId = (text: string): boolean => /^A[KS]IA[A-Z0-9]{12,}$/.test(text)

/** Why a text will not do as the ID of a long-lived access key, as a sentence; undefined where it will. */
export const accessKeyIdTrouble = (text: string): string | undefined => {
  if (text === "") return "An access key ID is needed."
  const other = isTemporaryId(text) ? undefined : idOfAnother(text)
  if (other !== undefined) return `This is ${other}. The ID of an access key begins with AKIA.`
  if (isTemporaryId(text)) return "This is the ID of a temporary key, which will be over soon. A long-lived one begins with AKIA."
  // STS's model: `accessKeyIdType` has 16 to 128 characters of `[\w]*`.
  return /^\w{16,128}$/.test(text) ? undefined : "An access key ID is 16 to 128 letters and digits, and begins with AKIA."
}

/** The same for a secret access key. AWS documents no alphabet for those, so that nothing that prints is refused. */
export const secretTrouble = (text: string): string | undefined => {
  if (text === "") return "A secret access key is needed."
  if (/[\s\p{Cc}]/u.test(text)) return "A secret access key is one word, without spaces or line breaks."
  if (looksLikeKeyId(text)) return "This is an access key ID. The secret is the longer one of the two."
  return text.length < 16 ? "This is too short for a secret access key: AWS's have 40 characters." : undefined
}

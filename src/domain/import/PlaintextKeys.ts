import * as Redacted from "effect/Redacted"
import { type AwsConfig, type ConfigText, parseAwsConfig, type Profile } from "../AwsConfig.ts"
import { configLines } from "../doctor/ConfigLines.ts"
import { type Environment, variable } from "../Environment.ts"
import { Failure } from "../Failure.ts"
import { accessKeyIdTrouble, isTemporaryId, secretTrouble } from "./KeyShape.ts"

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
export const keyVariables = [
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
      ...(region === undefined ? undefined : { region }),
      ...(mfaSerial === undefined ? undefined : { mfaSerial })
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

import * as Redacted from "effect/Redacted"
import { type ConfigText, parseAwsConfig } from "../AwsConfig.ts"
import { editProfile } from "../AwsConfigEdit.ts"
import { isCommentMark } from "../AwsConfigSections.ts"
import type { ConfigUneditable } from "../ConfigUneditable.ts"
import { Failure } from "../Failure.ts"
import type { PlaintextKey } from "./PlaintextKeys.ts"

type Key = Pick<PlaintextKey, "accessKeyId" | "secretAccessKey">

/** The lines, counted from 1, that a text stands in. */
export const linesWith = (text: string, wanted: string): ReadonlyArray<number> =>
  text.split("\n").flatMap((line, index) => line.includes(wanted) ? [index + 1] : [])

/** The lines, counted from 1, that hold the secret of a key, whatever they are for. */
export const linesWithSecret = (text: string, key: Pick<Key, "secretAccessKey">): ReadonlyArray<number> =>
  // Security: compared with, and never part of what is returned.
  linesWith(text, Redacted.value(key.secretAccessKey))

/** A text to be shown, in which the secret is not to be read. */
export const withoutSecret = (text: string, key: Pick<Key, "secretAccessKey">): string =>
  // Security: taken out of the text.
  text.replaceAll(Redacted.value(key.secretAccessKey), "****")

/**
 * One of AWS's two files without a key, wherever it stands in it: the lines that set its ID and its secret, and those
 * that are commented out and hold the secret. All else stays as it is, to the byte. A secret in any other line stays
 * too, for its reader to be told of: nobody can know what that line is for.
 */
export const removeKey = (file: ConfigText, key: Key, which: "config" | "credentials"): string | ConfigUneditable => {
  let text = withoutComments(file.text, key)
  const empty = { path: "", text: "" }
  const config = parseAwsConfig(which === "config" ? { config: file, credentials: empty } : { config: empty, credentials: file })
  for (const profile of config.profileNames()) {
    const read = config.profile(profile)
    if (read === undefined || read instanceof Failure) continue
    const remove = keysOf(read.values, key)
    if (remove.length === 0) continue
    const edited = editProfile(text, { file: which, profile, remove, path: file.path })
    if (edited instanceof Failure) return edited
    text = edited
  }
  return text
}

/** What of a key a section sets. An ID beside another secret is not this key's. */
const keysOf = (values: ReadonlyMap<string, string>, key: Key): ReadonlyArray<string> => {
  const id = values.get("aws_access_key_id")
  const secret = values.get("aws_secret_access_key")
  // Security: compared, and not kept.
  const ours = secret === Redacted.value(key.secretAccessKey)
  return [
    ...(id === key.accessKeyId && (ours || secret === undefined) ? ["aws_access_key_id"] : []),
    ...(ours ? ["aws_secret_access_key"] : [])
  ]
}

const withoutComments = (text: string, key: Key): string => {
  // Security: looked for, and not kept.
  const secret = Redacted.value(key.secretAccessKey)
  if (!text.includes(secret)) return text
  return (text.match(/[^\n]*\n|[^\n]+$/g) ?? []).filter((line) =>
    !(isCommentMark(line.trimStart()[0]) && line.includes(secret))
  ).join("")
}

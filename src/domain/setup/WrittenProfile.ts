import { parseAwsConfig } from "../AwsConfig.ts"
import type { ConfigText } from "../AwsConfig.ts"
import { editProfile } from "../AwsConfigEdit.ts"
import { findHeaders, sectionsNamed } from "../AwsConfigSections.ts"
import type { ConfigUneditable } from "../ConfigUneditable.ts"
import { configLines, sectionsByProfile, writtenAt } from "../doctor/ConfigLines.ts"
import { Failure } from "../Failure.ts"
import type { ProfileChange } from "./ProfileDraft.ts"
import { KeyShadowed } from "./SetupFailure.ts"

/** What becomes of one profile. */
export interface ChangedProfile extends ProfileChange {
  readonly profile: string
}

/** The config file with these profiles changed, one after the other. */
export const withProfiles = (
  { path, text }: ConfigText,
  changes: ReadonlyArray<ChangedProfile>
): string | ConfigUneditable => {
  let after = text
  for (const { profile, remove, set } of changes) {
    if (set.length === 0 && remove.length === 0) continue
    const edited = editProfile(after, { file: "config", path, profile, set, remove })
    if (edited instanceof Failure) return edited
    after = edited
  }
  return after
}

/** The first key that the credentials file has its own idea of, which counts for most clients. */
export const shadowedKey = (
  files: { readonly config: ConfigText; readonly credentials: ConfigText },
  changes: ReadonlyArray<ChangedProfile>
): KeyShadowed | undefined => {
  const config = parseAwsConfig(files)
  for (const { profile, remove, set } of changes) {
    const read = config.profile(profile)
    const values: ReadonlyMap<string, string> = read === undefined || read instanceof Failure ? new Map() : read.values
    const key = set.find(([key, value]) => values.get(key) !== value)?.[0] ?? remove.find((key) => values.has(key))
    const place = key === undefined ? undefined : writtenAt(sectionsByProfile([configLines(files.credentials, true)]), profile, key)?.place
    if (key !== undefined && place !== undefined) return new KeyShadowed(profile, key, place)
  }
  return undefined
}

/** The profile's section as the file has it, with its header; empty where there is none. */
export const sectionText = (file: ConfigText, profile: string): string =>
  sectionsNamed(findHeaders(file, false), "profile", profile)
    .map(({ end, start }) => `${file.text.slice(start, end).trimEnd()}\n`)
    .join("\n")

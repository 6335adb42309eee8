import { readFileSync } from "node:fs"
import { writeText } from "./Descriptor.ts"
import { parseAwsConfig } from "./domain/AwsConfig.ts"
import { awsConfigPaths, readConfigText } from "./domain/AwsConfigPaths.ts"
import { decodeEntry } from "./domain/CacheEntry.ts"
import { entryFileName } from "./domain/CacheName.ts"
import { parseCommandLine } from "./domain/CommandLine.ts"
import { credentialOutput } from "./domain/CredentialOutput.ts"
import type { Environment } from "./domain/Environment.ts"
import { Failure } from "./domain/Failure.ts"
import { mayServe } from "./domain/Freshness.ts"
import { sameIdentity } from "./domain/Identity.ts"
import { chooseProfile } from "./domain/ProfileChoice.ts"
import { identityOf, resolveSettings, type Settings } from "./domain/Settings.ts"
import type { EpochMillis } from "./domain/Time.ts"
import { readPrivateFile } from "./PrivateFile.ts"

export type Outcome =
  | { readonly _tag: "Served" }
  /** Understood, but there is no session to hand out: the program goes on with these settings. */
  | { readonly _tag: "Missed"; readonly settings: Settings }
  /** Anything else, errors included: the program starts over and says what is the matter. */
  | { readonly _tag: "Unusual" }

const unusual: Outcome = { _tag: "Unusual" }

/**
 * The path that is taken a hundred times a day: read the AWS config, read the cached session, print it. It runs before
 * anything is loaded, so it may use node's builtins and the domain's rules only, and it never says a word itself.
 */
export const hit = (words: ReadonlyArray<string>, environment: Environment, now: EpochMillis): Outcome => {
  try {
    return serve(words, environment, now)
  } catch {
    // A bug of ours: the program meets it again and reports it as one.
    return unusual
  }
}

const serve = (words: ReadonlyArray<string>, environment: Environment, now: EpochMillis): Outcome => {
  const flags = parseCommandLine(words)
  if (flags === undefined || flags["role-arn"] !== undefined) return unusual
  const paths = awsConfigPaths(environment)
  const config = paths && readConfigText(paths.config, readText)
  const credentials = paths && readConfigText(paths.credentials, readText)
  if (!config || !credentials || config instanceof Failure || credentials instanceof Failure) return unusual
  const aws = parseAwsConfig({ config, credentials })
  const profile = chooseProfile({ named: flags.profile, words, environment, config: aws })
  if (profile instanceof Failure) return unusual
  const found = aws.profile(profile)
  if (found instanceof Failure || found?.values.has("source_profile")) return unusual
  const settings = resolveSettings({ profile, flags, environment, config: aws })
  if (settings instanceof Failure || settings.logLevel === "debug") return unusual
  const session = settings.refresh ? undefined : cachedSession(settings, now)
  if (session === undefined) return { _tag: "Missed", settings }
  writeText(1, credentialOutput(session))
  return { _tag: "Served" }
}

const readText = (path: string): string => readFileSync(path, "utf8")

const cachedSession = (settings: Settings, now: EpochMillis) => {
  if (settings.cache !== "file" || settings.cacheDirectory === undefined) return undefined
  const text = readPrivateFile(`${settings.cacheDirectory}/${entryFileName(settings.profile)}`)
  const entry = text === undefined ? undefined : decodeEntry(text)
  return entry !== undefined && sameIdentity(identityOf(settings), entry) && mayServe(entry, now) ? entry.credentials : undefined
}

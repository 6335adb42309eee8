import { parseAwsConfig } from "./domain/aws-config/AwsConfig.ts"
import { awsConfigPaths, readConfigText } from "./domain/aws-config/AwsConfigPaths.ts"
import type { Environment } from "./domain/base/Environment.ts"
import { Failure } from "./domain/base/Failure.ts"
import type { EpochMillis } from "./domain/base/Time.ts"
import { decodeEntry, entryFileName } from "./domain/cache/CacheEntry.ts"
import { mayServe } from "./domain/cache/Freshness.ts"
import { identityOf, sameIdentity } from "./domain/cache/Identity.ts"
import { accountIdOf, decodeRole, endKey, roleFileName, roleFolder, type RoleKey, sameRole } from "./domain/cache/RoleEntry.ts"
import { credentialOutput } from "./domain/session/CredentialOutput.ts"
import { readingOrder } from "./domain/settings/CacheDirectory.ts"
import { parseCommandLine } from "./domain/settings/CommandLine.ts"
import { chooseProfile } from "./domain/settings/ProfileChoice.ts"
import { resolveRoleChain, type RoleChain } from "./domain/settings/RoleChain.ts"
import { keptName, type Settings } from "./domain/settings/Settings.ts"
import { readPlainFile } from "./layers/host/PlainFile.ts"
import { readPrivateFile } from "./layers/host/PrivateFile.ts"

export type Outcome =
  /** There is a session to hand out: what is to be printed, and nothing else to do. */
  | { readonly _tag: "Served"; readonly output: string; readonly chain: RoleChain }
  /** Understood, but there is no session to hand out: the program goes on with what was asked for. */
  | { readonly _tag: "Missed"; readonly chain: RoleChain }
  /** Anything else, errors included: the program starts over and says what is the matter. */
  | { readonly _tag: "Unusual" }

const unusual: Outcome = { _tag: "Unusual" }

/**
 * The path that is taken a hundred times a day: read the AWS config, read the cached session, hand it out. It runs
 * before anything is loaded, so it may use node's builtins and the domain's rules only, and it never says a word itself.
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
  if (flags === undefined) return unusual
  const paths = awsConfigPaths(environment)
  const config = paths && readConfigText(paths.config, readPlainFile)
  const credentials = paths && readConfigText(paths.credentials, readPlainFile)
  if (!config || !credentials || config instanceof Failure || credentials instanceof Failure) return unusual
  const aws = parseAwsConfig({ config, credentials }, readPlainFile)
  const profile = chooseProfile({ named: flags.profile, words, environment, config: aws })
  if (profile instanceof Failure) return unusual
  const chain = resolveRoleChain({ profile, asker: "client", flags, environment, config: aws })
  if (chain instanceof Failure || chain.settings.logLevel === "debug") return unusual
  const entry = chain.settings.refresh ? undefined : cached(chain, environment, now)
  return entry === undefined
    ? { _tag: "Missed", chain }
    : { _tag: "Served", output: credentialOutput(entry.credentials, accountIdOf(entry)), chain }
}

const cached = (chain: RoleChain, environment: Environment, now: EpochMillis) => {
  const { cache, cacheDirectory } = chain.settings
  if (cache !== "file" || cacheDirectory === undefined) return undefined
  const places = readingOrder(cacheDirectory, environment, process.geteuid?.())
  const key = endKey(chain)
  const entry = key === undefined
    ? cachedSession(chain.settings, firstText(places, entryFileName(keptName(chain.settings))))
    : cachedRole(key, places)
  return entry !== undefined && mayServe(entry, now) ? entry : undefined
}

/** What the first of these directories that has the file has in it. */
const firstText = (directories: ReadonlyArray<string>, file: string): string | undefined => {
  for (const directory of directories) {
    const text = readPrivateFile(`${directory}/${file}`)
    if (text !== undefined) return text
  }
  return undefined
}

const cachedSession = (settings: Settings, text: string | undefined) => {
  const entry = text === undefined ? undefined : decodeEntry(text)
  return entry !== undefined && sameIdentity(identityOf(settings), entry) ? entry : undefined
}

const cachedRole = (key: RoleKey, places: ReadonlyArray<string>) => {
  const text = firstText(places, `${roleFolder}/${roleFileName(key)}`)
  const entry = text === undefined ? undefined : decodeRole(text)
  return entry !== undefined && sameRole(key, entry) ? entry : undefined
}

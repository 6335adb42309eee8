import * as Layer from "effect/Layer"
import { cacheDirectory } from "../domain/CacheDirectory.ts"
import type { Environment } from "../domain/Environment.ts"
import type { CacheKind } from "../domain/Settings.ts"
import * as AwsConfigFileNode from "./AwsConfigFileNode.ts"
import * as CacheFile from "./CacheFile.ts"
import * as CacheKeyring from "./CacheKeyring.ts"
import * as CacheNone from "./CacheNone.ts"
import * as CallerProcess from "./CallerProcess.ts"
import * as DialogPlatform from "./DialogPlatform.ts"
import * as LockSqlite from "./LockSqlite.ts"
import * as MfaProcessShell from "./MfaProcessShell.ts"
import * as NotesFile from "./NotesFile.ts"
import * as NotesNone from "./NotesNone.ts"
import * as OpCliProcess from "./OpCliProcess.ts"
import * as RoleCacheFile from "./RoleCacheFile.ts"
import * as SignalsProcess from "./SignalsProcess.ts"
import * as StsAws from "./StsAws.ts"
import * as TtyDevice from "./TtyDevice.ts"

/**
 * Where locks are where the cache directory cannot have them: whoever keeps no session asks for itself, and still two
 * must not read one terminal at once. It is the user's own and private, or it is not used.
 */
const spareDirectory = () => `/tmp/op-aws-credential-process-${process.geteuid?.() ?? "user"}`

/** Locks and notes. Notes are kept in the directory only, and there are none where the environment names none. */
const stateOf = (directory: string | undefined) =>
  directory === undefined
    ? Layer.mergeAll(LockSqlite.layer(spareDirectory()), NotesNone.layer)
    : Layer.mergeAll(LockSqlite.layer(directory, spareDirectory()), NotesFile.layer(directory))

/**
 * The services that do not depend on a profile's settings, on this machine. What only sub-commands need is left to them,
 * because a cache miss loads all of this.
 */
export const layer = (environment: Environment) => {
  const state = stateOf(cacheDirectory(environment))
  const people = Layer.mergeAll(TtyDevice.layer, CallerProcess.layer).pipe(Layer.provideMerge(state))
  return Layer.mergeAll(
    AwsConfigFileNode.layer(environment),
    OpCliProcess.layer,
    StsAws.layer,
    MfaProcessShell.layer,
    SignalsProcess.layer,
    DialogPlatform.layer
  ).pipe(Layer.provideMerge(people))
}

/** The cache that the settings ask for, of sessions and of those of roles. */
export const layerCache = (
  kind: CacheKind,
  directory: string | undefined,
  keyring?: CacheKeyring.KeyringOptions
) =>
  directory === undefined || kind === "none"
    ? CacheNone.layer
    : kind === "keyring"
    ? CacheKeyring.layer(directory, keyring)
    : Layer.mergeAll(CacheFile.layer(directory), RoleCacheFile.layer(directory))

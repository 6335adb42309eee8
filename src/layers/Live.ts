import * as Layer from "effect/Layer"
import type { Environment } from "../domain/Environment.ts"
import type { CacheKind } from "../domain/Settings.ts"
import * as AwsConfigFileNode from "./AwsConfigFileNode.ts"
import * as CacheFile from "./CacheFile.ts"
import * as CacheKeyring from "./CacheKeyring.ts"
import * as CacheNone from "./CacheNone.ts"
import * as CachePlace from "./CachePlace.ts"
import * as CallerProcess from "./CallerProcess.ts"
import * as DialogPlatform from "./DialogPlatform.ts"
import * as LockSqlite from "./LockSqlite.ts"
import * as MfaProcessShell from "./MfaProcessShell.ts"
import * as NotesFile from "./NotesFile.ts"
import * as NotesNone from "./NotesNone.ts"
import * as OpCliProcess from "./OpCliProcess.ts"
import * as RoleCacheFile from "./RoleCacheFile.ts"
import * as SignalsProcess from "./SignalsProcess.ts"
import { spareDirectories } from "./SpareDirectories.ts"
import * as StsAws from "./StsAws.ts"
import * as TtyDevice from "./TtyDevice.ts"

/** Locks and notes. Notes are kept in the cache directory only, and there are none where the environment names none. */
const stateIn = (environment: Environment) => {
  const place = CachePlace.placeIn(environment)
  const locks = LockSqlite.layer(place, () => spareDirectories(environment))
  return Layer.mergeAll(locks, place === undefined ? NotesNone.layer : NotesFile.layer(place))
}

/**
 * The services that do not depend on a profile's settings, on this machine. What only sub-commands need is left to them,
 * because a cache miss loads all of this.
 */
export const layer = (environment: Environment) => {
  const state = stateIn(environment)
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

/** The cache of this kind, of sessions and of those of roles, where this environment has it. */
export const layerCache = (
  kind: CacheKind,
  environment: Environment,
  keyring?: CacheKeyring.KeyringOptions
) => {
  const place = CachePlace.placeIn(environment)
  return place === undefined || kind === "none"
    ? CacheNone.layer
    : kind === "keyring"
    ? CacheKeyring.layer(place, keyring)
    : Layer.mergeAll(CacheFile.layer(place), RoleCacheFile.layer(place))
}

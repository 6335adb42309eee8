import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as AwsConfigFileNode from "./aws-config/AwsConfigFileNode.ts"
import * as StsAws from "./aws/StsAws.ts"
import * as CacheFile from "./cache/CacheFile.ts"
import * as CacheKeyring from "./cache/CacheKeyring.ts"
import * as CacheNone from "./cache/CacheNone.ts"
import * as CachePlace from "./cache/CachePlace.ts"
import * as LockSqlite from "./cache/LockSqlite.ts"
import * as NotesFile from "./cache/NotesFile.ts"
import * as NotesNone from "./cache/NotesNone.ts"
import { spareDirectories } from "./cache/SpareDirectories.ts"
import type { Environment } from "../domain/base/Environment.ts"
import type { CacheKind } from "../domain/settings/Settings.ts"
import * as CallerProcess from "./host/CallerProcess.ts"
import * as SignalsProcess from "./host/SignalsProcess.ts"
import type { KeychainSurroundings } from "./keychain/Keychain.ts"
import * as DialogPlatform from "./mfa/DialogPlatform.ts"
import * as MfaProcessShell from "./mfa/MfaProcessShell.ts"
import * as OpCliProcess from "./onepassword/OpCliProcess.ts"
import type { Cache, RoleCache } from "../services/cache/Cache.ts"
import { ProcessEnvironment } from "../services/host/ProcessEnvironment.ts"
import * as TtyDevice from "./terminal/TtyDevice.ts"

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
    AwsConfigFileNode.layer,
    OpCliProcess.layer,
    StsAws.layer,
    MfaProcessShell.layer,
    SignalsProcess.layer,
    DialogPlatform.layer
  ).pipe(Layer.provideMerge(people), Layer.provideMerge(Layer.succeed(ProcessEnvironment, environment)))
}

/** The cache of this kind, of sessions and of those of roles, where the environment has it. */
export const layerCache = (
  kind: CacheKind,
  keyring?: CacheKeyring.KeyringOptions
): Layer.Layer<Cache | RoleCache, never, KeychainSurroundings> =>
  Layer.unwrap(Effect.map(ProcessEnvironment, (environment) => {
    const place = CachePlace.placeIn(environment)
    return place === undefined || kind === "none"
      ? CacheNone.layer
      : kind === "keyring"
      ? CacheKeyring.layer(place, keyring)
      : CacheFile.layer(place)
  }))

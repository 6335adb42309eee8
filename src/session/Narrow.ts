import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { CacheEntry } from "../domain/cache/CacheEntry.ts"
import type { Failure } from "../domain/base/Failure.ts"
import { madeSince, mayServe } from "../domain/cache/Freshness.ts"
import type { Narrowing } from "../domain/settings/Narrowing.ts"
import type { RoleChain } from "../domain/settings/RoleChain.ts"
import { accountIdOf, endKey, type RoleEntry, roleKeyText } from "../domain/cache/RoleEntry.ts"
import { scopeDuration } from "../domain/session/ScopeDuration.ts"
import { stsTarget } from "../domain/aws/StsTarget.ts"
import type { EpochMillis } from "../domain/base/Time.ts"
import { RoleCache } from "../services/cache/Cache.ts"
import { Sts } from "../services/aws/Sts.ts"
import { keptOrWarned } from "./Acquire.ts"
import { refuseWay } from "./Ahead.ts"
import { type Deadline, endedBy, endedSoonAfter } from "./terminal/Deadline.ts"
import { orFail } from "./OrFail.ts"
import { serveOrRenew } from "./ServeOrRenew.ts"
import { waitingForSts } from "./terminal/Waiting.ts"

/** What is narrowed: a session or a role's. */
export interface Parent<E, R> {
  readonly entry: CacheEntry | RoleEntry
  /** Takes it out of the cache. */
  readonly forget: Effect.Effect<void, E, R>
}

export interface Narrowed<E, R> {
  readonly chain: RoleChain
  readonly narrowing: Narrowing
  readonly staleIfError: boolean
  readonly startedAt: EpochMillis
  readonly deadline: Deadline
  /** Gets it, from the cache where it may be served. */
  readonly parent: Effect.Effect<Parent<E, R>, E, R>
}

/**
 * A session as young as this is not why AWS refuses it, in milliseconds: another one would be refused as well.
 */
const young = 5 * 60_000

/**
 * The narrower session that a chain ends in: from the cache, else made from its parent by one call of STS, once however
 * many processes ask. Security: when that fails, only a session of the very same key that still lives is handed out in
 * its place, never the parent.
 */
export const narrowed = Effect.fn("narrowed")(function*<E extends Failure, R>(wanted: Narrowed<E, R>) {
  const { chain, deadline, narrowing, parent, staleIfError, startedAt } = wanted
  const { refresh } = chain.settings
  const key = endKey(chain)!
  const kept = Effect.flatMap(RoleCache, (cache) => cache.read(key))
  const servable = Effect.zipWith(kept, Clock.currentTimeMillis, (entry, now) =>
    Option.filter(entry, (found) => mayServe(found, now)))
  const ask = ({ entry }: Parent<E, R>) =>
    endedBy(scoped(chain, narrowing, entry), deadline).pipe(
      Effect.tap((made) => Effect.flatMap(RoleCache, (cache) => keptOrWarned(chain.profile, cache.write(made, made), deadline)))
    )
  const renew = Effect.gen(function*() {
    yield* endedBy(Effect.flatMap(orFail(targetOf(chain, undefined)), refuseWay), deadline)
    const from = yield* parent
    const isOld = !madeSince(from.entry, (yield* Clock.currentTimeMillis) - young)
    return yield* Effect.catchIf(
      ask(from),
      ({ _tag }) => isOld && (_tag === "SessionExpired" || _tag === "SessionUnknown"),
      () => Effect.andThen(from.forget, Effect.flatMap(parent, ask))
    )
  })
  return yield* serveOrRenew({
    kind: "narrowed session",
    identity: roleKeyText(key),
    profile: chain.profile,
    refresh,
    staleIfError,
    cached: endedBy(servable, deadline),
    kin: endedSoonAfter(Effect.map(kept, Option.toArray), deadline),
    renew,
    fetch: () =>
      endedBy(Effect.map(servable, Option.filter((found) => !refresh || madeSince(found, startedAt))), deadline),
    deadline
  })
})

/** One call of STS: the narrower session, as it will be cached. */
const scoped = Effect.fnUntraced(function*(chain: RoleChain, { description, duration, policy }: Narrowing, parent: CacheEntry | RoleEntry) {
  const target = yield* orFail(targetOf(chain, parent))
  const sts = yield* Sts
  const issuedAt = yield* Clock.currentTimeMillis
  const seconds = scopeDuration({ duration, policy }, parent.credentials.expiration - issuedAt - (yield* sts.skew(target)))
  const credentials = yield* waitingForSts(target)(sts.scopedCredentials({
    credentials: parent.credentials,
    target,
    description,
    ...(policy === undefined ? undefined : { policy: policy.packed }),
    ...(seconds === undefined ? undefined : { duration: seconds })
  }))
  const accountId = accountIdOf(parent)
  const made: RoleEntry = {
    ...endKey(chain)!,
    credentials,
    profile: chain.profile,
    roleArn: "roleArn" in parent ? parent.roleArn : "",
    baseProfile: chain.settings.profile,
    issuedAt,
    narrowedBy: {
      ...(policy === undefined ? undefined : { policyFile: policy.file }),
      ...(duration === undefined ? undefined : { duration })
    },
    ...(accountId === undefined ? undefined : { accountId }),
    ...(parent.itemId === undefined || parent.vaultId === undefined ? undefined : { itemId: parent.itemId, vaultId: parent.vaultId })
  }
  return made
})

/** Where it is asked for: where its last role was, else where the session was, which its device and partition tell. */
const targetOf = ({ hops, settings }: RoleChain, parent: CacheEntry | RoleEntry | undefined) => {
  const last = hops.at(-1)
  if (last !== undefined) return stsTarget(last.sts, last.roleArn, undefined)
  const made: Partial<CacheEntry> = parent === undefined || "roles" in parent ? {} : parent
  const device = settings.mfaSerial ?? made.mfaSerial
  const ofParent = made.partition === undefined ? device : `arn:${made.partition}:`
  return stsTarget(settings.sts, device?.startsWith("arn:") ? device : ofParent, undefined)
}

import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { given } from "../domain/base/Given.ts"
import type { CacheEntry } from "../domain/cache/CacheEntry.ts"
import type { Failure } from "../domain/base/Failure.ts"
import { type Narrowing, scopeOf } from "../domain/settings/Narrowing.ts"
import type { RoleChain } from "../domain/settings/RoleChain.ts"
import { accountIdOf, endKey, type RoleEntry } from "../domain/cache/RoleEntry.ts"
import { placeIn } from "../domain/onepassword/ItemAddress.ts"
import { scopeDuration } from "../domain/session/ScopeDuration.ts"
import { stsTarget } from "../domain/aws/StsTarget.ts"
import { Sts } from "../services/aws/Sts.ts"
import { refuseWay } from "./Ahead.ts"
import { endedBy } from "./terminal/Deadline.ts"
import { orFail } from "./OrFail.ts"
import { askedOf, type Flight, keepRole, sharedRole, type Source } from "./SharedRole.ts"
import { waitingForSts } from "./terminal/Waiting.ts"

/**
 * The narrower session that a chain ends in: from the cache, else made from its parent by one call of STS, once however
 * many processes ask. `parent` comes from the cache where it may be served. Security: when narrowing fails, only a
 * session of the very same key that still lives is handed out in its place, never the parent.
 */
export const narrowed = Effect.fn("narrowed")(function*<E extends Failure, R>(
  flight: Flight,
  narrowing: Narrowing,
  parent: Effect.Effect<Source<E, R>, E, R>
) {
  const { chain, deadline } = flight
  const ask = ({ entry }: Source<E, R>) =>
    Effect.tap(endedBy(scoped(chain, narrowing, entry), deadline), (made) => keepRole(flight, made))
  const renew = Effect.gen(function*() {
    yield* endedBy(Effect.flatMap(orFail(targetOf(chain, undefined)), refuseWay), deadline)
    return yield* askedOf(yield* parent, parent, ask, ({ _tag }) => _tag === "SessionExpired" || _tag === "SessionUnknown")
  })
  return yield* sharedRole(flight, "narrowed session", endKey(chain)!, Effect.succeedNone, renew)
})

/** One call of STS: the narrower session, as it will be cached. */
const scoped = Effect.fnUntraced(function*(chain: RoleChain, narrowing: Narrowing, parent: CacheEntry | RoleEntry) {
  const { description, policy } = narrowing
  const target = yield* orFail(targetOf(chain, parent))
  const sts = yield* Sts
  const issuedAt = yield* Clock.currentTimeMillis
  const seconds = scopeDuration(narrowing, parent.credentials.expiration - issuedAt - (yield* sts.skew(target)))
  const credentials = yield* waitingForSts(target)(sts.scopedCredentials({
    credentials: parent.credentials,
    target,
    description,
    ...given({ policy: policy?.packed, duration: seconds })
  }))
  const made: RoleEntry = {
    ...endKey(chain)!,
    credentials,
    profile: chain.profile,
    roleArn: "roleArn" in parent ? parent.roleArn : "",
    baseProfile: chain.settings.profile,
    issuedAt,
    narrowedBy: scopeOf(narrowing),
    ...given({ accountId: accountIdOf(parent) }),
    ...placeIn(parent)
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

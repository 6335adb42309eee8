import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { given } from "../domain/base/Given.ts"
import { acquire, type AcquireOptions, forgetSession } from "./Acquire.ts"
import { refuseWay } from "./Ahead.ts"
import { type StsTarget, stsTarget } from "../domain/aws/StsTarget.ts"
import { digest } from "../domain/base/Digest.ts"
import { Failure } from "../domain/base/Failure.ts"
import type { SettingFailure } from "../domain/base/SettingFailure.ts"
import { madeSince, mayServe } from "../domain/cache/Freshness.ts"
import { identityAt, identityKey, identityOf } from "../domain/cache/Identity.ts"
import { type RoleEntry, roleKey } from "../domain/cache/RoleEntry.ts"
import { type ItemPlace, placeIn } from "../domain/onepassword/ItemAddress.ts"
import { isSameRole } from "../domain/session/Belongings.ts"
import { narrowingTrouble } from "../domain/session/NarrowingTrouble.ts"
import { isFromKey, type RoleChain } from "../domain/settings/RoleChain.ts"
import { takeInHand, withKey } from "./Mint.ts"
import { narrowed } from "./Narrow.ts"
import { orFail } from "./OrFail.ts"
import { notSoonAfterRefusal } from "./Refusals.ts"
import { askedOf, type Flight, keepRole, sharedRole, type Source } from "./SharedRole.ts"
import { type RoleRequest, Sts } from "../services/aws/Sts.ts"
import { RoleCache } from "../services/cache/Cache.ts"
import { singleFlight } from "./SingleFlight.ts"
import { endedBy, glance, startDeadline } from "./terminal/Deadline.ts"
import { waitingForSts } from "./terminal/Waiting.ts"
import { warn } from "./Trouble.ts"

/**
 * What the chain ends in: the session of its last role, or of the key itself where there is no role. It comes from the
 * cache where it may be served; else it is made with the one before it, of which the same holds, down to the session
 * of the key, and in the end narrowed, where it is to be. Each is made once, however many processes ask, and all of it within the settings' time-out.
 *
 * `--refresh` passes over everything in the cache, the key's session included: it is for when something in there is
 * not as it should be, and AWS does not say which.
 */
export const acquireRole = Effect.fn("acquireRole")(function*(chain: RoleChain, options: AcquireOptions) {
  // Before anybody is asked.
  yield* orFail(narrowingTrouble(chain))
  const startedAt = yield* Clock.currentTimeMillis
  const flight: Flight = { chain, options, startedAt, deadline: yield* startDeadline(chain.settings.timeout) }
  const session: Obtain = Effect.map(acquire(chain.settings, options, flight.deadline), (entry) => ({
    entry,
    forget: forgetSession(chain.settings, entry)
  }))
  const last = chain.hops.reduce<Obtain>((before, _, index) =>
    Effect.map(role(flight, index, before), (entry) => ({ entry, forget: forgetRole(chain, entry) })), session)
  if (chain.narrowing === undefined) return (yield* last).entry
  return yield* narrowed(flight, chain.narrowing, last)
}, Effect.scoped)

type Failures = Effect.Error<ReturnType<typeof acquire>>
type Services = Effect.Services<ReturnType<typeof acquire>> | RoleCache

type Caller = Source<Failures, Services>

type Obtain = Effect.Effect<Caller, Failures, Services>

const role = (flight: Flight, index: number, before: Obtain) => {
  const { chain } = flight
  const renew = isFromKey(chain, index) ? fromKey(flight, index) : fromSession(flight, index, before)
  return sharedRole(flight, "role", roleKey(chain, index), namesake(flight, index, undefined), renew)
}

/** A role for longer than an hour: the key itself asks for it, with an MFA code. */
const fromKey = (flight: Flight, index: number) => {
  const { chain, deadline } = flight
  const { settings } = chain
  const { roleArn, sts } = chain.hops[index]!
  const asked = Effect.gen(function*() {
    // The role's own profile may name other certificates.
    yield* endedBy(refuseRoleWay(chain, index), deadline)
    const taken = yield* endedBy(takeInHand(settings), deadline)
    const { place, serial } = taken.inHand
    const made = withKey(settings, taken, ({ key, mfa, target }) =>
      assume(chain, index, {
        credentials: key,
        target: targetOr(target, stsTarget(sts, roleArn, target.region)),
        ...given({ mfa })
      }, place))
    const work = Effect.tap(endedBy(made, deadline), (entry) => keepRole(flight, entry))
    if (place === undefined) return yield* work
    // As with sessions: the item may have another name in another chain.
    const known = namesake(flight, index, place)
    return yield* singleFlight({
      name: `item-${digest(JSON.stringify([identityKey(identityAt(identityOf(settings), place, serial)), roleKey(chain, index).roles]))}`,
      profile: chain.profile,
      work: settings.refresh ? work : Effect.flatMap(known, Option.match({ onNone: () => work, onSome: Effect.succeed })),
      fetch: () => known,
      deadline
    })
  })
  return notSoonAfterRefusal(settings, asked)
}

/**
 * The same role in the cache under another name of the item, kept as this chain's own. The item is known by its ids once
 * it was read, or by those of a session of this chain.
 */
const namesake = Effect.fnUntraced(function*(flight: Flight, index: number, place: Partial<ItemPlace> | undefined) {
  const { chain, deadline, startedAt } = flight
  const now = yield* Clock.currentTimeMillis
  const key = roleKey(chain, index)
  const { list } = yield* RoleCache
  // Without ids nobody has been asked yet, and a keychain that does not open may have the role's session.
  const found = (yield* place === undefined ? list : glance(list, deadline)).find((entry) =>
    isSameRole(key, entry, place) && mayServe(entry, now) && (!chain.settings.refresh || madeSince(entry, startedAt))
  )
  if (found === undefined) return Option.none<RoleEntry>()
  yield* Effect.logDebug(`profile "${found.profile}" has the same role of the same item, which will do`)
  const entry: RoleEntry = { ...found, ...key, profile: chain.hops[index]!.profile, baseProfile: chain.settings.profile }
  yield* keepRole(flight, entry)
  return Option.some(entry)
})

/** A role that the session before it asks for. */
const fromSession = Effect.fnUntraced(function*(flight: Flight, index: number, before: Obtain) {
  const { chain, deadline } = flight
  const target = yield* orFail(targetOf(chain, index))
  const ask = ({ entry }: Caller) =>
    endedBy(waitingForSts(target)(assume(chain, index, { credentials: entry.credentials, target }, entry)), deadline).pipe(
      Effect.tap((made) => keepRole(flight, made))
    )
  yield* endedBy(refuseWay(target), deadline)
  const caller = yield* before
  const shared = chain.settings.refresh ? Option.none() : yield* namesake(flight, index, caller.entry)
  if (Option.isSome(shared)) return shared.value
  // Of a region that the account has not enabled STS says the same as of a session that it does not know.
  const from = targetOf(chain, index - 1)
  const regionIsGood = !(from instanceof Failure) && target.region === from.region
  return yield* askedOf(caller, before, ask, ({ _tag }) => _tag === "SessionExpired" || _tag === "SessionUnknown" && regionIsGood)
})

const refuseRoleWay = (chain: RoleChain, index: number) => Effect.flatMap(orFail(targetOf(chain, index)), refuseWay)

/** That a role's own target is known has been checked before anybody was asked. */
const targetOr = (otherwise: StsTarget, found: StsTarget | SettingFailure<"NoRegion">): StsTarget =>
  found instanceof Failure ? otherwise : found

/** Where the role at this index is asked for; below the first one, where the session was, as far as is known now. */
const targetOf = ({ hops, settings }: RoleChain, index: number): StsTarget | SettingFailure<"NoRegion"> => {
  const hop = hops[index]
  return hop === undefined
    ? stsTarget(settings.sts, settings.mfaSerial, undefined)
    : stsTarget(hop.sts, hop.roleArn, undefined)
}

const assume = Effect.fnUntraced(function*(
  chain: RoleChain,
  index: number,
  caller: Pick<RoleRequest, "credentials" | "mfa" | "target">,
  place: Partial<ItemPlace> = {}
) {
  const hop = chain.hops[index]!
  const { duration, externalId, policyArns, profile, roleArn, sessionName, sourceIdentity, tags, transitiveTagKeys } = hop
  const issuedAt = yield* Clock.currentTimeMillis
  const credentials = yield* (yield* Sts).assumeRole({
    ...caller,
    roleArn,
    sessionName,
    duration,
    ...given({ externalId, sourceIdentity, policyArns }),
    ...(tags.length === 0 ? undefined : { tags }),
    ...(transitiveTagKeys.length === 0 ? undefined : { transitiveTagKeys })
  })
  const entry: RoleEntry = {
    ...roleKey(chain, index),
    credentials,
    profile,
    roleArn,
    baseProfile: chain.settings.profile,
    issuedAt,
    ...placeIn(place)
  }
  return entry
})

/** Takes a role's session that AWS knows no more out of the cache, unless another one is there by now. */
const forgetRole = Effect.fnUntraced(function*(chain: RoleChain, dead: RoleEntry) {
  const cache = yield* RoleCache
  const kept = yield* cache.read(dead)
  if (Option.isNone(kept) || kept.value.credentials.accessKeyId !== dead.credentials.accessKeyId) return
  yield* Effect.catchTag(Effect.asVoid(cache.remove(dead)), "CacheUnwritable", (failure) => warn(chain.profile, failure))
})

import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { given } from "../domain/base/Given.ts"
import { refuseAhead, refuseDevice } from "./Ahead.ts"
import { partitionOfArn, partitionOfRegion } from "../domain/aws/Region.ts"
import { StsFailure } from "../domain/aws/StsFailure.ts"
import { type StsTarget, stsTarget } from "../domain/aws/StsTarget.ts"
import { Failure } from "../domain/base/Failure.ts"
import { printable } from "../domain/base/Printable.ts"
import type { EpochMillis } from "../domain/base/Time.ts"
import type { CacheEntry } from "../domain/cache/CacheEntry.ts"
import { identityOf } from "../domain/cache/Identity.ts"
import type { ItemPlace } from "../domain/onepassword/ItemAddress.ts"
import { type OpItem, readKey, readLongLivedKey, readRegion, readSerial } from "../domain/onepassword/OpItem.ts"
import { regionElsewhere, type Settings } from "../domain/settings/Settings.ts"
import { UsageFailure } from "../domain/settings/UsageFailure.ts"
import { withMfaToken } from "./mfa/MfaTokens.ts"
import { rehearseDigests } from "./mfa/SpentCodes.ts"
import { orFail } from "./OrFail.ts"
import { type LongLivedKey, type MfaToken, Sts } from "../services/aws/Sts.ts"
import { type ItemReference, OpCli } from "../services/onepassword/OpCli.ts"
import { waitingForOp, waitingForSts } from "./terminal/Waiting.ts"
import { warn } from "./Trouble.ts"

/** What a call of STS is made with: the key in 1Password, where STS is, and an MFA code unless none is wanted. */
export interface KeyInHand {
  readonly key: LongLivedKey
  readonly target: StsTarget
  readonly mfa?: MfaToken
  /** The device's serial number; empty without MFA. */
  readonly serial: string
  /** The serial was not configured but read from the item. */
  readonly serialFromItem: boolean
  /** Which item it is, by ids; undefined where `op` did not say. */
  readonly place?: ItemPlace
}

/** An item that was read, with what it takes to call STS. */
export interface Taken {
  readonly inHand: KeyInHand
  readonly item: OpItem
  readonly readAt: EpochMillis
}

/**
 * Calls STS with a key that is in hand. The call is made again with another code when STS refuses one and there is
 * another to be had, without asking 1Password again.
 */
export const withKey = Effect.fnUntraced(function*<A, R>(
  settings: Settings,
  { inHand, item, readAt }: Taken,
  call: (inHand: KeyInHand) => Effect.Effect<A, StsFailure, R>
) {
  const { serial, target } = inHand
  const ask = (mfa?: MfaToken) => {
    const askWith = (key: LongLivedKey) =>
      waitingForSts(target)(call({ ...inHand, key, ...given({ mfa }) }))
    return askWith(inHand.key).pipe(
      Effect.catchTag("KeyUnknown", (unknown) =>
        Effect.flatMap(replacedSince(settings, inHand.key, readAt), (other) =>
          other === undefined ? Effect.fail(unknown) : askWith(other))),
      Effect.tap(warnOfClock(settings, target))
    )
  }
  return settings.mfa === "none"
    ? yield* ask()
    : yield* withMfaToken({ settings, serial, item, reread: readItem(settings) }, ask)
})

/** Reads the key from 1Password, and finds there and in the settings what else STS is called with. */
export const takeInHand = Effect.fnUntraced(function*(settings: Settings) {
  yield* refuseAhead(settings)
  const item = yield* readItem(settings)
  const readAt = yield* Clock.currentTimeMillis
  const key: LongLivedKey = yield* orFail(readLongLivedKey(item, settings))
  const wantsMfa = settings.mfa !== "none"
  const itemSerial = yield* itemSays(wantsMfa && settings.mfaSerial === undefined, readSerial(item, settings.mfaSerialField))
  const itemRegion = yield* itemSays(settings.sts.regions.length === 0, readRegion(item))
  if (wantsMfa) yield* warnOfDisagreement(settings, "MFA device", settings.mfaSerial, itemSerial)
  yield* warnOfDisagreement(settings, "region", settings.profileRegion, itemRegion)
  const serial = wantsMfa ? settings.mfaSerial ?? itemSerial : ""
  if (serial === undefined) return yield* Effect.fail(UsageFailure.NoMfaSerial(settings.profile))
  if (wantsMfa && settings.mfaSerial === undefined) {
    yield* refuseDevice("the MFA device that the item names", serial)
    const elsewhere = regionElsewhere(settings.profile, settings.profileRegion, { value: serial, source: "the item's mfa serial" })
    if (elsewhere !== undefined) return yield* Effect.fail(elsewhere)
  }
  const target = yield* orFail(stsTarget(settings.sts, serial, itemRegion))
  const bySerial = settings.mfaSerial === undefined ? `${serial}, as the item says` : serial
  yield* Effect.logDebug(`the item has the key; ${wantsMfa ? `the MFA device is ${bySerial}` : "no MFA is wanted"}`)
  const inHand: KeyInHand = {
    key,
    target,
    serial,
    serialFromItem: wantsMfa && settings.mfaSerial === undefined,
    ...given({ place: item.place })
  }
  return { inHand, item, readAt } satisfies Taken
})

/** A key that was read within this time is the one that the item holds (milliseconds). */
const justRead = 250

/**
 * The key that the item holds by now, where that is another one: while somebody was asked for a code, or a code was
 * waited for, `rotate` may have come to its end. AWS has not looked at the code, which is good still.
 */
const replacedSince = Effect.fnUntraced(function*(settings: Settings, key: LongLivedKey, readAt: EpochMillis) {
  if ((yield* Clock.currentTimeMillis) - readAt <= justRead) return undefined
  yield* Effect.logDebug("AWS does not know the key, which may have been replaced since it was read")
  const held = readKey(yield* readItem(settings), settings)
  return held instanceof Failure || held.accessKeyId === key.accessKeyId ? undefined : held
}, Effect.catch(() => Effect.undefined))

/** A field of the item that the settings need has to be right; one that they do not need is only compared. */
const itemSays = <A extends string | undefined | Failure>(needed: boolean, field: A) =>
  needed || !(field instanceof Failure) ? orFail(field) : Effect.undefined

/** The item may be another user's, or the profile out of date: the settings count, and the person hears of it. */
const warnOfDisagreement = (settings: Settings, what: string, configured: string | undefined, inItem: string | undefined) =>
  configured === undefined || inItem === undefined || configured === inItem
    ? Effect.void
    : warn(settings.profile, {
      message: `the ${what} of profile "${printable(settings.profile)}" is ${printable(configured)}, and the item says ${printable(inItem)}`,
      hint: "correct the one that is wrong"
    })

/** AWS put up with the clock of this machine once it was made up for; nothing else that looks at it will. */
const warnOfClock = Effect.fnUntraced(function*(settings: Settings, target: StsTarget) {
  const skew = yield* (yield* Sts).skew(target)
  if (skew !== 0) yield* warn(settings.profile, StsFailure.ClockSkewed(skew))
})

const serialFieldOf = (settings: Settings): Pick<CacheEntry, "serialField"> => {
  const { serialField } = identityOf(settings)
  return serialField === undefined ? {} : { serialField }
}

/** A new MFA session for these settings, as it will be cached. */
export const mint = (settings: Settings, taken: Taken) =>
  withKey(settings, taken, Effect.fnUntraced(function*({ key, mfa, place, serial, serialFromItem, target }) {
    const issuedAt = yield* Clock.currentTimeMillis
    const credentials = yield* (yield* Sts).getSessionToken({
      key,
      target,
      duration: settings.duration,
      ...given({ mfa })
    })
    const entry: CacheEntry = {
      credentials,
      vault: settings.vault,
      item: settings.item,
      mfaSerial: serial,
      accessKeyIdField: settings.accessKeyIdField,
      secretAccessKeyField: settings.secretAccessKeyField,
      profile: settings.profile,
      ...given({ account: settings.account, endpoint: target.endpoint }),
      partition: partitionOfArn(serial) ?? partitionOfRegion(target.region),
      ...(serialFromItem ? { serialFromItem, ...serialFieldOf(settings) } : undefined),
      ...place,
      issuedAt
    }
    return entry
  }))

/** Reads the item while everything that a call of STS needs is loaded. */
const readItem = Effect.fnUntraced(function*(settings: Settings) {
  const opCli = yield* OpCli
  const sts = yield* Sts
  const guess = stsTarget(settings.sts, settings.mfaSerial, undefined)
  // Loading keeps the processor busy: `op` has to be on its way first.
  const warm = guess instanceof Failure ? Effect.void : sts.warm(guess)
  const rehearse = settings.mfa === "none" ? Effect.void : rehearseDigests
  yield* Effect.forkScoped(Effect.yieldNow.pipe(Effect.andThen(rehearse), Effect.andThen(warm)))
  const reference: ItemReference = {
    vault: settings.vault,
    item: settings.item,
    ...given({ account: settings.account }),
    cliPath: settings.cliPath
  }
  return yield* waitingForOp(opCli.readItem(reference))
}, Effect.scoped)

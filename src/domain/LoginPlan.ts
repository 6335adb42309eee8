import { identityKey } from "./Identity.ts"
import { shownTime } from "./LocalTime.ts"
import { printable } from "./Printable.ts"
import { isFromKey, type RoleChain } from "./RoleChain.ts"
import { roleKey, roleKeyText } from "./RoleEntry.ts"
import { identityOf } from "./Settings.ts"
import { formatTimeLeft } from "./TimeLeft.ts"
import type { Look } from "./StatusText.ts"
import type { EpochMillis } from "./Time.ts"

/** A role for longer than an hour, which takes a code of its own. */
export const asksForItself = (chain: RoleChain): boolean => chain.hops.length > 0 && isFromKey(chain, 0)

/**
 * The part of a chain that a person may have to be asked for: the session of the key, or the first role where the key
 * itself asks for that. All that comes after it is made without a question.
 */
export const askedFor = (chain: RoleChain): RoleChain =>
  asksForItself(chain)
    ? { ...chain, hops: chain.hops.slice(0, 1) }
    : { ...chain, profile: chain.settings.profile, hops: [] }

/** The same for chains that rest on one answer of a person. */
const questionOf = (chain: RoleChain): string =>
  JSON.stringify([
    chain.settings.cache,
    asksForItself(chain) ? roleKeyText(roleKey(chain, 0)) : identityKey(identityOf(chain.settings))
  ])

/**
 * Chains by the question that they rest on, in their own order. Within a group the shortest session comes first: a
 * profile takes another one's session over unless it outlives the duration that it asks for itself.
 */
export const questions = (chains: ReadonlyArray<RoleChain>): ReadonlyArray<ReadonlyArray<RoleChain>> =>
  [...Map.groupBy(chains, questionOf).values()].map((group) =>
    group.toSorted((one, other) => one.settings.duration - other.settings.duration)
  )

/** What `login` says of a session that is there. */
export const sessionLine = (
  profile: string,
  expiration: EpochMillis,
  now: EpochMillis,
  look: Pick<Look, "columns">
): string =>
  `${printable(profile)}: session until ${shownTime(expiration, look)} (${formatTimeLeft(expiration - now)})\n`

/** How long one try to renew may take where nobody said (seconds): 1Password gives up on a person after two minutes. */
export const tryLimit = (asks: boolean): number => (asks ? 10 : 2) * 60

/** What `login --keep` says of a try that failed. */
export const notRenewedLine = (profile: string, message: string): string =>
  `${printable(profile)}: not renewed yet: ${printable(message, 300)}\n`

import type { Look } from "../base/TerminalText.ts"
import { printable } from "../base/Printable.ts"
import { type EpochMillis, formatTimeLeft, shownTime } from "../base/Time.ts"
import { identityKey, identityOf } from "../cache/Identity.ts"
import { roleKey, roleKeyText } from "../cache/RoleEntry.ts"
import { isFromKey, type RoleChain } from "../settings/RoleChain.ts"

/** A role for longer than an hour, which takes a code of its own. */
export const asksForItself = (chain: RoleChain): boolean => chain.hops.length > 0 && isFromKey(chain, 0)

/**
 * The part of a chain that a person may have to be asked for: the session of the key, or the first role where the key
 * itself asks for that. All that comes after it is made without a question.
 */
export const askedFor = ({ narrowing: _, ...chain }: RoleChain): RoleChain =>
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

/** What is known beforehand of a renewal by `login --keep`. */
export interface NextRenewal {
  readonly profile: string
  /** Give or take a quarter of the lead: several renewals do not keep step. */
  readonly at: EpochMillis
  /** Whether somebody has to type a code; undefined where only the item could say. */
  readonly asks: boolean | undefined
}

/** What `login --keep` says of what comes next. */
export const nextRenewalLine = (
  { asks, at, profile }: NextRenewal,
  now: EpochMillis,
  look: Pick<Look, "columns">
): string => {
  const when = at <= now ? "now" : `at about ${shownTime(at, look)}`
  const how = asks === undefined
    ? "asking here for an MFA code unless the item has a one-time password"
    : asks
    ? "asking here for an MFA code"
    : "without a code to type"
  return `${printable(profile)}: to be renewed ${when}, ${how}\n`
}

/** The last word of `login --keep` before it waits. */
export const stayingLine = "Staying to renew. Ctrl-C ends that; sessions last on as they are.\n"

/** The words that call a person to the terminal where `login --keep` asks. */
export const codeWanted = (profile: string) => ({
  heading: "op-aws-credential-process",
  line: `${printable(profile, 80)} needs an MFA code, in the terminal of \`login --keep\``
})

/** How long one try to renew may take where nobody said (seconds): 1Password gives up on a person after two minutes. */
export const tryLimit = (asks: boolean): number => (asks ? 10 : 2) * 60

/** What `login --keep` says of a try that failed. */
export const notRenewedLine = (profile: string, message: string): string =>
  `${printable(profile)}: not renewed yet: ${printable(message, 300)}\n`

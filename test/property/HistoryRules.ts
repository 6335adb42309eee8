import type { Caller, Configured, Device, Item, ProfileName } from "./History.ts"

const minute = 60_000
const hour = 60 * minute

/** A cached session, told apart from others by its access key id. Times are in milliseconds since 1970. */
export interface Session {
  readonly id: string
  readonly item: string
  readonly serial: Device | ""
  readonly serialFromItem: boolean
  readonly account: string | undefined
  readonly endpoint: string | undefined
  readonly expiration: number
  /** The Go program does not say when. */
  readonly issuedAt: number | undefined
  /** Whether the entry says whose it is, which the Go program's does not. */
  readonly named: boolean
}

export interface Failed {
  readonly code: number
  readonly tag: string
}

export const itemSerial: { readonly [Name in Item]?: Device } = { Seeded: "S2", Plain: "S1" }
export const hasCodes = (item: Item): boolean => item === "Seeded" || item === "Copy"

export const lockOf = ({ account, endpoint, item, mfa, serial }: Configured): string =>
  JSON.stringify([item, account ?? "", endpoint ?? "", mfa === "none" ? "without" : serial ?? "of the item"])

/** Whether this profile would have made such a session. */
export const isKin = (profile: Configured, session: Session): boolean =>
  session.item === profile.item &&
  session.endpoint === profile.endpoint &&
  (session.account === undefined || profile.account === undefined || session.account === profile.account) &&
  (profile.mfa === "none"
    ? session.serial === ""
    : profile.serial === undefined
    ? session.serialFromItem
    : session.serial === profile.serial)

const possible = ({ expiration, issuedAt = 0 }: Session, now: number): boolean =>
  issuedAt <= now + minute && expiration <= now + 36 * hour + minute

/** Sixteen minutes are kept in hand, of a session shorter than half an hour a quarter. */
export const isFresh = (session: Session, now: number): boolean => {
  const life = session.issuedAt === undefined ? hour : session.expiration - session.issuedAt
  return possible(session, now) && session.expiration - now > (life < 30 * minute ? life / 4 : 16 * minute)
}

export const isAlive = (session: Session, now: number): boolean =>
  possible(session, now) && session.expiration - now > minute

export const isRefusal = ({ tag }: Failed): boolean =>
  ["ApprovalDismissed", "CodesRefused", "PromptEnded", "Stopped"].includes(tag)

/** Whether a command line without `--profile` stands in several profiles. */
export const ambiguous = (all: Record<ProfileName, Configured>, { profile, refresh }: Caller): boolean => {
  const ours = all[profile]
  const same = Object.values(all).filter(({ byLine, item, minutes }) =>
    byLine && item === ours.item && minutes === ours.minutes
  )
  return ours.byLine && !refresh && same.length > 1
}

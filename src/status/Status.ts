import type { Scope } from "../domain/settings/Narrowing.ts"
import type { EpochMillis } from "../domain/base/Time.ts"
import type { KeychainState } from "../domain/cache/KeychainState.ts"
import type { Trouble } from "../domain/session/FlightNote.ts"
import type { ProfileOrigin } from "../domain/settings/ProfileOrigin.ts"

/** Something in the cache, without what is secret in it. */
export interface CachedLife {
  readonly expiration: EpochMillis
  readonly issuedAt?: EpochMillis
  /** Whether it may be handed out as it is. */
  readonly servable: boolean
  readonly place: "file" | "keyring"
}

/** The item that the key is in, and the device; the serial is undefined where the item is to say it. */
export interface KeyPlace {
  readonly vault: string
  readonly item: string
  /** What 1Password called the two when a session was made: a profile may name them by ids. */
  readonly vaultName?: string
  readonly itemTitle?: string
  readonly account?: string
  readonly mfaSerial?: string
}

/** A profile of ours, or one whose roles begin at one of ours. */
export interface ProfileStatus {
  readonly name: string
  /** Of a profile that stands for a role: the role, and the profile whose session it is assumed with. */
  readonly role?: { readonly arn: string; readonly baseProfile: string }
  /** Of a profile that is narrowed. */
  readonly narrowed?: Scope
  /** Undefined where the profile's settings cannot be used; `problem` says why. */
  readonly key?: KeyPlace
  readonly problem?: Pick<Trouble, "message" | "hint">
  /** The role's, where it stands for a role, and the narrowed one, where it is narrowed. */
  readonly session?: CachedLife
  /** The whole session that the narrowed one is made from. */
  readonly parent?: CachedLife
  /** What there is is in the keychain, which was not looked into. */
  readonly unseen?: true
  /** The profile whose session the next call would take over. */
  readonly sharesWith?: string
  readonly next: NextCall
  readonly failure?: Trouble
  readonly warning?: Trouble
  /** When a rotation of its key began that is not finished. */
  readonly rotatingSince?: EpochMillis
}

/** A cached session under the name of a profile that is not there any more, or is no longer ours. */
export interface LeftoverStatus {
  readonly profile: string
  readonly key: KeyPlace
  readonly session: CachedLife
}

/**
 * A cached session of a role, or a narrowed one, that no profile stands for as it is: one on the way to another, or of
 * other settings.
 */
export interface RoleStatus {
  readonly profile: string
  /** Undefined for a narrowed session without a role. */
  readonly roleArn?: string
  readonly narrowed?: Scope
  readonly baseProfile: string
  readonly session: CachedLife
}

/** All that there is to know without asking anybody. */
export interface Status {
  readonly at: EpochMillis
  /** Which profile a sub-command without one is for, and whether it is ours. */
  readonly inUse: ProfileOrigin & { readonly standing: "ours" | "a role" | "other" | "missing" }
  readonly profiles: ReadonlyArray<ProfileStatus>
  readonly leftovers: ReadonlyArray<LeftoverStatus>
  readonly roles: ReadonlyArray<RoleStatus>
  /** What the keychain is like, where something may be in it, and why it could not be looked into. */
  readonly keychain?: { readonly state: KeychainState; readonly problem?: string }
}

/** The part of it that is about one profile. */
export const aboutProfile = (status: Status, name: string): Status => ({
  ...status,
  profiles: status.profiles.filter((profile) => profile.name === name),
  leftovers: status.leftovers.filter(({ profile }) => profile === name),
  roles: status.roles.filter(({ baseProfile, profile }) => profile === name || baseProfile === name)
})

/**
 * What the next call for a profile would do. `serve`: hand out what is cached. `renew`: make a new session without a
 * question of ours (1Password may want an approval). `ask`: ask for an MFA code. `renew-or-ask`: one of these two, and
 * only the item can say which. `unlock`: open the keychain, and go on from there. `fail`: end with the profile's problem.
 */
export type NextCall = "serve" | "renew" | "ask" | "renew-or-ask" | "unlock" | "fail"

export interface Prospects {
  /** There is something in the cache that may be handed out. */
  readonly served: boolean
  /** Whether a new session takes a code that somebody types, as far as is known. */
  readonly asks: boolean | undefined
}

export const nextCall = ({ asks, served }: Prospects): NextCall =>
  served ? "serve" : asks === undefined ? "renew-or-ask" : asks ? "ask" : "renew"

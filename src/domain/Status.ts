import type { KeychainState } from "./KeychainState.ts"
import type { NextCall } from "./NextCall.ts"
import type { ProfileOrigin } from "./ProfileOrigin.ts"
import type { EpochMillis } from "./Time.ts"

/** Something in the cache, without what is secret in it. */
export interface CachedLife {
  readonly expiration: EpochMillis
  readonly issuedAt?: EpochMillis
  /** Whether it may be handed out as it is. */
  readonly servable: boolean
  readonly place: "file" | "keyring"
}

export interface Trouble {
  readonly at: EpochMillis
  readonly message: string
  readonly hint: string
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
  /** Undefined where the profile's settings cannot be used; `problem` says why. */
  readonly key?: KeyPlace
  readonly problem?: Pick<Trouble, "message" | "hint">
  /** The role's, where it stands for a role. */
  readonly session?: CachedLife
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

/** A cached session of a role that no profile stands for as it is: one on the way to another, or of other settings. */
export interface RoleStatus {
  readonly profile: string
  readonly roleArn: string
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

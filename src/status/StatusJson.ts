import { type EpochMillis, formatTimestamp } from "../domain/base/Time.ts"
import type { Trouble } from "../domain/session/FlightNote.ts"
import type { Scope } from "../domain/settings/Narrowing.ts"
import type { CachedLife, KeyPlace, Status } from "./Status.ts"

/**
 * The status as one JSON object, for programs: times in UTC to the second, lengths of time in seconds, and `null` where
 * there is nothing.
 */
export const statusJson = ({ at, inUse, keychain, leftovers, profiles, roles }: Status): string => {
  const json = {
    at: formatTimestamp(at),
    in_use: { profile: inUse.profile, from: inUse.from, direnv: inUse.direnv ?? null, standing: inUse.standing },
    profiles: profiles.map((profile) => ({
      profile: profile.name,
      role_arn: profile.role?.arn ?? null,
      base_profile: profile.role?.baseProfile ?? null,
      key: profile.key === undefined ? null : keyJson(profile.key),
      problem: profile.problem ?? null,
      narrowed: scopeJson(profile.narrowed),
      session: lifeJson(profile.session, at),
      parent: lifeJson(profile.parent, at),
      shares_with: profile.sharesWith ?? null,
      next: profile.next,
      failure: troubleJson(profile.failure),
      warning: troubleJson(profile.warning),
      rotating_since: profile.rotatingSince === undefined ? null : formatTimestamp(profile.rotatingSince)
    })),
    roles: roles.map((role) => ({
      profile: role.profile,
      role_arn: role.roleArn ?? null,
      narrowed: scopeJson(role.narrowed),
      base_profile: role.baseProfile,
      session: lifeJson(role.session, at)
    })),
    leftovers: leftovers.map(({ key, profile, session }) => ({
      profile,
      key: keyJson(key),
      session: lifeJson(session, at)
    })),
    keychain: keychain?.state ?? null,
    keychain_problem: keychain?.problem ?? null
  }
  return `${JSON.stringify(json, undefined, 2)}\n`
}

const keyJson = ({ account, item, itemTitle, mfaSerial, vault, vaultName }: KeyPlace) => ({
  vault,
  item,
  vault_name: vaultName ?? null,
  item_title: itemTitle ?? null,
  account: account ?? null,
  mfa_serial: mfaSerial ?? null
})

const scopeJson = (scope: Scope | undefined) =>
  scope === undefined ? null : { policy: scope.policyFile ?? null, scope_duration: scope.duration ?? null }

const lifeJson = (session: CachedLife | undefined, now: EpochMillis) =>
  session === undefined ? null : {
    expiration: formatTimestamp(session.expiration),
    seconds_left: Math.max(0, Math.floor((session.expiration - now) / 1000)),
    issued_at: session.issuedAt === undefined ? null : formatTimestamp(session.issuedAt),
    servable: session.servable,
    cache: session.place
  }

const troubleJson = (trouble: Trouble | undefined) =>
  trouble === undefined ? null : { at: formatTimestamp(trouble.at), message: trouble.message, hint: trouble.hint }

import type { SessionCredentials } from "../aws/SessionCredentials.ts"
import { printable } from "../base/Printable.ts"
import { type EpochMillis, formatTimeLeft } from "../base/Time.ts"

type Lived = { readonly credentials: Pick<SessionCredentials, "expiration"> }

/** What was taken out of one cache. */
export interface Cleared {
  readonly sessions: ReadonlyArray<{ readonly profile: string; readonly entry: Lived }>
  readonly roles: ReadonlyArray<Lived & { readonly profile: string; readonly roleArn: string; readonly narrowedBy?: unknown }>
  readonly damaged: ReadonlyArray<string>
}

/** A line for each thing that was removed, and whose it was. `profile` is undefined where all was meant. */
export const clearedText = (cleared: ReadonlyArray<Cleared>, profile: string | undefined, now: EpochMillis): string => {
  const lines = cleared.flatMap(({ damaged, roles, sessions }) => [
    ...sessions.map((session) => `${printable(session.profile)}: session removed (${lifeOf(session.entry, now)})`),
    ...roles.map((role) =>
      `${printable(role.profile)}: ${whatOf(role)} removed (${lifeOf(role, now)})`
    ),
    ...damaged.map((name) => `${printable(name)}: removed something that was no session`)
  ])
  const none = profile === undefined ? "nothing was cached" : `${printable(profile)}: nothing was cached`
  return `${(lines.length > 0 ? lines : [none]).join("\n")}\n`
}

const whatOf = ({ narrowedBy, roleArn }: Cleared["roles"][number]): string =>
  narrowedBy === undefined
    ? `role ${printable(roleArn)}`
    : `narrowed ${roleArn === "" ? "session" : `role ${printable(roleArn)}`}`

const lifeOf = ({ credentials }: Lived, now: EpochMillis): string =>
  credentials.expiration > now
    ? `${formatTimeLeft(credentials.expiration - now)} left`
    : `ended ${formatTimeLeft(now - credentials.expiration)} ago`

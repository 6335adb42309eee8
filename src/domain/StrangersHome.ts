import { printable } from "./Printable.ts"
import { quoteSh } from "./ShellQuoting.ts"

/**
 * A home, or a directory for caches in one, that belongs to somebody else. What we made in it would be ours, and its
 * owner would have no cache any more, of any program.
 */
export interface StrangersHome {
  readonly path: string
  /** The user id of its owner. */
  readonly owner: number
  /** Ours. */
  readonly user: number
  /** Whether it is below a home of our own, as what a program left there that was run as root. */
  readonly inOwnHome: boolean
  /** Something in it that is ours: its owner cannot use it. */
  readonly left?: string
}

/** Half a sentence. */
export const strangersReason = ({ owner, path }: StrangersHome): string =>
  `${printable(path)} belongs to another user (id ${owner}), and nothing is made in somebody else's home`

/** What to do about it: first in words, then, on a line of its own, as a command where there is one. */
export const strangersCure = ({ inOwnHome, path, user }: StrangersHome): string =>
  inOwnHome
    ? `take it back\nsudo chown -R ${user} ${quoteSh(path)}`
    : "use a home of your own (`sudo -H` instead of `sudo -E`), or set OP_AWS_CACHE_DIR to a directory that is not in it"

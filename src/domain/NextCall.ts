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

import { type DiskTrouble, troubleHint } from "../base/DiskTrouble.ts"
import { ExitCode, type FailureOf, failures } from "../base/Failure.ts"
import { printable } from "../base/Printable.ts"
import type { KeychainState } from "./KeychainState.ts"

const { usage } = ExitCode

/** A file of the cache could not be written, or not be `attempt`ed. */
export const notWritten = (path: string, trouble: DiskTrouble, attempt?: string): CacheFailure<"CacheUnwritable"> =>
  CacheFailure.CacheUnwritable(
    trouble.general === true ? "the cache" : path,
    trouble.reason,
    attempt,
    troubleHint(trouble, "make the directory yours and writable", "set OP_AWS_CACHE_DIR to another place")
  )

const usableKeychain = "unlock it (on Linux it is the Secret Service of a desktop session), or use --cache file"

/** How a keychain is that gives nothing away. */
export type ClosedKeychain = Exclude<KeychainState, "unlocked">

const closed: Readonly<Record<ClosedKeychain, { readonly message: string; readonly hint: string }>> = {
  "locked": { message: "the keychain is locked", hint: "unlock it and try again, or use --cache file" },
  "no default collection": {
    message: "the keychain has no default collection, which sessions would be kept in",
    hint: "make one (a default keyring in GNOME's Passwords and Keys, a group for the Secret Service in KeePassXC), or use --cache file"
  },
  "unknown": { message: "the keychain is not looked into, because it might ask you", hint: usableKeychain },
  "unreachable": { message: "the keychain of this system cannot be used", hint: usableKeychain }
}

/** The keychain was there but did not take a session, or did not give it up. */
export const keychainRefusal = (reason: string, attempt?: string): CacheFailure<"CacheUnwritable"> =>
  CacheFailure.CacheUnwritable("the keychain", reason, attempt, usableKeychain)

/** What is said where no lock can be had, so that processes do not know of each other. */
export const noLock = (trouble: DiskTrouble): { readonly message: string; readonly hint: string } => ({
  message: `calls at the same time may each ask, because no lock can be had in ${printable(trouble.reason)}`,
  hint: troubleHint(
    trouble,
    "see to it that the directory is yours",
    "set HOME, XDG_RUNTIME_DIR or OP_AWS_CACHE_DIR to a directory of your own"
  )
})

export const CacheFailure = failures({
  /** The cache could not be changed. The credentials at hand are good all the same. */
  CacheUnwritable: (place: string, reason: string, attempt: string | undefined, hint: string) => [
    usage,
    `the session could not ${attempt ?? "be kept in"} ${place}: ${reason}`,
    hint
  ],
  /**
   * `--cache keyring` was asked for, and the keychain does not give what is in it. `reason` says the same without saying
   * whose it is.
   */
  KeyringUnavailable: (state: ClosedKeychain, reason?: string) => {
    const { hint, message } = closed[state]
    return [
      usage,
      reason === undefined ? message : `${message}: ${reason}`,
      hint,
      { state, reason: reason ?? message.replace("the keychain", "it") }
    ]
  },
  /** What has to be known to the next run, whatever becomes of this one, cannot be written down. */
  NoteNotKept: (trouble: DiskTrouble) => [
    usage,
    `nothing can be written down in the cache's directory: ${printable(trouble.reason)}`,
    troubleHint(trouble, "make the directory yours and writable", "set OP_AWS_CACHE_DIR to another place")
  ]
})

export type CacheFailure<Tag extends keyof typeof CacheFailure = keyof typeof CacheFailure> = FailureOf<typeof CacheFailure, Tag>

import { type DiskTrouble, troubleHint } from "./DiskTrouble.ts"
import { ExitCode, Failure } from "./Failure.ts"

/** The cache could not be changed. The credentials at hand are good all the same. */
export class CacheUnwritable extends Failure {
  override readonly _tag = "CacheUnwritable"
  override readonly exitCode = ExitCode.usage

  constructor(place: string, reason: string, attempt: string | undefined, hint: string) {
    super(`the session could not ${attempt ?? "be kept in"} ${place}: ${reason}`, hint)
  }
}

/** A file of the cache could not be written, or not be `attempt`ed. */
export const notWritten = (path: string, trouble: DiskTrouble, attempt?: string): CacheUnwritable =>
  new CacheUnwritable(
    trouble.general === true ? "the cache" : path,
    trouble.reason,
    attempt,
    troubleHint(trouble, "make the directory yours and writable", "set OP_AWS_CACHE_DIR to another place")
  )

const usableKeychain = "unlock it (on Linux it is the Secret Service of a desktop session), or use --cache file"

/** `--cache keyring` was asked for and there is no keychain to be had. */
export class KeyringUnavailable extends Failure {
  override readonly _tag = "KeyringUnavailable"
  override readonly exitCode = ExitCode.usage

  constructor(reason: string) {
    super(`the keychain of this system cannot be used: ${reason}`, usableKeychain)
  }
}

/** The keychain was there but did not take a session, or did not give it up. */
export const keychainRefusal = (reason: string, attempt?: string): CacheUnwritable =>
  new CacheUnwritable("the keychain", reason, attempt, usableKeychain)

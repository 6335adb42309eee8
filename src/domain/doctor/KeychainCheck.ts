import type { KeyringUnavailable } from "../CacheFailure.ts"
import { type Examined, fineUnless } from "../Finding.ts"
import { printable } from "../Printable.ts"

/** Whether the keychain would give the sessions of these profiles, which are kept in it, without asking anybody. */
export const checkKeychain = (profiles: ReadonlyArray<string>, closed: KeyringUnavailable | undefined): Examined => {
  const kept = `sessions of ${profiles.map((name) => printable(name)).join(", ")} are kept in the keychain`
  if (closed === undefined) return fineUnless([], `${kept}, which is unlocked`)
  // A system that does not say is not at fault.
  if (closed.state === "unknown") return fineUnless([], `${kept}, which may ask you`)
  return fineUnless([{
    check: "cache",
    severity: closed.state === "locked" ? "warning" : "error",
    what: closed.message,
    why: closed.state === "locked"
      ? `${kept}: the next call shows its dialog, and fails where nobody answers`
      : `${kept}, so that every call of theirs fails`,
    mend: closed.hint
  }])
}

import { Failure } from "../domain/base/Failure.ts"
import { printable } from "../domain/base/Printable.ts"

/** What `doctor` looks at; a finding says which of these it belongs to. */
export type Check =
  | "config"
  | "profiles"
  | "settings"
  | "source"
  | "policy"
  | "mfa-serial"
  | "process-line"
  | "program"
  | "plaintext-key"
  | "environment"
  | "runtime"
  | "op"
  | "account"
  | "plugin"
  | "rotation"
  | "cache"
  | "sts"
  | "iam"
  | "item"
  | "clock"
  | "trouble"

/** `error`: some client, or we ourselves, cannot work so. `warning`: it works here and now, and not everywhere. */
export type Severity = "error" | "warning"

/** Something to be mended. Never holds a secret. */
export interface Finding {
  readonly check: Check
  readonly severity: Severity
  /** What was found, and where: `file:line` where there is one. */
  readonly what: string
  /** Why it matters: who stumbles over it, and how. */
  readonly why: string
  /** What to do, exactly. Lines after the first are to be written or run as they stand. */
  readonly mend: string
}

/** What one look brought: a short line for each thing that is as it should be, and what is not. */
export interface Examined {
  readonly fine: ReadonlyArray<string>
  readonly findings: ReadonlyArray<Finding>
}

export const fine = (...lines: ReadonlyArray<string>): Examined => ({ fine: lines, findings: [] })

/** The findings, or the line that says that there are none. */
export const fineUnless = (findings: ReadonlyArray<Finding>, ...lines: ReadonlyArray<string>): Examined =>
  findings.length > 0 ? { fine: [], findings } : fine(...lines)

export const together = (parts: ReadonlyArray<Examined>): Examined => ({
  fine: parts.flatMap((part) => part.fine),
  findings: parts.flatMap((part) => part.findings)
})

/** A failure that a call would end in, told before it does. */
export const findingOf = (
  check: Check,
  { hint, message }: Pick<Failure, "message" | "hint">,
  why: string,
  severity: Severity = "error"
): Finding => ({ check, severity, what: printable(message, 1000), why, mend: printable(hint, 1000) })

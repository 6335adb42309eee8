import * as Redacted from "effect/Redacted"
import { codeAt } from "./MfaCode.ts"
import type { OpField } from "./OpItem.ts"
import { itemOf, type OpItemDocument } from "./OpItemDocument.ts"

/** Types of values that 1Password may spell in its own way, and that nobody writes here. */
const respelled = ["ADDRESS", "DATE", "FILE", "MONTH_YEAR", "PHONE"]

// Security: unwrapped to be compared; nothing of it leaves.
const textOf = ({ value }: OpField): string =>
  value === undefined ? "" : Redacted.value(value).replaceAll("\r\n", "\n").trim()

const codeOf = ({ value }: OpField): string | undefined => {
  const code = value === undefined ? undefined : codeAt(value, 1)
  return code === undefined ? undefined : Redacted.value(code)
}

const isSame = (written: OpField, kept: OpField): boolean => {
  const named = written.label === undefined ? written.id === kept.id : written.label.trim() === kept.label?.trim()
  if (!named) return false
  // A seed may come back as an `otpauth://` URI, and is the same seed as long as it gives the same codes.
  const code = written.type === "OTP" ? codeOf(written) : undefined
  return textOf(written) === textOf(kept) || code !== undefined && code === codeOf(kept)
}

/** Whether a document that was returned holds what one that was written held: the title, and what its fields say. */
export const isKept = (written: OpItemDocument, returned: OpItemDocument): boolean => {
  const kept = itemOf(returned).fields
  return written.title.trim() === returned.title.trim() &&
    itemOf(written).fields
      .filter((field) => !respelled.includes(field.type ?? "") && textOf(field) !== "")
      .every((field) => kept.some((other) => isSame(field, other)))
}

import type { Failure } from "../../domain/base/Failure.ts"
import { printable } from "../../domain/base/Printable.ts"
import { writeText } from "./WriteText.ts"

/** Says on stderr, in two lines, what is wrong and what to do about it. */
export const complain = ({ hint, message }: Pick<Failure, "hint" | "message">): boolean =>
  writeText(2, `error: ${printable(message, 1000)}\nhint: ${printable(hint, 1000)}\n`)

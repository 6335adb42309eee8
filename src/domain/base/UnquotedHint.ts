import { printable } from "./Printable.ts"

/** AWS's clients take quotes in their files for a part of the value, which is mostly all that is wrong with it. */
export const unquotedHint = (value: string): string | undefined =>
  /^(["']).+\1$/s.test(value)
    ? `take the quotes away: in AWS's files they are a part of the value; write ${printable(value.slice(1, -1), 100)}`
    : undefined

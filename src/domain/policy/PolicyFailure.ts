import { ExitCode, type FailureOf, failures } from "../base/Failure.ts"
import { printable } from "../base/Printable.ts"

const { usage } = ExitCode

export const PolicyFailure = failures({
  /** What stands in the file is no policy that AWS would take. `line` is counted from 1. */
  PolicyUnusable: (file: string, line: number | undefined, what: string, hint: string) => [
    usage,
    `${printable(file, 300)}${line === undefined ? "" : `:${line}`}: ${printable(what, 300)}`,
    hint
  ]
})

export type PolicyFailure<Tag extends keyof typeof PolicyFailure = keyof typeof PolicyFailure> =
  FailureOf<typeof PolicyFailure, Tag>

import { diskTrouble, troubleHint } from "./DiskTrouble.ts"
import { ExitCode, type FailureOf, failures } from "./Failure.ts"

const { usage } = ExitCode

export const OutputFailure = failures({
  /** The standard output takes no more, though there may be somebody who reads it. `code` is the system's (`ENOSPC`). */
  OutputUnwritable: (code: string) => [
    usage,
    `the output could not be written: ${diskTrouble(code).reason}`,
    troubleHint(diskTrouble(code), "see to what the standard output leads to")
  ]
})

export type OutputFailure<Tag extends keyof typeof OutputFailure = keyof typeof OutputFailure> = FailureOf<typeof OutputFailure, Tag>

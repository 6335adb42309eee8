import { type DiskTrouble, troubleHint } from "./DiskTrouble.ts"
import { printable } from "./Printable.ts"

/** What is said where no lock can be had, so that processes do not know of each other. */
export const noLock = (trouble: DiskTrouble): { readonly message: string; readonly hint: string } => ({
  message: `calls at the same time may each ask, because no lock can be had in ${printable(trouble.reason)}`,
  hint: troubleHint(
    trouble,
    "see to it that the directory is yours",
    "set HOME, XDG_RUNTIME_DIR or OP_AWS_CACHE_DIR to a directory of your own"
  )
})

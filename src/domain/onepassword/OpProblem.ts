import { Failure } from "../base/Failure.ts"

/** Whatever keeps an item from being read or written through 1Password's `op`. */
export abstract class OpProblem extends Failure {
  /** Whether running `op` once more, at once, is known to help. */
  readonly retry: boolean = false
}

/** What was asked of `op`, for messages. The names come from a profile or a flag. */
export interface OpReference {
  readonly vault: string
  readonly item: string
  readonly account?: string | undefined
  readonly cliPath: string
  /** It was to write, and not to read. */
  readonly writes?: boolean
}

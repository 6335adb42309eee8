/** The program that `op` stands for, and what it says of itself. */
export interface OpProgram {
  readonly path: string
  readonly version: string
}

/** An account that `op` knows of, as `op account list` prints it. */
export interface OpAccount {
  readonly url: string
  readonly userId: string
  readonly accountId: string
  /** Whose it is; what tells two accounts of one address apart for a person. */
  readonly email?: string
  /** Only accounts that were added by hand have one. */
  readonly shorthand: string | undefined
}

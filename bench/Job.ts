/** A program to start. */
export interface Launch {
  readonly command: ReadonlyArray<string>
  readonly env: Readonly<Record<string, string>>
  /** Removed before each start. */
  readonly forgets?: ReadonlyArray<string>
}

/** What the starter is to do. */
export type Job =
  | { readonly kind: "rounds"; readonly launches: ReadonlyArray<Launch>; readonly count: number }
  | { readonly kind: "peaks"; readonly launches: ReadonlyArray<Launch> }
  | { readonly kind: "together"; readonly launch: Launch; readonly count: number }

/** One run: from its start until it is gone, and the processor's time for it, both in milliseconds. */
export interface Measured {
  readonly milliseconds: number
  readonly cpu: number
}

export interface Results {
  /** By round, then in the order of the launches. */
  readonly rounds: ReadonlyArray<ReadonlyArray<Measured>>
  /** MiB. */
  readonly peaks: ReadonlyArray<number | undefined>
  readonly together: ReadonlyArray<{ readonly code: number; readonly milliseconds: number; readonly output: string }>
}

/** A file that the launcher has open. */
export type OpenFile = number

/** The kind is 1 for a regular file, 2 for a directory, 0 for anything else; size in bytes. */
export type Facts = readonly [kind: number, mode: number, owner: number, size: number]

/** What the launcher offers to the hit path: `src/lib.rs` makes it. */
export interface Host {
  readonly words: ReadonlyArray<string>
  readonly environment: Readonly<Record<string, string>>
  /** Milliseconds since 1970. */
  readonly now: number
  /** The effective user. */
  readonly user: number
  readonly noFollow: number
  readonly nonBlock: number
  /** Opens for reading only. What failed is the system's number for it, negative. */
  open(path: string, flags: number): OpenFile
  stat(file: OpenFile): Facts | undefined
  /** The same of a path, by what its links lead to; what failed is the number alone. */
  look(path: string): Facts | readonly [failure: number]
  /** The whole text, or undefined when it cannot be read. */
  read(file: OpenFile): string | undefined
  /** `indexOf` in a text that `read` has given; undefined in any other. */
  find(text: string, what: string, from: number): number | undefined
  utf8Words(text: string): ReadonlyArray<number>
  /** Prints the text and ends the process. */
  serve(output: string): void
}

declare global {
  const host: Host
}

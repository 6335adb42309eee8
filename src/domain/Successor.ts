/** The program that this process becomes when everything of its own is closed. */
export interface Successor {
  /** The file that is run, found already. */
  readonly path: string
  /** What it is told: its name as it was typed, then its arguments. */
  readonly words: readonly [name: string, ...args: ReadonlyArray<string>]
  /** Security: the session is in here. It goes to the kernel with the program and nowhere else. */
  readonly environment: Readonly<Record<string, string>>
}

/** The process exit codes, one a kind of trouble, so that a script can tell them apart. */
export const ExitCode = {
  done: 0,
  findings: 1,
  usage: 2,
  op: 3,
  refused: 4,
  mfa: 5,
  sts: 6,
  network: 7,
  timeout: 8,
  bug: 9,
  notExecutable: 126,
  notFound: 127,
  hangUp: 129,
  interrupted: 130,
  quit: 131,
  terminated: 143
} as const

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode]

/**
 * Everything that can go wrong and that a person can do something about. `message` says what is wrong and is printed
 * as `error: …`; `hint` says what to do next and is printed as `hint: …`. Neither ever holds a secret, a code or a
 * line break. Subclasses are tagged, so that `Effect.catchTag` tells them apart, and are plain data otherwise: the
 * path that serves a cached session uses them too and must not load Effect.
 */
export abstract class Failure extends Error {
  abstract readonly _tag: string
  abstract readonly exitCode: ExitCode
  readonly hint: string

  constructor(message: string, hint: string) {
    super(message)
    this.hint = hint
  }
}

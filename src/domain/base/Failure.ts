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
 * line break. It is plain data with a tag, by which `Effect.catchTag` and a `switch` tell one kind from another: the path
 * that serves a cached session asks whether something is a failure, and must not load Effect.
 */
export class Failure<Tag extends string = string> extends Error {
  readonly _tag: Tag
  readonly exitCode: ExitCode
  readonly hint: string

  constructor(tag: Tag, exitCode: ExitCode, message: string, hint: string) {
    super(message)
    this._tag = tag
    this.exitCode = exitCode
    this.hint = hint
  }
}

/** One kind: from the facts its exit code, what is wrong, what to do next, and what code looks at beside the tag. */
export type Row = (...facts: Array<never>) => readonly [exitCode: ExitCode, message: string, hint: string, data?: object]

/** What a row gives: a failure of its tag, with the row's data and what all rows of its table have in common. */
type Made<Tag extends string, Row, Common> =
  & Failure<Tag>
  & Common
  & (Row extends readonly [unknown, unknown, unknown, infer Data] ? Data : unknown)

/** Makes the failures of a table: `Table.Tag(…facts)`. All of them have what is `common`, unless their row says otherwise. */
export const failures = <const Rows extends Readonly<Record<string, Row>>, Common = unknown>(
  rows: Rows,
  common?: Common
) =>
  Object.fromEntries(
    Object.entries<Row>(rows).map(([tag, row]) => [tag, (...facts: Array<never>) => {
      const [exitCode, message, hint, data] = row(...facts)
      return Object.assign(new Failure(tag, exitCode, message, hint), common, data)
    }])
  ) as unknown as {
    readonly [Tag in keyof Rows]: (...facts: Parameters<Rows[Tag]>) => Made<Tag & string, ReturnType<Rows[Tag]>, Common>
  }

/** A failure of a table, or of some of its rows. */
export type FailureOf<
  Table extends Readonly<Record<string, (...facts: never) => Failure>>,
  Tag extends keyof Table = keyof Table
> = ReturnType<Table[Tag]>

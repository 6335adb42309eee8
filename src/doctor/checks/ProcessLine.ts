import { commentIn, profileHeader } from "../../domain/aws-config/AwsConfigSections.ts"
import { splitCredentialProcess } from "../../domain/aws-config/CredentialProcessLine.ts"
import { printable } from "../../domain/base/Printable.ts"
import type { Finding } from "../Finding.ts"

export interface ProcessLine {
  readonly profile: string
  /** `file:line`. */
  readonly place: string
  /** As it was written, with a comment behind it. */
  readonly written: string
  /** What to write instead. */
  readonly rewritten: (words: ReadonlyArray<string> | undefined) => string
}

const python = "the AWS CLI and boto3"
const shells = "Go, JavaScript, Java, Rust and C++"
const minio = "minio-go, which restic is built on,"

interface Trouble {
  readonly grave: boolean
  readonly why: string
}

/**
 * Whether all clients make the same words of a `credential_process` line. Python's clients split it themselves
 * (botocore `compat_shell_split`), minio-go at every blank, nearly all others hand it to `sh -c`, the Go SDK after it
 * has taken a pair of quotes around the whole value away (aws-sdk-go-v2 `internal/ini/strings.go`).
 */
export const checkProcessLine = ({ place, profile, rewritten, written }: ProcessLine): ReadonlyArray<Finding> => {
  const comment = commentIn(written)
  const value = comment === -1 ? written : written.slice(0, comment).trimEnd()
  const words = splitCredentialProcess(value)
  const found = words === undefined ? [unsplit(written, comment)] : [
    ...comment === -1 ? [] : [{ grave: true, why: `${python} pass the comment behind it on as arguments` }],
    ...shellWords(value),
    ...outerQuotes(value, words),
    ...blanks(value, words),
    ...relative(words[0] ?? "")
  ]
  return found.length === 0 ? [] : [{
    check: "process-line",
    severity: found.some(({ grave }) => grave) ? "error" : "warning",
    what: `${place}: clients make different words of the credential_process line of ${profileHeader(profile)}`,
    why: found.map(({ why }) => why).join("; "),
    mend: rewritten(words)
  }]
}

const unsplit = (written: string, comment: number): Trouble =>
  comment !== -1 && splitCredentialProcess(written) !== undefined
    ? {
      grave: true,
      why: `${shells} end the value at a # or ; with a space before it, inside quotes too, so that a quote stays open`
    }
    : { grave: true, why: "a quote stays open, or a backslash ends the line, so that no client can run it" }

interface Piece {
  readonly character: string
  readonly quote: "'" | "\"" | undefined
  readonly first: boolean
}

/** The characters that are neither quotes nor escaped, each with the quotes around it. */
const pieces = (value: string): ReadonlyArray<Piece> => {
  const found: Array<Piece> = []
  let quote: Piece["quote"]
  let first = true
  for (let at = 0; at < value.length; at++) {
    const character = value.charAt(at)
    if (character === "\\" && quote !== "'") at++
    else if (quote === undefined && (character === "'" || character === "\"")) quote = character
    else if (character === quote) quote = undefined
    else found.push({ character, quote, first })
    first = quote === undefined && /\s/.test(character)
  }
  return found
}

/** What a shell acts on, and Python's clients pass on as it stands. */
const shellWords = (value: string): ReadonlyArray<Trouble> => {
  const bare = pieces(value)
  const some = (test: (piece: Piece) => boolean): boolean => bare.some(test)
  const commands = some(({ character, quote }) => quote === undefined && ";|&<>()".includes(character))
  const expansions = some(({ character, quote }) => quote !== "'" && (character === "$" || character === "`"))
  const home = some(({ character, first, quote }) => character === "~" && first && quote === undefined)
  const globs = some(({ character, quote }) => quote === undefined && "*?[".includes(character))
  const assigns = /^[A-Za-z_]\w*=/.test(value)
  const troubles: ReadonlyArray<readonly [boolean, string]> = [
    [commands, `${python} run no shell and pass ; | & < > and brackets on as arguments`],
    [expansions, `${python} leave $ and \` as they stand, where the others put a value in`],
    [home, `${python} leave ~ as it stands, where the others put the home directory in`],
    [globs, `${python} leave * ? and [ as they stand, where the others look for files`],
    [assigns, `${python} look for a program of the name that begins with the assignment`]
  ]
  return troubles.filter(([there]) => there).map(([, why]) => ({ grave: true, why }))
}

const outerQuotes = (value: string, words: ReadonlyArray<string>): ReadonlyArray<Trouble> => {
  const quote = value[0]
  if (quote !== "\"" && quote !== "'" || value.length < 2 || !value.endsWith(quote)) return []
  const left = splitCredentialProcess(value.slice(1, -1))
  return left !== undefined && same(left, words)
    ? []
    : [{
      grave: true,
      why: "Go programs (Terraform, rclone) take the first and the last quote away, because they are alike"
    }]
}

/** minio-go cuts at every blank, quoted or not; older Go programs do not find a program whose path has one. */
const blanks = (value: string, words: ReadonlyArray<string>): ReadonlyArray<Trouble> => [
  ...same(value.split(/\s+/), words)
    ? []
    : [{ grave: false, why: `${minio} cuts the line at every space, quoted or not` }],
  ...words[0]?.includes(" ")
    ? [{ grave: false, why: "programs built on the first Go SDK do not run a quoted path" }]
    : [],
  ...words.length === 1 ? [{ grave: false, why: `${minio} refuses a line without an argument` }] : []
]

const relative = (program: string): ReadonlyArray<Trouble> =>
  program.includes("/") && !/^[/~$]/.test(program)
    ? [{ grave: true, why: `${printable(program)} is another program in each directory, and mostly none` }]
    : []

const same = (one: ReadonlyArray<string>, other: ReadonlyArray<string>): boolean =>
  one.length === other.length && one.every((word, index) => word === other[index])

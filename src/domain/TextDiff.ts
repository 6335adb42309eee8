import { diffArrays } from "diff"
import { printable } from "./Printable.ts"
import type { Look } from "./StatusText.ts"

/** A line of a difference; a gap stands for the lines that are left out, and has none. */
export interface DiffLine {
  readonly kind: "same" | "removed" | "added" | "gap"
  readonly line: string
}

/** How many unchanged lines are shown around a change. */
const context = 3

const linesOf = (text: string): ReadonlyArray<string> =>
  text === "" ? [] : text.replace(/\n$/, "").split("\n").map((line) => line.replace(/\r$/, ""))

/**
 * What is different between two texts, line by line, with three lines of what is around it. Empty where no line is:
 * line breaks are not compared.
 */
export const textDiff = (before: string, after: string): ReadonlyArray<DiffLine> => {
  const all = diffArrays([...linesOf(before)], [...linesOf(after)]).flatMap(({ added, removed, value }) =>
    value.map((line): DiffLine => ({ kind: added ? "added" : removed ? "removed" : "same", line }))
  )
  const isNear = all.map(() => false)
  all.forEach(({ kind }, index) => {
    if (kind !== "same") isNear.fill(true, Math.max(0, index - context), index + context + 1)
  })
  if (!isNear.includes(true)) return []
  return all.flatMap((line, index): ReadonlyArray<DiffLine> =>
    isNear[index] ? [line] : index > 0 && !isNear[index - 1] ? [] : [{ kind: "gap", line: "" }])
}

/** Also where it is commented out, or written in another case. */
const secret = /^(\s*(?:[#;]\s*)?(?:aws_secret_access_key|aws_session_token|aws_security_token)\s*[=:]\s*)\S.*$/i

/** The line of one of AWS's files without the value of a secret, so that it may be shown. */
export const maskSecrets = (line: string): string => line.replace(secret, "$1****")

const marks = { same: "  ", removed: "- ", added: "+ ", gap: "  …" } as const

const colors: Partial<Record<DiffLine["kind"], number>> = { removed: 31, added: 32 }

/**
 * The difference as it is shown: `- ` before what goes, `+ ` before what comes, and secrets masked. A line is as long
 * as it is: what is cut off could be what matters.
 */
export const diffText = (lines: ReadonlyArray<DiffLine>, look: Pick<Look, "color" | "unicode">): string =>
  lines.map(({ kind, line }) => {
    const mark = kind === "gap" && !look.unicode ? "  ..." : marks[kind]
    // Security: both texts may hold keys in plaintext.
    const text = (mark + printable(maskSecrets(line), 4096)).trimEnd()
    const color = look.color ? colors[kind] : undefined
    return `${color === undefined ? text : `\x1b[${color}m${text}\x1b[0m`}\n`
  }).join("")

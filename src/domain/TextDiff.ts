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
 * How long the longest common part of two lists is, from each pair of places on (row by row). The files are small, and
 * only what is between their common beginning and end comes here.
 */
const commonLengths = (before: ReadonlyArray<string>, after: ReadonlyArray<string>): ReadonlyArray<Uint32Array> => {
  const lengths = Array.from({ length: before.length + 1 }, () => new Uint32Array(after.length + 1))
  for (let one = before.length - 1; one >= 0; one--) {
    for (let other = after.length - 1; other >= 0; other--) {
      lengths[one]![other] = before[one] === after[other]
        ? lengths[one + 1]![other + 1]! + 1
        : Math.max(lengths[one + 1]![other]!, lengths[one]![other + 1]!)
    }
  }
  return lengths
}

/** More pairs of lines than this are not compared one by one: all of the one goes and all of the other comes. */
const mostPairs = 4_000_000

const changes = (before: ReadonlyArray<string>, after: ReadonlyArray<string>): ReadonlyArray<DiffLine> => {
  const removed = (line: string): DiffLine => ({ kind: "removed", line })
  const added = (line: string): DiffLine => ({ kind: "added", line })
  if (before.length * after.length > mostPairs) return [...before.map(removed), ...after.map(added)]
  const lengths = commonLengths(before, after)
  const lines: Array<DiffLine> = []
  let one = 0
  let other = 0
  while (one < before.length && other < after.length) {
    if (before[one] === after[other]) {
      lines.push({ kind: "same", line: before[one++]! })
      other++
    } else if (lengths[one + 1]![other]! >= lengths[one]![other + 1]!) lines.push(removed(before[one++]!))
    else lines.push(added(after[other++]!))
  }
  return [...lines, ...before.slice(one).map(removed), ...after.slice(other).map(added)]
}

/**
 * What is different between two texts, line by line, with three lines of what is around it. Empty where no line is:
 * line breaks are not compared.
 */
export const textDiff = (before: string, after: string): ReadonlyArray<DiffLine> => {
  const old = linesOf(before)
  const young = linesOf(after)
  const shorter = Math.min(old.length, young.length)
  let head = 0
  while (head < shorter && old[head] === young[head]) head++
  let tail = 0
  while (tail < shorter - head && old.at(-1 - tail) === young.at(-1 - tail)) tail++
  const same = (line: string): DiffLine => ({ kind: "same", line })
  const all = [
    ...old.slice(0, head).map(same),
    ...changes(old.slice(head, old.length - tail), young.slice(head, young.length - tail)),
    ...old.slice(old.length - tail).map(same)
  ]
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

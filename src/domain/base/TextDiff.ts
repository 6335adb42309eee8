import { diffArrays } from "diff"
import type { Look } from "./TerminalText.ts"
import { printable } from "./Printable.ts"

/** A line of a difference; a gap stands for the lines that are left out, and has none. */
export interface DiffLine {
  readonly kind: "same" | "removed" | "added" | "gap"
  readonly line: string
}

/** How many unchanged lines are shown around a change. */
const context = 3

const linesOf = (text: string): ReadonlyArray<string> =>
  text === "" ? [] : text.replace(/\n$/, "").split("\n").map((line) => line.replace(/\r$/, ""))

const told = (kind: DiffLine["kind"], lines: ReadonlyArray<string>): ReadonlyArray<DiffLine> => lines.map((line) => ({ kind, line }))

/** So many lines may differ for the shortest difference to be looked for, which takes their number squared. */
const mostLookedFor = 200

/** The shortest difference, or undefined where there are too many lines in it. */
const shortest = (before: ReadonlyArray<string>, after: ReadonlyArray<string>): ReadonlyArray<DiffLine> | undefined =>
  diffArrays([...before], [...after], { maxEditLength: mostLookedFor })?.flatMap(({ added, removed, value }) =>
    told(added ? "added" : removed ? "removed" : "same", value)
  )

/** Where each line is that stands in these but once. */
const onlyOnes = (lines: ReadonlyArray<string>): ReadonlyMap<string, number> => {
  const found = new Map<string, number>()
  const again = new Set<string>()
  for (const [index, line] of lines.entries()) {
    if (found.has(line)) again.add(line)
    found.set(line, index)
  }
  for (const line of again) found.delete(line)
  return found
}

interface Anchor {
  readonly before: number
  readonly after: number
  readonly previous: Anchor | undefined
}

/** The most lines that both texts have once, in the same order: patience sorting. */
const anchorsIn = (before: ReadonlyArray<string>, after: ReadonlyArray<string>): ReadonlyArray<Anchor> => {
  const places = onlyOnes(after)
  const tops: Array<Anchor> = []
  for (const [line, at] of onlyOnes(before)) {
    const place = places.get(line)
    if (place === undefined) continue
    let low = 0
    for (let high = tops.length; low < high;) {
      const middle = (low + high) >> 1
      if (tops[middle]!.after < place) low = middle + 1
      else high = middle
    }
    tops[low] = { before: at, after: place, previous: tops[low - 1] }
  }
  const found: Array<Anchor> = []
  for (let anchor = tops.at(-1); anchor !== undefined; anchor = anchor.previous) found.push(anchor)
  return found.reverse()
}

/** A difference that is found in pieces, between lines that both texts have. */
const inPieces = (before: ReadonlyArray<string>, after: ReadonlyArray<string>): ReadonlyArray<DiffLine> => {
  const found: Array<ReadonlyArray<DiffLine>> = []
  let from = { before: 0, after: 0 }
  for (const anchor of [...anchorsIn(before, after), { before: before.length, after: after.length }]) {
    const [gone, come] = [before.slice(from.before, anchor.before), after.slice(from.after, anchor.after)]
    found.push(shortest(gone, come) ?? [...told("removed", gone), ...told("added", come)])
    found.push(told("same", before.slice(anchor.before, anchor.before + 1)))
    from = { before: anchor.before + 1, after: anchor.after + 1 }
  }
  return found.flat()
}

/**
 * What is different between two texts, line by line, with three lines of what is around it. Empty where no line is:
 * line breaks are not compared.
 */
export const textDiff = (before: string, after: string): ReadonlyArray<DiffLine> => {
  const [old, changed] = [linesOf(before), linesOf(after)]
  const all = shortest(old, changed) ?? inPieces(old, changed)
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

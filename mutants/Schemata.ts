import type { Mutant } from "./Mutants.ts"

/** A mutant and the number that switches it on. */
export interface Numbered {
  readonly id: number
  readonly mutant: Mutant
}

interface Place {
  readonly kind: Mutant["kind"]
  readonly start: number
  readonly end: number
  readonly mutants: Array<Numbered>
}

/** One place for all mutants of the same node, the outer before the inner. */
const placesOf = (numbered: ReadonlyArray<Numbered>): ReadonlyArray<Place> => {
  const places = new Map<string, Place>()
  for (const one of numbered) {
    const { end, kind, start } = one.mutant
    const key = `${start}-${end}-${kind}`
    const place = places.get(key) ?? { kind, start, end, mutants: [] }
    places.set(key, place)
    place.mutants.push(one)
  }
  // A statement has the very place of its expression, and is around it.
  const rank = ({ kind }: Place): number => kind === "expression" ? 1 : 0
  return [...places.values()].sort((one, other) => one.start - other.start || other.end - one.end || rank(one) - rank(other))
}

/**
 * A file with all these mutants in it, each behind a switch: `__mutant(17) ? mutated : original`. `code` is the
 * JavaScript that the mutants were made of; its lines keep their numbers as far as the first mutant of more than one line.
 */
export const withMutants = (code: string, numbered: ReadonlyArray<Numbered>): string => {
  const places = placesOf(numbered)
  let next = 0
  /** The text from one offset to another, whose places are the next ones. */
  const rendered = (start: number, end: number): string => {
    let text = ""
    let at = start
    for (let place = places[next]; place !== undefined && place.start >= at && place.end <= end; place = places[next]) {
      next++
      text += code.slice(at, place.start) + switched(place)
      at = place.end
    }
    return text + code.slice(at, end)
  }
  const switched = ({ end, kind, mutants, start }: Place): string => {
    if (kind === "block") return `{if(__mutant(${mutants[0]!.id})){}else{${rendered(start + 1, end - 1)}}}`
    if (kind === "statement") return `{if(!__mutant(${mutants[0]!.id})){${rendered(start, end)}}}`
    const choices = mutants.map(({ id, mutant }) => `__mutant(${id})?(${mutant.text}):`).join("")
    return `(${choices}(${rendered(start, end)}))`
  }
  return rendered(0, code.length)
}

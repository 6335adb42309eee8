import type { Decoder } from "./Decoder.ts"
import { mutated } from "./Mutation.ts"
import { random } from "./Random.ts"

/** A text that broke a promise. */
export interface Defect {
  readonly text: string
  readonly what: string
}

export interface Result {
  readonly name: string
  readonly inputs: number
  /** How often each word came out. */
  readonly outcomes: ReadonlyMap<string, number>
  /** All inputs together, and the one that took longest, in milliseconds. */
  readonly took: number
  readonly slowest: number
  readonly defects: ReadonlyArray<Defect>
}

/** More of one decoder's would tell the same thing again. */
const enough = 3

/** The same for the same text, so that every decoder's inputs are its own whichever others run. */
const seedOf = (name: string, seed: number): number =>
  Array.from(name).reduce((sum, character) => Math.imul(sum, 31) + character.charCodeAt(0) | 0, seed)

/**
 * Gives a decoder `inputs` texts, those it reads well among them, and looks at what becomes of each. The same seed gives
 * the same texts. One that takes longer than `limit` milliseconds is a defect too: a client waits for it.
 */
export const fuzz = async (decoder: Decoder, inputs: number, seed: number, limit: number): Promise<Result> => {
  const generator = random(seedOf(decoder.name, seed))
  const outcomes = new Map<string, number>()
  const defects: Array<Defect> = []
  const count = Math.max(1, Math.ceil(inputs / (decoder.cost ?? 1)))
  let slowest = 0
  let tried = 0
  const began = performance.now()
  for (; tried < count && defects.length < enough; tried++) {
    const text = decoder.seeds[tried] ?? mutated(decoder.seeds, generator)
    const start = performance.now()
    try {
      const outcome = decoder.read(text)
      const word = typeof outcome === "string" ? outcome : await outcome
      outcomes.set(word, (outcomes.get(word) ?? 0) + 1)
    } catch (error) {
      defects.push({ text, what: error instanceof Error ? `${error.name}: ${error.message}` : String(error) })
    }
    const took = performance.now() - start
    slowest = Math.max(slowest, took)
    if (took > limit) defects.push({ text, what: `took ${Math.round(took)} ms` })
  }
  return { name: decoder.name, inputs: tried, outcomes, took: performance.now() - began, slowest, defects }
}

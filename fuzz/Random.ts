/**
 * Numbers that look random and come again from the same seed, so that a run can be repeated from its report: the
 * "mulberry32" generator, 32 bits of state. Nothing secret is ever made from it.
 */
export interface Random {
  /** A whole number from 0 up to, and not including, `bound`. */
  readonly below: (bound: number) => number
  readonly oneOf: <A>(from: ReadonlyArray<A>) => A
  /** True once in `times`. */
  readonly once: (times: number) => boolean
}

export const random = (seed: number): Random => {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return (mixed ^ (mixed >>> 14)) >>> 0
  }
  const below = (bound: number): number => Math.floor(next() / 4_294_967_296 * bound)
  return { below, oneOf: (from) => from[below(from.length)]!, once: (times) => below(times) === 0 }
}

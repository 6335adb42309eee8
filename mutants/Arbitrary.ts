/**
 * Stands for Effect's own module below `it.prop` while mutants run: every property tries the same few values each time,
 * so that a mutant is judged alike whenever it is, and nothing is spent on a smaller counterexample.
 */
import * as Arbitrary from "effect/Arbitrary"

export * from "effect/Arbitrary"

/** A property that needs more than this to notice something is of little use against it. */
const runs = 30

export const checkEffect = <A, E, R>(
  arbitrary: Arbitrary.Arbitrary<A>,
  property: Parameters<typeof Arbitrary.checkEffect<A, E, R>>[1],
  options?: Parameters<typeof Arbitrary.checkEffect<A, E, R>>[2]
) => Arbitrary.checkEffect(arbitrary, property, { ...options, seed: options?.seed ?? 1, runs: Math.min(options?.runs ?? 100, runs), maxShrinks: 0 })

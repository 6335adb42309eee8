import { createHash } from "node:crypto"
import type { Mutant } from "./Mutants.ts"

const rank = (name: string, seed: string): string => createHash("sha256").update(`${seed} ${name}`).digest("hex")

/**
 * So many of these mutants, chosen by their names alone: the same ones again for the same seed, whatever file they are in
 * by then, and a bigger sample holds the smaller one.
 */
export const sampleOf = (mutants: ReadonlyArray<Mutant>, count: number, seed: string): ReadonlyArray<Mutant> =>
  mutants
    .map((mutant) => ({ mutant, rank: rank(mutant.name, seed) }))
    .sort((one, other) => one.rank < other.rank ? -1 : 1)
    .slice(0, count)
    .map(({ mutant }) => mutant)

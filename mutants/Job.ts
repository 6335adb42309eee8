import type { Numbered } from "./Schemata.ts"

/** A test of a file, by its place in it, and how long it takes without a mutant, in milliseconds. */
export interface TestFound {
  readonly name: string
  readonly took: number
  /** Whether it passes without a mutant: one that does not tells nothing. */
  readonly passes: boolean
  /** The mutants that it comes by. */
  readonly reached: ReadonlyArray<number>
}

export interface FileCovered {
  readonly path: string
  /** The mutants that are come by while the file and its imports are loaded, once for all its tests. */
  readonly loading: ReadonlyArray<number>
  readonly tests: ReadonlyArray<TestFound>
  /** Why it could not be loaded. */
  readonly broken?: string
}

/** A mutant and the tests that may notice it, the first to be tried first. */
export interface Trial {
  readonly id: number
  /** It is come by while modules are loaded, so that they have to be loaded again with it. */
  readonly isLoaded: boolean
  readonly tests: ReadonlyArray<{ readonly path: string; readonly at: number; readonly took: number }>
}

export type Job =
  | { readonly kind: "cover"; readonly numbered: ReadonlyArray<Numbered>; readonly paths: ReadonlyArray<string> }
  | { readonly kind: "try"; readonly numbered: ReadonlyArray<Numbered>; readonly trials: ReadonlyArray<Trial>; readonly patience: number }

export type Fate = "killed" | "timed out" | "survived" | "not reached"

export interface Verdict {
  readonly id: number
  readonly fate: Fate
  /** The test that noticed it. */
  readonly by?: string
  /** It survived the slow tests as well. */
  readonly slow?: true
}

/** What a worker says to the overseer. After `begun` an answer has to come within `limit` milliseconds. */
export type Message =
  | { readonly kind: "begun"; readonly what: number | string; readonly limit: number; readonly by: string }
  | { readonly kind: "covered"; readonly file: FileCovered }
  | { readonly kind: "judged"; readonly verdict: Verdict }

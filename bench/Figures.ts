import type { Spread } from "./Statistics.ts"

/** A program beside another one, each run beside one of the other's in the same moment. Times in milliseconds. */
export interface Compared {
  readonly name: string
  readonly milliseconds: Spread
  /** Of processor time. */
  readonly cpu: Spread
  /** The other program, and how many times longer this one takes. */
  readonly beside: string
  readonly ratio: Spread
  readonly cpuRatio: Spread
}

export interface Miss {
  readonly name: string
  /** Where the MFA code comes from. */
  readonly code: "typed" | "item"
  readonly milliseconds: Spread
  /** What is left when the time of `op`, of STS and of starting a terminal is taken off. */
  readonly own: Spread
}

/** So many cold calls at once. Times from the start of all of them, in milliseconds. */
export interface Crowd {
  readonly name: string
  readonly count: number
  readonly opCalls: number
  readonly stsCalls: number
  readonly sessions: number
  readonly first: number
  readonly last: number
}

export interface Memory {
  readonly name: string
  /** Resident at the peak, the runtime's own code included. */
  readonly mebibytes: number
  readonly beside: string
  readonly ratio: number
}

/** `doctor` over so many profiles, and what it may take (milliseconds). */
export interface Doctor {
  readonly name: string
  readonly profiles: number
  readonly milliseconds: Spread
  readonly most: number
}

export interface Size {
  readonly name: string
  readonly bytes: number
  readonly compressed: number
}

/** Everything that the benchmark found out. */
export interface Figures {
  readonly date: string
  readonly machine: { readonly processor: string; readonly cores: number; readonly system: string }
  readonly versions: Readonly<Record<string, string>>
  readonly rounds: number
  readonly hits: ReadonlyArray<Compared>
  /** With many profiles and entries, beside the same with one of each. */
  readonly many: ReadonlyArray<Compared>
  readonly misses: ReadonlyArray<Miss>
  readonly crowds: ReadonlyArray<Crowd>
  readonly doctors: ReadonlyArray<Doctor>
  readonly memory: ReadonlyArray<Memory>
  readonly sizes: ReadonlyArray<Size>
}

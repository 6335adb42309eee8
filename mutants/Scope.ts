import type { Operator } from "./Operators.ts"

/** What is mutated and what is to notice it. Paths are from the root of the repository. */
export interface Scope {
  /** Folders or files whose functions are mutated. */
  readonly rooms: ReadonlyArray<string>
  /** Files or folders in `rooms` that are not. */
  readonly except: ReadonlyArray<string>
  /** Folders or files of tests that run in one process, without the built artifacts. */
  readonly tests: ReadonlyArray<string>
  /** Files among them that are not run, by their name without the suffix. */
  readonly exceptTests: ReadonlyArray<string>
  /** Files among them that take so long that they are asked last, and only where that is wished. */
  readonly slowTests: ReadonlyArray<string>
  readonly testSuffix: string
}

export const scope: Scope = {
  rooms: ["src"],
  except: [
    // What touches the machine is held by contract suites, fault tests and the tests of the built artifacts.
    "src/layers", "src/services", "src/commands",
    "src/main.ts", "src/hit.ts", "src/program.ts", "src/FirstVariables.ts", "src/version.ts"
  ],
  tests: [
    "test/domain", "test/session", "test/property", "test/commands", "test/layers",
    "test/setup", "test/import", "test/rotate", "test/doctor", "test/status", "test/exec"
  ],
  exceptTests: [
    // It counts steps through the engine's inspector, which slows everything that runs after it.
    "Growth",
    // What they test runs in other processes, where no mutant is.
    "CacheKeyring", "CallerProcess", "IamRuntimes", "KeychainProcess", "Leaving", "Log", "LockSqlite", "MfaProcessShell", "OpStatusProcess", "SignalsProcess",
    "StsRuntimes",
    // Minutes of terminals and child processes, for rules that have tests of their own.
    "InterviewTerminal", "OpCliProcess", "OpItemsProcess", "TtyDevice"
  ],
  slowTests: ["Histories.property", "Rotation.property"],
  testSuffix: ".test.ts"
}

/** Sentences for people are held by the tests that quote them; emptying each would say how many do. */
export const leftOut: ReadonlyArray<Operator> = ["words"]

const isBelow = (path: string, place: string): boolean => path === place || path.startsWith(`${place}/`)

export const isOneOf = (path: string, places: ReadonlyArray<string>): boolean => places.some((place) => isBelow(path, place))

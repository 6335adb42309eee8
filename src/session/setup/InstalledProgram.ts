import * as Effect from "effect/Effect"
import { argumentsOfOurs, splitCredentialProcess } from "../../domain/CredentialProcessLine.ts"
import { parseCommandLine } from "../../domain/CommandLine.ts"
import { dividedFlags } from "../../domain/doctor/PlainLine.ts"
import { desktopFolders, pathFolders } from "../../domain/doctor/ProgramFolders.ts"
import type { Environment } from "../../domain/Environment.ts"
import { installedWords, type ProgramPath, type RunningProgram } from "../../domain/setup/InstalledProgram.ts"
import { isForEveryClient } from "../../domain/setup/ProgramLine.ts"
import { Disk } from "../../services/Disk.ts"

/** Everything of that name on a desktop's PATH, then on ours, and where it leads. */
const pathsOf = Effect.fnUntraced(function*(name: string, environment: Environment) {
  const disk = yield* Disk
  const found: Array<ProgramPath> = []
  for (const folder of new Set([...desktopFolders, ...pathFolders(environment["PATH"])])) {
    const path = `${folder === "/" ? "" : folder}/${name}`
    if (!(yield* disk.executable(path))) continue
    const real = yield* disk.real(path)
    if (real !== undefined) found.push({ path, real })
  }
  return found
})

/** The words that run this program again, from anywhere. */
export const programWords = Effect.fnUntraced(function*(running: RunningProgram, environment: Environment) {
  const programs = yield* pathsOf("op-aws-credential-process", environment)
  const runtimes = running.kind === "standalone"
    ? []
    : yield* pathsOf(running.runtime.slice(running.runtime.lastIndexOf("/") + 1), environment)
  return installedWords(running, { programs, runtimes })
})

/** Whether a profile's line is as this program would write it, whatever copy of the program it runs. */
export const isGoodLine = Effect.fnUntraced(function*(line: string, profile: string) {
  const words = splitCredentialProcess(line)
  const ours = words === undefined ? undefined : argumentsOfOurs(words)
  const flags = ours === undefined ? undefined : parseCommandLine(ours)
  if (words === undefined || ours === undefined || flags?.profile !== profile) return false
  const program = words.slice(0, words.length - ours.length)
  if (dividedFlags(flags).moved.length > 0 || !isForEveryClient(program)) return false
  const disk = yield* Disk
  const [runs, script] = program
  return (yield* disk.executable(runs ?? "")) && (script === undefined || (yield* disk.real(script)) !== undefined)
})

import { readFileSync } from "node:fs"

/** By which the launcher names what it was given, as launcher/src/main.rs has it. */
const inheritedVariable = "LAUNCHER_INHERITED_DESCRIPTORS"

/**
 * Takes the list of the open files that are for a command which this process may become out of the environment, as the
 * launcher wrote it: numbers with commas between them. Undefined without one.
 */
export const takeInherited = (): string | undefined => {
  if (process.versions["bun"] === undefined) return undefined
  const list = process.env[inheritedVariable]
  if (list !== undefined) delete process.env[inheritedVariable]
  return list
}

/**
 * Of a variable that stands twice in the environment the first counts, as for getenv(3), for Node and for the launcher;
 * Bun takes the last. Only Linux shows what a process was given; elsewhere the launcher, which Bun's program is
 * installed with, hands on the first alone.
 */
export const takeFirstVariables = (): void => {
  if (process.versions["bun"] === undefined || process.platform !== "linux") return
  let given: string
  try {
    given = readFileSync("/proc/self/environ", "utf8")
  } catch {
    return
  }
  const seen = new Map<string, string>()
  for (const variable of given.split("\0")) {
    const at = variable.indexOf("=")
    if (at === -1) continue
    const name = variable.slice(0, at)
    const first = seen.get(name)
    if (first === undefined) seen.set(name, variable.slice(at + 1))
    else process.env[name] = first
  }
}

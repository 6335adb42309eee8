import { Failure } from "../Failure.ts"
import { type Examined, fineUnless, type Finding, findingOf } from "../Finding.ts"
import { printable } from "../Printable.ts"
import { profileHeader } from "../ProfileHeader.ts"

/** The program that `op` stands for, and what it says of itself. */
export interface OpProgram {
  readonly path: string
  readonly version: string
}

export interface OpFacts {
  readonly program: OpProgram | Failure
  /** As it is configured: a path, or a name for PATH. */
  readonly cliPath: string
  /** Where a program that was started from a desktop would find it. */
  readonly onDesktop: string | undefined
  /** The profiles that use it. */
  readonly profiles: ReadonlyArray<string>
  /** Whether a service account's token is set. */
  readonly byServiceAccount: boolean
}

/** Whether a version such as `2.31.1` or `2.40.0-beta.01` is at least this one. */
const atLeast = (version: string, ...least: ReadonlyArray<number>): boolean => {
  const numbers = version.split(/[.-]/).map(Number)
  for (const [index, wanted] of least.entries()) {
    const number = numbers[index] ?? 0
    if (number !== wanted) return number > wanted
  }
  return true
}

/** Whether 1Password CLI is there and new enough (1Password's pages on service accounts and on WSL name versions). */
export const checkOp = ({ byServiceAccount, cliPath, onDesktop, profiles, program }: OpFacts): Examined => {
  if (program instanceof Failure) {
    return { fine: [], findings: [findingOf("op", program, "without it no key can be read")] }
  }
  const { path, version } = program
  return fineUnless([
    ...versionFindings(program, byServiceAccount),
    ...cliPath.includes("/") || path.endsWith(".exe") || onDesktop !== undefined ? [] : [hidden(path, profiles)]
  ], `1Password CLI ${version} (${path})`)
}

const versionFindings = ({ path, version }: OpProgram, byServiceAccount: boolean): ReadonlyArray<Finding> => {
  const finding = (why: string): Finding => ({
    check: "op",
    severity: "error",
    what: `${printable(path)} is 1Password CLI ${printable(version, 40)}`,
    why,
    mend: "update 1Password CLI to the newest 2.x (https://www.1password.dev/cli/)"
  })
  if (!/^\d+\.\d+/.test(version)) {
    return [finding("that is no version of 1Password CLI 2, so it is probably another program")]
  }
  if (!atLeast(version, 2)) return [finding("version 1 has other commands, and an item cannot be read with it")]
  if (path.endsWith(".exe") && !atLeast(version, 2, 31, 1)) {
    return [finding("on Windows, versions before 2.31.1 do not reach the 1Password app")]
  }
  if (byServiceAccount && !atLeast(version, 2, 18)) return [finding("service accounts need 2.18 or newer")]
  return []
}

const hidden = (path: string, profiles: ReadonlyArray<string>): Finding => ({
  check: "op",
  severity: "warning",
  what: `op is ${printable(path)}, which is not on the PATH of programs that were started from a desktop`,
  why: "an IDE that runs this program then does not find it",
  mend: [
    profiles.length === 0
      ? "name it in the profile"
      : `write in ${profiles.map((name) => profileHeader(name)).join(", ")}`,
    `op_cli_path = ${printable(path)}`
  ].join("\n")
})

import * as Effect from "effect/Effect"
import { profileHeader } from "../../domain/aws-config/AwsConfigSections.ts"
import type { Environment } from "../../domain/base/Environment.ts"
import { printable } from "../../domain/base/Printable.ts"
import { quoteSh } from "../../domain/base/ShellQuoting.ts"
import { desktopFolders, isCheckoutBuild, isManaged, pathFolders, runnerOf } from "../../domain/host/ProgramFolders.ts"
import type { Finding, Severity } from "../Finding.ts"
import { Disk } from "../../services/host/Disk.ts"

/** A name that is looked for: where it is for us, and where for a program that was started from a desktop. */
export interface Lookup {
  readonly name: string
  readonly here: string | undefined
  readonly onDesktop: string | undefined
}

/** What a first line such as `#!/usr/bin/env node` asks for. */
export type Interpreter =
  | { readonly kind: "searched"; readonly lookup: Lookup }
  | { readonly kind: "named"; readonly path: string; readonly there: boolean }

export interface ProgramFacts {
  readonly profile: string
  /** `file:line`. */
  readonly place: string
  /** A bare name, or a path and what stands there. */
  readonly program:
    | { readonly kind: "searched"; readonly lookup: Lookup }
    | { readonly kind: "named"; readonly path: string; readonly standing: "executable" | "not-executable" | "missing" }
  /** The script that a runtime is given as its first argument. */
  readonly script: { readonly path: string; readonly there: boolean } | undefined
  readonly interpreter: Interpreter | undefined
  /** The same line with these words as its program, or with the program as it is but in full. */
  readonly rewritten: (program?: ReadonlyArray<string>) => string
  /** Where this program is installed, as far as PATH says. */
  readonly installed: string | undefined
}

const standalone = "install the standalone executable, which needs no Node, in /usr/local/bin, and "

/** Whether a client can start the program of a `credential_process` line, from a terminal and from a desktop. */
export const checkProgram = (facts: ProgramFacts): ReadonlyArray<Finding> => {
  const found = [...ofProgram(facts), ...ofScript(facts), ...ofInterpreter(facts)]
  return found.length > 0 ? found : ofWhatPasses(facts)
}

const finding = (
  { place, profile }: ProgramFacts,
  severity: Severity,
  what: string,
  why: string,
  mend: string
): Finding => ({
  check: "program",
  severity,
  what: `${place}: ${what}, in the line of ${profileHeader(profile)}`,
  why,
  mend
})

const noClient = "no client can run the line, and none says more than that it failed"
const noDesktop = "an IDE, or anything else that was not started from a shell, cannot run the line"

const ofProgram = (facts: ProgramFacts): ReadonlyArray<Finding> => {
  const { installed, program, rewritten } = facts
  const elsewhere = installed === undefined ? undefined : rewritten([installed])
  if (program.kind === "searched") {
    const { here, name, onDesktop } = program.lookup
    if (onDesktop !== undefined) return []
    return here === undefined
      ? [
        finding(
          facts,
          "error",
          `${printable(name)} is not on PATH`,
          noClient,
          elsewhere ?? `install it in /usr/local/bin; ${rewritten()}`
        )
      ]
      : [
        finding(
          facts,
          "warning",
          `${printable(name)} is ${printable(here)}, which is not on a desktop's PATH`,
          noDesktop,
          rewritten()
        )
      ]
  }
  const { path, standing } = program
  switch (standing) {
    case "missing":
      return [
        finding(
          facts,
          "error",
          `${printable(path)} is not there`,
          noClient,
          elsewhere ?? "install it there, or correct the path"
        )
      ]
    case "not-executable":
      return [
        finding(
          facts,
          "error",
          `${printable(path)} may not be executed`,
          noClient,
          `make it executable\nchmod +x ${quoteSh(path)}`
        )
      ]
    case "executable":
      return []
  }
}

const ofScript = (facts: ProgramFacts): ReadonlyArray<Finding> =>
  facts.script === undefined || facts.script.there
    ? []
    : [
      finding(
        facts,
        "error",
        `${printable(facts.script.path)} is not there`,
        noClient,
        "install it again, or correct the path"
      )
    ]

/** Of a script, the path to it in full, for a line that names the interpreter as well. */
const pathOf = ({ program }: ProgramFacts): string | undefined =>
  program.kind === "named" ? program.path : program.lookup.here

const ofInterpreter = (facts: ProgramFacts): ReadonlyArray<Finding> => {
  const { interpreter, rewritten } = facts
  const path = pathOf(facts)
  if (interpreter === undefined || path === undefined) return []
  if (interpreter.kind === "named") {
    return interpreter.there ? [] : [finding(
      facts,
      "error",
      `${printable(path)} is for ${printable(interpreter.path)}, which is not there`,
      noClient,
      "install it again with the Node that there is, or install the standalone executable, which needs none"
    )]
  }
  const { here, name, onDesktop } = interpreter.lookup
  if (onDesktop !== undefined) return []
  const what = `${printable(path)} is for whichever ${printable(name)} is on PATH, and `
  if (here === undefined) {
    return [
      finding(
        facts,
        "error",
        `${what}there is none`,
        noClient,
        `${standalone}${rewritten(["/usr/local/bin/op-aws-credential-process"])}`
      )
    ]
  }
  return [finding(
    facts,
    "warning",
    `${what}on a desktop's there is none`,
    noDesktop,
    isManaged(here)
      ? `${standalone}${rewritten(["/usr/local/bin/op-aws-credential-process"])}`
      : rewritten([here, path])
  )]
}

/** A program that will not stay where it is. */
const ofWhatPasses = (facts: ProgramFacts): ReadonlyArray<Finding> => {
  const { program, rewritten, script } = facts
  const paths = [program.kind === "named" ? program.path : undefined, script?.path].filter((path) => path !== undefined)
  const mend = `${standalone}${rewritten(["/usr/local/bin/op-aws-credential-process"])}`
  const passing = paths.flatMap((path) => {
    const runner = runnerOf(path)
    return runner !== undefined
      ? [{
        what: `${printable(path)} is a copy in the cache of ${runner}`,
        why: `${runner} deletes it when it likes, and then no client can run the line`
      }]
      : isManaged(path)
      ? [{
        what: `${printable(path)} belongs to a version manager`,
        why: "the path goes away when that changes to another version, and then no client can run the line"
      }]
      : isCheckoutBuild(path)
      ? [{
        what: `${printable(path)} is what a checkout has built`,
        why: "the next build, or another branch, replaces it or takes it away, and then no client can run the line"
      }]
      : []
  })
  return passing.slice(0, 1).map(({ what, why }) => finding(facts, "warning", what, why, mend))
}

const within = Effect.fnUntraced(function*(folders: ReadonlyArray<string>, name: string) {
  const disk = yield* Disk
  for (const folder of folders) {
    const path = `${folder === "/" ? "" : folder}/${name}`
    if (yield* disk.executable(path)) return path
  }
  return undefined
})

/** Where a name leads to in our PATH, and in that of a desktop. */
export const lookUp = Effect.fnUntraced(function*(name: string, environment: Environment): Effect.fn.Return<Lookup, never, Disk> {
  const here = yield* within(pathFolders(environment["PATH"]), name)
  const onDesktop = yield* within(desktopFolders, name)
  return { name, here, onDesktop }
})

const isThere = (path: string) =>
  Effect.flatMap(Disk, (disk) => Effect.map(disk.look(path), ({ kind }) => kind !== "missing"))

const standingAt = Effect.fnUntraced(function*(path: string) {
  const disk = yield* Disk
  if (yield* disk.executable(path)) return "executable" as const
  return (yield* disk.look(path)).kind === "missing" ? "missing" as const : "not-executable" as const
})

/** What the first line of a script asks for; undefined for a program that needs nothing. */
const interpreterOf = Effect.fnUntraced(function*(path: string, environment: Environment) {
  const content = yield* (yield* Disk).read(path)
  const first = content !== undefined && "text" in content
    ? /^#![ \t]*(\S+)(?:[ \t]+(?:-S[ \t]+)?(\S+))?/.exec(content.text)
    : null
  if (first === null) return undefined
  const [, command = "", argument] = first
  const found: Interpreter = command.endsWith("/env") && argument !== undefined
    ? { kind: "searched", lookup: yield* lookUp(argument, environment) }
    : { kind: "named", path: command, there: yield* isThere(command) }
  return found
})

/** All that is to be known of the program of a `credential_process` line, whose words these are. */
export const programFacts = Effect.fnUntraced(function*(
  line: Pick<ProgramFacts, "profile" | "place" | "rewritten"> & {
    readonly words: ReadonlyArray<string>
    /** How many of the words run the program; the others are its arguments. */
    readonly programWords: number
  },
  environment: Environment
) {
  const { programWords, words, ...rest } = line
  const [name = "", argument] = words
  const program: ProgramFacts["program"] = name.includes("/")
    ? { kind: "named", path: name, standing: yield* standingAt(name) }
    : { kind: "searched", lookup: yield* lookUp(name, environment) }
  const path = program.kind === "named" ? program.path : program.lookup.here
  const script = programWords === 2 && argument !== undefined
    ? { path: argument, there: yield* isThere(argument) }
    : undefined
  const facts: ProgramFacts = {
    ...rest,
    program,
    script,
    interpreter: path === undefined || program.kind === "named" && program.standing !== "executable"
      ? undefined
      : yield* interpreterOf(path, environment),
    installed: (yield* lookUp("op-aws-credential-process", environment)).here
  }
  return facts
})

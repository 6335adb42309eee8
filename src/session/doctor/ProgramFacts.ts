import * as Effect from "effect/Effect"
import type { Environment } from "../../domain/Environment.ts"
import type { Interpreter, Lookup, ProgramFacts } from "../../domain/doctor/ProgramCheck.ts"
import { desktopFolders, pathFolders } from "../../domain/doctor/ProgramFolders.ts"
import { Disk } from "../../services/Disk.ts"

const within = Effect.fnUntraced(function*(folders: ReadonlyArray<string>, name: string) {
  const disk = yield* Disk
  for (const folder of folders) {
    const path = `${folder === "/" ? "" : folder}/${name}`
    if (yield* disk.executable(path)) return path
  }
  return undefined
})

/** Where a name leads to in our PATH, and in that of a desktop. */
export const lookUp = (name: string, environment: Environment): Effect.Effect<Lookup, never, Disk> =>
  Effect.gen(function*() {
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

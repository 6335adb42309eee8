import { Effect, type Scope } from "effect"
import { chmodSync, copyFileSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import type { Artifact } from "../cli/Program.ts"
import { type Launch, type Run, Terminal } from "../cli/Terminal.ts"
import { temporaryDirectory } from "../fixtures/TemporaryDirectory.ts"
import { installOp, type OpCall, readCalls } from "../../simulator/op/install.ts"
import { account, awsItem, defaultState, type OpState, updateState, vault, writeState } from "../../simulator/op/State.ts"
import { type CacheEntry, decodeEntry, encodeEntry } from "../../src/domain/cache/CacheEntry.ts"

export interface MachineOptions {
  /** Variables besides HOME and PATH: where AWS is, for one. */
  readonly env?: Readonly<Record<string, string>>
  /** What is different about 1Password; the item `AWS` of the vault `Private` has a key and no one-time password. */
  readonly op?: Partial<OpState>
  /** Where 1Password's program is, if not in PATH. */
  readonly opPath?: string
}

/** A program to start, with what it needs in its environment. */
export type Command = Pick<Launch, "command" | "args" | "env">

/** Where AWS clients are used: a home directory whose path has spaces, a terminal, the program installed in it. */
export interface Machine {
  readonly home: string
  readonly terminal: Terminal
  /** The path of an artifact as a person would have it after an installation. */
  readonly installed: (artifact: Artifact) => string
  /** Runs a command in the home, with the artifact found through PATH. */
  readonly run: (artifact: Artifact, command: Command, launch?: Partial<Launch>) => Effect.Effect<Run>
  /** Writes `~/.aws/config`. */
  readonly configure: (...lines: ReadonlyArray<string>) => void
  /** Every call of the simulated `op` so far. */
  readonly opCalls: () => ReadonlyArray<OpCall>
  /** Replaces parts of the state of the simulated `op`. */
  readonly changeOp: (change: Partial<OpState>) => void
  /** The text of a profile's file in the cache. */
  readonly cached: (profile: string) => string
  /** Puts a text there, as a program would that has the cache to itself. */
  readonly cache: (profile: string, text: string) => void
  /** Changes a cached session. */
  readonly age: (profile: string, change: (entry: CacheEntry) => CacheEntry) => void
}

const program = "op-aws-credential-process"

/** As `npm install --global` leaves it: the files, and a link to the one that `bin` names. */
export const installPackage = (home: string, { args: [script = ""], command }: Artifact): string => {
  const dist = dirname(script)
  const target = join(home, "npm/lib/node_modules", program)
  const bin = join(home, "npm/bin")
  mkdirSync(join(target, "dist"), { recursive: true })
  mkdirSync(bin)
  copyFileSync(join(dist, "../package.json"), join(target, "package.json"))
  for (const file of readdirSync(dist).filter((name) => name.endsWith(".js"))) {
    copyFileSync(join(dist, file), join(target, "dist", file))
  }
  chmodSync(join(target, "dist/main.js"), 0o755)
  symlinkSync(join(target, "dist/main.js"), join(bin, program))
  symlinkSync(command, join(bin, "node"))
  return join(bin, program)
}

const installBinary = (home: string, { command }: Artifact): string => {
  const bin = join(home, "bin")
  mkdirSync(bin)
  symlinkSync(command, join(bin, program))
  return join(bin, program)
}

/** Sets up a machine for one test; it goes with the scope. */
export const makeMachine = (options: MachineOptions = {}): Effect.Effect<Machine, never, Scope.Scope> =>
  Effect.gen(function*() {
    const home = join(yield* temporaryDirectory, "home of a person")
    const state = writeState(
      join(home, "1password/state.json"),
      defaultState({ accounts: [account({ vaults: [vault({ items: [awsItem()] })] })], ...options.op })
    )
    if (options.opPath === undefined) installOp(join(home, "1password"), { state })
    else installOp(dirname(options.opPath), { state, name: "op.exe" })
    mkdirSync(join(home, ".aws"))
    const terminal = yield* Terminal.open()
    const programs = new Map<Artifact, string>()
    const installed = (artifact: Artifact): string => {
      const known = programs.get(artifact)
      if (known !== undefined) return known
      const path = artifact.args.length > 0 ? installPackage(home, artifact) : installBinary(home, artifact)
      programs.set(artifact, path)
      return path
    }
    const fileOf = (profile: string) => join(home, ".cache", program, `${profile}.json`)
    const cached = (profile: string) => readFileSync(fileOf(profile), "utf8")
    const cache = (profile: string, text: string) => {
      mkdirSync(dirname(fileOf(profile)), { recursive: true, mode: 0o700 })
      writeFileSync(fileOf(profile), text, { mode: 0o600 })
    }
    return {
      home,
      terminal,
      installed,
      cached,
      cache,
      run: (artifact, { args = [], command, env }, launch) =>
        terminal.start({
          cwd: home,
          ...launch,
          command,
          args,
          env: {
            HOME: home,
            PATH: `${dirname(installed(artifact))}:${join(home, "1password")}:/usr/bin:/bin`,
            AWS_EC2_METADATA_DISABLED: "true",
            ...options.env,
            ...env
          }
        }),
      configure: (...lines) => writeFileSync(join(home, ".aws/config"), `${lines.join("\n")}\n`),
      opCalls: () => readCalls(state),
      changeOp: (change) => updateState(state, () => change),
      age: (profile, change) => {
        const entry = decodeEntry(cached(profile))
        if (entry === undefined) throw new Error(`the cache has no session of ${profile}`)
        cache(profile, encodeEntry(change(entry)))
      }
    }
  })

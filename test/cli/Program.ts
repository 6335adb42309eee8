import { Effect, type Scope } from "effect"
import { existsSync, mkdirSync, writeFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { installOp, type OpCall, readCalls } from "../../simulator/op/install.ts"
import {
  account,
  awsItem,
  type AwsItemOptions,
  defaultState,
  type OpState,
  updateState,
  vault,
  writeState
} from "../../simulator/op/State.ts"
import { type RunningSts, startSts } from "../../simulator/sts/Sts.ts"
import { defaultSerial, type StsState } from "../../simulator/sts/StsState.ts"
import { totpStep } from "../../simulator/Totp.ts"
import { itWhere } from "../fixtures/ItWhere.ts"
import { temporaryDirectory } from "../fixtures/TemporaryDirectory.ts"
import { type Launch, type Run, Terminal } from "./Terminal.ts"

/** Something that was built and can be run. */
export interface Artifact {
  readonly name: string
  readonly command: string
  readonly args: ReadonlyArray<string>
}

const dist = resolve(import.meta.dirname, "../../dist")

/** The bundle, under the Node that runs the tests. */
export const bundle: Artifact = { name: "the bundle", command: process.execPath, args: [join(dist, "main.js")] }

/** What is installed: the launcher and the standalone executable that it becomes, or that alone where there is no launcher. */
export const binary: Artifact = {
  name: "the binary",
  command: join(dist, "bin", "op-aws-credential-process"),
  args: []
}

/** The standalone executable without the launcher that it is installed with; undefined where none was built. */
export const programAlone: Artifact | undefined = existsSync(join(dist, "libexec"))
  ? { name: "the program alone", command: join(dist, "libexec", "op-aws-credential-process", "program"), args: [] }
  : undefined

/** The bundle under the oldest Node that it promises to run on, where the test command could install that. */
export const bundleOnOldNode: Artifact | undefined = process.env["TEST_NODE_22"] === undefined
  ? undefined
  : { ...bundle, name: "the bundle under Node 22", command: process.env["TEST_NODE_22"] }

/** What is promised of one holds for the other: `describe.each(artifacts)("… with $name", (artifact) => …)`. */
export const artifacts: ReadonlyArray<Artifact> = [bundle, binary]

/** What is installed, for what has nothing to do with the runtime: the other artifact is the same JavaScript. */
export const installed: ReadonlyArray<Artifact> = [binary]

/**
 * A test among those of both artifacts, of something that has nothing to do with the runtime and that tests of the rules
 * prove too: it is seen on what is installed alone.
 */
export const onInstalled = (artifact: Artifact) => itWhere(artifact === binary)

/** The same with the program alone, for what the launcher might change. */
export const allArtifacts: ReadonlyArray<Artifact> = [...artifacts, ...(programAlone === undefined ? [] : [programAlone])]

/** Profiles of a config file, with their keys. */
export type Profiles = Readonly<Record<string, Readonly<Record<string, string>>>>

/** The keys of a profile of ours that names the simulated item and the simulated user's device. */
export const profile = (keys: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> => ({
  region: "eu-central-1",
  op_vault: "Private",
  op_item: "AWS",
  mfa_serial: defaultSerial,
  ...keys
})

export interface HomeOptions {
  readonly artifact: Artifact
  /** `dev` with the keys of `profile()` unless others are given. */
  readonly profiles?: Profiles
  /** What is different about the item; it has no one-time password unless `seed` is given. */
  readonly item?: AwsItemOptions
  /** What is different about 1Password. */
  readonly op?: Partial<OpState>
  /** What is different about AWS. */
  readonly sts?: Partial<StsState>
  /** Besides HOME, PATH, AWS_ENDPOINT_URL_STS and AWS_ENDPOINT_URL_IAM, which is all that a program gets. */
  readonly env?: Readonly<Record<string, string>>
  /** One of its own unless another one is given, which saves a moment where nothing is seen on it anyway. */
  readonly terminal?: Terminal
}

/** How a call differs from one in the foreground of the home's terminal. */
export interface RunOptions extends Pick<Launch, "stdin" | "stdout" | "stderr" | "place" | "cwd" | "env"> {
  readonly artifact?: Artifact
  readonly terminal?: Terminal
}

/** A person's machine: a home directory, a terminal, 1Password, and AWS in reach. */
export interface Home {
  readonly path: string
  /** Where sessions are cached unless the environment says something else. */
  readonly cache: string
  readonly terminal: Terminal
  readonly env: Readonly<Record<string, string>>
  readonly sts: RunningSts
  /** Every call of the simulated `op` so far, in order. */
  readonly opCalls: () => ReadonlyArray<OpCall>
  /** Replaces parts of the state of the simulated `op`. */
  readonly changeOp: (change: (state: OpState) => Partial<OpState>) => void
  /** Writes `~/.aws/config` anew. */
  readonly configure: (profiles: Profiles) => void
  /** A code that AWS accepts now and has not accepted yet. */
  readonly code: (serial?: string) => string
  /** Starts the program. */
  readonly run: (args: ReadonlyArray<string>, options?: RunOptions) => Effect.Effect<Run>
}

const printProfiles = (profiles: Profiles): string =>
  Object.entries(profiles).map(([name, keys]) =>
    [
      name === "default" ? "[default]" : `[profile ${name}]`,
      ...Object.entries(keys).map(([key, value]) => `${key} = ${value}`),
      ""
    ].join("\n")
  ).join("\n")

/** The first of the two steps whose codes AWS takes that it has not taken yet. */
const unspentCode = (sts: RunningSts, serial: string): string => {
  const seed = Object.values(sts.state.users).map(({ mfa }) => mfa[serial]).find((known) => known !== undefined)
  const spent = sts.state.spentSteps[serial] ?? []
  const step = seed === undefined ? 0 : totpStep(seed, sts.now())
  const later = [0, 1].find((offset) => !spent.includes(step + offset))
  if (later === undefined) throw new Error("all codes that AWS would take now are spent: move its clock")
  return sts.code(serial, later)
}

/** Sets up a machine for one test; it goes with the scope. Fails where the artifact was not built. */
export const makeHome = (options: HomeOptions): Effect.Effect<Home, never, Scope.Scope> =>
  Effect.gen(function*() {
    const [needed = ""] = [...options.artifact.args, options.artifact.command]
    if (!existsSync(needed)) return yield* Effect.die(new Error(`${needed} is not there: build it first`))
    const path = yield* temporaryDirectory
    const state = writeState(
      join(path, "1password", "state.json"),
      defaultState({ accounts: [account({ vaults: [vault({ items: [awsItem(options.item)] })] })], ...options.op })
    )
    installOp(join(path, "bin"), { state })
    const sts = yield* Effect.acquireRelease(
      Effect.promise(() => startSts({ state: options.sts ?? {} })),
      (running) => Effect.promise(() => running.close())
    )
    const terminal = options.terminal ?? (yield* Terminal.open())
    const env = {
      HOME: path,
      PATH: `${path}/bin:/usr/bin:/bin`,
      AWS_ENDPOINT_URL_STS: sts.url,
      AWS_ENDPOINT_URL_IAM: sts.url,
      ...options.env
    }
    const configure = (profiles: Profiles): void => {
      mkdirSync(join(path, ".aws"), { recursive: true })
      writeFileSync(join(path, ".aws", "config"), printProfiles(profiles))
    }
    configure(options.profiles ?? { dev: profile() })
    return {
      path,
      cache: join(path, ".cache", "op-aws-credential-process"),
      terminal,
      env,
      sts,
      opCalls: () => readCalls(state),
      changeOp: (change) => updateState(state, change),
      configure,
      code: (serial = defaultSerial) => unspentCode(sts, serial),
      run: (args, { artifact = options.artifact, terminal: on = terminal, ...rest } = {}) =>
        on.start({
          cwd: path,
          ...rest,
          command: artifact.command,
          args: [...artifact.args, ...args],
          env: { ...env, ...rest.env }
        })
    }
  })

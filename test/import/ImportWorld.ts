import { Effect, Layer } from "effect"
import { configPath, credentialsPath } from "../fakes/aws-config/AwsFilesMemory.ts"
import * as CredentialProcessFake from "../fakes/aws-config/CredentialProcessFake.ts"
import * as DiskMemory from "../fakes/host/DiskMemory.ts"
import { type Answer, InterviewFake } from "../fakes/terminal/InterviewFake.ts"
import * as NotesMemory from "../fakes/cache/NotesMemory.ts"
import * as OpCliFake from "../fakes/onepassword/OpCliFake.ts"
import * as OpStatusFake from "../fakes/onepassword/OpStatusFake.ts"
import * as StsFake from "../fakes/aws/StsFake.ts"
import { type WizardMachine, wizardServices } from "../setup/WizardMachine.ts"
import { account, awsItem, item, type OpItem as StoredItem, vault } from "../../simulator/op/State.ts"
import type { Environment } from "../../src/domain/base/Environment.ts"
import { importKey } from "../../src/import/Import.ts"
import { importNoteName } from "../../src/import/ImportDestination.ts"
import { rehearseImport } from "../../src/import/ImportRehearsal.ts"
import type { ImportRequest } from "../../src/import/ImportRequest.ts"
import { AwsFiles } from "../../src/services/aws-config/AwsFiles.ts"
import { Sts } from "../../src/services/aws/Sts.ts"
import { Notes } from "../../src/services/cache/Notes.ts"
import { OpItems } from "../../src/services/onepassword/OpItems.ts"
import * as InterviewUnattended from "../../src/session/interview/InterviewUnattended.ts"
import * as ProgressTerminal from "../../src/session/terminal/ProgressTerminal.ts"

export const keyId = "AKIAFAKE0000EXAMPLE0"
export const secret = "fake-secret-for-tests"
export const program = "/usr/local/bin/op-aws-credential-process"
export const usualTitle = "AWS 123456789012 user"

export const plaintext = (name = "dev", id = keyId, value = secret): string =>
  `[${name}]\naws_access_key_id = ${id}\naws_secret_access_key = ${value}\n`

/** All that there is besides the processes. */
export interface World extends WizardMachine {
  readonly notes: Map<string, string>
  environment: Environment
  /** What somebody else does just before a file is replaced. */
  meanwhile?: () => void
  /** What somebody else does just before an item is read, with the number of the reading. */
  beforeReading?: (number: number) => void
}

export interface Parts {
  readonly credentials?: string
  readonly config?: string
  readonly items?: ReadonlyArray<StoredItem>
  readonly environment?: Environment
}

/** A key in the credentials file, and a vault with nothing in it but a login. */
export const makeWorld = (parts: Parts = {}): World => {
  const items = parts.items ?? [item({ title: "Bank", category: "LOGIN" })]
  const accounts = [account({ vaults: [vault({ items: [...items] })] })]
  const things: DiskMemory.Things = new Map<string, DiskMemory.Thing>([
    [program, { text: "\x7fELF", mode: 0o755 }],
    ["/usr/bin/op", { text: "\x7fELF", mode: 0o755 }]
  ])
  things.set(credentialsPath, { text: parts.credentials ?? plaintext(), mode: 0o600 })
  if (parts.config !== undefined) things.set(configPath, { text: parts.config, mode: 0o600 })
  return {
    op: OpCliFake.makeWorld({ accounts }),
    status: OpStatusFake.makeOpStatusWorld({ accounts }),
    sts: StsFake.makeSts(),
    notes: new Map(),
    things,
    lines: CredentialProcessFake.makeLines(),
    environment: { PATH: "/usr/bin:/bin", HOME: "/home/me", ...parts.environment }
  }
}

export const itemsOf = (world: World): ReadonlyArray<StoredItem> => world.op.accounts.flatMap(({ vaults }) => vaults.flatMap(({ items }) => items))

/** What the fields of an item hold, by label. */
export const fieldsOf = (stored: StoredItem | undefined): Readonly<Record<string, string | undefined>> =>
  Object.fromEntries((stored?.fields ?? []).map(({ label, value }) => [label ?? "", value]))

/** The items that hold the key. */
export const itemsWithKey = (world: World): ReadonlyArray<StoredItem> =>
  itemsOf(world).filter(({ fields }) => fields.some(({ value }) => value === secret) && fields.some(({ value }) => value === keyId))

export const textOf = (world: World, path: string): string => {
  const thing = world.things.get(path)
  return thing !== undefined && "text" in thing ? thing.text : ""
}

export const isInPlaintext = (world: World): boolean => [...world.things.keys()].some((path) => textOf(world, path).includes(secret))

export const noteOf = (world: World): string | undefined => world.notes.get(importNoteName(keyId))

/** What somebody says on the command line; `unattended` for `--yes`. */
export type Wish = Partial<ImportRequest> & { readonly unattended?: boolean }

const attendance = ({ unattended = false }: Wish, dryRun = false) =>
  InterviewUnattended.layer("import", unattended, dryRun ? "asks nothing" : { instead: "pass --yes" })

export const requestOf = (world: World, { unattended: _, ...wish }: Wish = {}): ImportRequest => ({
  environment: world.environment,
  workingDirectory: "/project",
  source: { kind: "profile", profile: "dev" },
  flags: {},
  region: undefined,
  title: undefined,
  mfaSerial: undefined,
  replace: false,
  remove: false,
  setup: false,
  running: { kind: "standalone", path: program },
  look: { color: false, unicode: true },
  ...wish
})

/** Counts what a process does to the world, and ends it as SIGKILL does before or after one of these deeds. */
export interface Mortality {
  readonly at: number
  readonly when: "before" | "after"
  deeds: number
}

class Killed extends Error {}

const mortal = (life: Mortality | undefined) => <A, E, R>(deed: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.suspend(() => {
    if (life === undefined) return deed
    const number = life.deeds++
    if (number !== life.at) return number > life.at ? Effect.die(new Killed()) : deed
    return life.when === "before" ? Effect.die(new Killed()) : Effect.andThen(deed, Effect.die(new Killed()))
  })

const mortalLayer = (world: World, life: Mortality | undefined) => {
  const may = mortal(life)
  let readings = 0
  return Layer.mergeAll(
    Layer.effect(OpItems, Effect.map(OpItems, (items) => ({
      vaults: (...all) => may(items.vaults(...all)),
      list: (...all) => may(items.list(...all)),
      read: (...all) =>
        Effect.suspend(() => {
          world.beforeReading?.(++readings)
          return may(items.read(...all))
        }),
      create: (...all) => may(items.create(...all)),
      replace: (...all) => may(items.replace(...all))
    }))),
    Layer.effect(AwsFiles, Effect.map(AwsFiles, (files) => ({
      ...files,
      replace: (...all: Parameters<typeof files.replace>) => Effect.suspend(() => {
        world.meanwhile?.()
        return may(files.replace(...all))
      })
    }))),
    Layer.effect(Notes, Effect.map(Notes, (notes) => ({
      ...notes,
      write: (...all: Parameters<typeof notes.write>) => may(notes.write(...all)),
      remove: (...all: Parameters<typeof notes.remove>) => may(notes.remove(...all))
    }))),
    Layer.effect(Sts, Effect.map(Sts, (sts) => ({
      ...sts,
      callerIdentity: (...all: Parameters<typeof sts.callerIdentity>) => may(sts.callerIdentity(...all))
    })))
  )
}

/** The services of one process in this world, with this person at its terminal, or nobody. */
const processOf = (world: World, answers: ReadonlyArray<Answer> | "absent", life?: Mortality) => {
  const outside = Layer.mergeAll(wizardServices(world, answers), NotesMemory.layerOver(world.notes))
  return mortalLayer(world, life).pipe(
    Layer.provideMerge(ProgressTerminal.layer),
    Layer.provideMerge(outside)
  )
}

/** Runs `import` once, and gives how it ended and what stayed on the terminal. */
export const run = (
  world: World,
  answers: ReadonlyArray<Answer> | "absent",
  wish: Wish = {},
  life?: Mortality
) =>
  Effect.gen(function*() {
    const exit = yield* Effect.exit(importKey(requestOf(world, wish)).pipe(Effect.provide(attendance(wish))))
    const interview = yield* InterviewFake
    return {
      exit,
      transcript: (yield* interview.transcript).join("\n"),
      questions: yield* interview.questions,
      offered: yield* interview.offered,
      unused: yield* interview.unused
    }
  }).pipe(Effect.provide(processOf(world, answers, life)))

/** The failure of a run that did not end well. */
export const failureOf = (world: World, answers: ReadonlyArray<Answer> | "absent", wish: Wish = {}) =>
  Effect.gen(function*() {
    const failure = yield* Effect.flip(importKey(requestOf(world, wish)).pipe(Effect.provide(attendance(wish))))
    const transcript = (yield* (yield* InterviewFake).transcript).join("\n")
    return { failure, tag: failure._tag, transcript }
  }).pipe(Effect.provide(processOf(world, answers)))

/** The text of a dry run. */
export const rehearse = (world: World, wish: Wish = {}, answers: ReadonlyArray<Answer> = []) =>
  rehearseImport(requestOf(world, wish)).pipe(Effect.provide(Layer.provideMerge(attendance(wish, true), processOf(world, answers))))

/** An item with a key in it. */
export const itemWithKey = (parts: Parameters<typeof awsItem>[0] = {}): StoredItem =>
  awsItem({ accessKeyId: "AKIAFAKE0000EXAMPLE9", secretAccessKey: "fake-older-secret", ...parts })

export { configPath, credentialsPath }

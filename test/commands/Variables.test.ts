import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { script, write } from "../fixtures/Programs.ts"
import { runningSts } from "../fixtures/StsServer.ts"
import { temporaryDirectory } from "../fixtures/TemporaryDirectory.ts"
import { cli } from "../../src/commands/cli.ts"
import type { Environment } from "../../src/domain/base/Environment.ts"
import { flagSpecs } from "../../src/domain/settings/Flags.ts"
import * as Live from "../../src/layers/Live.ts"
import * as DialogManners from "../../src/session/mfa/DialogManners.ts"
import * as ProgressTerminal from "../../src/session/terminal/ProgressTerminal.ts"

interface Machine {
  readonly home: string
  /** Of the simulated AWS. */
  readonly endpoint: string
  /** What op was started with so far, a call a line. */
  readonly calls: () => string
}

const item = {
  id: "fakeitem",
  title: "AWS",
  category: "API_CREDENTIAL",
  vault: { id: "fakevault", name: "Private" },
  version: 1,
  fields: [
    { id: "1", type: "STRING", label: "Access key ID", value: "AKIAFAKE0000EXAMPLE0" },
    { id: "2", type: "CONCEALED", label: "Secret access key", value: "fake-secret-for-tests" }
  ]
}

const ours = { url: "fake.1password.com", email: "fake@example.com", user_uuid: "FAKEUSER", account_uuid: "fake-account" }

/** A home with a profile, a key in plaintext, and an `op` that knows one item and writes down what it is started with. */
const machine = Effect.gen(function*() {
  const home = yield* temporaryDirectory
  const started = join(home, "started")
  const op = script(
    join(home, "bin", "op"),
    `echo "$*" >>'${started}'`,
    "case \"$*\" in",
    "--version) echo 2.30.0;;",
    `'account list'*) printf '%s\\n' '${JSON.stringify([ours])}';;`,
    `*'item get'*) printf '%s\\n' '${JSON.stringify(item)}';;`,
    "*) exit 1;;",
    "esac"
  )
  const keys = ["op_item = op://Private/AWS", "mfa_serial = arn:aws:iam::123456789012:mfa/user", `op_cli_path = ${op}`, "region = eu-central-1"]
  const sts = yield* runningSts()
  write(join(home, ".aws", "config"), ["[profile dev]", ...keys, `endpoint_url = ${sts.url}`, ""].join("\n"), 0o600)
  write(join(home, ".aws", "credentials"), "[old]\naws_access_key_id = AKIAFAKE0000EXAMPLE0\naws_secret_access_key = fake-secret-for-tests\n", 0o600)
  return { home, endpoint: sts.url, calls: () => existsSync(started) ? readFileSync(started, "utf8") : "" } satisfies Machine
})

/** What a command line comes to in this home: its failure, or that there is none. */
const outcome = ({ endpoint, home }: Machine, words: ReadonlyArray<string>, variables: Environment) => {
  const environment = { HOME: home, PATH: `${home}/bin:/usr/bin:/bin`, AWS_ENDPOINT_URL: endpoint, AWS_REGION: "eu-central-1", ...variables }
  const live = Layer.provideMerge(Layer.mergeAll(DialogManners.layer, ProgressTerminal.layer), Live.layer(environment))
  return Effect.match(Effect.provide(cli(words, environment), live), {
    onFailure: ({ exitCode, hint, message }) => ({ exitCode: Number(exitCode), said: `${message}\n${hint}` }),
    onSuccess: () => ({ exitCode: 0, said: "" })
  })
}

/** A value that no command can go by, with what else has to be set for that to show. */
const unusable: Readonly<Record<string, Environment>> = {
  OP_AWS_DURATION: { OP_AWS_DURATION: "soon" },
  OP_AWS_VAULT: { OP_AWS_VAULT: "Other", OP_AWS_ITEM: "op://Private/AWS" },
  OP_AWS_ITEM: { OP_AWS_ITEM: "op://Private" },
  OP_AWS_CLI_PATH: { OP_AWS_CLI_PATH: "bin/op" },
  OP_AWS_MFA: { OP_AWS_MFA: "telepathy" },
  OP_AWS_POLICY: { OP_AWS_POLICY: "relative.json" },
  OP_AWS_SCOPE_DURATION: { OP_AWS_SCOPE_DURATION: "later" },
  OP_AWS_TIMEOUT: { OP_AWS_TIMEOUT: "later" },
  OP_AWS_CACHE: { OP_AWS_CACHE: "attic" },
  OP_AWS_LOG_LEVEL: { OP_AWS_LOG_LEVEL: "loud" }
}

/** Variables that may hold anything: what is to be seen of them is another matter. */
const anything = ["OP_AWS_ACCOUNT", "OP_AWS_NO_PROMPT"]

const all = [...Object.keys(unusable), ...anything]
const ofHouse = ["OP_AWS_CACHE", "OP_AWS_LOG_LEVEL"]
/** What narrows a session is nothing to who uses the key itself. */
const ofKey = all.filter((name) => name !== "OP_AWS_POLICY" && name !== "OP_AWS_SCOPE_DURATION")
const ofProfile = ofKey.filter((name) => name !== "OP_AWS_NO_PROMPT")
const ofImport = ["OP_AWS_VAULT", "OP_AWS_ITEM", "OP_AWS_CLI_PATH", "OP_AWS_ACCOUNT", "OP_AWS_LOG_LEVEL"]

/** What tells of a setting of a profile's that is wrong, instead of refusing it, is in `test/cli/onepassword/OneLookUp.test.ts`. */
interface Case {
  readonly words: ReadonlyArray<string>
  /** The variables of the table that mean something to it. */
  readonly reads: ReadonlyArray<string>
}

const commands: Readonly<Record<string, Case>> = {
  "the root command": { words: ["--profile", "dev"], reads: all },
  "login": { words: ["login", "dev"], reads: all },
  "exec": { words: ["exec", "dev", "--", "true"], reads: all },
  "env": { words: ["env", "dev"], reads: all },
  "rotate": { words: ["rotate", "dev", "--yes"], reads: ofKey },
  "setup": { words: ["setup", "new", "--yes", "--print"], reads: ofProfile },
  "import": { words: ["import", "old", "--yes"], reads: ofImport },
  "status": { words: ["status", "dev"], reads: ofHouse },
  "clear": { words: ["clear", "dev"], reads: ofHouse }
}

const pairs = Object.entries(commands).flatMap(([command, { reads, words }]) => reads.map((name) => ({ command, name, words })))

describe("every command reads the variables of the table", () => {
  it("and none of them is left out here", () => {
    const table = Object.values(flagSpecs).flatMap(({ variable }) => variable === undefined ? [] : [variable])
    assert.sameMembers(all, table)
  })

  it.live.each(pairs.filter(({ name }) => !anything.includes(name)))("$command refuses an unusable $name by its name", ({ name, words }) =>
    Effect.gen(function*() {
      const here = yield* machine
      const { exitCode, said } = yield* outcome(here, words, unusable[name]!)
      assert.strictEqual(exitCode, 2, said)
      assert.include(said, name)
      // Before anybody is asked for anything.
      assert.strictEqual(here.calls(), "")
    }))

  it.live.each(pairs.filter(({ name }) => name === "OP_AWS_ACCOUNT"))("$command asks 1Password as the account of $name", ({ name, words }) =>
    Effect.gen(function*() {
      const here = yield* machine
      yield* outcome(here, words, { [name]: "fake-account", OP_AWS_ITEM: "op://Private/AWS", OP_AWS_CLI_PATH: join(here.home, "bin", "op") })
      assert.match(here.calls(), /--account[ =]fake-account/)
    }))

  it.live.each(pairs.filter(({ name }) => name === "OP_AWS_NO_PROMPT"))("$command asks nobody where $name is set", ({ name, words }) =>
    Effect.gen(function*() {
      const here = yield* machine
      const { exitCode, said } = yield* outcome(here, words, { [name]: "1" })
      assert.strictEqual(exitCode, 5, said)
      assert.include(said, name)
    }))
})

import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { existsSync, renameSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { account, awsItem, item, readState, vault } from "../../../simulator/op/State.ts"
import { script } from "../../fixtures/Programs.ts"
import { isInPlaintext, itemsWithKey, makeImportHome, opItems, runImport, stateOf } from "../import/ImportHome.ts"
import { artifacts, type Home, installed, makeHome } from "../Program.ts"

const plaintext = "[old]\naws_access_key_id = AKIAFAKE0000EXAMPLE0\naws_secret_access_key = fake-secret-for-tests\n"

/** Every command that has to do with a profile, as it would start `op` if it were to. */
const commands: ReadonlyArray<readonly [name: string, words: ReadonlyArray<string>]> = [
  ["the root command", ["--profile", "dev", "--refresh"]],
  ["login", ["login", "dev"]],
  ["exec", ["exec", "dev", "--", "true"]],
  ["env", ["env", "dev"]],
  ["rotate", ["rotate", "dev", "--yes"]],
  ["setup", ["setup", "dev", "--yes", "--print"]],
  ["import", ["import", "old", "--yes", "--op-vault", "Private"]],
  ["status", ["status"]],
  ["clear", ["clear", "dev"]],
  ["doctor", ["doctor"]]
]

/** What tells and forgets goes on without an `op`. */
const goesOn = ["status", "clear", "doctor"]

const call = (home: Home, words: ReadonlyArray<string>, env: Readonly<Record<string, string>>) =>
  Effect.flatMap(home.run(words, { place: "elsewhere", env }), ({ exit }) => exit)

describe.each(artifacts)("with a relative OP_AWS_CLI_PATH, $name", (artifact) => {
  it.live("starts nothing, whatever the command", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact, item: { seed: "FAKESEEDFAKESEED" } })
      writeFileSync(join(home.path, ".aws", "credentials"), plaintext, { mode: 0o600 })
      script(join(home.path, "bin", "other"), `echo "$*" >>'${home.path}/started'`, "exit 1")
      for (const [name, words] of commands) {
        const { code, stderr, stdout } = yield* call(home, words, { OP_AWS_CLI_PATH: "bin/other" })
        assert.isFalse(existsSync(join(home.path, "started")), name)
        if (goesOn.includes(name)) {
          if (name !== "clear") assert.match(stdout, /OP_AWS_CLI_PATH is "?bin\/other|OP_AWS_CLI_PATH/, name)
          continue
        }
        assert.deepStrictEqual({ name, code, stdout }, { name, code: 2, stdout: "" })
        assert.match(stderr, /^error: .*OP_AWS_CLI_PATH/, name)
      }
    }))
})

/** A value of each variable that no profile can be used with. */
const unusable: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  OP_AWS_DURATION: { OP_AWS_DURATION: "soon" },
  OP_AWS_VAULT: { OP_AWS_VAULT: "Other", OP_AWS_ITEM: "op://Private/AWS" },
  OP_AWS_ITEM: { OP_AWS_ITEM: "op://Private" },
  OP_AWS_MFA: { OP_AWS_MFA: "telepathy" },
  OP_AWS_TIMEOUT: { OP_AWS_TIMEOUT: "later" }
}

describe.each(installed)("what tells of the profiles, $name,", (artifact) => {
  it.live("names the variable that none of them can be used with", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact })
      for (const [name, env] of Object.entries(unusable)) {
        for (const words of [["status", "--json"], ["doctor", "--json"]]) {
          assert.include((yield* call(home, words, env)).stdout, name, `${words[0]} with ${name}`)
        }
      }
    }), 120_000)

  it.live("doctor names a cache or a level that there is none of, and examines all the rest", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact })
      for (const [name, value] of [["OP_AWS_CACHE", "attic"], ["OP_AWS_LOG_LEVEL", "loud"]] as const) {
        const { code, stdout } = yield* call(home, ["doctor"], { [name]: value })
        assert.strictEqual(code, 1)
        assert.include(stdout, `${name} is "${value}"`)
        assert.include(stdout, "no key in plaintext in AWS's files")
      }
    }))

  it.live("doctor says as much as OP_AWS_LOG_LEVEL asks for", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact })
      assert.notInclude((yield* call(home, ["doctor", "--online"], {})).stderr, "debug")
      assert.include((yield* call(home, ["doctor", "--online"], { OP_AWS_LOG_LEVEL: "debug" })).stderr, "debug")
    }))
})

describe.each(installed)("import with $name", (artifact) => {
  const vaults = [vault({ id: "fakeothervault", name: "Other", items: [] }), vault({ name: "Private", items: [item({ title: "Bank", category: "LOGIN" })] })]
  const words = ["dev", "--yes", "--remove"]

  it.live("puts the key into the vault and the account that the environment names, through the op that it names", () =>
    Effect.gen(function*() {
      const home = yield* makeImportHome(artifact, { op: { accounts: [account({ vaults })] } })
      const undecided = yield* runImport(home, words, { place: "elsewhere" })
      assert.strictEqual(undecided.code, 2, undecided.stderr)
      assert.isTrue(isInPlaintext(home))
      const [mine] = readState(stateOf(home)).accounts
      const op = join(home.path, "bin", "1password")
      renameSync(join(home.path, "bin", "op"), op)
      const env = { OP_AWS_VAULT: "Other", OP_AWS_ACCOUNT: mine!.account_uuid, OP_AWS_CLI_PATH: op }
      const done = yield* runImport(home, words, { place: "elsewhere", env })
      assert.strictEqual(done.code, 0, done.stderr)
      assert.strictEqual(itemsWithKey(home).length, 1)
      assert.isFalse(isInPlaintext(home))
      const making = home.opCalls().find(({ argv }) => argv.includes("create"))
      assert.includeMembers([...making?.argv ?? []], ["--vault", "Other", "--account", mine!.account_uuid])
    }))

  it.live("puts the key into the item that the environment names", () =>
    Effect.gen(function*() {
      const home = yield* makeImportHome(artifact, {
        items: [awsItem({ accessKeyId: "AKIAFAKE0000EXAMPLE9", secretAccessKey: "fake-older-secret" })]
      })
      const env = { OP_AWS_ITEM: "op://Private/AWS" }
      const refused = yield* runImport(home, words, { place: "elsewhere", env })
      assert.deepStrictEqual([refused.code, isInPlaintext(home)], [4, true], refused.stderr)
      const done = yield* runImport(home, [...words, "--replace"], { place: "elsewhere", env })
      assert.strictEqual(done.code, 0, done.stderr)
      assert.deepStrictEqual([opItems(home).length, itemsWithKey(home).length, isInPlaintext(home)], [1, 1, false])
    }))

  it.live("says as much as OP_AWS_LOG_LEVEL asks for", () =>
    Effect.gen(function*() {
      const home = yield* makeImportHome(artifact)
      const { stderr } = yield* runImport(home, [...words, "--op-vault", "Private"], { place: "elsewhere", env: { OP_AWS_LOG_LEVEL: "debug" } })
      assert.include(stderr, "debug")
    }))
})

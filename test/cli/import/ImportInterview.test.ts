import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { readFileSync } from "node:fs"
import { account, awsItem, fakeId, vault } from "../../../simulator/op/State.ts"
import {
  credentialsOf,
  filesWithSecret,
  type ImportHomeOptions,
  itemsWithKey,
  keyId,
  makeImportHome,
  plaintext,
  secret,
  usualTitle
} from "./ImportHome.ts"
import { type Artifact, artifacts, type Home, onInstalled } from "../Program.ts"
import { Terminal } from "../Terminal.ts"

const start = (home: Home, words: ReadonlyArray<string> = []) => home.run(["import", ...words], { stderr: "tty" })

/** Answers questions in their order, each when it stands there. */
const answer = Effect.fnUntraced(function*(home: Home, answers: ReadonlyArray<readonly [question: string, keys: string]>) {
  for (const [question, keys] of answers) {
    yield* home.terminal.waitFor(question)
    yield* home.terminal.type(keys)
  }
})

/** The answers that bring the key of the credentials file into a new item. */
const answers = [
  ["Which key shall go", "\r"],
  ["Into which vault", "Work\r"],
  ["Into which item", "\r"],
  ["What shall it be called", "\r"],
  ["Set up profile \"dev\" to use it", "n\r"],
  ["Remove the key from", "y\r"]
] as const

const twoVaults = (options: ImportHomeOptions = {}): ImportHomeOptions => ({
  credentials: `# mine\n${plaintext()}`,
  op: {
    accounts: [account({
      vaults: [
        vault({ items: [] }),
        vault({ id: "fakevaultofworkaaaaaaaaaaa", name: "Work", items: [awsItem({ accessKeyId: "AKIAFAKE0000EXAMPLE9", secretAccessKey: "fake-older-secret" })] })
      ]
    })]
  },
  ...options
})

/** The command that is shown, as a terminal of 80 columns breaks it. */
const setupLines = (id: string): ReadonlyArray<string> =>
  `  op-aws-credential-process setup dev --op-account ${fakeId("account").toUpperCase()} --op-vault fakevaultofworkaaaaaaaaaaa --op-item ${id}`
    .match(/.{1,80}/g) ?? []

const home80 = (artifact: Artifact, options: ImportHomeOptions = {}) => makeImportHome(artifact, twoVaults(options))

describe.each(artifacts)("import in a terminal with $name", (artifact) => {
  const alike = onInstalled(artifact)
  it.live("asks its way to a new item, shows what goes, and takes it out", () =>
    Effect.gen(function*() {
      const home = yield* home80(artifact)
      const run = yield* start(home)
      yield* answer(home, answers)
      assert.deepInclude(yield* run.exit, { code: 0, stdout: "", stderr: "" })
      const id = itemsWithKey(home)[0]!.id
      assert.deepStrictEqual(home.terminal.screen, [
        `? Which key shall go into 1Password?  ${keyId}`,
        `${keyId} works. It belongs to user "user" of account 123456789012.`,
        "Next: it goes into an item, is read back from 1Password, and AWS is asked",
        "again. Nothing is written before you have said where to. AWS's clients prefer",
        "the key in plaintext as long as it stands there: taking it out is offered last,",
        "and shown first.",
        "? Into which vault?  Work",
        "? Into which item of Work?  a new item",
        `? What shall it be called?  ${usualTitle}`,
        "? Set up profile \"dev\" to use it?  no",
        `Made the item "${usualTitle}" in the vault "Work".`,
        "Proven: what 1Password returns from there works at AWS.",
        "To have AWS clients use the key in 1Password:",
        ...setupLines(id),
        "",
        "~/.aws/credentials:",
        "  # mine",
        "- [dev]",
        `- aws_access_key_id = ${keyId}`,
        "- aws_secret_access_key = ****",
        "",
        "Profile \"dev\" has nothing else to get credentials from: without the key AWS",
        "clients will find none for it, until it is set up with this program.",
        "? Remove the key from ~/.aws/credentials?  yes",
        "Removed the key from ~/.aws/credentials.",
        "Old copies may be left in backups, in the shell's history or in a repository. A",
        "new key makes them worthless, once a profile uses this one:",
        "  op-aws-credential-process rotate dev"
      ])
      assert.strictEqual(readFileSync(credentialsOf(home), "utf8"), "# mine\n")
      assert.deepStrictEqual(filesWithSecret(home), [])
    }))

  it.live("takes a key that is typed in, whose secret is never shown", () =>
    Effect.gen(function*() {
      const home = yield* home80(artifact, { credentials: "" })
      const run = yield* start(home)
      yield* answer(home, [
        ["Access key ID", "AIDAFAKE0000EXAMPLE0\r"],
        ["This is the ID of a user", `\x15 ${keyId}\r`],
        ["Secret access key", `${secret} \r`],
        ["Into which vault", "Work\r"],
        ["Into which item", "\r"],
        ["What shall it be called", "\r"],
        ["Set up a profile that uses it", "n\r"]
      ])
      assert.deepInclude(yield* run.exit, { code: 0 })
      assert.strictEqual(itemsWithKey(home).length, 1)
      assert.notInclude(home.terminal.written, secret)
    }))

  alike("is readable at 40 columns, and where a terminal can do nothing", () =>
    Effect.gen(function*() {
      const narrow = yield* home80(artifact, { terminal: yield* Terminal.open({ columns: 40 }), env: { NO_COLOR: "1" } })
      const run = yield* start(narrow)
      yield* answer(narrow, answers)
      assert.strictEqual((yield* run.exit).code, 0)
      assert.notMatch(narrow.terminal.written, /\x1b\[[0-9;]*m/)
      assert.isTrue(narrow.terminal.screen.every((line) => line.length <= 40))
      assert.includeMembers([...narrow.terminal.screen], ["~/.aws/credentials:", "- aws_secret_access_key = ****"])
      const dumb = yield* home80(artifact, { terminal: yield* Terminal.open({ term: "dumb" }) })
      const other = yield* start(dumb)
      yield* answer(dumb, answers.map(([question, keys]) => [question, keys.length === 1 && keys !== "\r" ? `${keys}\r` : keys]))
      assert.strictEqual((yield* other.exit).code, 0)
      assert.notInclude(dumb.terminal.written, "\x1b")
      assert.deepStrictEqual(filesWithSecret(dumb), [])
    }))
})

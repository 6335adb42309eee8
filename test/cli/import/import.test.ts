import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { chmodSync, lstatSync, mkdirSync, readFileSync, renameSync, statSync, symlinkSync } from "node:fs"
import { join } from "node:path"
import { awsItem } from "../../../simulator/op/State.ts"
import { eventually } from "../Eventually.ts"
import {
  credentialsOf,
  filesWithSecret,
  isInPlaintext,
  itemsWithKey,
  makeImportHome,
  opItems,
  plaintext,
  runImport,
  secret,
  unattended,
  usualTitle
} from "./ImportHome.ts"
import { artifacts, onInstalled } from "../Program.ts"

const elsewhere = { place: "elsewhere" } as const

describe.each(artifacts)("import with $name, unattended,", (artifact) => {
  const alike = onInstalled(artifact)
  it.live("moves a key from the credentials file into a new item", () =>
    Effect.gen(function*() {
      const rest = `# mine\r\n[other]\r\nregion = x\r\n`
      const home = yield* makeImportHome(artifact, { credentials: `${rest}${plaintext().replaceAll("\n", "\r\n")}# end` })
      const { code, stderr, stdout } = yield* runImport(home, unattended, elsewhere)
      assert.deepStrictEqual({ code, stdout }, { code: 0, stdout: "" }, stderr)
      assert.deepStrictEqual(itemsWithKey(home).map(({ category, title }) => ({ category, title })), [
        { category: "API_CREDENTIAL", title: usualTitle }
      ])
      assert.strictEqual(readFileSync(credentialsOf(home), "utf8"), `${rest}[dev]\r\n# end`)
      assert.deepStrictEqual(filesWithSecret(home), [])
      assert.strictEqual(home.sts.count("GetCallerIdentity"), 2)
      assert.notInclude(stderr, secret)
    }))

  alike("changes nothing when AWS cannot be reached", () =>
    Effect.gen(function*() {
      const home = yield* makeImportHome(artifact)
      home.sts.state.refuse = true
      assert.strictEqual((yield* runImport(home, unattended, elsewhere)).code, 7)
      assert.isTrue(isInPlaintext(home))
      assert.strictEqual(home.opCalls().length, 0)
    }))

  alike("goes on from an item that op made before it died", () =>
    Effect.gen(function*() {
      const home = yield* makeImportHome(artifact)
      home.changeOp(() => ({ faults: [{ fault: "killed-after", command: "item create" }] }))
      const first = yield* runImport(home, unattended, elsewhere)
      assert.notStrictEqual(first.code, 0)
      assert.match(first.stderr, /may have been made .*run import again/)
      assert.isTrue(isInPlaintext(home))
      home.changeOp(() => ({ faults: [] }))
      const second = yield* runImport(home, unattended, elsewhere)
      assert.strictEqual(second.code, 0, second.stderr)
      assert.match(second.stderr, /already, from an earlier import/)
      assert.deepStrictEqual([itemsWithKey(home).length, filesWithSecret(home)], [1, []])
    }))

  alike("keeps the plaintext when op dies in the middle of a change", () =>
    Effect.gen(function*() {
      const home = yield* makeImportHome(artifact, {
        items: [awsItem({ accessKeyId: "AKIAFAKE0000EXAMPLE9", secretAccessKey: "fake-older-secret" })]
      })
      const words = ["dev", "--yes", "--remove", "--op-item", "op://Private/AWS"]
      const refused = yield* runImport(home, words, elsewhere)
      assert.strictEqual(refused.code, 4)
      assert.match(refused.stderr, /holds another key, AKIAFAKE0000EXAMPLE9/)
      home.changeOp(() => ({ faults: [{ fault: "killed", command: "item edit" }] }))
      assert.notStrictEqual((yield* runImport(home, [...words, "--replace"], elsewhere)).code, 0)
      assert.isTrue(isInPlaintext(home))
      home.changeOp(() => ({ faults: [] }))
      assert.strictEqual((yield* runImport(home, [...words, "--replace"], elsewhere)).code, 0)
      assert.deepStrictEqual([opItems(home).length, itemsWithKey(home).length, filesWithSecret(home)], [1, 1, []])
    }))

  it.live("replaces what a link leads to, keeps the file's mode, and leaves no other file", () =>
    Effect.gen(function*() {
      const home = yield* makeImportHome(artifact)
      mkdirSync(join(home.path, "dotfiles"))
      renameSync(credentialsOf(home), join(home.path, "dotfiles", "aws"))
      chmodSync(join(home.path, "dotfiles", "aws"), 0o640)
      symlinkSync("../dotfiles/aws", credentialsOf(home))
      assert.strictEqual((yield* runImport(home, unattended, elsewhere)).code, 0)
      assert.isTrue(lstatSync(credentialsOf(home)).isSymbolicLink())
      assert.strictEqual(statSync(credentialsOf(home)).mode & 0o777, 0o640)
      assert.deepStrictEqual(filesWithSecret(home), [])
    }))

  alike.skipIf(process.geteuid?.() === 0)("says that a file may not be written, when the key is safe", () =>
    Effect.gen(function*() {
      const home = yield* makeImportHome(artifact)
      chmodSync(credentialsOf(home), 0o400)
      const { code, stderr } = yield* runImport(home, unattended, elsewhere)
      assert.strictEqual(code, 2)
      assert.match(stderr, /The key is safe in the item .*\nerror: .*credentials cannot be written/)
      assert.deepStrictEqual([itemsWithKey(home).length, isInPlaintext(home)], [1, true])
    }))

  alike("leaves the plaintext where nobody asked to remove it", () =>
    Effect.gen(function*() {
      const home = yield* makeImportHome(artifact)
      const { code, stderr } = yield* runImport(home, ["dev", "--yes", "--op-vault", "Private"], elsewhere)
      assert.strictEqual(code, 0, stderr)
      assert.match(stderr, /The key stays in plaintext in .*credentials\. --remove takes it out\./)
      assert.deepStrictEqual([itemsWithKey(home).length, isInPlaintext(home)], [1, true])
    }))

  alike("--dry-run shows everything on stdout and writes nothing anywhere", () =>
    Effect.gen(function*() {
      const home = yield* makeImportHome(artifact)
      const { code, stderr, stdout } = yield* runImport(home, ["--dry-run"], elsewhere)
      assert.deepStrictEqual({ code, stderr }, { code: 0, stderr: "" })
      assert.include(stdout, `a new item "${usualTitle}"`)
      assert.match(stdout, /^- aws_secret_access_key = \*{4}$/m)
      assert.notInclude(stdout, secret)
      assert.strictEqual(home.opCalls().length, 0)
      assert.strictEqual(readFileSync(credentialsOf(home), "utf8"), plaintext())
      assert.isUndefined(lstatSync(home.cache, { throwIfNoEntry: false }))
    }))

  alike("without a terminal and without flags names the flags", () =>
    Effect.gen(function*() {
      const home = yield* makeImportHome(artifact)
      const { code, stderr, stdout } = yield* runImport(home, ["dev"], elsewhere)
      assert.deepStrictEqual({ code, stdout }, { code: 2, stdout: "" })
      assert.match(stderr, /^error: `import` asks questions, .*\nhint: run it in a terminal, or say it all with flags: .*--yes --op-vault/)
      assert.deepStrictEqual([home.opCalls().length, home.sts.requests.length], [0, 0])
      assert.strictEqual((yield* runImport(home, ["dev", "--env"], elsewhere)).code, 2)
    }))

  it.live("is ended by a signal, and says how things stand", () =>
    Effect.gen(function*() {
      for (const [command, said] of [["item list", /^[^]*Nothing was changed\.\n$/], ["item get", /(?:is|was) made[^]*run import again[^]*not touched\.\n$|may have been made/]] as const) {
        const home = yield* makeImportHome(artifact)
        home.changeOp(() => ({ faults: [{ fault: "none", command, delay_ms: 60_000 }] }))
        const run = yield* home.run(["import", ...unattended], elsewhere)
        yield* eventually(`op ${command}`, () => home.opCalls().some((call) => call.command === command) ? true : undefined)
        yield* run.signal("SIGINT")
        const { code, stderr } = yield* run.exit
        assert.strictEqual(code, 130)
        assert.match(stderr, said)
        assert.isTrue(isInPlaintext(home))
      }
    }))
})

import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { Effect, Exit, Scope } from "effect"
import { readFileSync, writeFileSync } from "node:fs"
import { resolve } from "node:path"
import { artifacts, makeHome, type RunOptions } from "./Program.ts"
import { type Chapter, failureExamples } from "../fixtures/FailureExamples.ts"
import { aws } from "./situations/Aws.ts"
import { commands } from "./situations/Commands.ts"
import { printExample, printRow } from "./situations/Document.ts"
import { imports } from "./situations/Import.ts"
import { limits } from "./situations/Limits.ts"
import { mfa } from "./situations/Mfa.ts"
import { narrowing } from "./situations/Narrowing.ts"
import { itemContent, onePassword, opProgram } from "./situations/OnePassword.ts"
import { rotation } from "./situations/Rotation.ts"
import { settings } from "./situations/Settings.ts"
import { setup } from "./situations/Setup.ts"
import { seenIn, type Situation } from "./situations/Situation.ts"
import { Terminal } from "./Terminal.ts"

const chapters: ReadonlyArray<readonly [title: Chapter, situations: ReadonlyArray<Situation>]> = [
  ["Settings", settings],
  ["The program `op`", opProgram],
  ["1Password", onePassword],
  ["The item", itemContent],
  ["The MFA code", mfa],
  ["AWS and the network", aws],
  ["A narrower session", narrowing],
  ["Time, signals and the cache", limits],
  ["Setup", setup],
  ["Import", imports],
  ["Rotation", rotation],
  ["Commands", commands]
]

/** Those that a chapter has for the first time, code by code: words are the same JavaScript in every artifact. */
const oneOfEachCode = (situations: ReadonlyArray<Situation>): ReadonlyArray<Situation> =>
  situations.filter(({ code }, at) => situations.findIndex((one) => one.code === code) === at)

const usual = ["--profile", "dev"]
const elsewhere: RunOptions = { place: "elsewhere" }
const talk = /^$|(?:^|\n)(?:error: .+\nhint: .+|Nothing was changed\.)\n$/
const updating = process.env["UPDATE_DOCS"] === "1"

const documentPath = resolve(import.meta.dirname, "../../docs/situations.md")

const introduction = `# What can go wrong

What a person sees in each situation, and the exit code. An error goes to stderr as two lines, with nothing on stdout;
after a signal nothing is said. With exit code 0 the credentials are printed and the line is a warning on the terminal,
while stderr stays empty. This page is written by \`UPDATE_DOCS=1 npx vitest run test/cli/Errors.test.ts\` from what
the built program says, and from the tables of failures where a situation takes more than a command to bring about; the
same test fails when it says anything else.
`

const names: ReadonlySet<string> = new Set(chapters.flatMap(([, situations]) => situations.map(({ name }) => name)))

const printDocument = (seen: ReadonlyMap<string, string>): string =>
  [
    introduction,
    ...chapters.map(([title, situations]) =>
      [
        `## ${title}`,
        "",
        "| When … | the person sees | exit code |",
        "|---|---|---|",
        ...situations.map(({ code, name }) => printRow(name, seen.get(name) ?? "", code)),
        ...failureExamples[title].filter(({ name }) => !names.has(name)).map(printExample),
        ""
      ].join("\n")
    )
  ].join("\n")

describe("each chapter", () => {
  it.each(chapters)("%s: has each of its exit codes seen from the built program", (title, situations) => {
    const codes = new Set(situations.map(({ code }) => code))
    const unseen = failureExamples[title].filter(({ failure }) => !codes.has(failure.exitCode))
    const kinds = unseen.map(({ failure }) => `${failure._tag} ${failure.exitCode}`)
    assert.deepStrictEqual(kinds, [], "add a situation of this exit code")
  })
})

describe.each(artifacts)("an error of $name", (artifact) => {
  const seen = new Map<string, string>()
  const scope = Scope.makeUnsafe()
  let unseen: Terminal

  beforeAll(async () => {
    unseen = await Effect.runPromise(Scope.provide(Terminal.open(), scope))
  })
  afterAll(() => Effect.runPromise(Scope.close(scope, Exit.void)))

  for (const [, situations] of chapters) {
    for (const situation of artifact === artifacts[0] ? situations : oneOfEachCode(situations)) {
      const { args = usual, before, code, home: options, meanwhile, name, run = elsewhere, talks = false } = situation
      it.live(`says what to do when ${name}`, () =>
        Effect.gen(function*() {
          const terminal = run.place === "elsewhere" ? { terminal: unseen } : {}
          const home = yield* makeHome({ artifact, ...structuredClone(options), ...terminal })
          const arranged = before?.(home)
          if (arranged !== undefined) yield* arranged
          const running = yield* home.run(args, run)
          if (meanwhile !== undefined) yield* meanwhile(home, running)
          const ended = yield* running.exit
          assert.strictEqual(ended.code, code, ended.stderr)
          if (code === 0) assert.match(ended.stdout, /^\{"Version":1,/)
          else if (!talks) assert.strictEqual(ended.stdout, "")
          assert.match(ended.stderr, talks ? talk : code === 0 || code > 128 ? /^$/ : /^error: .+\nhint: .+\n$/)
          assert.notMatch(ended.stderr, /\n\s+at |node:internal|undefined|\[object|NaN/)
          seen.set(name, seenIn(home, ended))
        }))
    }
  }

  it("is as docs/situations.md has it", () => {
    if (updating && artifact === artifacts[0]) writeFileSync(documentPath, printDocument(seen))
    const printed = readFileSync(documentPath, "utf8")
    if (artifact === artifacts[0]) return assert.strictEqual(printDocument(seen), printed)
    for (const { code, name } of chapters.flatMap(([, situations]) => oneOfEachCode(situations))) {
      assert.include(printed, printRow(name, seen.get(name) ?? "", code))
    }
  })

  it.live("is none where help or the version is asked for", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact, profiles: {} })
      const help = yield* Effect.flatMap(home.run(["--help"]), ({ exit }) => exit)
      assert.deepInclude(help, { code: 0, stderr: "" })
      assert.match(help.stdout, /--op-vault/)
      assert.match(help.stdout, /--timeout/)
      const version = yield* Effect.flatMap(home.run(["--version"]), ({ exit }) => exit)
      assert.deepInclude(version, { code: 0, stderr: "" })
      assert.match(version.stdout, /\d+\.\d+\.\d+/)
      assert.deepStrictEqual(home.terminal.screen, [])
    }))
})

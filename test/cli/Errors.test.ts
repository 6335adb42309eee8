import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { Effect, Exit, Scope } from "effect"
import { readFileSync, writeFileSync } from "node:fs"
import { resolve } from "node:path"
import { artifacts, makeHome, type RunOptions } from "./Program.ts"
import { aws } from "./situations/Aws.ts"
import { limits } from "./situations/Limits.ts"
import { mfa } from "./situations/Mfa.ts"
import { narrowing } from "./situations/Narrowing.ts"
import { itemContent, onePassword, opProgram } from "./situations/OnePassword.ts"
import { settings } from "./situations/Settings.ts"
import { seenIn, type Situation } from "./situations/Situation.ts"
import { Terminal } from "./Terminal.ts"

const chapters: ReadonlyArray<readonly [title: string, situations: ReadonlyArray<Situation>]> = [
  ["Settings", settings],
  ["The program `op`", opProgram],
  ["1Password", onePassword],
  ["The item", itemContent],
  ["The MFA code", mfa],
  ["AWS and the network", aws],
  ["A narrower session", narrowing],
  ["Time, signals and the cache", limits]
]

const usual = ["--profile", "dev"]
const elsewhere: RunOptions = { place: "elsewhere" }
const updating = process.env["UPDATE_DOCS"] === "1"

const documentPath = resolve(import.meta.dirname, "../../docs/situations.md")

const introduction = `# What can go wrong

What a person sees in each situation, and the exit code. An error goes to stderr as two lines, with nothing on stdout;
after a signal nothing is said. With exit code 0 the credentials are printed and the line is a warning on the terminal,
while stderr stays empty. This page is written by \`UPDATE_DOCS=1 npx vitest run test/cli/Errors.test.ts\` from what
the built program says, and the same test fails when it says anything else.
`

/** Fit for a cell of a table; between backticks nothing but the bar has a meaning. */
const cell = (text: string): string =>
  text.replaceAll("|", "\\|").split("`").map((part, index) => index % 2 === 1 ? part : part.replaceAll("<", "&lt;"))
    .join("`").replaceAll("\n", "<br>")

const printDocument = (seen: ReadonlyMap<string, string>): string =>
  [
    introduction,
    ...chapters.map(([title, situations]) =>
      [
        `## ${title}`,
        "",
        "| When … | the person sees | exit code |",
        "|---|---|---|",
        ...situations.map(({ code, name }) => `| ${name} | ${cell(seen.get(name) ?? "")} | ${code} |`),
        ""
      ].join("\n")
    )
  ].join("\n")

describe.each(artifacts)("an error of $name", (artifact) => {
  const seen = new Map<string, string>()
  const scope = Scope.makeUnsafe()
  let unseen: Terminal

  beforeAll(async () => {
    unseen = await Effect.runPromise(Scope.provide(Terminal.open(), scope))
  })
  afterAll(() => Effect.runPromise(Scope.close(scope, Exit.void)))

  for (const [, situations] of chapters) {
    for (const { args = usual, before, code, home: options, meanwhile, name, run = elsewhere } of situations) {
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
          else assert.strictEqual(ended.stdout, "")
          assert.match(ended.stderr, code === 0 || code > 128 ? /^$/ : /^error: .+\nhint: .+\n$/)
          assert.notMatch(ended.stderr, /\n\s+at |node:internal|undefined|\[object|NaN/)
          seen.set(name, seenIn(home, ended))
        }))
    }
  }

  it("is as docs/situations.md has it", () => {
    if (updating && artifact === artifacts[0]) writeFileSync(documentPath, printDocument(seen))
    assert.strictEqual(printDocument(seen), readFileSync(documentPath, "utf8"))
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

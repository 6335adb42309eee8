import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { existsSync, mkdirSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { script } from "../../fixtures/Programs.ts"
import { type Artifact, artifacts, type Home, makeHome, onInstalled, profile } from "../Program.ts"
import type { Terminal } from "../Terminal.ts"

const find = (shell: string): string | undefined =>
  ["/usr/local/bin", "/opt/homebrew/bin", "/usr/bin", "/bin"].map((folder) => `${folder}/${shell}`).find((path) =>
    existsSync(path)
  )

const shells = { bash: find("bash"), zsh: find("zsh"), fish: find("fish") }

const profiles = {
  "dev": profile(),
  "my prof": profile(),
  "prod/eu.1": { region: "eu-west-1" },
  "admin": { role_arn: "arn:aws:iam::210987654321:role/admin", source_profile: "dev" }
}

/** A machine with the program on PATH and its completion script for a shell in a file. */
const withScript = (artifact: Artifact, shell: string, file: string) =>
  Effect.gen(function*() {
    const home = yield* makeHome({ artifact, profiles })
    const quoted = [artifact.command, ...artifact.args].map((word) => `'${word}'`).join(" ")
    script(join(home.path, "bin/op-aws-credential-process"), `exec ${quoted} "$@"`)
    const { code, stderr, stdout } = yield* (yield* home.run(["--completions", shell], { place: "elsewhere" })).exit
    assert.deepStrictEqual({ code, stderr }, { code: 0, stderr: "" })
    assert.notInclude(stdout, "AnyProfileOfTheAwsConfig")
    const path = join(home.path, file)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, stdout)
    return { home, path }
  })

/** Puts a shell on the terminal, in which the program only says what it was called with. */
const sitDown = (home: Home, shell: string, args: ReadonlyArray<string>, prepare: ReadonlyArray<string>) =>
  Effect.gen(function*() {
    const { terminal } = home
    // The shell's own idea of where it writes is what a person has.
    yield* terminal.start({
      command: "/bin/sh",
      args: ["-c", "exec \"$0\" \"$@\" >/dev/tty 2>&1", shell, ...args],
      stdin: "tty",
      stderr: "tty",
      cwd: home.path,
      env: { ...home.env, PS1: "> " }
    })
    for (
      const line of [
        ...prepare,
        "op-aws-credential-process() { echo \"RAN:$(printf '<%s>' \"$@\")\"; }",
        "echo REA''DY"
      ]
    ) {
      yield* terminal.type(`${line}\r`)
    }
    yield* terminal.waitFor(/[\r\n]READY\r/)
    return terminal
  })

/** Types so far, presses Tab, and tells what the program would have been run with. */
const completed = (terminal: Terminal, typed: string) =>
  Effect.gen(function*() {
    yield* terminal.type(`op-aws-credential-process ${typed}\t\r`)
    return (yield* terminal.waitFor(/RAN:(<[^\r\n]*)\r/)).slice(4, -1)
  })

const expected: ReadonlyArray<readonly [typed: string, words: string]> = [
  ["--profile d", "<--profile><dev>"],
  ["login pr", "<login><prod/eu.1>"],
  ["exec ad", "<exec><admin>"],
  ["env --profile ad", "<env><--profile><admin>"],
  ["doctor m", "<doctor><my prof>"],
  ["stat", "<status>"],
  ["--cache k", "<--cache><keyring>"]
]

describe.each(artifacts)("completions with $name", (artifact) => {
  const alike = onInstalled(artifact)
  it.live.skipIf(shells.bash === undefined)(
    "complete profiles and sub-commands in bash (skipped where there is none)",
    () =>
      Effect.gen(function*() {
        const { home, path } = yield* withScript(artifact, "bash", "completions.bash")
        const terminal = yield* sitDown(home, shells.bash!, ["--norc", "--noprofile", "-i"], [`source ${path}`])
        for (const [typed, words] of expected) assert.strictEqual(yield* completed(terminal, typed), words)
      })
  )

  it.live.skipIf(shells.zsh === undefined)(
    "complete profiles and sub-commands in zsh (skipped where there is none)",
    () =>
      Effect.gen(function*() {
        const { home, path } = yield* withScript(artifact, "zsh", "completions.zsh")
        const terminal = yield* sitDown(home, shells.zsh!, ["-f", "-i"], [
          "autoload -U compinit",
          "compinit -u -D",
          `source ${path}`
        ])
        for (const [typed, words] of expected) assert.strictEqual(yield* completed(terminal, typed), words)
      })
  )

  it.live.skipIf(shells.zsh === undefined)(
    "are found by zsh in its function path (skipped where there is none)",
    () =>
      Effect.gen(function*() {
        const { home, path } = yield* withScript(artifact, "zsh", "functions/_op-aws-credential-process")
        const terminal = yield* sitDown(home, shells.zsh!, ["-f", "-i"], [
          `fpath=(${dirname(path)} $fpath)`,
          "autoload -U compinit",
          "compinit -u -D"
        ])
        assert.strictEqual(yield* completed(terminal, "--profile d"), "<--profile><dev>")
      })
  )

  it.live.skipIf(shells.fish === undefined)(
    "complete profiles and sub-commands in fish (skipped where there is none)",
    () =>
      Effect.gen(function*() {
        const { home, path } = yield* withScript(artifact, "fish", "completions.fish")
        const offered = (typed: string) =>
          Effect.gen(function*() {
            const run = yield* home.terminal.start({
              command: shells.fish!,
              args: ["--no-config", "-c", `source ${path}; complete -C 'op-aws-credential-process ${typed}'`],
              env: home.env,
              cwd: home.path,
              place: "elsewhere"
            })
            const { code, stderr, stdout } = yield* run.exit
            assert.deepStrictEqual({ code, stderr }, { code: 0, stderr: "" })
            return stdout.split("\n").filter((line) => line !== "").map((line) => line.split("\t")[0])
          })
        assert.deepStrictEqual(yield* offered("--profile d"), ["dev"])
        assert.deepStrictEqual(yield* offered("login pr"), ["prod/eu.1"])
        assert.deepStrictEqual(yield* offered("doctor m"), ["my prof"])
        assert.include(yield* offered("stat"), "status")
        assert.includeMembers(yield* offered("env --profile "), ["dev", "prod/eu.1", "admin"])
      })
  )

  alike("list the profiles of a config that is half broken, and none where there is no config", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact, profiles: { ...profiles, "bad\x1b[2Jname": {} } })
      const names = (env: Record<string, string> = {}) =>
        Effect.flatMap(home.run(["profiles"], { place: "elsewhere", env }), ({ exit }) => exit)
      assert.deepInclude(yield* names(), { code: 0, stderr: "", stdout: "dev\nmy prof\nprod/eu.1\nadmin\n" })
      assert.deepInclude(yield* names({ AWS_CONFIG_FILE: "/nowhere" }), { code: 0, stderr: "", stdout: "" })
    }))
})

import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Schema } from "effect"
import { spawnSync } from "node:child_process"
import { parseEnv } from "node:util"
import { shellHome } from "../../fixtures/ShellHome.ts"
import { quoteDotenv, quoteFish, quotePowershell, quoteSh, wordSh } from "../../../src/domain/base/ShellQuoting.ts"

/** A shell, and a script that prints each of some words with a NUL behind it. */
interface Shell {
  readonly name: string
  readonly args: ReadonlyArray<string>
  readonly quote: (text: string) => string
  readonly script: (words: ReadonlyArray<string>) => string
}

const printf = (words: ReadonlyArray<string>): string => `printf '%s\\0' ${words.join(" ")}`

const shells: ReadonlyArray<Shell> = [
  { name: "dash", args: ["-c"], quote: quoteSh, script: printf },
  { name: "bash", args: ["--norc", "-c"], quote: quoteSh, script: printf },
  { name: "zsh", args: ["-f", "-c"], quote: quoteSh, script: printf },
  { name: "fish", args: ["--no-config", "-c"], quote: quoteFish, script: printf },
  {
    name: "pwsh",
    args: ["-NoProfile", "-Command"],
    quote: quotePowershell,
    script: (words) => words.map((word) => `[Console]::Out.Write(${word} + [char]0)\n`).join("")
  }
]

const exists = (name: string): boolean => spawnSync(name, ["-c", "exit"]).error === undefined

/** Any text that an environment can hold: no NUL, and whole characters. */
const text = Arbitrary.map(Arbitrary.schema(Schema.String), (any) => any.toWellFormed().replaceAll("\0", ""))

/** What shells have ideas about, close together. */
const nasty = Arbitrary.map(
  Arbitrary.array(Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 31 }))), { maxLength: 12 }),
  (picks) => picks.map((pick) => "'\"\\$`!*?[]{}()<>|&;#~ \n\t\r=%^@-\u2018\u2019\u201a\u201bé"[pick]).join("")
)

const words = Arbitrary.map(
  Arbitrary.all([Arbitrary.array(text, { maxLength: 20 }), Arbitrary.array(nasty, { maxLength: 20 })]),
  ([some, others]) => ["", "-n", "--", ...some, ...others]
)

for (const { args, name, quote, script } of shells) {
  const reason = exists(name) ? undefined : `${name} is not installed`
  describe.skipIf(reason !== undefined)(`a quoted word in ${name}${reason === undefined ? "" : ` (${reason})`}`, () => {
    it.prop("stands for exactly its text", [words], ([texts]) => {
      const { status, stdout } = spawnSync(name, [...args, script(texts.map(quote))], {
        env: { PATH: "/usr/bin:/bin", HOME: shellHome, LC_ALL: "C.UTF-8" },
        encoding: "utf8"
      })
      assert.strictEqual(status, 0)
      assert.deepStrictEqual(stdout.split("\0").slice(0, -1), texts)
    }, { arbitrary: { runs: 25 } })
  })
}

describe("a word for a person to copy", () => {
  it("is quoted only where it has to be", () => {
    for (const plain of ["dev", "team/dev-1", "me@example.com", "a_b.c"]) assert.strictEqual(wordSh(plain), plain)
    for (const other of ["", "a b", "=ls", "~", "$HOME", "a;b", "it's", "*"]) assert.strictEqual(wordSh(other), quoteSh(other))
  })
})

describe("a value in a .env file", () => {
  it.prop("is read back by Node as it was", [nasty], ([value]) => {
    const quoted = quoteDotenv(value)
    if (quoted !== undefined) assert.strictEqual(parseEnv(`NAME=${quoted}\n`)["NAME"], value)
  }, { arbitrary: { runs: 300 } })

  it("stands bare where it can, as Docker reads it", () => {
    assert.strictEqual(quoteDotenv("FQoGZXIvYXdzE/+abc=="), "FQoGZXIvYXdzE/+abc==")
    assert.strictEqual(quoteDotenv("eu-central-1"), "eu-central-1")
    assert.strictEqual(quoteDotenv("2026-11-23T10:00:00Z"), "2026-11-23T10:00:00Z")
  })

  it("has no form where it holds all quotes", () => {
    assert.isUndefined(quoteDotenv("'\"`"))
  })
})

describe("a quoted word for PowerShell", () => {
  it("doubles everything that PowerShell takes for a single quote", () => {
    assert.strictEqual(quotePowershell("it's \u2018so\u2019"), "'it''s \u2018\u2018so\u2019\u2019'")
  })
})

import { assert, describe, it } from "@effect/vitest"
import { inspect } from "node:util"
import { client, marked, opErrors, specify } from "../../fixtures/OpErrors.ts"
import { errorRows, opError, panicText } from "../../../simulator/op/Errors.ts"
import { classifyOpFailure } from "../../../src/domain/onepassword/OpClassification.ts"
import type { OpFailure } from "../../../src/domain/onepassword/OpFailure.ts"

const reference = { vault: "Private", item: "AWS", cliPath: "op" }

const classify = (stderr: string, more: Partial<Parameters<typeof classifyOpFailure>[0]> = {}): OpFailure =>
  classifyOpFailure({ exitCode: 1, stderr, reference, ...more })

const shownBy = ({ hint, message }: OpFailure): string => `${message}\n${hint}`

describe("classifyOpFailure", () => {
  it.each(opErrors)("knows %s", (_, stderr, tag, exitCode, shown) => {
    for (const text of [stderr, stderr.replaceAll("\n", "\r\n"), `a warning that means nothing\n${stderr}`]) {
      if (text.startsWith("a warning") && stderr.trim() === "") continue
      const failure = classify(text)
      assert.strictEqual(failure._tag, tag)
      assert.strictEqual(failure.exitCode, exitCode)
      assert.strictEqual(failure.retry, tag === "AppBusy")
      assert.include(shownBy(failure), tag === "OpBroken" ? "dyld" : shown)
    }
  })

  it("knows every message of the simulated op that reading can meet", () => {
    const writing = ["stdin-not-json", "stdin-and-template", "category-missing", "stdin-missing", "otp-missing"]
    for (const row of errorRows().filter((name) => !writing.includes(name))) {
      const error = opError(row, { item: "AWS", vault: "Private" })
      const failure = classify(`${error.preamble.join("\n")}\n${marked(error.message)}`)
      assert.notInclude(["OpRefused", "OpBroken", "OpSilent"], failure._tag, row)
    }
  })

  it("gives every situation a hint of its own, on one line", () => {
    const byTag = new Map(opErrors.map(([, stderr]) => classify(stderr)).map((failure) => [failure._tag, failure]))
    const hints = [...byTag.values()].map(({ hint }) => hint)
    assert.strictEqual(new Set(hints).size, byTag.size)
    for (const failure of byTag.values()) {
      assert.notMatch(shownBy(failure).replace("\n", ""), /\p{Cc}/u)
      assert.isBelow(failure.message.length, 300)
      assert.isBelow(failure.hint.length, 500)
    }
  })

  it("goes by how the process ended before it goes by what it said", () => {
    assert.strictEqual(classify("", { exitCode: undefined, signal: "SIGKILL" })._tag, "OpKilled")
    assert.include(classify("", { exitCode: undefined, signal: "SIGKILL" }).message, "SIGKILL")
    const crash = classify(panicText, { exitCode: 2 })
    assert.strictEqual(crash._tag, "OpCrashed")
    assert.include(crash.message, "invalid memory address")
    assert.notInclude(crash.message, "goroutine")
  })

  it("takes a shell's failure to run a Windows program for lost interop", () => {
    const cliPath = "/mnt/c/Program Files/1Password CLI/op.exe"
    const failure = classify("op.exe: 1: MZ: not found\n", { exitCode: 127, reference: { ...reference, cliPath } })
    assert.strictEqual(failure._tag, "InteropOff")
    assert.include(failure.message, cliPath)
    assert.strictEqual(classify("x: not found\n", { exitCode: 127 })._tag, "OpBroken")
  })

  it("is not misled by names that sound like errors", () => {
    for (
      const name of [
        "authorization timeout",
        "context deadline exceeded",
        "isn't a vault in this account",
        "unknown flag: --x"
      ]
    ) {
      const missing = classify(marked(`"${name}" isn't an item in the "session expired" vault. ${specify}`), {
        reference: { ...reference, item: name }
      })
      assert.strictEqual(missing._tag, "ItemNotFound")
      assert.strictEqual(classify(marked(`"${name}" isn't a field in the "dial tcp" item`))._tag, "FieldMissing")
    }
  })

  it("goes by the first error and not by the noise around it", () => {
    const noise = `${"x".repeat(200_000)}\nsession expired soon\n`
    assert.strictEqual(
      classify(noise + client("authorization timeout") + marked("account is not signed in"))._tag,
      "ApprovalTimedOut"
    )
    assert.strictEqual(classify(`session expired soon\n${marked("something new")}`)._tag, "OpRefused")
  })

  it("shows what it does not know on one line, bounded, without controls and without a token", () => {
    const failure = classify(
      marked(`new\u001b[31m trouble\u202e with\n"ops_eyJmYWtlIjoi.x-y_z=" and ${"y".repeat(1000)}`)
    )
    assert.strictEqual(failure._tag, "OpRefused")
    assert.match(failure.message, /^op said: new\[31m trouble with "ops_…" and y+…$/)
    assert.isBelow(failure.message.length, 220)
    assert.notInclude(inspect(failure), "eyJmYWtl")
  })

  it("keeps control characters of names out of what it shows", () => {
    const failure = classify(marked(`"x" isn't an item in the "Private" vault`), {
      reference: { ...reference, item: "A\u0007WS\n[ERROR]", vault: `V${"\u001b]0;title\u0007"}`.padEnd(500, "v") }
    })
    assert.notMatch(shownBy(failure).replace("\n", ""), /\p{Cc}/u)
    assert.include(failure.message, "\"AWS [ERROR]\"")
    assert.isBelow(failure.message.length, 300)
  })

  it("names the setting that chose the account", () => {
    const unknown = client("found no accounts for filter \"x\"")
    assert.include(classify(unknown).hint, "OP_ACCOUNT")
    assert.include(classify(unknown, { reference: { ...reference, account: "x" } }).hint, "--op-account")
  })
})

import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { existsSync } from "node:fs"
import { allArtifacts, makeHome } from "./Program.ts"

const failed = {
  code: 2,
  stderr: "error: the output could not be written: the disk is full\nhint: make room on the disk (`df -h` and `df -i` show what is used)\n"
}

describe.skipIf(!existsSync("/dev/full")).each(allArtifacts)("an output of $name that cannot be written", (artifact) => {
  it.live("is a failure, whatever was asked for", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact, item: { seed: "FAKESEEDFAKESEED" } })
      const into = (output: string) => ({
        artifact: { name: "redirected", command: "/bin/sh", args: ["-c", `exec "$0" "$@" ${output}`, artifact.command, ...artifact.args] }
      })
      const call = (output: string, ...words: ReadonlyArray<string>) => Effect.flatMap(home.run(words, into(output)), ({ exit }) => exit)
      // A miss, and a hit.
      for (const _ of [1, 2]) assert.deepInclude(yield* call(">/dev/full", "--profile", "dev"), failed)
      assert.strictEqual(home.opCalls().length, 1)
      for (const words of ["env dev", "status", "doctor", "--help", "status --help", "--version", "--completions bash", "clear dev"]) {
        assert.deepInclude(yield* call(">/dev/full", ...words.split(" ")), failed, words)
      }
      // Nobody reads it: that is no failure.
      for (const words of ["--profile dev", "--version"]) {
        assert.deepInclude(yield* call(">&-", ...words.split(" ")), { code: 0, stderr: "" }, words)
      }
    }))

  it.live("because a file may not grow leaves no core and is a failure too", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact, item: { seed: "FAKESEEDFAKESEED" } })
      assert.deepInclude(yield* Effect.flatMap(home.run(["--profile", "dev"]), ({ exit }) => exit), { code: 0 })
      const small = {
        name: "no file may grow",
        command: "/bin/sh",
        args: ["-c", `ulimit -f 0; exec "$0" "$@" >"${home.path}/out"`, artifact.command, ...artifact.args]
      }
      const { code, signal, stderr } = yield* Effect.flatMap(home.run(["--profile", "dev"], { artifact: small }), ({ exit }) => exit)
      assert.deepStrictEqual({ code, signal }, { code: 2, signal: null })
      assert.match(stderr, /^error: the output could not be written: the file size limit is too low\n/)
    }))
})

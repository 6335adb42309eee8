import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { type Artifact, artifacts, type Home, makeHome } from "../Program.ts"

/** From fewer open files than a runtime begins with to more than a call needs. */
const limits = [8, 10, 12, 13, 14, 15, 16, 18, 22, 24, 26, 28, 32, 64]

describe.each(artifacts)("where few files may be open, $name", (artifact) => {
  const call = (home: Home, limit: number) => {
    const limited: Artifact = {
      name: "",
      command: "/bin/sh",
      args: ["-c", `ulimit -n ${limit}; exec "$@"`, "sh", artifact.command, ...artifact.args]
    }
    const run = home.run(["--profile", "dev", "--timeout", "15s"], { artifact: limited, place: "elsewhere" })
    return Effect.flatMap(run, ({ exit }) => exit)
  }

  it.live("gets a session or says in two lines what there is too little of, and takes it for no bug of its own", () =>
    Effect.gen(function*() {
      const said: Array<string> = []
      for (const limit of limits) {
        const home = yield* makeHome({ artifact, item: { seed: "FAKESEEDFAKESEED" } })
        const { code, stderr, stdout } = yield* call(home, limit)
        said.push(stderr)
        assert.notStrictEqual(code, 9, `${limit}: ${stderr}`)
        if (code === 0) assert.match(stdout, /"Version":1/)
        else assert.strictEqual(stdout, "")
      }
      assert.isTrue(said.some((text) => /^error: .*open.*\(EMFILE\)\nhint: /m.test(text)), said.join("\n---\n"))
      assert.strictEqual(said.at(-1), "")
    }))
})

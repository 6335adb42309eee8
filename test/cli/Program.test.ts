import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { join } from "node:path"
import { makeHome, profile, artifacts } from "./Program.ts"
const src = { name: "source", command: process.execPath, args: [join(import.meta.dirname, "../../src/main.ts")] }
describe("tmp", { timeout: 60000 }, () => {
  it.live("works", () => Effect.gen(function*() {
    const home = yield* makeHome({ artifact: src })
    const run = yield* home.run(["--profile", "dev"])
    yield* home.terminal.waitFor("MFA code for dev")
    yield* home.terminal.waitFor(": ")
    yield* home.terminal.type(`${home.code()}\r`)
    const out = yield* run.exit
    console.log(out, home.terminal.screen, home.opCalls().length, home.sts.count())
    const again = yield* home.run(["--profile", "dev"], { place: "elsewhere" })
    console.log(yield* again.exit, home.opCalls().length, home.sts.count())
  }))
})

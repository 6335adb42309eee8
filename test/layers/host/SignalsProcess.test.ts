import { assert, describe, it } from "@effect/vitest"
import { spawnSync } from "node:child_process"
import { join } from "node:path"
import { stopExitCodes, type StopSignal } from "../../../src/domain/base/Stopped.ts"

const runtimes = [
  { name: "Node", runtime: process.execPath },
  { name: "Bun", runtime: join(import.meta.dirname, "../../../node_modules/bun/bin/bun.exe") }
]

const all = Object.keys(stopExitCodes) as ReadonlyArray<StopSignal>

describe.each(runtimes)("a signal under $name", ({ runtime }) => {
  const ending = (moment: string, sent: StopSignal) => {
    const entry = join(import.meta.dirname, "signalled.ts")
    const { signal, status, stderr } = spawnSync(runtime, [entry, moment, sent], { encoding: "utf8", timeout: 60_000 })
    return { signal, status, stderr }
  }

  it.each(all)("stops the program as an ordinary failure: %s", (sent) => {
    assert.deepStrictEqual(ending("first", sent), { signal: null, status: 42, stderr: "" })
  })

  it.each(all)("ends it with its own code also when all is cleaned up: the second %s", (sent) => {
    const ended = ending("second, after all is cleaned up", sent)
    assert.deepStrictEqual(ended, { signal: null, status: stopExitCodes[sent], stderr: "" })
  })

  it.each(all)("takes nothing from the code that it is leaving with: %s", (sent) => {
    assert.deepStrictEqual(ending("while it leaves", sent), { signal: null, status: 42, stderr: "" })
  })

  it.each(all)("that comes before the program that is to come after it ends that with its code: %s", (sent) => {
    assert.deepStrictEqual(ending("before the successor", sent), { signal: null, status: stopExitCodes[sent], stderr: "" })
  })

  it.each(all)("is for the program that comes after it as if there had been none before: %s", (sent) => {
    assert.deepStrictEqual(ending("by the successor", sent), { signal: sent, status: null, stderr: "" })
  })
})

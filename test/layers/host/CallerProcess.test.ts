import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { spawn } from "node:child_process"
import { once } from "node:events"
import { uptime } from "node:os"
import { join } from "node:path"

/** USER_HZ, the same on every Linux that Node runs on. */
const ticksInSecond = 100

interface Answer {
  readonly pid: number
  readonly group: string
  readonly again: string
}

const printer = join(import.meta.dirname, "callerPrinter.ts")
const runtimes = { node: process.execPath, bun: join(import.meta.dirname, "../../../node_modules/.bin/bun") }

/**
 * The answers of all the processes that a shell script starts, the shell leading a process group of its own. They are
 * asked when the shell has ended.
 */
const answersOf = (script: string) =>
  Effect.promise(async () => {
    const child = spawn("/bin/sh", ["-c", `exec 3<&0\n${script}`, "sh", printer], {
      env: { ...process.env, NODE: runtimes.node, BUN: runtimes.bun },
      detached: true,
      stdio: ["pipe", "pipe", "inherit"]
    })
    const exited = once(child, "exit")
    const closed = once(child, "close")
    let output = ""
    child.stdout.on("data", (data) => output += data)
    if (script.includes("wait")) child.stdin.end()
    await exited
    child.stdin.end()
    await closed
    const answers: ReadonlyArray<Answer> = output.trim().split("\n").map((line) => JSON.parse(line))
    return { leader: child.pid, answers }
  })

describe.each(process.platform === "linux" ? ["native", "ps"] : ["native"])("CallerProcess (%s)", (way) => {
  it.live("gives all processes of one group the same name", () =>
    Effect.gen(function*() {
      const start = `"$NODE" "$1" ${way} <&3 & "$BUN" "$1" ${way} <&3 & wait`
      const first = yield* answersOf(start)
      const [one, two] = first.answers.map((answer) => answer.group)
      assert.match(one ?? "", new RegExp(`^${first.leader}:(?!gone).+$`))
      // ps counts from a boot time that it rounds anew each time, so that on Linux it may be a second off.
      if (way === "native") assert.strictEqual(one, two)
      if (way === "native" && process.platform === "linux") {
        const age = uptime() - Number(one?.split(":")[1]) / ticksInSecond
        assert.isTrue(age >= -1 && age < 60, `the leader seems to be ${age} s old`)
      }
      assert.strictEqual(two?.split(":")[0], String(first.leader))
      assert.notStrictEqual(first.answers[0]?.pid, first.answers[1]?.pid)
      assert.strictEqual(first.answers[0]?.again, one)
    }))

  it.live("still has a name when the leader of the group is gone", () =>
    Effect.gen(function*() {
      const { answers, leader } = yield* answersOf(`"$NODE" "$1" ${way} <&3 &`)
      assert.deepStrictEqual(answers.map((answer) => answer.group), [`${leader}:gone`])
    }))
})

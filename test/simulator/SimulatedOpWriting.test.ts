import { assert, describe, it, vi } from "@effect/vitest"
import { readCalls } from "../../simulator/op/install.ts"
import { updateState } from "../../simulator/op/State.ts"
import { get, message, patience, useOp as use } from "./RunOp.ts"

describe("the stand-in for op: writing", () => {
  const template = JSON.stringify({
    title: "New",
    category: "API_CREDENTIAL",
    fields: [{ type: "CONCEALED", label: "Secret access key", value: "fake-secret-two" }]
  })
  const create = ["item", "create", "-", "--vault", "Private", "--format", "json"]

  it("creates an item from a FIFO and reads it back", async () => {
    const op = use()
    const created = JSON.parse((await op.run(create, { stdin: { by: "fifo", text: template } })).stdout)
    assert.match(created.id, /^[a-z2-7]{26}$/)
    assert.match(created.created_at, /\.\d{6}[+-]\d\d:\d\d$/)
    assert.notProperty(created, "last_edited_by")
    const read = JSON.parse((await op.run(["item", "get", "New", "--format", "json"])).stdout)
    assert.strictEqual(read.fields[0].value, "fake-secret-two")
    assert.match(read.created_at, /:\d\dZ$/)
  })

  it("ignores a socket and refuses a FIFO that holds no JSON", async () => {
    const op = use()
    const said = async (by: "fifo" | "socket", text: string) =>
      message((await op.run(create, { stdin: { by, text } })).stderr)
    assert.strictEqual(await said("socket", template), "provide the item category with '--category' flag")
    assert.strictEqual(await said("fifo", ""), "invalid JSON in piped input")
    assert.deepStrictEqual(readCalls(op.state).map(({ stdin }) => stdin), ["socket", "fifo"])
    updateState(op.state, () => ({ platform: "wsl-exe" }))
    assert.strictEqual((await op.run(create, { stdin: { by: "socket", text: template } })).status, 0)
  })

  it("counts an edit through a socket as a version although nothing changed", async () => {
    const op = use()
    const edit = ["item", "edit", "AWS", "--vault", "Private", "--format", "json"]
    const ignored = JSON.parse((await op.run(edit, { stdin: { by: "socket", text: template } })).stdout)
    assert.deepInclude(ignored, { title: "AWS", version: 2 })
    const replaced = JSON.parse((await op.run(edit, { stdin: { by: "fifo", text: template } })).stdout)
    assert.deepInclude(replaced, { title: "New", version: 3 })
    assert.strictEqual(replaced.fields.length, 1)
  })

  it("takes assignments, with a section and escaped dots, and never loses a parallel edit", async () => {
    const op = use()
    const edit = (assignment: string) => op.run(["item", "edit", "AWS", assignment])
    await Promise.all([1, 2, 3, 4].map((number) => edit(`Keys\\.x.label ${number}[text]=value=${number}`)))
    const { sections, version, fields } = JSON.parse((await op.run(get)).stdout)
    assert.strictEqual(version, 5)
    assert.deepStrictEqual(sections.map(({ label }: { label: string }) => label), ["Keys.x"])
    const added = fields.filter(({ section }: { section?: object }) => section !== undefined)
    assert.deepStrictEqual(
      added.map(({ value }: { value: string }) => value).sort(),
      ["value=1", "value=2", "value=3", "value=4"]
    )
  })
})

describe("the stand-in for op: its log", () => {
  it("shows how it was called: arguments, names of variables, stdin, place, time", async () => {
    const op = use({ latency_ms: 300 })
    await op.run(get, { env: { AWS_PROFILE: "dev", AWS_SECRET_ACCESS_KEY: "canary", OTHER: "canary" } })
    const [call] = readCalls(op.state)
    assert.isDefined(call)
    assert.deepStrictEqual(call.argv, get)
    assert.includeMembers([...call.env], ["AWS_PROFILE", "AWS_SECRET_ACCESS_KEY", "OTHER", "PATH"])
    assert.notIncludeMembers([...call.env], ["FAKE_OP_STATE", "NODE_COMPILE_CACHE"])
    assert.deepStrictEqual(call.values, { AWS_PROFILE: "dev", AWS_SECRET_ACCESS_KEY: "[set]" })
    assert.deepInclude(call, { stdin: "char", ppid: process.pid, exit: 0 })
    assert.isAtLeast((call.done ?? 0) - call.time, 299)
  })

  it("names the process that a hanging call leaves behind", async () => {
    const op = use({ faults: [{ fault: "hang", spawn_child: true, ignore_signals: true }] })
    const ran = op.run(get)
    await vi.waitUntil(() => readCalls(op.state)[0]?.child !== undefined, patience)
    const [call] = readCalls(op.state)
    process.kill(call?.pid ?? 0, "SIGTERM")
    process.kill(call?.pid ?? 0, "SIGKILL")
    process.kill(call?.child ?? 0, "SIGKILL")
    assert.strictEqual((await ran).signal, "SIGKILL")
    assert.notProperty(readCalls(op.state)[0], "exit")
  })
})

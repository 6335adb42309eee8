import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { mkdirSync } from "node:fs"
import { join, relative } from "node:path"
import { anItem, script, write } from "../../fixtures/Programs.ts"
import { temporaryDirectory } from "../../fixtures/TemporaryDirectory.ts"
import type { Environment } from "../../../src/domain/base/Environment.ts"
import { findOp } from "../../../src/layers/onepassword/FindOp.ts"

const tagOf = (answer: string | { readonly _tag: string }): string => typeof answer === "string" ? answer : answer._tag

describe("findOp", () => {
  it.effect("takes the first executable file of absolute PATH entries", () =>
    Effect.gen(function*() {
      const root = yield* temporaryDirectory
      const at = (folder: string): string => join(root, folder)
      mkdirSync(join(at("folder"), "op"), { recursive: true })
      write(join(at("plain"), "op"), "#!/bin/sh\n", 0o644)
      const first = script(join(at("first one"), "op"), anItem)
      script(join(at("second"), "op"), anItem)
      const find = (...entries: ReadonlyArray<string>): string => tagOf(findOp("op", { PATH: entries.join(":") }))
      assert.strictEqual(find(at("none"), at("folder"), at("plain"), at("first one"), at("second")), first)
      assert.strictEqual(find(relative(process.cwd(), at("second")), "", ".", at("first one")), first)
      assert.strictEqual(find(relative(process.cwd(), at("second"))), "OpNotFound")
      assert.strictEqual(find(at("plain"), at("folder")), "OpNotExecutable")
      assert.strictEqual(find(at("folder")), "OpNotFound")
      assert.strictEqual(find(join(first, "op")), "OpNotFound")
    }))

  it("does not find what lies in the current directory", () => {
    for (const PATH of ["", ":", ".", ":/nonexistent:", undefined]) {
      assert.strictEqual(tagOf(findOp("package.json", { PATH })), "OpNotFound")
    }
  })

  it.effect("takes a path as it stands", () =>
    Effect.gen(function*() {
      const root = yield* temporaryDirectory
      const path = script(join(root, "a (b) c", "op"), anItem)
      const find = (cliPath: string): string => tagOf(findOp(cliPath, { PATH: root }))
      assert.strictEqual(find(path), path)
      assert.strictEqual(find(relative(process.cwd(), path)), relative(process.cwd(), path))
      assert.strictEqual(find(join(root, "none")), "OpNotFound")
      assert.strictEqual(find(`${path}/op`), "OpNotFound")
      assert.strictEqual(find(root), "OpNotExecutable")
      assert.strictEqual(find(write(join(root, "plain"), "#!/bin/sh\n", 0o644)), "OpNotExecutable")
      assert.strictEqual(find(process.execPath), process.execPath)
    }))

  it.effect("refuses a file that only a shell could run", () =>
    Effect.gen(function*() {
      const root = yield* temporaryDirectory
      for (const content of ["echo a line without an interpreter\n", "", "#", "PK\u0003\u0004"]) {
        assert.strictEqual(tagOf(findOp(write(join(root, "op"), content), {})), "OpNotRunnable")
      }
    }))

  it.effect("goes to Windows from WSL when op is the default and missing", () =>
    Effect.gen(function*() {
      const root = yield* temporaryDirectory
      const programs = script(join(root, "c/Program Files/1Password CLI/op.exe"), anItem)
      const onPath = script(join(root, "links/op.exe"), anItem)
      const linux = script(join(root, "bin/op"), anItem)
      const find = (cliPath: string, environment: Environment, windowsOp = programs): string =>
        tagOf(findOp(cliPath, environment, windowsOp))
      const wsl = { WSL_DISTRO_NAME: "Debian" }
      assert.strictEqual(find("op", { ...wsl, PATH: `${join(root, "links")}:${join(root, "bin")}` }), linux)
      assert.strictEqual(find("op", { ...wsl, PATH: join(root, "links") }), onPath)
      assert.strictEqual(find("op", { WSL_INTEROP: "/run/WSL/1_interop", PATH: root }), programs)
      assert.strictEqual(find("op", { ...wsl, PATH: root }, join(root, "none")), "OpNotFound")
      assert.strictEqual(find("op", { WSL_DISTRO_NAME: "", PATH: join(root, "links") }), "OpNotFound")
      assert.strictEqual(find("op2", { ...wsl, PATH: join(root, "links") }), "OpNotFound")
      assert.strictEqual(find(join(root, "none/op"), { ...wsl, PATH: join(root, "links") }), "OpNotFound")
    }))
})

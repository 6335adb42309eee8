import { assert, describe, it } from "@effect/vitest"
import { openSync, readSync } from "node:fs"
import { headSize, kernelRuns } from "../../../src/domain/exec/Successor.ts"

const headOf = (path: string): string => {
  const bytes = Buffer.alloc(headSize)
  return bytes.toString("latin1", 0, readSync(openSync(path, "r"), bytes, 0, headSize, 0))
}

const ours = headOf(process.execPath)

describe("whether the kernel runs a file", () => {
  it.skipIf(process.platform !== "linux")("is known of a program of this system, with the loader that it needs", () => {
    assert.match(kernelRuns(headOf("/bin/sh"), ours)?.needs ?? "", /^\/lib.*\/ld-[\w.-]+$/)
  })

  it("is known of a script by its first line", () => {
    assert.deepStrictEqual(kernelRuns("#!/bin/sh\necho", ours), { needs: "/bin/sh" })
    assert.deepStrictEqual(kernelRuns("#! /usr/bin/env -S node\n", ours), { needs: "/usr/bin/env" })
  })

  it("is not known of anything else", () => {
    const elf = "\x7fELF\x02\x01"
    const other = elf.padEnd(18, "\0") + "\xf3\x00"
    const this64 = elf.padEnd(18, "\0") + "\x3e\x00"
    for (const head of ["", "echo hello\n", "#!\n", other, "MZ\x90", "\xca\xfe\xba\xbe"]) {
      assert.isUndefined(kernelRuns(head, this64))
    }
  })

  it("is known of a universal program where ours is one of the same kind", () => {
    assert.deepStrictEqual(kernelRuns("\xca\xfe\xba\xbe", "\xcf\xfa\xed\xfe"), { needs: undefined })
  })
})

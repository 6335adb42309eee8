import { assert, describe, it } from "@effect/vitest"
import { ConfigFailure } from "../../../src/domain/aws-config/ConfigFailure.ts"
import { type DiskTrouble, diskTrouble } from "../../../src/domain/base/DiskTrouble.ts"
import type { Failure } from "../../../src/domain/base/Failure.ts"
import { CacheFailure, notWritten } from "../../../src/domain/cache/CacheFailure.ts"

const failures: ReadonlyArray<readonly [string, (trouble: DiskTrouble) => Failure, RegExp]> = [
  ["a session", (trouble) => notWritten("/c/dev.json", trouble), /, or set OP_AWS_CACHE_DIR to another place$/],
  ["a note", (trouble) => CacheFailure.NoteNotKept(trouble), /, or set OP_AWS_CACHE_DIR to another place$/],
  ["an AWS file", (trouble) => ConfigFailure.AwsFileUnwritable("/a/config", trouble), /./]
]

const cures: ReadonlyArray<readonly [string, RegExp, RegExp]> = [
  ["ENOSPC", /the disk is full$/, /^make room on the disk/],
  ["EDQUOT", /quota is used up$/, /^make room within your disk quota/],
  ["EROFS", /the disk is read-only$/, /disk that can be written to/],
  ["EFBIG", /file size limit is too low$/, /^raise the file size limit/],
  ["EMFILE", /too many files are open$/, /ulimit -n/],
  ["EIO", /the disk has a fault$/, /^see to the disk/]
]

describe.each(failures)("%s that cannot be written", (_, failureOf, otherwise) => {
  it.each(cures)("has a hint that fits %s", (code, reason, cure) => {
    const { hint, message } = failureOf(diskTrouble(code))
    assert.match(message, reason)
    assert.match(hint, cure)
    assert.notMatch(hint, /yours and writable|permissions/)
    assert.match(hint, otherwise)
  })

  it("has a hint about whose it is where permission is denied, and where nothing is known", () => {
    for (const code of ["EACCES", "EPERM", "EXYZ"]) {
      const { hint } = failureOf(diskTrouble(code))
      assert.match(hint, /yours and writable|owner and its permissions/)
      assert.match(hint, otherwise)
    }
  })
})

import { assert, describe, it } from "@effect/vitest"
import { roleEntryOf } from "../../fixtures/RoleEntries.ts"
import { entryOf } from "../../fixtures/SessionEntry.ts"
import { encodeEntry } from "../../../src/domain/cache/CacheEntry.ts"
import {
  type ChosenDirectory,
  type Content,
  isOursAlone,
  isTemporaryName,
  temporaryName
} from "../../../src/domain/cache/OwnDirectory.ts"
import { encodeRole, roleFileName } from "../../../src/domain/cache/RoleEntry.ts"

const role = roleEntryOf("deploy")

const file = (name: string, text?: string, folder = ""): Content => ({
  folder,
  name,
  kind: "file",
  mine: true,
  text: () => text
})

const directory = (name: string, folder = ""): Content => ({ ...file(name, undefined, folder), kind: "directory" })

const alone = (contents: Iterable<Content>, other: Partial<ChosenDirectory> = {}): boolean =>
  isOursAlone({ mine: true, mode: 0o755, isHome: false, contents, ...other })

const session = file("dev.json", encodeEntry(entryOf("AWS")))
const ours: ReadonlyArray<Content> = [
  session,
  directory("roles"),
  directory("state"),
  file(roleFileName(role), encodeRole(role), "roles"),
  file("flight-0.note", undefined, "state"),
  file("session-0.lock", undefined, "state"),
  file(".tmp-12-3zx", undefined, "state"),
  file(".tmp-12-3zx")
]

describe("a directory that somebody named", () => {
  it("is ours alone with nothing but what we write in it", () => {
    assert.isTrue(alone(ours))
    for (const content of ours) assert.isTrue(alone([content]), content.name)
    assert.isTrue(alone(ours, { mode: 0o777 }))
    assert.isTrue(alone([]))
  })

  it("is not where it is somebody else's, sticky, a home, or empty and open for others to write", () => {
    assert.isFalse(alone(ours, { mine: false }))
    assert.isFalse(alone(ours, { mode: 0o1700 }))
    assert.isFalse(alone(ours, { isHome: true }))
    for (const mode of [0o777, 0o770, 0o702]) assert.isFalse(alone([], { mode }))
  })

  const theirs: ReadonlyArray<readonly [string, Content]> = [
    ["another file", file("notes.txt")],
    ["JSON that is no session", file("package.json", "{}")],
    ["half a session", file("dev.json", encodeEntry(entryOf("AWS")).slice(0, -9))],
    ["a session that is not private", file("dev.json")],
    ["a session of another user", { ...session, mine: false }],
    ["another directory", directory("src")],
    ["a directory in a folder of ours", directory("roles", "roles")],
    ["a folder of another user", { ...directory("state"), mine: false }],
    ["a link", { ...session, kind: "other" }],
    ["a role that a file is not named for", file("0123456789abcdef.json", encodeRole(role), "roles")],
    ["a session among the roles", file("dev.json", encodeEntry(entryOf("AWS")), "roles")],
    ["something else in state", file("README", undefined, "state")],
    ["a temporary file of somebody's", file(".tmp-mine")],
    ["a temporary file of another user", { ...file(".tmp-1-a"), mine: false }]
  ]
  it.each(theirs)("is not with %s in it", (_, content) => {
    assert.isFalse(alone([content]))
    assert.isFalse(alone([...ours, content]))
  })

  it("is looked at no further than it has to be", () => {
    let seen = 0
    const many = function*() {
      for (;;) {
        seen++
        yield file("notes.txt")
      }
    }
    assert.isFalse(alone(many()))
    assert.isFalse(alone(many(), { mode: 0o1777 }))
    assert.strictEqual(seen, 1)
  })
})

describe("a temporary file", () => {
  it("is told from everybody else's by its name", () => {
    assert.isTrue(isTemporaryName(temporaryName(4711, "2x9z")))
    for (const name of [".tmp-mine", ".tmp-1", ".tmp-1-", ".tmp--a", ".tmp-1-A", "x.tmp-1-a", ".tmp-1-a.json", ".tmp-1-a\n"]) {
      assert.isFalse(isTemporaryName(name), name)
    }
  })
})

import { assert, describe, it } from "@effect/vitest"
import { type CacheFacts, checkCache } from "../../../src/doctor/checks/Cache.ts"
import type { Found } from "../../../src/domain/host/Found.ts"

const cache = (facts: Partial<CacheFacts>) =>
  checkCache({ directory: "/c", found: directory(0o700), writable: true, folders: [], files: [], ...facts })

const directory = (mode: number, mine = true): Found => ({ kind: "directory", mode, mine })
const file = (mode = 0o600, mine = true): Found => ({ kind: "file", mode, mine })

describe("checkCache", () => {
  it("says whose home it is, how to take back one's own, and how to give back theirs", () => {
    const theirs = { path: "/home/it's", owner: 1000, user: 0, inOwnHome: false, left: "/home/it's/.cache" }
    const [home, left, ...none] = cache({ found: { kind: "missing" }, stranger: theirs }).findings
    assert.lengthOf(none, 0)
    assert.match(home!.what, /^\/home\/it's belongs to another user \(id 1000\)/)
    assert.match(home!.mend, /sudo -H.*OP_AWS_CACHE_DIR/)
    assert.match(left!.mend, /\nchown -R 1000 '\/home\/it'\\''s\/\.cache'$/)
    const own = { path: "/home/me/.cache", owner: 0, user: 1000, inOwnHome: true }
    const [back, ...more] = cache({ found: { kind: "hidden", reason: "permission denied" }, stranger: own }).findings
    assert.lengthOf(more, 0)
    assert.match(back!.mend, /\nsudo chown -R 1000 '\/home\/me\/\.cache'$/)
  })

  it("counts sessions where all is well", () => {
    const session = { path: "/c/dev.json", found: file(), content: "session" } as const
    assert.deepStrictEqual(cache({ files: [session] }), { fine: ["cache /c, with 1 session"], findings: [] })
    assert.deepStrictEqual(cache({ found: { kind: "missing" } }), { fine: ["cache /c, empty so far"], findings: [] })
    assert.lengthOf(cache({ found: { kind: "link", mine: true, to: directory(0o700) } }).findings, 0)
    assert.lengthOf(cache({ files: [{ path: "/c/state/x.lock", found: file(), content: "state" }] }).findings, 0)
  })

  const cases: ReadonlyArray<readonly [string, Partial<CacheFacts>, "error" | "warning", RegExp, RegExp]> = [
    ["no place for it", { directory: undefined }, "error", /there is no directory/, /OP_AWS_CACHE_DIR/],
    [
      "a place that cannot be made",
      { found: { kind: "missing" }, writable: false },
      "error",
      /\/c cannot be written/,
      /OP_AWS_CACHE_DIR/
    ],
    ["a place that cannot be written", { writable: false }, "error", /\/c cannot be written/, /OP_AWS_CACHE_DIR/],
    [
      "somebody's directory",
      { found: directory(0o700, false) },
      "error",
      /\/c is no directory of yours/,
      /mv '\/c' '\/c\.old'/
    ],
    [
      "somebody's link",
      { found: { kind: "link", mine: false, to: directory(0o700) } },
      "error",
      /\/c is no directory of yours/,
      /mv/
    ],
    [
      "our link to somebody's",
      { found: { kind: "link", mine: true, to: directory(0o700, false) } },
      "error",
      /no directory of yours/,
      /mv/
    ],
    [
      "a place that cannot be seen",
      { found: { kind: "hidden", reason: "permission denied" } },
      "error",
      /\/c cannot be looked at: permission denied/,
      /\nchmod u\+rwx '\/'$/
    ],
    ["a file in its place", { found: file() }, "error", /\/c is no directory of yours/, /mv/],
    ["an open directory", { found: directory(0o755) }, "warning", /others may look into \/c$/, /\nchmod -R go= '\/c'/],
    [
      "an open directory below",
      { folders: [{ path: "/c/roles", found: directory(0o750) }] },
      "warning",
      /look into \/c\/roles/,
      /chmod -R go= '\/c\/roles'/
    ],
    [
      "a link below",
      { folders: [{ path: "/c/state", found: { kind: "link", mine: true, to: directory(0o700) } }] },
      "error",
      /\/c\/state is no directory/,
      /mv/
    ],
    [
      "a link for an entry",
      { files: [{ path: "/c/dev.json", found: { kind: "link", mine: true, to: file() }, content: "unread" }] },
      "error",
      /a link stands in the place of dev\.json/,
      /^remove it\nrm '\/c\/dev\.json'$/
    ],
    [
      "somebody's entry",
      { files: [{ path: "/c/dev.json", found: file(0o600, false), content: "unread" }] },
      "error",
      /dev\.json belongs to another user/,
      /\nrm /
    ],
    [
      "an open entry",
      { files: [{ path: "/c/dev.json", found: file(0o644), content: "session" }] },
      "error",
      /others may read dev\.json/,
      /\nrm '\/c\/dev\.json'\nchmod -R go= '\/c'$/
    ],
    [
      "an open lock",
      { files: [{ path: "/c/state/a.lock", found: file(0o666), content: "state" }] },
      "error",
      /others may read state\/a\.lock/,
      /\nrm /
    ],
    [
      "a damaged entry",
      { files: [{ path: "/c/dev.json", found: file(), content: "unread" }] },
      "warning",
      /dev\.json was not written by this program, or is damaged/,
      /\nrm /
    ],
    [
      "a stranger",
      { files: [{ path: "/c/it's", found: file(0o644), content: "other" }] },
      "warning",
      /it's was not written by this program/,
      /\nrm '\/c\/it'\\''s'$/
    ],
    [
      "a FIFO",
      { files: [{ path: "/c/dev.json", found: { kind: "other", mode: 0o600, mine: true }, content: "state" }] },
      "warning",
      /was not written by this program/,
      /\nrm /
    ],
    [
      "a session without a profile",
      { files: [{ path: "/c/gone.json", found: file(), content: "lost" }] },
      "warning",
      /gone\.json is the session of a profile that there is not/,
      /\nrm /
    ]
  ]
  it.each(cases)("finds %s", (_, facts, severity, what, mend) => {
    const { fine, findings: [finding, ...more] } = cache(facts)
    assert.deepStrictEqual([fine, more], [[], []])
    assert.strictEqual(finding?.severity, severity)
    assert.match(finding?.what ?? "", what)
    assert.match(finding?.mend ?? "", mend)
  })

  it("tells a thousand alike in one finding", () => {
    const files = Array.from(
      { length: 1000 },
      (_, index) => ({ path: `/c/p${index}.json`, found: file(0o640), content: "session" as const })
    )
    const { findings } = cache({ files })
    assert.deepStrictEqual(findings.map(({ what }) => what), [
      "in the cache, others may read p0.json, p1.json, p2.json and 997 more"
    ])
    assert.isBelow(findings[0]!.mend.length, 1000)
  })
})

import { assert, describe, it } from "@effect/vitest"
import { readFileSync, writeFileSync } from "node:fs"
import { dirname } from "node:path/posix"
import { roomsPage } from "../../scripts/drawRooms.ts"
import { type Arrow, arrowsAmong, importsOf, roomOf, rooms, sources as sourcesOf } from "../../scripts/rooms.ts"

const sources = sourcesOf()

const arrows = arrowsAmong(sources)

const floors = Object.keys(rooms)

const partOf = (path: string): string => path.slice(0, path.includes("/") ? path.indexOf("/") : undefined)

/**
 * Who may use whom: commands → features → session → services ← layers, and everybody the domain. A command also chooses
 * among the layers, because which cache is meant and how loud the log is stand in settings that only it knows. The hit
 * path and the door name the plain files that they read and write by.
 */
const reach: Readonly<Record<string, ReadonlyArray<string>>> = {
  domain: ["domain"],
  services: ["services", "domain"],
  layers: ["layers", "services", "domain"],
  session: ["session", "services", "domain"],
  feature: ["feature", "session", "services", "domain"]
}

const features = ["exec", "rotate", "status", "doctor", "setup", "import"]

const kindOf = (path: string): string => features.includes(partOf(path)) ? "feature" : partOf(path)

const told = (against: ReadonlyArray<Arrow>): ReadonlyArray<string> =>
  against.map(({ from, to }) => `${from} -> ${to}`)

describe("the arrows between the rooms", () => {
  it("knows every room", () => {
    const unknown = sources.map(({ path }) => roomOf(path)).filter((room) => !floors.includes(room))
    assert.deepStrictEqual([...new Set(unknown)], [], "a room that scripts/rooms.ts does not know: write there what it is about, after all those that it uses")
  })

  it("never run back up", () => {
    const floor = (path: string): number => floors.indexOf(roomOf(path))
    const against = arrows.filter(({ from, to }) => floor(to) > floor(from))
    assert.deepStrictEqual(told(against), [], "a file uses a room that comes later: move what it needs to the room it is about")
  })

  it("stay within what each kind of room may use", () => {
    const against = arrows.filter(({ from, to }) => reach[kindOf(from)]?.includes(kindOf(to)) === false && to !== "version.ts")
    assert.deepStrictEqual(told(against), [], "rules use rules, use cases and features use contracts, mechanisms fulfil them")
  })

  it("make no circle among files", () => {
    const uses = new Map(sources.map(({ path }) => [path, arrows.filter(({ from }) => from === path).map(({ to }) => to)]))
    const circles: Array<string> = []
    const done = new Set<string>()
    const visit = (path: string, above: ReadonlyArray<string>): void => {
      if (above.includes(path)) circles.push([...above.slice(above.indexOf(path)), path].join(" -> "))
      if (above.includes(path) || done.has(path)) return
      for (const next of uses.get(path) ?? []) visit(next, [...above, path])
      done.add(path)
    }
    for (const path of uses.keys()) visit(path, [])
    assert.deepStrictEqual(circles, [], "two files use each other: what both need is a third one's")
  })

  it("find rooms that can be seen at a glance", () => {
    const folders = Map.groupBy(sources, ({ path }) => dirname(path))
    const crowded = [...folders].filter(([, files]) => files.length > 22).map(([folder, files]) => `${folder}: ${files.length} files`)
    assert.deepStrictEqual(crowded, [], "a room of more than some twenty names is two rooms")
  })

  it("are drawn in docs/rooms.md", () => {
    const page = roomsPage()
    if (process.env["UPDATE_DOCS"] !== undefined) writeFileSync("docs/rooms.md", page)
    assert.strictEqual(readFileSync("docs/rooms.md", "utf8"), page, "docs/rooms.md is of other imports: UPDATE_DOCS=1 npx vitest run test/architecture")
  })

  it("keeps services and layers out of the domain, and everything that runs", () => {
    const running = /^effect\/(?:Context|Effect|Fiber|FileSystem|Layer|Runtime|Scope|Stream|cli|process)\b|^@effect\//
    const against = sources.filter(({ path }) => partOf(path) === "domain").flatMap((source) =>
      importsOf(source).filter((name) => running.test(name)).map((name) => `${source.path} -> ${name}`)
    )
    assert.deepStrictEqual(against, [])
  })

  it("takes the time from Effect's Clock, outside the door and the mechanisms", () => {
    const clockless = /\bDate\.now\b|\bnew Date\(\)|\bset(?:Timeout|Interval|Immediate)\b|\bperformance\.now\b|\bcurrentTime\w+Unsafe\b|\bnowUnsafe\b/
    const against = sources
      .filter(({ path }) => path !== "main.ts" && partOf(path) !== "layers")
      .flatMap(({ path, text }) => text.split("\n").filter((line) => clockless.test(line)).map((line) => `${path}: ${line.trim()}`))
    assert.deepStrictEqual(against, [])
  })

  it("imports Effect by the module and never by the barrel", () => {
    const against = sources.flatMap((source) =>
      importsOf(source).filter((name) => name === "effect" || /^@effect\/[\w-]+$/.test(name)).map((name) => `${source.path} -> ${name}`)
    )
    assert.deepStrictEqual(against, [])
  })
})

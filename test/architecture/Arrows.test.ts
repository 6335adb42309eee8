import { assert, describe, it } from "@effect/vitest"
import { readdirSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path/posix"

const sources = readdirSync("src", { recursive: true, encoding: "utf8" })
  .map((path) => path.replaceAll("\\", "/"))
  .filter((path) => path.endsWith(".ts"))
  .map((path) => ({ path, text: readFileSync(join("src", path), "utf8") }))

const statement = /^(?:import|export)\b[^"]*?\bfrom\s+"([^"]+)"|^import\s+"([^"]+)"|\bimport\("([^"]+)"\)/gm

/** What a file of ours names in its imports, types included: our own files by their path below src/. */
const importsOf = ({ path, text }: { readonly path: string; readonly text: string }): ReadonlyArray<string> =>
  [...text.matchAll(statement)].map(([, from, bare, later]) => {
    const name = from ?? bare ?? later!
    return name.startsWith(".") ? join(dirname(path), name) : name
  })

/** The folder of a file; the files beside the folders stand for themselves. */
const partOf = (path: string): string => path.includes("/") ? path.slice(0, path.indexOf("/")) : path

const isOurs = (name: string): boolean => name.endsWith(".ts")

/** Small things without any layer, which every part but the domain and the contracts may use. */
const plain = ["Descriptor.ts", "PlainFile.ts", "PrivateFile.ts", "Complaint.ts", "version.ts"]

/**
 * Who may use whom: commands → session → services ← layers, and everybody the domain. A command also chooses among the
 * layers, because which cache is meant and how loud the log is stand in settings that only it knows.
 */
const arrows: Readonly<Record<string, ReadonlyArray<string>>> = {
  "domain": [],
  "services": ["domain"],
  "session": ["domain", "services"],
  "layers": ["domain", "services", ...plain],
  "commands": ["domain", "services", "session", "layers", ...plain]
}

describe("the arrows between the parts", () => {
  it.each(Object.entries(arrows))("%s uses nothing of ours but itself and what is behind it", (part, allowed) => {
    const own = sources.filter(({ path }) => partOf(path) === part)
    assert.isNotEmpty(own)
    const against = own.flatMap((source) =>
      importsOf(source)
        .filter((name) => isOurs(name) && partOf(name) !== part && !allowed.includes(partOf(name)))
        .map((name) => `${source.path} -> ${name}`)
    )
    assert.deepStrictEqual(against, [])
  })

  it("has no file outside its parts but the door, the two paths behind it and the plain ones", () => {
    const beside = sources.map(({ path }) => partOf(path)).filter((part) => !(part in arrows))
    assert.sameMembers(beside, ["main.ts", "hit.ts", "program.ts", ...plain])
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

import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Schema } from "effect"
import { execFileSync } from "node:child_process"
import { tagOf } from "../fixtures/OpItems.ts"
import { checkProcessLine } from "../../src/doctor/checks/ProcessLine.ts"
import { splitCredentialProcess } from "../../src/domain/aws-config/CredentialProcessLine.ts"
import { installedWords, isForEveryClient, passingPaths, stablePath } from "../../src/setup/InstalledProgram.ts"
import { programLine } from "../../src/setup/ProgramLine.ts"

const findings = (written: string) =>
  checkProcessLine({ profile: "dev", place: "config:1", written, rewritten: () => "" })

describe("the line that runs the program", () => {
  it("is bare words for plain paths, and then the same to every client", () => {
    const line = programLine(["/usr/bin/node", "/usr/lib/node_modules/x/dist/main.js"], "dev", ["--timeout", "20s"])
    assert.strictEqual(line, "/usr/bin/node /usr/lib/node_modules/x/dist/main.js --timeout 20s --profile dev")
    assert.deepStrictEqual(findings(String(line)), [])
  })

  it("quotes what has to be quoted, and never both ends alike", () => {
    assert.strictEqual(programLine(["/a b/x"], "dev"), "\"/a b/x\" --profile dev")
    assert.strictEqual(programLine(["/a$b/x"], "dev"), "'/a$b/x' --profile dev")
    assert.isFalse(isForEveryClient(["/a b/x"]))
    assert.isTrue(isForEveryClient(["/usr/local/bin/x"]))
  })

  it("cannot be written where no quotes would do", () => {
    for (const word of ["/a #b/x", "/a ;b/x", "/a\nb", "/a'b$c", ""]) {
      assert.strictEqual(tagOf(programLine([word], "dev")), "LineUnwritable", word)
    }
    assert.strictEqual(tagOf(programLine(["/x"], "my profile")), "LineUnwritable")
  })

  const characters = [..."ab/. -_'\"$`\\#;*?~&|é()"]
  const word = Arbitrary.map(
    Arbitrary.array(Arbitrary.schema(Schema.Literals(characters)), { minLength: 1, maxLength: 8 }),
    (all) => `/${all.join("")}`
  )
  it.prop("is split by Python's clients and by a shell into just those words", [Arbitrary.array(word, { minLength: 1, maxLength: 2 })], ([words]) => {
    const line = programLine(words, "dev")
    if (typeof line !== "string") return
    const all = [...words, "--profile", "dev"]
    assert.deepStrictEqual(splitCredentialProcess(line), all)
    const seen = execFileSync("/bin/sh", ["-c", `set -- ${line}; for word; do printf '%s\\n' "$word"; done`])
    assert.strictEqual(String(seen), all.map((one) => `${one}\n`).join(""))
    // Blanks are minio-go's trouble, and nobody else's.
    assert.deepStrictEqual(findings(line).filter(({ severity }) => severity === "error"), [])
  }, { arbitrary: { runs: 60 } })
})

describe("the path that outlives an update", () => {
  const cellar = "/opt/homebrew/Cellar/op-aws/0.1.0/bin/op-aws-credential-process"
  it("is a link to the program where its own names a version, else its own or the first link", () => {
    const link = { path: "/opt/homebrew/bin/op-aws-credential-process", real: cellar }
    assert.strictEqual(stablePath(cellar, [link]), link.path)
    assert.strictEqual(stablePath("/usr/local/bin/x", []), "/usr/local/bin/x")
    assert.strictEqual(stablePath("/home/me/a b/x", [{ path: "/usr/local/bin/x", real: "/home/me/a b/x" }]), "/usr/local/bin/x")
    assert.strictEqual(stablePath(cellar, [{ ...link, real: "/another" }]), cellar)
    assert.strictEqual(stablePath("/home/me/a b/x", [{ path: "/c d/x", real: "/home/me/a b/x" }]), "/c d/x")
  })

  it("of the package is the runtime's and the script's own", () => {
    const node = "/opt/homebrew/Cellar/node/24.1.0/bin/node"
    const script = "/opt/homebrew/lib/node_modules/op-aws-credential-process/dist/main.js"
    const programs = [{ path: "/opt/homebrew/bin/op-aws-credential-process", real: script }]
    const runtimes = [{ path: "/opt/homebrew/bin/node", real: node }]
    assert.deepStrictEqual(installedWords({ kind: "script", runtime: node, path: script }, { programs, runtimes }), [
      "/opt/homebrew/bin/node",
      script
    ])
    const checkout = "/home/me/checkout/dist/main.js"
    const linked = [{ path: "/usr/local/bin/op-aws-credential-process", real: checkout }]
    assert.deepStrictEqual(
      installedWords({ kind: "script", runtime: "/usr/bin/node", path: checkout }, { programs: linked, runtimes: [] }),
      ["/usr/bin/node", "/usr/local/bin/op-aws-credential-process"]
    )
  })

  it("is named where it goes away with a version", () => {
    const node = "/home/me/.nvm/versions/node/v24/bin/node"
    assert.deepStrictEqual(passingPaths([node, "/usr/x"]).map(({ path, soon }) => [path, soon]), [[node, false]])
  })

  const script = "node_modules/op-aws-credential-process/dist/main.js"
  it.each([
    ["npx", `/home/me/.npm/_npx/0a1b2c3d/${script}`],
    ["pnpm dlx", `/home/me/.cache/pnpm/dlx/0a1b2c3d/18f-1/${script}`],
    ["pnpm dlx", `/home/me/.local/share/pnpm/store/v3/tmp/dlx-1234/${script}`],
    ["yarn dlx", `/tmp/xfs-0a1b2c3d/dlx-1234/${script}`],
    ["bunx", `/tmp/bunx-1000-op-aws-credential-process@latest/${script}`],
    ["bunx", "/home/me/.bun/install/cache/op-aws-credential-process@1.0.0/dist/main.js"]
  ])("is named where it is a copy of %s's, and a link to it is none the better", (runner, path) => {
    const [passing, ...more] = passingPaths(["/usr/bin/node", path])
    assert.deepStrictEqual(more, [])
    assert.deepInclude(passing, { path, soon: true })
    assert.include(passing?.why, `the cache of ${runner},`)
  })

  it("is named where a checkout has built it, and a package's own is not", () => {
    const built = ["/home/me/op-aws-credential-process/dist/main.js", "/home/me/x/dist/bin/op-aws-credential-process"]
    assert.deepStrictEqual(passingPaths(built).map(({ path }) => path), built)
    assert.deepStrictEqual(passingPaths([`/usr/lib/${script}`, "/usr/local/bin/op-aws-credential-process"]), [])
  })
})

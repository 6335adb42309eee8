import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { copyFileSync, cpSync, mkdirSync, rmSync, symlinkSync } from "node:fs"
import { dirname, join } from "node:path"
import { defaultSerial } from "../../simulator/sts/StsState.ts"
import { binary, makeHome, programAlone } from "../cli/Program.ts"

const setUp = ["setup", "dev", "--op-item", "op://Private/AWS", "--region", "eu-central-1", "--mfa-serial", defaultSerial, "--print"]

describe.skipIf(programAlone === undefined)("what is installed", () => {
  /** The line that `setup` would write, when it is started by one of its paths, with one of them on PATH. */
  const line = Effect.fnUntraced(function*(started: (place: string) => string, onPath?: (place: string) => string) {
    const home = yield* makeHome({ artifact: binary })
    const place = join(home.path, "opt/1.0")
    for (const part of ["bin", "libexec"]) cpSync(join(dirname(binary.command), "..", part), join(place, part), { recursive: true })
    const links = join(home.path, "links")
    mkdirSync(links)
    symlinkSync(join(place, "bin/op-aws-credential-process"), join(links, "op-aws-credential-process"))
    const artifact = { ...binary, command: started(home.path) }
    const env = { PATH: `${home.env["PATH"]}${onPath === undefined ? "" : `:${onPath(home.path)}`}` }
    const { code, stderr, stdout } = yield* Effect.flatMap(home.run(setUp, { artifact, env, place: "elsewhere" }), ({ exit }) => exit)
    assert.strictEqual(code, 0, stderr)
    return /credential_process = (\S*)/.exec(stdout)?.[1]?.replace(home.path, "~")
  })

  const launcher = (home: string) => join(home, "opt/1.0/bin/op-aws-credential-process")
  const program = (home: string) => join(home, "opt/1.0/libexec/op-aws-credential-process/program")
  const link = (home: string) => join(home, "links/op-aws-credential-process")

  it.live("is written down by the launcher's path, however it was started, and never by that of libexec", () =>
    Effect.gen(function*() {
      for (const started of [launcher, program, link]) assert.strictEqual(yield* line(started), "~/opt/1.0/bin/op-aws-credential-process")
    }))

  it.live("is written down by the link on PATH that leads to the launcher", () =>
    Effect.gen(function*() {
      for (const started of [launcher, program, link]) {
        assert.strictEqual(yield* line(started, (home) => dirname(link(home))), "~/links/op-aws-credential-process")
      }
    }))

  it.live("may be the program alone, in bin", () =>
    Effect.gen(function*() {
      const alone = (home: string): string => {
        rmSync(launcher(home))
        copyFileSync(program(home), launcher(home))
        rmSync(join(home, "opt/1.0/libexec"), { recursive: true })
        return launcher(home)
      }
      assert.strictEqual(yield* line(alone), "~/opt/1.0/bin/op-aws-credential-process")
    }))
})

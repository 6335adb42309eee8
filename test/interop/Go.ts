import { Effect } from "effect"
import { userInfo } from "node:os"
import { join, resolve } from "node:path"
import { type Ended, runTool } from "./Tool.ts"

const target = resolve(import.meta.dirname, "../../.cache/interop/go")

const go = (...words: ReadonlyArray<string>): Promise<Ended> =>
  runTool("go", words, {
    cwd: join(import.meta.dirname, "go"),
    env: {
      ...process.env,
      // Where it keeps what it has built, it finds by this variable alone.
      HOME: process.env["HOME"] || userInfo().homedir,
      // Go's own installation guide puts it there, which only a login shell may have in its PATH.
      PATH: `${process.env["PATH"]}:/usr/local/go/bin`,
      CGO_ENABLED: "0",
      GOFLAGS: "-mod=readonly -buildvcs=false -trimpath",
      GOTOOLCHAIN: "local",
      GOWORK: "off"
    }
  })

/** Why no Go program can be built here; undefined where one can. */
export const lacking = async (): Promise<string | undefined> => {
  const probe = await go("list", "-m")
  return probe.failed ? `no Go that will do: ${probe.reason}` : undefined
}

/** Why none can be built that needs the SDK. Downloads it. */
export const lackingSdk = async (): Promise<string | undefined> => {
  const without = await lacking()
  const download = without === undefined ? await go("mod", "download") : undefined
  return download?.failed === true ? `the SDK for Go could not be downloaded: ${download.reason}` : without
}

/** Builds a program, which Go does once, and gives its path. Dies when it does not compile. */
export const program = (name: "client" | "entry"): Effect.Effect<string> =>
  Effect.promise(async () => {
    const path = join(target, name)
    const build = await go("build", "-o", path, `./${name}`)
    if (build.failed) throw new Error(`${name} could not be built: ${build.output}`)
    return path
  })

import { spawnSync } from "node:child_process"
import { existsSync, mkdirSync, readFileSync, renameSync } from "node:fs"
import { resolve } from "node:path"
import { bundleForLauncher } from "./bundle.ts"

/** Everything that cargo makes. */
const place = resolve(".cache/launcher")

/** The launcher as cargo leaves it, and the same hit path for the tests, which runs many cases in one process. */
export const builtLauncher = `${place}/target/release/op-aws-credential-process`
export const builtCases = `${place}/target/release/examples/cases`

/** What cargo made of the bundle: its bytecode, as it lies in the launcher. */
export const bytecode = `${place}/hit.bytecode`

// One file for every Linux, whatever C library it has, at a fixed address, which saves linking when it starts.
const flags = process.platform === "linux" ? ["-Ctarget-feature=+crt-static", "-Crelocation-model=static"] : []

const runs = (command: string, words: ReadonlyArray<string>, input = ""): boolean =>
  spawnSync(command, words, { cwd: "launcher", input, stdio: ["pipe", "ignore", "ignore"] }).status === 0

/** What of all that the launcher takes is not on this machine; undefined where all is. */
const missing = (): string | undefined => {
  if (!runs("cargo", ["--version"])) return "cargo is not here"
  const link = process.platform === "linux" ? ["-static"] : []
  if (!runs("cc", [...link, "-xc", "-", "-o", "/dev/null"], "int main(void) { return 0; }\n")) {
    return "there is no C compiler here that links statically"
  }
  return runs("cargo", ["fetch", "--locked"]) ? undefined : "cargo cannot get its crates"
}

/** Written only when it is something new, or cargo would compile again. */
const bundled = async (): Promise<string> => {
  const [file, fresh] = [`${place}/hit.js`, `${place}/fresh/hit.js`]
  await bundleForLauncher(fresh)
  if (!existsSync(file) || !readFileSync(file).equals(readFileSync(fresh))) renameSync(fresh, file)
  return file
}

/** Builds the launcher, and what the tests need of it; says why it cannot be built here, or undefined when it was. */
export const buildLauncher = async (): Promise<string | undefined> => {
  const reason = missing()
  if (reason !== undefined) return reason
  mkdirSync(place, { recursive: true })
  const { status } = spawnSync("cargo", ["build", "--quiet", "--release", "--locked", "--bins", "--examples"], {
    cwd: "launcher",
    stdio: "inherit",
    env: {
      ...process.env,
      CARGO_TARGET_DIR: `${place}/target`,
      CARGO_ENCODED_RUSTFLAGS: flags.join("\x1f"),
      LAUNCHER_BUNDLE: await bundled(),
      LAUNCHER_BYTECODE: bytecode
    }
  })
  if (status !== 0) throw new Error("cargo could not build the launcher")
  return undefined
}

import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { spawnSync } from "node:child_process"
import { mkdirSync, readFileSync, symlinkSync } from "node:fs"
import { join, resolve } from "node:path"
import { installOp } from "../../../simulator/op/install.ts"
import { account, fakeId, vault } from "../../../simulator/op/State.ts"
import { script } from "../../fixtures/Programs.ts"
import { type Artifact, artifacts, binary, type Home, makeHome, profile, type Profiles } from "../Program.ts"

/** What WSL tells every process. */
const wsl = { WSL_DISTRO_NAME: "Debian", WSL_INTEROP: "/run/WSL/8_interop" }

/** A home whose 1Password is on the Windows side, where nothing of the environment arrives. */
const windowsHome = (artifact: Artifact, profiles?: Profiles) =>
  Effect.map(makeHome({ artifact, ...(profiles && { profiles }) }), (home) => {
    home.changeOp(() => ({
      platform: "wsl-exe",
      crlf: true,
      bom: true,
      accounts: [
        account({ url: "other.1password.com", account_uuid: fakeId("other").toUpperCase(), vaults: [] }),
        account({ vaults: [vault()] })
      ]
    }))
    return home
  })

const install = (home: Home, folder: string): string =>
  installOp(join(home.path, folder), { state: join(home.path, "1password", "state.json"), name: "op.exe" })

const ends = (home: Home, args: ReadonlyArray<string>, env: Readonly<Record<string, string>> = {}) =>
  Effect.flatMap(home.run(["--mfa", "none", ...args], { place: "elsewhere", env: { ...wsl, ...env } }), ({ exit }) => exit)

describe.each(artifacts)("in WSL, $name", (artifact) => {
  it.live("runs the op.exe of a path with spaces and parentheses, and names the account by a flag", () =>
    Effect.gen(function*() {
      const home = yield* windowsHome(artifact)
      const op = install(home, "Program Files (x86)/1Password CLI")
      const args = ["--profile", "dev", "--op-cli-path", op]
      // OP_ACCOUNT does not cross over, and op.exe is left with two accounts.
      assert.strictEqual((yield* ends(home, args, { OP_ACCOUNT: "example.1password.com" })).code, 2)
      const { code, stderr, stdout } = yield* ends(home, [...args, "--op-account", "example.1password.com"])
      assert.deepStrictEqual({ code, stderr }, { code: 0, stderr: "" })
      assert.match(stdout, /^\{"Version":1,.*\}\n$/)
      home.configure({ dev: profile({ op_cli_path: op, op_account: "example.1password.com" }) })
      assert.deepInclude(yield* ends(home, ["--profile", "dev", "--refresh"]), { code: 0, stderr: "" })
      assert.deepStrictEqual(home.opCalls().map(({ argv }) => argv.includes("--account")), [false, true, true])
    }))

  it.live("finds op.exe on PATH where there is no op, and only then, and only in WSL", () =>
    Effect.gen(function*() {
      const home = yield* windowsHome(artifact)
      install(home, "links")
      const args = ["--profile", "dev", "--op-account", "example.1password.com", "--refresh"]
      const PATH = join(home.path, "links")
      assert.deepInclude(yield* ends(home, args, { PATH }), { code: 0, stderr: "" })
      const outside = yield* ends(home, args, { PATH, WSL_DISTRO_NAME: "", WSL_INTEROP: "" })
      assert.deepInclude(outside, { code: 3, stdout: "" })
      assert.match(outside.stderr, /^error: 1Password's command line program "op" was not found in PATH\nhint: .*--op-cli-path/)
      const linux = script(join(home.path, "linux", "op"), "echo 'the one of Linux' >&2; exit 1")
      const both = yield* ends(home, args, { PATH: `${PATH}:${join(linux, "..")}` })
      assert.include(both.stderr, "the one of Linux")
      assert.strictEqual(home.opCalls().length, 1)
    }))

  it.live("asks in a window of Windows where there is no terminal", () =>
    Effect.gen(function*() {
      const home = yield* windowsHome(artifact)
      install(home, "links")
      script(join(home.path, "links", "powershell.exe"), `printf '${home.code()}\\r\\n'`)
      const PATH = join(home.path, "links")
      const env = { ...wsl, PATH }
      const run = yield* home.run(["--profile", "dev", "--op-account", "example.1password.com"], { place: "elsewhere", env })
      assert.deepInclude(yield* run.exit, { code: 0, stderr: "" })
    }))
})

const noNamespace = spawnSync("unshare", ["--map-root-user", "--mount", "true"]).status !== 0
const title = `a drive C:${noNamespace ? " (no mount namespace can be made here)" : ""}`

/** Runs words with a drive C: of their own, in which op.exe is at these places, and a PATH that has no op. */
const withDrive = (home: Home, places: ReadonlyArray<string>, words: ReadonlyArray<string>) => {
  const op = install(home, "installer")
  const copies = places.map((place) => `mkdir -p "/mnt/c/${place}" && cp "${op}" "/mnt/c/${place}/op.exe"`)
  const script = ["mount -t tmpfs none /mnt", ...copies, `PATH="${join(home.path, "named")}"`, "exec \"$@\""].join(" && ")
  return Effect.flatMap(
    home.terminal.start({
      command: "/usr/bin/env",
      args: ["unshare", "--map-root-user", "--mount", "/bin/sh", "-c", script, "sh", ...words],
      env: { ...home.env, ...wsl, PATH: "/usr/sbin:/usr/bin:/sbin:/bin" },
      cwd: home.path,
      place: "elsewhere"
    }),
    ({ exit }) => exit
  )
}

/** A command of our name on the PATH, as an installed one is. */
const installed = (home: Home): void => {
  mkdirSync(join(home.path, "named"))
  symlinkSync(binary.command, join(home.path, "named", "op-aws-credential-process"))
}

const programFiles = "Program Files/1Password CLI"
const somebodysFolder = "Users/somebody/AppData/Local/Microsoft/WinGet/Links"

describe.skipIf(noNamespace)(title, () => {
  const args = ["--profile", "dev", "--mfa", "none", "--op-account", "example.1password.com"]
  const unattended = { op_account: "example.1password.com", op_mfa: "none" }

  it.live("is looked at where the installer puts op for everybody, and never in a person's own folder", () =>
    Effect.gen(function*() {
      const home = yield* windowsHome(binary)
      const elsewhere = yield* withDrive(home, [somebodysFolder], [binary.command, ...args])
      assert.deepInclude(elsewhere, { code: 3, stdout: "" })
      assert.strictEqual(home.opCalls().length, 0)
      const found = yield* withDrive(home, [somebodysFolder, programFiles], [binary.command, ...args])
      assert.deepInclude(found, { code: 0, stderr: "" })
      assert.strictEqual(home.opCalls().length, 1)
    }))

  const readme = readFileSync(resolve(import.meta.dirname, "../../../README.md"), "utf8")
  const line = /^credential_process = (.*--op-cli-path .*)$/m.exec(readme)?.[1] ?? ""
  const python = spawnSync("python3", ["-c", "import sys; print(sys.executable)"], { encoding: "utf8" }).stdout?.trim()
  const split = "import os, shlex, sys; words = shlex.split(sys.argv[1]); os.execvp(words[0], words)"
  const splitters: ReadonlyArray<readonly [string, ReadonlyArray<string>]> = [
    ["a shell, as Go, JavaScript, Java and Rust have it", ["/bin/sh", "-c"]],
    ...(python ? [["Python, as botocore has it", [python, "-c", split]] as const] : [])
  ]

  it.live.each(splitters)("is reached by the README's own line, split by %s", ([, splitter]) =>
    Effect.gen(function*() {
      assert.include(line, "<vault>")
      const command = line.replace("<vault>", "Private").replace("<item>", "AWS")
      const home = yield* windowsHome(binary, { work: profile({ ...unattended, credential_process: command }) })
      installed(home)
      assert.deepInclude(yield* withDrive(home, [programFiles], [...splitter, command]), { code: 0, stderr: "" })
      assert.strictEqual(home.opCalls().length, 1)
    }))

  it.live("is reached by the README's other form, a key of the profile, which no client has to split", () =>
    Effect.gen(function*() {
      const path = /^op_cli_path = (.*)$/m.exec(readme)?.[1] ?? ""
      assert.include(path, " ")
      const home = yield* windowsHome(binary, { dev: profile({ ...unattended, op_cli_path: path }) })
      installed(home)
      const found = yield* withDrive(home, [programFiles], "op-aws-credential-process --profile dev".split(" "))
      assert.deepInclude(found, { code: 0, stderr: "" })
    }))
})

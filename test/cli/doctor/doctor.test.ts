import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { script, write } from "../../fixtures/Programs.ts"
import {
  type Artifact,
  artifacts,
  type Home,
  makeHome,
  onInstalled,
  type Profiles,
  type RunOptions
} from "../Program.ts"
import { dialogs } from "../../../simulator/op/install.ts"
import { account } from "../../../simulator/op/State.ts"
import { defaultSerial } from "../../../simulator/sts/StsState.ts"
import type { Finding } from "../../../src/doctor/Finding.ts"
import { Terminal } from "../Terminal.ts"

/** A program of our name that starts the artifact, as a package would install it. */
const install = (home: Home, { args, command }: Artifact): string =>
  script(
    join(home.path, "opt/op-aws-credential-process"),
    `exec ${[command, ...args].map((word) => `'${word}'`).join(" ")} "$@"`
  )

/** A profile that leaves nothing to be desired. */
const tidy = (home: Home, program: string): Profiles => ({
  dev: {
    region: "eu-central-1",
    mfa_serial: defaultSerial,
    op_item: "op://Private/AWS",
    op_cli_path: join(home.path, "bin/op"),
    credential_process: `${program} --profile dev`
  }
})

const examined = (home: Home, words: ReadonlyArray<string>, options: RunOptions = {}) =>
  Effect.flatMap(home.run(["doctor", ...words], { place: "elsewhere", ...options }), ({ exit }) => exit)

const findingsOf = (json: string) => JSON.parse(json) as ReadonlyArray<Finding>

/** Everything that op was asked, a line a call. */
const asked = (home: Home) => home.opCalls().map(({ argv }) => argv.join(" ")).toSorted()

/** What can be asked without anybody being asked. */
const quiet = ["--version", "account list --format json", "whoami --format json"]

describe.each(artifacts)("doctor with $name", (artifact) => {
  const alike = onInstalled(artifact)
  const stateOf = (home: Home) => join(home.path, "1password", "state.json")

  alike("ends with 0 where there is nothing to mend, and has asked nobody", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact, env: { AWS_ENDPOINT_URL_STS: "" } })
      home.configure(tidy(home, install(home, artifact)))
      const { code, stderr, stdout } = yield* examined(home, [])
      assert.deepStrictEqual({ code, stderr }, { code: 0, stderr: "" }, stdout)
      assert.match(stdout, /^ok {7}op-aws-credential-process \d/)
      assert.match(stdout, /\nok {7}1Password account example\.1password\.com, opened when it is needed\n/)
      assert.match(stdout, /\nnothing to mend\n$/)
      assert.deepStrictEqual(asked(home), quiet)
      assert.strictEqual(dialogs(stateOf(home)).shown, 0)
      assert.strictEqual(home.sts.count(), 0)
      assert.deepInclude(yield* examined(home, ["--json", "dev"]), { code: 0, stderr: "", stdout: "[]\n" })
    }))

  it.live("ends with 1 where everything is wrong, says so, and has asked nobody", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({
        artifact,
        op: {
          accounts: [account(), account({ url: "work.1password.com", account_uuid: "ACCOUNT2", user_uuid: "USER2" })]
        },
        env: {
          AWS_ENDPOINT_URL_STS: "http://sts.example.test",
          AWS_ACCESS_KEY_ID: "AKIAFAKE0000EXAMPLE0",
          AWS_SECRET_ACCESS_KEY: "fake-secret-for-tests",
          AWS_PROFILE: "nobody",
          AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://localhost:1/",
          AWS_CA_BUNDLE: "/no/such.pem",
          // Neither does any harm to the runtime that reads it.
          NODE_OPTIONS: "--no-deprecation",
          BUN_OPTIONS: "--smol"
        }
      })
      writeFileSync(
        join(home.path, ".aws/config"),
        [
          "[default]",
          "mfa_serial = arn:aws:iam::123456789012:mfa/me",
          "[profile dev]",
          "region = eu-central-1 # Frankfurt",
          "mfa_serial = arn:aws:iam::123456789012:user/me",
          "credential_process = /nowhere/op-aws-credential-process --op-vault \"My Vault\" --op-item AWS",
          "[profile admin]",
          "role_arn = arn:aws:iam::123456789012:role/Admin",
          "op_item = op://Private/AWS",
          "credential_process = /nowhere/op-aws-credential-process --profile admin",
          "[old]",
          "region = eu-west-1",
          "[old]",
          ""
        ].join("\n")
      )
      writeFileSync(
        join(home.path, ".aws/credentials"),
        "[dev]\naws_access_key_id = AKIAFAKE0000EXAMPLE0\naws_secret_access_key = fake-secret-for-tests\n"
      )
      write(join(home.path, ".config/op/plugins.sh"), "alias aws=\"op plugin run -- aws\"\n", 0o600)
      mkdirSync(home.cache, { recursive: true })
      chmodSync(home.cache, 0o755)
      write(join(home.cache, "dev.json"), "{}", 0o644)
      symlinkSync("/etc/passwd", join(home.cache, "linked.json"))
      const { code, stderr, stdout } = yield* examined(home, ["--json"])
      assert.deepStrictEqual({ code, stderr }, { code: 1, stderr: "" })
      const findings = findingsOf(stdout)
      assert.deepStrictEqual(findings.map(({ check, severity }) => `${check} ${severity}`), [
        "runtime warning",
        "config error",
        "config error",
        "config error",
        "mfa-serial error",
        "process-line warning",
        "process-line error",
        "program error",
        "source error",
        "program error",
        "plaintext-key error",
        "environment error",
        "environment warning",
        "environment error",
        "op warning",
        "account warning",
        "plugin warning",
        "cache warning",
        "cache error",
        "cache error",
        "sts error",
        "sts error"
      ])
      assert.isTrue(findings.every(({ mend, what, why }) => what !== "" && why !== "" && mend !== ""))
      assert.notMatch(stdout, /fake-secret|AKIAFAKE/)
      assert.deepStrictEqual(asked(home), quiet)
      assert.strictEqual(dialogs(stateOf(home)).shown, 0)
    }))

  alike("finds what a person has mended is mended", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact, env: { AWS_ENDPOINT_URL_STS: "" } })
      const program = install(home, artifact)
      const { dev = {} } = tidy(home, program)
      home.configure({ dev: { ...dev, credential_process: `"${program}" --op-vault "Private" --op-item "AWS"` } })
      const [finding] = findingsOf((yield* examined(home, ["--json"])).stdout)
      const [, ...lines] = finding?.mend.split("\n") ?? []
      const mended = Object.fromEntries(lines.map((line) => line.split(" = ") as [string, string]))
      assert.hasAllKeys(mended, ["op_vault", "op_item", "credential_process"])
      home.configure({ dev: { ...dev, ...mended } })
      assert.deepInclude(yield* examined(home, ["--json"]), { code: 0, stdout: "[]\n" })
    }))

  it.live("fits a terminal of forty columns without colour, and is coloured on another", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact, env: { AWS_ENDPOINT_URL_STS: "" } })
      home.configure({
        dev: {
          region: "eu-central-1",
          mfa_serial: defaultSerial,
          op_item: "op://Private/AWS",
          op_cli_path: join(home.path, "bin/op")
        }
      })
      const shown = (columns: number, env: Record<string, string>) =>
        Effect.gen(function*() {
          const terminal = yield* Terminal.open({ columns })
          const toTerminal = {
            name: "",
            command: "/bin/sh",
            args: ["-c", "exec \"$0\" \"$@\" >/dev/tty", artifact.command, ...artifact.args]
          }
          const run = yield* home.run(["doctor"], { artifact: toTerminal, terminal, env })
          assert.deepInclude(yield* run.exit, { code: 1, stderr: "" })
          return terminal
        })
      const narrow = (yield* shown(40, { NO_COLOR: "1" })).screen
      const start = narrow.findIndex((line) => line.startsWith("warning"))
      assert.deepStrictEqual(narrow.slice(start, start + 9), [
        "warning  [profile dev] names an item in",
        "         1Password and has no",
        "         credential_process",
        "why      AWS's clients do not know where",
        "         its credentials come from: it",
        "         works with `exec`, `env` and",
        "         `login` alone",
        "mend     write in [profile dev]",
        "credential_process = /usr/local/bin/op-a"
      ])
      const colored = yield* shown(100, {})
      assert.include(colored.written, "\x1b[33mwarning\x1b[0m  [profile dev] names")
    }))
})

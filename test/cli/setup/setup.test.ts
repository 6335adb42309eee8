import { assert, describe, it } from "@effect/vitest"
import { Effect, type Scope } from "effect"
import { execFileSync } from "node:child_process"
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { account, awsItem, fakeId, vault } from "../../../simulator/op/State.ts"
import { defaultSerial } from "../../../simulator/sts/StsState.ts"
import {
  type Artifact,
  artifacts,
  binary,
  bundle,
  type Home,
  type HomeOptions,
  makeHome,
  onInstalled,
  type RunOptions
} from "../Program.ts"
import { installPackage } from "../../interop/Machine.ts"
import { Terminal } from "../Terminal.ts"

const accountId = fakeId("account").toUpperCase()

/** A machine on which no file of AWS's is. */
const newMachine = (options: HomeOptions): Effect.Effect<Home, never, Scope.Scope> =>
  Effect.tap(makeHome(options), ({ path }) => Effect.sync(() => rmSync(join(path, ".aws"), { recursive: true })))

const configPath = ({ path }: Home): string => join(path, ".aws", "config")
const configOf = (home: Home): string | undefined => existsSync(configPath(home)) ? readFileSync(configPath(home), "utf8") : undefined

const lineOf = ({ args, command }: Artifact, name: string): string => [command, ...args, "--profile", name].join(" ")

/** Answers questions, each once it is there. */
const converse = (home: Home, ...turns: ReadonlyArray<readonly [question: string | RegExp, answer: string | (() => string)]>) =>
  Effect.forEach(turns, ([question, answer]) =>
    Effect.andThen(
      home.terminal.waitFor(question),
      Effect.suspend(() => home.terminal.type(typeof answer === "string" ? answer : answer()))
    ), { discard: true })

const code = (home: Home) => [/MFA code for \w+ \(.*\): /, () => `${home.code()}\r`] as const

const enter = "\r"

/** The line of a profile, as a client that was started from a desktop runs it. */
const asClient = (home: Home, line: string): string =>
  execFileSync("/usr/bin/env", [
    "-i",
    `HOME=${home.path}`,
    "PATH=/usr/bin:/bin",
    `AWS_ENDPOINT_URL_STS=${home.sts.url}`,
    "sh",
    "-c",
    line
  ], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] })

describe.each(artifacts)("setup with $name", (artifact) => {
  const alike = onInstalled(artifact)
  it.live("goes from nothing to a profile that works, and the second time finds nothing to change", () =>
    Effect.gen(function*() {
      const home = yield* newMachine({ artifact })
      const first = yield* home.run(["setup"])
      yield* converse(
        home,
        ["Name of the AWS profile", `dev${enter}`],
        ["Which item has the access key?", enter],
        ["AWS region", `eu-central-1${enter}`],
        ["Write it?", enter],
        code(home)
      )
      const done = yield* first.exit
      assert.deepStrictEqual(done, { code: 0, signal: null, stdout: "", stderr: "", unread: "" })
      const line = lineOf(artifact, "dev")
      assert.strictEqual(
        configOf(home),
        `[profile dev]\nregion = eu-central-1\nmfa_serial = ${defaultSerial}\nop_account = ${accountId}\n` +
          `op_vault = ${fakeId("vault")}\nop_item = ${fakeId("awsitem")}\nop_cli_path = ${home.path}/bin/op\n` +
          `credential_process = ${line}\n`
      )
      assert.strictEqual(statSync(configPath(home)).mode & 0o777, 0o600)
      const screen = home.terminal.screen.join("\n")
      assert.match(screen, /AWS knows the key: user\/\w+ in account 123456789012\./)
      assert.match(screen, /It works: dev has a session until \S+ \S+ \S+ \(11h 59m\)\.\nNext: aws --profile dev sts get-caller-identity/)
      assert.match(asClient(home, line), /^\{"Version":1,/)
      assert.strictEqual(home.sts.count("GetSessionToken"), 1)

      const config = configOf(home)
      const second = yield* home.run(["setup", "dev"])
      yield* converse(home, ["Which item has the access key?", enter], ["AWS region", enter])
      assert.deepInclude(yield* second.exit, { code: 0, stderr: "" })
      assert.match(home.terminal.screen.join("\n"), /Nothing to change: dev is set up like this already\.\nTrying it as an AWS client would\.\nIt works: dev has/)
      assert.strictEqual(home.sts.count("GetSessionToken"), 1)
      assert.strictEqual(configOf(home), config)

      const doctor = yield* home.run(["doctor", "dev", "--json"], { place: "elsewhere" })
      const findings = JSON.parse((yield* doctor.exit).stdout) as ReadonlyArray<{ readonly check: string }>
      // The simulated AWS is no usual place to go to. The binary is run where it was built, the bundle by a link of npm's.
      assert.deepStrictEqual(findings.map(({ check }) => check).toSorted(), artifact === binary ? ["program", "sts"] : ["sts"])
      for (const place of [home.terminal.written, JSON.stringify(home.opCalls()), configOf(home) ?? ""]) {
        assert.notInclude(place, "fake-secret-for-tests")
      }
    }))

  alike("edits a profile in its place, and keeps the file as it was for its owner alone", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact, item: { seed: "FAKESEEDFAKESEED" } })
      const before = `# mine\r\n[profile dev]\r\nregion = eu-west-1\r\n# by name\r\nop_item = op://Private/AWS\r\n` +
        `mfa_serial = ${defaultSerial}\r\n\r\n[profile z]\r\nregion = us-east-1\r\n`
      writeFileSync(configPath(home), before, { mode: 0o644 })
      const run = yield* home.run(["setup"])
      yield* converse(
        home,
        ["Which AWS profile?", enter],
        ["Which item has the access key?", enter],
        ["AWS region", `eu-central-1${enter}`],
        ["Write it?", `y${enter}`]
      )
      assert.deepInclude(yield* run.exit, { code: 0, stderr: "" })
      assert.strictEqual(
        configOf(home),
        `# mine\r\n[profile dev]\r\nregion = eu-central-1\r\n# by name\r\nop_item = op://Private/AWS\r\n` +
          `mfa_serial = ${defaultSerial}\r\nop_account = ${accountId}\r\n` +
          `op_cli_path = ${home.path}/bin/op\r\ncredential_process = ${lineOf(artifact, "dev")}\r\n\r\n` +
          "[profile z]\r\nregion = us-east-1\r\n"
      )
      const backups = readdirSync(join(home.path, ".aws")).filter((name) => name.startsWith("config.backup"))
      assert.lengthOf(backups, 1)
      const backup = join(home.path, ".aws", backups[0]!)
      assert.deepStrictEqual([readFileSync(backup, "utf8"), statSync(backup).mode & 0o777], [before, 0o600])
    }))

  alike("is not run without a terminal, unless flags say all and --yes is among them", () =>
    Effect.gen(function*() {
      const home = yield* newMachine({ artifact, item: { seed: "FAKESEEDFAKESEED" } })
      const elsewhere: RunOptions = { place: "elsewhere" }
      const refused = yield* Effect.flatMap(home.run(["setup"], elsewhere), ({ exit }) => exit)
      assert.deepInclude(refused, {
        code: 2,
        stdout: "",
        stderr: "error: `setup` asks questions, and there is no terminal to ask them on\n" +
          "hint: run it in a terminal, or pass --yes and --op-item op://<vault>/<item>\n"
      })
      assert.isUndefined(configOf(home))
      const args = ["setup", "ci", "--op-item", "op://Private/AWS", "--region", "eu-central-1"]
      const shown = yield* Effect.flatMap(home.run([...args, "--mfa-serial", defaultSerial, "--print"], elsewhere), ({ exit }) => exit)
      assert.strictEqual(shown.code, 0, shown.stderr)
      assert.isUndefined(configOf(home))
      const done = yield* Effect.flatMap(home.run([...args, "--yes"], elsewhere), ({ exit }) => exit)
      assert.strictEqual(done.code, 0, done.stderr)
      assert.match(done.stderr, /It works: ci has a session until/)
      assert.strictEqual(configOf(home), shown.stdout)
      assert.notInclude(done.stderr + shown.stdout, "fake-secret-for-tests")
      assert.match(asClient(home, lineOf(artifact, "ci")), /^\{"Version":1,/)
    }))
})

describe("setup of the npm package", () => {
  it.live("writes Node and the script by their paths, so that it runs where PATH has neither", () =>
    Effect.gen(function*() {
      const home = yield* newMachine({ artifact: bundle, item: { seed: "FAKESEEDFAKESEED", mfaSerial: defaultSerial } })
      const installed: Artifact = { name: "the package", command: installPackage(home.path, bundle), args: [] }
      const run = yield* home.run(["setup", "dev", "--region", "eu-central-1"], {
        artifact: installed,
        env: { PATH: `${home.path}/npm/bin:${home.path}/bin:/usr/bin:/bin` }
      })
      yield* converse(home, ["Which item has the access key?", enter], ["Write it?", enter])
      assert.deepInclude(yield* run.exit, { code: 0, stderr: "" })
      const line = `${home.path}/npm/bin/node ${home.path}/npm/lib/node_modules/op-aws-credential-process/dist/main.js --profile dev`
      assert.include(configOf(home) ?? "", `credential_process = ${line}\n`)
      assert.match(asClient(home, line), /^\{"Version":1,/)
    }))

  it.live("quotes a path with a space, after a word about links, and the line still runs", () =>
    Effect.gen(function*() {
      const home = yield* newMachine({ artifact: bundle, item: { seed: "FAKESEEDFAKESEED" } })
      const place = join(home.path, "my programs")
      mkdirSync(place)
      const installed: Artifact = { name: "the package", command: installPackage(place, bundle), args: [] }
      const run = yield* home.run(["setup", "dev", "--region", "eu-central-1"], {
        artifact: installed,
        env: { PATH: `${place}/npm/bin:${home.path}/bin:/usr/bin:/bin` }
      })
      yield* converse(
        home,
        [/sudo ln -s[\s\S]*Go on all the same\?/, enter],
        ["Which item has the access key?", enter],
        ["Write it?", enter]
      )
      assert.deepInclude(yield* run.exit, { code: 0, stderr: "" })
      const line = /credential_process = (.*)/.exec(configOf(home) ?? "")?.[1] ?? ""
      assert.match(line, /^\S+node "\/.*my programs\/npm\/bin\/op-aws-credential-process" --profile dev$/)
      assert.match(asClient(home, line), /^\{"Version":1,/)
    }))
})

describe("what setup finds on a machine", () => {
  const seed = "FAKESEEDFAKESEED"
  const regionFlag = ["--region", "eu-central-1"] as const

  it.live("is what 1Password's plugin was told, which comes first", () =>
    Effect.gen(function*() {
      const other = awsItem({ id: fakeId("other"), title: "Zebra", seed })
      const home = yield* newMachine({ artifact: binary, op: { accounts: [account({ vaults: [vault({ items: [awsItem(), other] })] })] } })
      mkdirSync(join(home.path, ".config/op/plugins"), { recursive: true })
      writeFileSync(
        join(home.path, ".config/op/plugins/aws.json"),
        JSON.stringify({
          account_id: accountId,
          entrypoint: ["aws"],
          credentials: [{
            plugin: "aws",
            credential_type: "access_key",
            usage_id: "access_key",
            vault_id: fakeId("vault"),
            item_id: fakeId("other")
          }]
        })
      )
      const run = yield* home.run(["setup", "dev", ...regionFlag])
      yield* converse(home, [/Zebra[\s\S]*1Password's plugin/, enter], ["Write it?", enter])
      assert.deepInclude(yield* run.exit, { code: 0, stderr: "" })
      assert.include(configOf(home) ?? "", `op_item = ${fakeId("other")}\n`)
    }))

  it.live("is the Go program's line and aws-vault's, which are taken over; SSO is left alone, and said to be", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact: binary, item: { seed } })
      home.configure({
        sso: { sso_session: "work" },
        go: {
          region: "eu-central-1",
          mfa_serial: defaultSerial,
          credential_process: "op-aws-credential-process --op-vault Private --op-item AWS --duration 2h"
        },
        home: { region: "eu-west-1", mfa_serial: defaultSerial },
        vault: { credential_process: "aws-vault exec home --json --duration 8h" }
      })
      const go = yield* home.run(["setup"])
      yield* converse(
        home,
        [/Left alone: sso, which signs in by IAM Identity Center \(SSO\)\.[\s\S]*Which AWS profile\?/, enter],
        ["Which item has the access key?", enter],
        ["AWS region", enter],
        ["Write it?", enter]
      )
      assert.deepInclude(yield* go.exit, { code: 0, stderr: "" })
      assert.include(configOf(home) ?? "", `credential_process = ${binary.command} --profile go\n`)
      assert.include(configOf(home) ?? "", "op_duration = 2h\n")
      const taken = yield* home.run(["setup", "vault"])
      yield* converse(home, ["Which item has the access key?", enter], ["AWS region", enter], ["Write it?", enter])
      assert.deepInclude(yield* taken.exit, { code: 0, stderr: "" })
      const section = (configOf(home) ?? "").split("[profile vault]\n")[1] ?? ""
      assert.match(section, /^credential_process = \S+ --profile vault\nregion = eu-west-1\n[\s\S]*op_duration = 8h\n/)
      const sso = yield* Effect.flatMap(home.run(["setup", "sso"], { place: "elsewhere" }), ({ exit }) => exit)
      assert.strictEqual(sso.code, 2)
    }))

  it.live("is a key in plaintext, which it moves into 1Password on the way", () =>
    Effect.gen(function*() {
      const home = yield* newMachine({
        artifact: binary,
        op: { accounts: [account({ vaults: [vault({ items: [] })] })] }
      })
      const credentials = join(home.path, ".aws", "credentials")
      mkdirSync(join(home.path, ".aws"))
      writeFileSync(
        credentials,
        "[dev]\naws_access_key_id = AKIAFAKE0000EXAMPLE0\naws_secret_access_key = fake-secret-for-tests\n",
        { mode: 0o600 }
      )
      const run = yield* home.run(["setup", ...regionFlag])
      yield* converse(
        home,
        ["Which AWS profile?", enter],
        ["What shall be done?", enter],
        ["What shall it be called?", enter],
        ["Write it?", enter],
        code(home),
        [/It works:[\s\S]*Remove the key from [^?]*\?/, enter]
      )
      assert.deepInclude(yield* run.exit, { code: 0, stderr: "" })
      assert.notInclude(existsSync(credentials) ? readFileSync(credentials, "utf8") : "", "fake-secret-for-tests")
      assert.match(asClient(home, lineOf(binary, "dev")), /^\{"Version":1,/)
      for (const place of [home.terminal.written, JSON.stringify(home.opCalls())]) {
        assert.notInclude(place, "fake-secret-for-tests")
      }
    }))

  it.live("is one of several accounts, of which it asks", () =>
    Effect.gen(function*() {
      const home = yield* newMachine({
        artifact: binary,
        op: {
          accounts: [
            account({ email: "home@example.com", account_uuid: "FAKEHOME", vaults: [vault({ items: [] })] }),
            account({ vaults: [vault({ items: [awsItem({ seed })] })] })
          ]
        }
      })
      const run = yield* home.run(["setup", "dev", ...regionFlag])
      yield* converse(home, ["Which 1Password account?", `person${enter}`], ["Which item", enter], ["Write it?", enter])
      assert.deepInclude(yield* run.exit, { code: 0, stderr: "" })
      assert.include(configOf(home) ?? "", `op_account = ${accountId}\n`)
    }))

  it.live("is an item with other labels, which it renames where that is wanted", () =>
    Effect.gen(function*() {
      const secretAccessKey = "fakeFAKEfakeFAKEfakeFAKEfakeFAKEfake0000"
      const labels = { accessKeyId: "username", secretAccessKey: "credential" }
      const home = yield* newMachine({ artifact: binary, item: { labels, seed, secretAccessKey } })
      for (const user of Object.values(home.sts.state.users)) user.secret = secretAccessKey
      const run = yield* home.run(["setup", "dev", ...regionFlag])
      yield* converse(
        home,
        ["Which item has the access key?", enter],
        ["What shall be done?", `rename${enter}`],
        ["Write it?", enter]
      )
      assert.deepInclude(yield* run.exit, { code: 0, stderr: "" })
      assert.notInclude(configOf(home) ?? "", "_field")
      assert.include(home.opCalls().map(({ argv }) => argv.slice(0, 2).join(" ")), "item edit")
      assert.notInclude(JSON.stringify(home.opCalls()), secretAccessKey)
    }))
})

describe("leaving setup", () => {
  const questions = ["Name of the AWS profile", "Which item has the access key?", "AWS region", "Write it?"] as const

  it.live("is possible at each question, by each key for that, with nothing changed", () =>
    Effect.gen(function*() {
      const home = yield* newMachine({ artifact: binary })
      for (const [asked, question] of questions.entries()) {
        const run = yield* home.run(["setup"], { stderr: "tty" })
        yield* home.terminal.waitFor("Ctrl-C leaves.")
        yield* converse(home, ...questions.slice(0, asked).map((before) => [before, enter] as const))
        yield* converse(home, [question, ["\x03", "\x1b", "\x04", "\x03"][asked]!])
        assert.deepInclude(yield* run.exit, { code: 130, stdout: "" })
        assert.isUndefined(configOf(home))
      }
      assert.match(home.terminal.screen.at(-1) ?? "", /Nothing was changed\./)
    }))

  it.live("at the question for the code puts everything back", () =>
    Effect.gen(function*() {
      const home = yield* newMachine({ artifact: binary })
      const run = yield* home.run(["setup"])
      yield* converse(home, ...questions.map((question) => [question, enter] as const))
      yield* converse(home, [/MFA code for \w+ \(.*\): /, "\x03"])
      assert.deepInclude(yield* run.exit, { code: 130, stdout: "" })
      assert.isUndefined(configOf(home))
    }))

  it.live("is offered, beside another try, when AWS refuses", () =>
    Effect.gen(function*() {
      const home = yield* newMachine({ artifact: binary, item: { seed: "FAKESEEDFAKESEED" } })
      home.sts.state.faults = [{ kind: "error", action: "GetSessionToken", code: "AccessDenied", status: 403, count: 1 }]
      const run = yield* home.run(["setup"])
      yield* converse(home, ...questions.map((question) => [question, enter] as const))
      yield* converse(home, [/It did not work:[\s\S]*What shall be done\?/, enter])
      assert.deepInclude(yield* run.exit, { code: 0, stderr: "" })
      assert.include(home.terminal.screen.join("\n"), "It works: default has a session until")
    }))
})

describe("setup on other terminals", () => {
  it.live("is readable at 40 columns, without colour", () =>
    Effect.gen(function*() {
      const terminal = yield* Terminal.open({ columns: 40 })
      const home = yield* newMachine({ artifact: binary, terminal, env: { NO_COLOR: "1" } })
      const run = yield* home.run(["setup"])
      yield* converse(
        home,
        ["Name of the AWS profile", enter],
        ["Which item", enter],
        ["AWS region", enter],
        ["Write it?", enter],
        code(home)
      )
      assert.deepInclude(yield* run.exit, { code: 0, stderr: "" })
      assert.isTrue(terminal.screen.every((line) => line.length <= 40))
      assert.notMatch(terminal.written, /\x1b\[\d*m/)
    }))

  it.live("goes line by line where the terminal cannot go back", () =>
    Effect.gen(function*() {
      const terminal = yield* Terminal.open({ term: "dumb" })
      const home = yield* newMachine({ artifact: binary, terminal, item: { seed: "FAKESEEDFAKESEED" } })
      const run = yield* home.run(["setup", "dev"])
      yield* converse(home, ["Which item", `1${enter}`], ["AWS region", enter], ["Write it?", enter])
      assert.deepInclude(yield* run.exit, { code: 0, stderr: "" })
      assert.include(configOf(home) ?? "", "[profile dev]")
      assert.notInclude(terminal.written, "\x1b")
    }))
})

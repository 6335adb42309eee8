import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { spawnSync } from "node:child_process"
import { chmodSync, readFileSync, renameSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { script } from "../../fixtures/Programs.ts"
import { artifacts, binary, makeHome, onInstalled, profile, programAlone } from "../Program.ts"

const seeded = { item: { seed: "FAKESEEDFAKESEED" } } as const

const sh = (script: string) => ["exec", "dev", "--", "sh", "-c", script]

const environmentOf = (text: string): Record<string, string> =>
  Object.fromEntries(text.split("\0").filter((line) => line !== "").map((line) => {
    const equals = line.indexOf("=")
    return [line.slice(0, equals), line.slice(equals + 1)]
  }))

/** Prints the descriptors and signals that a process was given, without starting another, and a line that is typed. */
const inherited = `
for n in {0..300}; do [[ -e /proc/$$/fd/$n ]] && echo "fd $n"; done
for n in 0 1 2; do
  while read -r name value; do [[ $name == flags: ]] && echo "flags $value"; done </proc/$$/fdinfo/$n
done
while read -r line; do [[ $line == *" $$ "* ]] && echo "lock $line"; done </proc/locks
while read -r name value; do [[ $name == SigBlk: || $name == SigIgn: ]] && echo "$name $value"; done </proc/$$/status
read -r answer </dev/tty; echo "typed $answer"`

const readInherited = (text: string) => {
  const lines = text.split("\n")
  const after = (start: string) => lines.flatMap((line) => line.startsWith(start) ? [line.slice(start.length)] : [])
  return {
    descriptors: after("fd "),
    flags: after("flags "),
    locks: after("lock "),
    signals: ["SigBlk: ", "SigIgn: "].map((name) => after(name)[0]),
    typed: after("typed ")[0]
  }
}

describe.each(artifacts)("exec with $name", (artifact) => {
  const alike = onInstalled(artifact)
  it.live("becomes the command, with the session in its environment and nothing beside it", () =>
    Effect.gen(function*() {
      const rivals = { AWS_PROFILE: "x", AWS_SECURITY_TOKEN: "x", AWS_CONTAINER_CREDENTIALS_FULL_URI: "x" }
      const home = yield* makeHome({ artifact, ...seeded, env: { ...rivals, KEPT: "a=b" } })
      const run = yield* home.run(["exec", "--profile", "dev", "--", "sh", "-c", "echo $$; exec env -0"])
      const { code, stderr, stdout } = yield* run.exit
      assert.deepStrictEqual({ code, stderr }, { code: 0, stderr: "" })
      const [pid = "", rest = ""] = stdout.split("\n")
      assert.strictEqual(Number(pid), run.pid)
      const environment = environmentOf(rest)
      const { AWS_ACCESS_KEY_ID: id = "", AWS_SECRET_ACCESS_KEY: secret, AWS_SESSION_TOKEN: token, ...others } = environment
      assert.match(others["AWS_CREDENTIAL_EXPIRATION"] ?? "", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
      const issued = home.sts.state.sessions[id]
      assert.deepStrictEqual([issued?.secret, issued?.token], [secret, token])
      // What is left is what it was given, and what sh says of itself.
      const { OLDPWD: _, PWD: __, SHLVL: ___, TERM: ____, ...given } = others
      for (const name of ["_", "AWS_CREDENTIAL_EXPIRATION"]) delete given[name]
      assert.deepStrictEqual(given, {
        AWS_ACCOUNT_ID: "123456789012",
        AWS_DEFAULT_REGION: "eu-central-1",
        AWS_ENDPOINT_URL_IAM: home.sts.url,
        AWS_ENDPOINT_URL_STS: home.sts.url,
        AWS_REGION: "eu-central-1",
        HOME: home.path,
        KEPT: "a=b",
        OP_AWS_EXEC_PROFILE: "dev",
        PATH: home.env["PATH"] ?? ""
      })
    }))

  const linux = it.live.skipIf(process.platform !== "linux")
  linux("leaves the command no descriptor, no signal and no lock of its own", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact, ...seeded })
      const run = yield* home.run(["exec", "dev", "--", "bash", "-c", inherited], { stdin: "tty" })
      yield* run.wrote("SigIgn")
      yield* home.terminal.type("typed\r")
      const { stdout } = yield* run.exit
      const bash = { command: "/bin/bash", args: ["-c", inherited], env: home.env, stdin: "tty" } as const
      const without = yield* home.terminal.start(bash)
      yield* without.wrote("SigIgn")
      yield* home.terminal.type("typed\r")
      const plain = readInherited((yield* without.exit).stdout)
      const { descriptors, ...others } = readInherited(stdout)
      // Of the descriptors from 3 on some may be closed, by the runtimes as they start, but none may be added.
      assert.includeMembers(plain.descriptors, descriptors)
      assert.includeMembers(descriptors, ["0", "1", "2"])
      assert.deepStrictEqual({ descriptors: plain.descriptors, ...others }, plain)
      assert.deepStrictEqual([others.locks, others.typed], [[], "typed"])
    }))

  const withLauncher = it.live.skipIf(process.platform !== "linux" || artifact !== binary || programAlone === undefined)
  withLauncher("hands on the files that it was given for the command, and to nobody else", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact, ...seeded, env: { LAUNCHER_INHERITED_DESCRIPTORS: "5,77" } })
      const op = join(home.path, "bin/op")
      renameSync(op, `${op}.real`)
      script(op, `ls /proc/self/fd >"${home.path}/seen"\nexec "$0.real" "$@"`)
      const given = "exec \"$0\" \"$@\" 7<<<seven 9>&1 63< <(echo sixty-three)"
      const withFiles = { name: "with files", command: "/bin/bash", args: ["-c", given, artifact.command] }
      const reads = "cat <&7; cat /dev/fd/63; echo nine >&9; [ -e /proc/$$/fd/77 ] || echo \"${LAUNCHER_INHERITED_DESCRIPTORS-none}\""
      const expected = { code: 0, stdout: "seven\nsixty-three\nnine\nnone\n", stderr: "" }
      const run = yield* home.run(sh(reads), { artifact: withFiles })
      assert.deepInclude(yield* run.exit, expected)
      const seen = readFileSync(join(home.path, "seen"), "utf8").split("\n")
      assert.includeMembers(seen, ["0", "1", "2"])
      for (const descriptor of ["7", "9", "63"]) assert.notInclude(seen, descriptor)
      const unmarked = join(home.path, "unmarked")
      writeFileSync(unmarked, reads, { mode: 0o755 })
      const byShell = yield* home.run(["exec", "dev", "--", unmarked], { artifact: withFiles })
      assert.deepInclude(yield* byShell.exit, expected)
      // Too long for certain: it is run as a child.
      const long = yield* home.run([...sh(reads), ...Array.from({ length: 12 }, () => "x".repeat(100_000))], { artifact: withFiles })
      assert.deepInclude(yield* long.exit, expected)
    }))

  it.live("asks on the terminal, and leaves standard input to the command", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact })
      const run = yield* home.run(["exec", "dev", "--", "cat"], { stdin: { data: "line one\nline two\n" } })
      yield* home.terminal.waitFor(/MFA code for dev .*: /)
      yield* home.terminal.type(`${home.code()}\r`)
      assert.deepInclude(yield* run.exit, { code: 0, stdout: "line one\nline two\n", unread: "" })
    }))

  it.live("ends as the command ends", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact, ...seeded })
      const ending = (script: string) => Effect.flatMap(home.run(sh(script)), ({ exit }) => exit)
      assert.deepInclude(yield* ending("exit 7"), { code: 7, signal: null })
      assert.deepInclude(yield* ending("kill -KILL $$"), { code: null, signal: "SIGKILL" })
      const piped = yield* home.run(["exec", "dev", "--", "bash", "-c", "yes | head -1; echo ${PIPESTATUS[0]}"])
      assert.strictEqual((yield* piped.exit).stdout, "y\n141\n")
      const trapping = "trap 'echo trapped; exit 9' INT; echo ready; while :; do sleep 0.1; done"
      const interrupted = yield* home.run(sh(trapping))
      yield* interrupted.wrote("ready")
      yield* home.terminal.type("\x03")
      assert.deepInclude(yield* interrupted.exit, { code: 9, stdout: "ready\ntrapped\n" })
    }))

  alike("opens the person's shell where no command is named, which knows the profile and what it says for clients", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact, ...seeded, profiles: { dev: profile({ ca_bundle: "/etc/ssl/certs/ca-certificates.crt" }) } })
      const shell = join(home.path, "shell")
      writeFileSync(shell, "#!/bin/sh\necho $# $OP_AWS_EXEC_PROFILE $AWS_CA_BUNDLE\n", { mode: 0o755 })
      const run = yield* home.run(["exec", "dev"], { env: { SHELL: shell } })
      assert.deepInclude(yield* run.exit, { code: 0, stdout: "0 dev /etc/ssl/certs/ca-certificates.crt\n", stderr: "" })
    }))

  alike("says before it asks that there is no such command, or that it cannot be run", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact })
      const ending = (...words: ReadonlyArray<string>) =>
        Effect.flatMap(home.run(["exec", "dev", ...words]), ({ exit }) => exit)
      assert.deepInclude(yield* ending("--", "no-such-command"), { code: 127, stdout: "" })
      assert.deepInclude(yield* ending("--", "./no-such-file"), { code: 127 })
      const data = join(home.path, "data")
      writeFileSync(data, "")
      assert.deepInclude(yield* ending("--", data), { code: 126 })
      assert.deepInclude(yield* ending("--", home.path), { code: 126 })
      assert.deepInclude(yield* ending("--"), { code: 2 })
      const unmarked = yield* ending("aws", "s3", "ls")
      assert.strictEqual(unmarked.code, 2)
      assert.match(unmarked.stderr, /exec dev -- aws s3 ls/)
      assert.strictEqual(home.opCalls().length, 0)
    }))

  it.live("runs what the kernel does not know as a child, as shells do, and passes signals on", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact, ...seeded })
      const script = join(home.path, "script")
      const waits = "trap 'echo ended; exit 3' TERM\necho \"$0 $1 ${AWS_SESSION_TOKEN:+session}\"\n"
      writeFileSync(script, `${waits}while :; do sleep 0.1; done\n`)
      chmodSync(script, 0o755)
      const run = yield* home.run(["exec", "dev", "--", script, "a b"])
      yield* run.wrote("session")
      yield* run.signal("SIGTERM")
      assert.deepInclude(yield* run.exit, { code: 3, stdout: `${script} a b session\nended\n` })
      const dies = join(home.path, "dies")
      writeFileSync(dies, "kill -TERM $$\n")
      chmodSync(dies, 0o755)
      assert.deepInclude(yield* (yield* home.run(["exec", "dev", "--", dies])).exit, { signal: "SIGTERM" })
      // By itself that signal would leave a core of ours too. Bun has become the shell by then.
      writeFileSync(dies, "ulimit -c 0\nkill -QUIT $$\n")
      const quit = artifact === binary ? { code: null, signal: "SIGQUIT" as const } : { code: 131, signal: null }
      assert.deepInclude(yield* (yield* home.run(["exec", "dev", "--", dies])).exit, quit)
      const badInterpreter = join(home.path, "bad")
      writeFileSync(badInterpreter, "#!/no/such/interpreter\n")
      chmodSync(badInterpreter, 0o755)
      assert.deepInclude(yield* (yield* home.run(["exec", "dev", "--", badInterpreter])).exit, { code: 127 })
      const long = yield* home.run(["exec", "dev", "--", "echo", "x".repeat(130_000)])
      assert.deepInclude(yield* long.exit, { code: 0 })
    }))

  it.live.skipIf(artifact === binary)("passes on a signal that comes as soon as the command runs (shown with Node)", () =>
    Effect.gen(function*() {
      // The machine has better things to do than to go on with us once the command is started.
      const preempted = `
        const processes = process.getBuiltinModule("node:child_process")
        const { spawn } = processes
        processes.spawn = (...words) => {
          const child = spawn(...words)
          if (words[0].endsWith("/script")) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1500)
          return child
        }`
      const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(preempted)}` }
      const home = yield* makeHome({ artifact, ...seeded, env })
      const script = join(home.path, "script")
      writeFileSync(script, "trap 'echo ended; exit 3' TERM\necho started\nwhile :; do sleep 0.1; done\n")
      chmodSync(script, 0o755)
      const run = yield* home.run(["exec", "dev", "--", script])
      yield* run.wrote("started")
      yield* run.signal("SIGTERM")
      assert.deepInclude(yield* run.exit, { code: 3, stdout: "started\nended\n" })
    }))

  alike("gives a command the role of a profile", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({
        artifact,
        ...seeded,
        profiles: {
          dev: profile(),
          admin: { region: "eu-west-3", role_arn: "arn:aws:iam::210987654321:role/admin", source_profile: "dev" }
        }
      })
      const run = yield* home.run(["exec", "admin", "--", "sh", "-c", "echo $AWS_ACCESS_KEY_ID $AWS_REGION"])
      const [id = "", region] = (yield* run.exit).stdout.trim().split(" ")
      assert.deepStrictEqual([home.sts.state.sessions[id]?.kind, region], ["role", "eu-west-3"])
    }))

  const whereIsPython = ["-c", "import boto3, awscli, sys; print(sys.executable)"]
  const python = spawnSync(process.env["TEST_PYTHON"] || "python3", whereIsPython, { encoding: "utf8" }).stdout.trim()
  alike.skipIf(python === "")("runs the AWS CLI and boto3, which find the session", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact, ...seeded, env: { AWS_PROFILE: "dev" } })
      const boto = "import boto3; print(boto3.client('sts').get_caller_identity()['Arn'])"
      const byBoto = yield* home.run(["exec", "--", python, "-c", boto])
      assert.match((yield* byBoto.exit).stdout, /^arn:aws:iam::123456789012:user\/user\n$/)
      const cli = ["-m", "awscli", "sts", "get-caller-identity", "--query", "Arn", "--output", "text"]
      const byCli = yield* home.run(["exec", "--", python, ...cli])
      assert.match((yield* byCli.exit).stdout, /^arn:aws:iam::123456789012:user\/user\n$/)
    }))
})

import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { defaultSerial } from "../../../simulator/sts/StsState.ts"
import { script } from "../../fixtures/Programs.ts"
import { eventually } from "../Eventually.ts"
import { commandOf, inSession, isAlive, signalNow } from "../Processes.ts"
import { type Artifact, artifacts, type Home, makeHome, onInstalled, profile } from "../Program.ts"

/** A dialog program that does what these lines of shell say, one after the other; afterwards it is cancelled. */
const installDialog = (home: Home, name: "zenity" | "kdialog", ...answers: ReadonlyArray<string>) => {
  const path = join(home.path, "bin", name)
  script(
    path,
    `echo "$$" >>"$0.pids"`,
    `n=0; while read -r _; do n=$((n + 1)); done <"$0.pids"`,
    `for word in "$@"; do all="$all[$word]"; done; echo "$all" >"$0.asked.$n"`,
    "case $n in",
    ...answers.map((answer, index) => `${index + 1}) ${answer} ;;`),
    "*) exit 1 ;;",
    "esac"
  )
  const pids = (): ReadonlyArray<number> =>
    existsSync(`${path}.pids`) ? readFileSync(`${path}.pids`, "utf8").trim().split("\n").map(Number) : []
  return { pids, asked: () => pids().map((_, index) => readFileSync(`${path}.asked.${index + 1}`, "utf8")) }
}

/** A desktop, where only this home's own programs are found: the machine of a developer may have a real dialog. */
const desktop = (home: Home) => ({ PATH: join(home.path, "bin"), DISPLAY: ":99" })

const unseen = (home: Home, args: ReadonlyArray<string>, env: Readonly<Record<string, string>> = desktop(home)) =>
  Effect.flatMap(home.run(["--profile", "dev", ...args], { place: "elsewhere", env }), ({ exit }) => exit)

/** Two calls of one client, without a terminal: they share a process group, and each says how it ended. */
const twice = (home: Home, artifact: Artifact, between: string, args: ReadonlyArray<string> = []) =>
  Effect.flatMap(
    home.terminal.start({
      command: "/bin/sh",
      args: ["-c", `"$@"; echo "ended $?"; ${between}; "$@"; echo "ended $?"`, "sh", artifact.command, ...artifact.args, "--profile", "dev", ...args],
      env: { ...home.env, ...desktop(home) },
      cwd: home.path,
      place: "elsewhere"
    }),
    ({ exit }) => exit
  )

/** As if the ten seconds were over in which any call of the same client is refused. */
const forgetRefusals = (home: Home): string => `/bin/rm -f ${join(home.cache, "state")}/refusals-*`

describe.each(artifacts)("without a terminal, $name", (artifact) => {
  const alike = onInstalled(artifact)
  it.live("asks in the dialog of the desktop, by itself", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact })
      const zenity = installDialog(home, "zenity", `echo ${home.code()}`)
      const kdialog = installDialog(home, "kdialog")
      const { code, stderr, stdout } = yield* unseen(home, [])
      assert.deepStrictEqual({ code, stderr }, { code: 0, stderr: "" })
      assert.match(stdout, /^\{"Version":1,/)
      assert.deepStrictEqual(kdialog.asked(), [])
      assert.strictEqual(zenity.asked().length, 1)
      assert.include(zenity.asked()[0], `[--text=MFA code for dev (${defaultSerial}):]`)
      assert.strictEqual(home.opCalls().length, 1)
      assert.deepStrictEqual(home.terminal.screen, [])
    }))

  alike("takes KDE's dialog where that is the one there is, and says what was wrong with the last answer", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact })
      const kdialog = installDialog(home, "kdialog", "echo 12345", `echo ${home.code()}`)
      assert.deepInclude(yield* unseen(home, []), { code: 0, stderr: "" })
      assert.strictEqual(kdialog.asked().length, 2)
      assert.notInclude(kdialog.asked()[0], "six digits")
      assert.include(kdialog.asked()[1], "An MFA code is six digits. MFA code for dev")
      assert.strictEqual(home.opCalls().length, 1)
    }))

  alike("takes a dismissal for an answer, and shows no other dialog to the same client", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact })
      const zenity = installDialog(home, "zenity", "exit 1", "exit 1")
      const { stderr, stdout } = yield* twice(home, artifact, forgetRefusals(home))
      assert.strictEqual(stdout, "ended 5\nended 5\n")
      assert.strictEqual(stderr.match(/^error: the dialog for the MFA code was dismissed$/gm)?.length, 2)
      assert.strictEqual(stderr.match(/^hint: .*`op-aws-credential-process login`.*one-time password field/gm)?.length, 2)
      assert.strictEqual(zenity.asked().length, 1)
      assert.strictEqual(home.opCalls().length, 2)
      // Another program has not been told no.
      assert.strictEqual((yield* unseen(home, [])).code, 5)
      assert.strictEqual(zenity.asked().length, 2)
      assert.strictEqual(home.sts.count(), 0)
    }))

  alike("does not even ask 1Password when the answer was no a moment ago", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact })
      const zenity = installDialog(home, "zenity", "exit 1", "exit 1")
      assert.strictEqual((yield* twice(home, artifact, ":")).stdout, "ended 5\nended 5\n")
      assert.strictEqual(zenity.asked().length, 1)
      assert.strictEqual(home.opCalls().length, 1)
      const typedAlways = yield* twice(home, artifact, forgetRefusals(home), ["--mfa", "prompt"])
      assert.strictEqual(typedAlways.stdout, "ended 5\nended 5\n")
      assert.strictEqual(zenity.asked().length, 2)
      assert.strictEqual(home.opCalls().length, 2)
    }))

  alike("shows nothing to a person behind SSH, and ends at once with what to do", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact })
      const zenity = installDialog(home, "zenity", "echo 123456")
      const ssh = { ...desktop(home), SSH_CONNECTION: "192.0.2.1 50000 192.0.2.2 22" }
      const startedAt = performance.now()
      const { code, stderr, stdout } = yield* unseen(home, [], ssh)
      const [call] = home.opCalls()
      const ours = performance.now() - startedAt - ((call?.done ?? 0) - (call?.time ?? 0))
      assert.deepStrictEqual({ code, stdout, asked: zenity.asked() }, { code: 5, stdout: "", asked: [] })
      const [error, hint, ...rest] = stderr.trimEnd().split("\n")
      assert.strictEqual(error, "error: an MFA code is needed and there is no terminal to ask on and no dialog to show")
      assert.match(hint ?? "", /^hint: .*`op-aws-credential-process login --profile dev`.*one-time password field/)
      assert.deepStrictEqual(rest, [])
      assert.isBelow(ours, 10_000)
    }))

  alike("refuses what cannot end in a code before anybody is asked for anything", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact })
      const ways: ReadonlyArray<readonly [args: ReadonlyArray<string>, env: Record<string, string>, code: number, said: string]> = [
        [["--mfa", "prompt"], {}, 5, "no terminal to ask on and no dialog to show"],
        [["--mfa", "prompt", "--mfa-prompt", "tty"], { DISPLAY: ":99" }, 5, "no terminal to ask on"],
        [["--mfa", "prompt", "--mfa-prompt", "gui"], {}, 5, "no dialog to show"],
        [["--mfa", "prompt", "--no-prompt"], {}, 5, "nobody is to be asked"],
        [["--mfa", "process"], {}, 2, "no mfa_process is set"]
      ]
      installDialog(home, "zenity", "echo 123456")
      for (const [args, env, code, said] of ways) {
        const ended = yield* unseen(home, args, { PATH: join(home.path, "bin"), ...env })
        assert.deepInclude(ended, { code, stdout: "" })
        assert.include(ended.stderr, said)
      }
      assert.strictEqual(home.opCalls().length, 0)
    }))

  alike("asks nowhere else than it was told, and not at all where it was told so", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact })
      const zenity = installDialog(home, "zenity", `echo ${home.code()}`)
      const here = (args: ReadonlyArray<string>, env: Readonly<Record<string, string>> = {}) =>
        Effect.flatMap(home.run(["--profile", "dev", ...args], { env: { ...desktop(home), ...env } }), ({ exit }) => exit)
      for (const [args, env] of [[["--mfa-prompt", "none"], {}], [["--no-prompt"], {}], [[], { OP_AWS_NO_PROMPT: "1" }]] as const) {
        const ended = yield* here(args, env)
        assert.deepInclude(ended, { code: 5, stdout: "" })
        assert.include(ended.stderr, "--no-prompt")
      }
      assert.strictEqual((yield* unseen(home, ["--mfa-prompt", "tty"])).code, 5)
      assert.deepStrictEqual(zenity.asked(), [])
      const inDialog = yield* here(["--mfa-prompt", "gui"], { OP_AWS_NO_PROMPT: "0" })
      assert.deepInclude(inDialog, { code: 0, stderr: "" })
      assert.strictEqual(zenity.asked().length, 1)
      assert.deepStrictEqual(home.terminal.screen, [])
    }))

  alike("needs nobody where the item has a one-time password, however it may ask", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact, item: { seed: "FAKESEEDFAKESEED" } })
      const zenity = installDialog(home, "zenity", "echo 123456")
      assert.deepInclude(yield* unseen(home, ["--no-prompt"]), { code: 0, stderr: "" })
      assert.deepStrictEqual(zenity.asked(), [])
    }))

  it.live("takes the dialog away when the time is over, and when it is told to stop", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact })
      const patience = "exec /bin/sleep 600"
      const zenity = installDialog(home, "zenity", patience, patience)
      // Time enough for 1Password to answer first.
      const { code, stderr } = yield* unseen(home, ["--timeout", "8s"])
      assert.strictEqual(code, 8)
      assert.match(stderr, /^error: no credentials after 8s: still waiting for the MFA code\nhint: type the six digits/)
      const run = yield* home.run(["--profile", "dev"], { place: "elsewhere", env: desktop(home) })
      yield* eventually("the second dialog", () => zenity.pids().length === 2 ? true : undefined)
      yield* run.signal("SIGTERM")
      assert.deepInclude(yield* run.exit, { code: 143, stdout: "" })
      for (const pid of zenity.pids()) yield* eventually("the end of a dialog", () => isAlive(pid) ? undefined : true)
    }))

  it.live("takes the dialog along when it is killed, and leaves nothing behind", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact })
      const stubborn = "trap '' TERM HUP INT; while :; do /bin/sleep 600; done"
      for (const [number, patience] of ["exec /bin/sleep 600", stubborn].entries()) {
        const zenity = installDialog(home, "zenity", patience, patience)
        const run = yield* home.run(["--profile", "dev"], { place: "elsewhere", env: desktop(home) })
        yield* Effect.addFinalizer(() => Effect.sync(() => inSession(run.pid).forEach((pid) => signalNow(pid, "SIGKILL"))))
        const pid = yield* eventually("a dialog", () => zenity.pids()[number])
        yield* run.signal("SIGKILL")
        assert.strictEqual((yield* run.exit).signal, "SIGKILL")
        yield* eventually("the end of the dialog", () => isAlive(pid) ? undefined : true)
        // What a dialog has started itself is its own affair.
        const ours = () => inSession(run.pid).filter((left) => !commandOf(left).startsWith("/bin/sleep"))
        yield* eventually("the end of whoever watched it", () => ours().length === 0 ? true : undefined)
      }
    }))

  it.live("leaves nobody who watches a dialog that was answered", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact })
      installDialog(home, "zenity", `echo ${home.code()}`)
      const run = yield* home.run(["--profile", "dev"], { place: "elsewhere", env: desktop(home) })
      assert.deepInclude(yield* run.exit, { code: 0, stderr: "" })
      assert.deepStrictEqual(inSession(run.pid), [])
    }))

  alike("gets the code from a command, which the terminal hears and AWS's variables do not reach", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact })
      const command = script(
        join(home.path, "my code"),
        "echo 'touch your key' >&2",
        `/usr/bin/env >${join(home.path, "env")}`,
        "IFS= read -r line && echo 'something is on stdin' >&2",
        `/bin/cat ${join(home.path, "code")}`
      )
      home.configure({ dev: profile({ mfa_process: `"${command}"` }) })
      writeFileSync(join(home.path, "code"), `${home.code()}\n`)
      const run = yield* home.run(["--profile", "dev"], { stdin: { data: "the user's data\n" } })
      const { code, stderr, unread } = yield* run.exit
      assert.deepStrictEqual({ code, stderr, unread }, { code: 0, stderr: "", unread: "the user's data\n" })
      assert.deepStrictEqual(home.terminal.screen, ["touch your key"])
      assert.notMatch(readFileSync(join(home.path, "env"), "utf8"), /^AWS_/m)
      home.configure({ dev: profile() })
      writeFileSync(join(home.path, "code"), `${home.code()}\n`)
      const flagged = yield* unseen(home, ["--refresh", "--mfa", "process", "--mfa-process", `/bin/cat ${join(home.path, "code")}`])
      assert.deepInclude(flagged, { code: 0, stderr: "" })
      const failing = yield* unseen(home, ["--refresh", "--mfa-process", "echo 123456 fake-seed; exit 3"])
      assert.deepInclude(failing, { code: 5, stdout: "" })
      assert.match(failing.stderr, /^error: the mfa_process command gave no MFA code: it ended with exit status 3\nhint: /)
      assert.notInclude(failing.stderr, "123456")
    }))
})

import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Fiber, Schema } from "effect"
import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs"
import { join, relative } from "node:path"
import { slowly } from "../../fixtures/SlowClock.ts"
import { temporaryDirectory } from "../../fixtures/TemporaryDirectory.ts"
import { inEnvironment } from "../../fixtures/Variables.ts"
import type { Environment } from "../../../src/domain/base/Environment.ts"
import { printable } from "../../../src/domain/base/Printable.ts"
import { kdialog } from "../../../src/layers/mfa/DialogKdialog.ts"
import { osascript } from "../../../src/layers/mfa/DialogOsascript.ts"
import * as DialogPlatform from "../../../src/layers/mfa/DialogPlatform.ts"
import { powershell } from "../../../src/layers/mfa/DialogPowershell.ts"
import { dialogTitle, type DialogTool } from "../../../src/layers/mfa/DialogTool.ts"
import { zenity } from "../../../src/layers/mfa/DialogZenity.ts"
import { Dialog } from "../../../src/services/mfa/Dialog.ts"

/** What shows the text on a screen, from the arguments: each tool as its sources have it. */
const shownBy = (tool: DialogTool, args: ReadonlyArray<string>): string => {
  const last = args.at(-1) ?? ""
  switch (tool) {
    case osascript:
      return last
    case zenity:
      return last.slice("--text=".length)
        .replace(/\\(.)/gs, (_, escaped: string) => escaped === "\\" ? "\\" : assert.fail(`an escape in ${last}`))
        .replace(/_(.)/gs, "$1")
    case kdialog: {
      const text = last.replace(/\\([\\n])/g, (_, escaped: string) => escaped === "n" ? "\n" : "\\")
      const [first = "", ...lines] = text.split("\n")
      // Where there is neither of these before the first line break, Qt takes all of it for plain text.
      assert.notMatch(first, /<|&lt;/)
      return lines.join("\n").replace(/&(.)/gs, "$1")
    }
    default:
      return Buffer.from(/^'([A-Za-z0-9+/]*={0,2})'$/.exec(last)?.[1] ?? assert.fail(last), "base64").toString("utf8")
  }
}

interface Place {
  readonly tool: DialogTool
  readonly platform: NodeJS.Platform
  readonly environment: Environment
  /** How the tool says that the dialog was closed. */
  readonly cancel: string
}

const places: ReadonlyArray<Place> = [
  {
    tool: osascript,
    platform: "darwin",
    environment: {},
    cancel: "echo '0:99: execution error: Abbruch durch Benutzer. (-128)' >&2; exit 1"
  },
  {
    tool: zenity,
    platform: "linux",
    environment: { DISPLAY: ":0" },
    cancel: "echo 'Gtk-Message: no parent' >&2; exit 1"
  },
  { tool: kdialog, platform: "linux", environment: { WAYLAND_DISPLAY: "wayland-0" }, cancel: "echo; exit 1" },
  { tool: powershell, platform: "linux", environment: { WSL_DISTRO_NAME: "Debian" }, cancel: "exit 0" }
]

/** Programs in a folder, which note their arguments and their environment before they do what stands in `script`. */
const install = Effect.fnUntraced(function*(programs: Readonly<Record<string, string>>) {
  const directory = yield* temporaryDirectory
  for (const [name, script] of Object.entries(programs)) {
    const path = join(directory, name)
    const notes = `printf '%s\\0' "$@" > "$0.argv"; /usr/bin/env > "$0.env"; echo $$ > "$0.pid"`
    writeFileSync(path, `#!/bin/sh\n${notes}\n${script}\n`)
    chmodSync(path, 0o755)
  }
  return directory
})

const argvOf = (directory: string, { program }: DialogTool): ReadonlyArray<string> =>
  readFileSync(join(directory, `${program}.argv`), "utf8").split("\0").slice(0, -1)

const layerAt = (directory: string, { environment, platform }: Omit<Place, "tool" | "cancel">) =>
  inEnvironment(DialogPlatform.layerOn(platform), { PATH: directory, ...environment })

const ask = (directory: string, place: Omit<Place, "tool" | "cancel">, question = "MFA code for dev (serial): ") =>
  Effect.flatMap(Dialog, (dialog) => dialog.ask(question, "dev")).pipe(Effect.provide(layerAt(directory, place)))

const available = (directory: string, place: Omit<Place, "tool" | "cancel">) =>
  Effect.flatMap(Dialog, (dialog) => dialog.available).pipe(Effect.provide(layerAt(directory, place)))

/** Whether a process runs; one that has ended and waits to be reaped does not. */
const runs = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return !existsSync("/proc/self") || !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, "latin1"))
  } catch {
    return false
  }
}

const pidIn = (path: string) =>
  Effect.gen(function*() {
    while (!existsSync(path) || !readFileSync(path, "utf8").endsWith("\n")) yield* Effect.sleep("5 millis")
    return Number(readFileSync(path, "utf8"))
  })

const hostile = [
  "\"quoted\" and 'quoted'",
  "$(touch /tmp/never) `touch /tmp/never` ${HOME} %PATH%",
  "<b>bold</b> &lt;i&gt; &amp; R&D",
  "back\\slash \\n \\x41 under_score __dunder__",
  "--help",
  "-e",
  "' ; Remove-Item C:\\ ; '",
  "näme 名前 👩‍🚀",
  "end run\ndo shell script \"false\"",
  "two\r\nlines\u2028three\u0007\u202e\u001b[31m"
]

describe.each(places)("$tool.program", ({ cancel, tool, ...place }) => {
  const answering = (script: string) => install({ [tool.program]: script })

  it.live("gives back what was typed, and gets nothing of AWS's", () =>
    Effect.gen(function*() {
      const directory = yield* answering(tool === powershell ? "printf ' 123456 \\r\\n'" : "echo ' 123456 '")
      const environment = {
        ...place.environment,
        AWS_SECRET_ACCESS_KEY: "fake-secret-for-tests",
        AWS_PROFILE: "dev",
        HOME: "/home/somebody"
      }
      assert.isTrue(yield* available(directory, place))
      assert.strictEqual(yield* ask(directory, { ...place, environment }), " 123456 ")
      const seen = readFileSync(join(directory, `${tool.program}.env`), "utf8")
      assert.notMatch(seen, /^AWS_/m)
      assert.notInclude(seen, "fake-secret-for-tests")
      assert.match(seen, /^HOME=\/home\/somebody$/m)
    }))

  it.live.each(hostile)("shows %j as it stands, on one line", (value) =>
    Effect.gen(function*() {
      const directory = yield* answering("echo 123456")
      yield* ask(directory, place, `MFA code for ${value} (${value}): `)
      yield* ask(directory, place, value)
      const argv = argvOf(directory, tool)
      assert.strictEqual(shownBy(tool, argv), printable(value).trim())
      assert.deepStrictEqual(argv, tool.commandLine(printable(value).trim(), dialogTitle("dev")))
    }))

  it.prop("only the last argument depends on the question, and shows it", [Schema.String, Schema.String], (texts) => {
    const [one, other] = [printable(texts[0]), printable(texts[1])]
    assert.deepStrictEqual(tool.commandLine(one, "title").slice(0, -1), tool.commandLine(other, "title").slice(0, -1))
    assert.strictEqual(shownBy(tool, tool.commandLine(one, "title")), one)
  })

  it.live("tells a person's no from a failure", () =>
    Effect.gen(function*() {
      const dismissed = yield* Effect.flip(ask(yield* answering(cancel), place))
      assert.strictEqual(dismissed._tag, "DialogDismissed")
      const failing = yield* answering("printf '\\nno\\tscreen \\033[31m here\\n' >&2; echo 654321; exit 3")
      const failed = yield* Effect.flip(ask(failing, place))
      assert.strictEqual(failed._tag, "DialogFailed")
      assert.include(failed.message, `: ${tool.program} ended with exit status 3: no screen [31m here`)
      assert.notInclude(failed.message, "654321")
    }))

  it.live("says so when the tool is killed, cannot start, or prints without end", () =>
    Effect.gen(function*() {
      const killed = yield* Effect.flip(ask(yield* answering("kill -KILL $$"), place))
      assert.include(killed.message, `${tool.program} was ended by SIGKILL`)
      const directory = yield* temporaryDirectory
      writeFileSync(join(directory, tool.program), "#!/nowhere/interpreter\n")
      chmodSync(join(directory, tool.program), 0o755)
      const broken = yield* Effect.flip(ask(directory, place))
      assert.include(broken.message, `: ${tool.program} could not be started`)
      const endless = yield* Effect.flip(ask(yield* answering("while :; do echo 1111111111111111; done"), place))
      assert.include(endless.message, `${tool.program} printed far more than a code`)
      for (const failure of [killed, broken, endless]) assert.strictEqual(failure._tag, "DialogFailed")
    }))

  it.live.each(["exec /bin/sleep 600", "trap '' TERM HUP INT; while :; do /bin/sleep 600; done"])(
    "goes away within a second when the question is interrupted: %s",
    (script) =>
      Effect.gen(function*() {
        const directory = yield* answering(script)
        const asked = yield* Effect.forkChild(slowly(4)(ask(directory, place)))
        const pid = yield* pidIn(join(directory, `${tool.program}.pid`))
        assert.isTrue(runs(pid))
        const [took] = yield* Effect.timed(Fiber.interrupt(asked))
        assert.isFalse(runs(pid))
        assert.isBelow(Duration.toMillis(took) / 4, 1000)
      })
  )
})

describe("DialogPlatform", () => {
  const screen: Environment = { DISPLAY: ":0" }
  const everything = install({ osascript: "echo 1", zenity: "echo 2", kdialog: "echo 3", "powershell.exe": "printf 4" })

  it.live("asks by what the platform has", () =>
    Effect.gen(function*() {
      const directory = yield* everything
      const wsl: Environment = { ...screen, WSL_INTEROP: "/run/WSL/8_interop" }
      assert.strictEqual(yield* ask(directory, { platform: "darwin", environment: screen }), "1")
      assert.strictEqual(yield* ask(directory, { platform: "linux", environment: screen }), "2")
      assert.strictEqual(yield* ask(directory, { platform: "freebsd", environment: { WAYLAND_DISPLAY: "w" } }), "2")
      assert.strictEqual(yield* ask(directory, { platform: "linux", environment: wsl }), "4")
      const onlyKde = yield* install({ kdialog: "echo 3", "powershell.exe": "printf 4" })
      assert.strictEqual(yield* ask(onlyKde, { platform: "linux", environment: screen }), "3")
      const noWindows = yield* install({ zenity: "echo 2" })
      assert.strictEqual(yield* ask(noWindows, { platform: "linux", environment: wsl }), "2")
    }))

  it.live("goes on to the next program where one shows nothing, and not where a person said no", () =>
    Effect.gen(function*() {
      const place = { platform: "linux", environment: screen } as const
      const broken = yield* install({ zenity: "echo 'cannot open display' >&2; exit 1", kdialog: "echo 3" })
      assert.strictEqual(yield* ask(broken, place), "3")
      const both = yield* install({ zenity: "exit 3", kdialog: "exit 4" })
      assert.include((yield* Effect.flip(ask(both, place))).message, "kdialog ended with exit status 4")
      const dismissing = yield* install({ zenity: "exit 1", kdialog: "echo 3" })
      assert.strictEqual((yield* Effect.flip(ask(dismissing, place)))._tag, "DialogDismissed")
      assert.isFalse(existsSync(join(dismissing, "kdialog.argv")))
    }))

  it.live("names the profile in the title", () =>
    Effect.gen(function*() {
      const directory = yield* everything
      yield* ask(directory, { platform: "linux", environment: screen })
      assert.include(argvOf(directory, zenity), "--title=op-aws-credential-process: dev")
    }))

  it.live("gives a program a locale in which every name can be shown, where the environment has none", () =>
    Effect.gen(function*() {
      const directory = yield* everything
      const localeOf = Effect.fnUntraced(function*(environment: Environment) {
        yield* ask(directory, { platform: "linux", environment: { ...screen, ...environment } })
        return readFileSync(join(directory, "zenity.env"), "utf8").split("\n").filter((line) => /^(?:LANG|LC_)/.test(line))
      })
      assert.deepStrictEqual(yield* localeOf({}), ["LC_ALL=C.UTF-8"])
      assert.deepStrictEqual(yield* localeOf({ LC_ALL: "C" }), ["LC_ALL=C.UTF-8"])
      assert.deepStrictEqual(yield* localeOf({ LANG: "de_DE.UTF-8" }), ["LANG=de_DE.UTF-8"])
    }))

  const nowhere: ReadonlyArray<readonly [why: string, platform: NodeJS.Platform, environment: Environment]> = [
    ["without a display", "linux", {}],
    ["with an empty display", "linux", { DISPLAY: "", WAYLAND_DISPLAY: "" }],
    ["over SSH to a machine with a display", "linux", { ...screen, SSH_CONNECTION: "192.0.2.1 50000 192.0.2.2 22" }],
    ["over SSH with a terminal", "linux", { ...screen, SSH_TTY: "/dev/pts/1" }],
    ["over SSH to WSL", "linux", { WSL_DISTRO_NAME: "Debian", SSH_CLIENT: "192.0.2.1 50000 22" }],
    ["over SSH to a Mac", "darwin", { SSH_CONNECTION: "192.0.2.1 50000 192.0.2.2 22" }],
    ["on Windows itself", "win32", screen]
  ]

  it.live.each(nowhere)("shows nothing %s", ([, platform, environment]) =>
    Effect.gen(function*() {
      const directory = yield* everything
      assert.isFalse(yield* available(directory, { platform, environment }))
      assert.strictEqual((yield* Effect.flip(ask(directory, { platform, environment })))._tag, "DialogFailed")
      for (const { tool } of places) assert.isFalse(existsSync(join(directory, `${tool.program}.argv`)))
    }))

  it.live("looks for programs in absolute PATH entries alone, and takes no file that may not be executed", () =>
    Effect.gen(function*() {
      const directory = yield* everything
      const withPath = (PATH: string) => available(directory, { platform: "linux", environment: { ...screen, PATH } })
      assert.isFalse(yield* withPath(`:${relative(process.cwd(), directory)}:.`))
      assert.isTrue(yield* withPath(`/nowhere:${directory}`))
      for (const name of ["zenity", "kdialog"]) chmodSync(join(directory, name), 0o644)
      assert.isFalse(yield* withPath(directory))
    }))

  it.live("starts nothing to see whether there is a screen", () =>
    Effect.gen(function*() {
      const directory = yield* everything
      assert.isTrue(yield* available(directory, { platform: "linux", environment: screen }))
      assert.isFalse(existsSync(join(directory, "zenity.pid")))
    }))

  it.live("does not take a lost display for a person's no", () =>
    Effect.gen(function*() {
      for (const words of ["Gtk-WARNING **: cannot open display: :7", "Gtk-WARNING **: Failed to open display"]) {
        const directory = yield* install({ zenity: `echo '${words}' >&2; exit 1` })
        const failure = yield* Effect.flip(ask(directory, { platform: "linux", environment: screen }))
        assert.strictEqual(failure._tag, "DialogFailed")
        assert.include(failure.message, words)
      }
    }))
})

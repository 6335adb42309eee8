import { ExitCode } from "../base/Failure.ts"
import { printable } from "../base/Printable.ts"
import { OpProblem, type OpReference } from "./OpProblem.ts"

abstract class OpProgramFailure extends OpProblem {
  override readonly exitCode = ExitCode.op
}

const install = "install 1Password CLI 2 (https://www.1password.dev/cli/)"

/** There is no such program. `searched` is false for a path, which is not looked for in PATH. */
export class OpNotFound extends OpProgramFailure {
  override readonly _tag = "OpNotFound"

  constructor(cliPath: string, searched: boolean) {
    super(
      `1Password's command line program "${printable(cliPath)}" was not found${searched ? " in PATH" : ""}`,
      `${install}, or say where it is with --op-cli-path (op_cli_path in the profile); an IDE often has a shorter PATH than the shell`
    )
  }
}

export class OpNotExecutable extends OpProgramFailure {
  override readonly _tag = "OpNotExecutable"

  constructor(path: string) {
    super(
      `"${printable(path)}" may not be executed`,
      "let --op-cli-path name the program itself (not its folder), and make it executable with chmod +x"
    )
  }
}

/** The system refuses to start the file: another system's program, a script without `#!`, a lost interpreter. */
export class OpNotRunnable extends OpProgramFailure {
  override readonly _tag = "OpNotRunnable"

  constructor(path: string, reason: string) {
    super(
      `"${printable(path)}" could not be started: ${printable(reason)}`,
      "check that it is 1Password CLI for this system and processor; a script needs a first line such as #!/bin/sh"
    )
  }
}

/** What this process, or its machine, has no more of, by the system's name for the error. */
const shortages: ReadonlyMap<string, readonly [what: string, mend: string]> = new Map([
  ["EMFILE", ["this process may open no more files", "raise the limit of open files (`ulimit -n`)"]],
  ["ENFILE", ["this machine may open no more files", "close some programs, or raise the system's limit (fs.file-max)"]],
  ["EAGAIN", ["this user may start no more processes", "end some, or raise the limit of processes (`ulimit -u`)"]],
  ["ENOMEM", ["there is no memory left for another process", "end some programs, or raise the limit of memory"]]
])

/** The machine or a limit stands in the way, and `op` has nothing to do with it. */
export class NothingToSpare extends OpProgramFailure {
  override readonly _tag = "NothingToSpare"

  /** `code` is the system's; `limit` how many files may be open, where that is known. */
  constructor(code: string, limit: number | undefined) {
    const [what, mend] = shortages.get(code) ?? ["the system has nothing to spare", "end some programs"]
    const allowed = code === "EMFILE" && limit !== undefined ? ` than the ${limit} that its limit allows` : ""
    super(`${what}${allowed} (${printable(code)})`, `${mend} where the program that calls this one is started, and try again`)
  }

  static is(code: string): boolean {
    return shortages.has(code)
  }
}

/** Windows programs cannot be started from this WSL at the moment. */
export class InteropOff extends OpProgramFailure {
  override readonly _tag = "InteropOff"

  constructor(path: string) {
    super(
      `WSL could not start the Windows program "${printable(path)}"`,
      "check that interop is enabled in /etc/wsl.conf, then run `wsl.exe --shutdown` in Windows and open a new terminal; or install op in WSL itself"
    )
  }
}

export class OpKilled extends OpProgramFailure {
  override readonly _tag = "OpKilled"

  constructor(signal: string) {
    super(
      `op was ended by ${printable(signal)} before it answered`,
      "try again; if it was not you, look for what ends op (memory limits, a watchdog)"
    )
  }
}

/** A Go panic. A malformed service account token is one known cause. */
export class OpCrashed extends OpProgramFailure {
  override readonly _tag = "OpCrashed"

  constructor(panic: string) {
    super(
      `op crashed: ${printable(panic)}`,
      "update 1Password CLI; where OP_SERVICE_ACCOUNT_TOKEN is set, check that it is the whole token, as one way to crash op is a token cut short"
    )
  }
}

/** A failure without a word, which is how op ends when its set-up questions are declined. */
export class OpSilent extends OpProgramFailure {
  override readonly _tag = "OpSilent"

  constructor(exitCode: number) {
    super(
      `op failed (exit ${exitCode}) without saying why`,
      "run `op vault list` in a terminal: op may want to be set up first"
    )
  }
}

/** A failure in words that are not op's own. */
export class OpBroken extends OpProgramFailure {
  override readonly _tag = "OpBroken"

  constructor(exitCode: number, text: string) {
    super(
      `op failed (exit ${exitCode}): ${printable(text)}`,
      "run `op --version` in a terminal to see whether op works; --op-cli-path names another one"
    )
  }
}

export class OpTooOld extends OpProgramFailure {
  override readonly _tag = "OpTooOld"

  constructor(text: string) {
    super(
      `op does not understand what it is asked: ${printable(text)}`,
      "update 1Password CLI to the newest 2.x; `op --version` shows what you have, and 1.x cannot be used"
    )
  }
}

/** What was wrong with the answer of an `op` that reported success. */
export type UnusableOutput = "empty" | "truncated" | "not-json" | "not-an-item" | "too-large" | "lost"

const unusable: Record<UnusableOutput, string> = {
  "empty": "op reported success and printed nothing",
  "truncated": "what op printed breaks off in the middle",
  "not-json": "what op printed is not JSON",
  "not-an-item": "what op printed is not an item",
  "too-large": "op printed more than any item holds",
  "lost": "what op printed could not be read"
}

/** Exit 0 and no item. What was printed is never shown: it may hold secrets. */
export class OpOutputUnusable extends OpProgramFailure {
  override readonly _tag = "OpOutputUnusable"
  readonly reason: UnusableOutput

  constructor(reason: UnusableOutput) {
    super(
      unusable[reason],
      "try again; if it stays, update 1Password CLI and check that --op-cli-path names 1Password's own op"
    )
    this.reason = reason
  }
}

export class AppNotRunning extends OpProgramFailure {
  override readonly _tag = "AppNotRunning"

  constructor() {
    super(
      "op cannot reach the 1Password app",
      "start the 1Password app and unlock it; on a machine without the app use a service account (OP_SERVICE_ACCOUNT_TOKEN)"
    )
  }
}

/** Whatever else keeps op from the app on this machine, in op's own words: it never concerns 1Password's servers. */
export class AppUnreachable extends OpProgramFailure {
  override readonly _tag = "AppUnreachable"

  constructor(said: string) {
    super(
      `op cannot connect to the 1Password app: ${printable(said)}`,
      "start and unlock the 1Password app, and update it and op to the newest versions; " +
        "where a sandbox (a container, an IDE, a coding agent) blocks the app's socket, run `op-aws-credential-process login` outside of it"
    )
  }
}

/** The app was there and did not answer in op's own time, which a second call often mends. */
export class AppBusy extends OpProgramFailure {
  override readonly _tag = "AppBusy"
  override readonly retry = true

  constructor() {
    super(
      "the 1Password app did not answer op in time",
      "unlock the 1Password app, restart it if it hangs, then try again"
    )
  }
}

/** On Linux the app only talks to a program of the group `onepassword-cli`. */
export class OpNotTrusted extends OpProgramFailure {
  override readonly _tag = "OpNotTrusted"

  constructor({ cliPath }: OpReference) {
    super(
      `the 1Password app refuses to talk to "${printable(cliPath)}"`,
      "use op as its package installs it (group onepassword-cli, set-gid bit): a copied op, or one without its distribution's wrapper, is refused"
    )
  }
}

export class OpNeedsTerminal extends OpProgramFailure {
  override readonly _tag = "OpNeedsTerminal"

  constructor() {
    super(
      "op wants to ask something and has no terminal",
      "run `op vault list` once in a terminal and answer what op asks"
    )
  }
}

export type OpProgramTrouble =
  | OpNotFound
  | OpNotExecutable
  | OpNotRunnable
  | InteropOff
  | NothingToSpare
  | OpKilled
  | OpCrashed
  | OpSilent
  | OpBroken
  | OpTooOld
  | OpOutputUnusable
  | AppNotRunning
  | AppUnreachable
  | AppBusy
  | OpNotTrusted
  | OpNeedsTerminal

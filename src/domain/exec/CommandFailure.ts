import { ExitCode, Failure } from "../base/Failure.ts"
import { printable } from "../base/Printable.ts"

/** `exec` was not told what to run. */
export class CommandMissing extends Failure {
  override readonly _tag = "CommandMissing"
  override readonly exitCode = ExitCode.usage

  /** `words` are those before the place where `--` belongs. */
  constructor(words: ReadonlyArray<string>) {
    const [profile = "PROFILE", ...command] = words.map((word) => printable(word, 60))
    super(
      "`exec` needs a command after `--`",
      `write \`op-aws-credential-process exec ${profile} -- ${command.length > 0 ? command.join(" ") : "COMMAND"}\``
    )
  }
}

/** There is no such command: 127, as in shells. */
export class CommandNotFound extends Failure {
  override readonly _tag = "CommandNotFound"
  override readonly exitCode = ExitCode.notFound

  constructor(name: string) {
    super(
      `${printable(name)}: ${name.includes("/") ? "no such file" : "command not found"}`,
      name.includes("/")
        ? "correct the path"
        : "correct the name, or give its path; aliases and functions are known to the shell only"
    )
  }
}

/** There is a file, and it cannot be run: 126, as in shells. */
export class CommandNotExecutable extends Failure {
  override readonly _tag = "CommandNotExecutable"
  override readonly exitCode = ExitCode.notExecutable

  /** `reason` completes "it …". */
  constructor(path: string, reason: string) {
    super(
      `${printable(path, 300)} cannot be run: it ${printable(reason)}`,
      "make it executable with `chmod +x`, or run what can read it"
    )
  }
}

export type CommandFailure = CommandMissing | CommandNotFound | CommandNotExecutable

import { ExitCode, type FailureOf, failures } from "../base/Failure.ts"
import { printable } from "../base/Printable.ts"

const { usage, notFound, notExecutable } = ExitCode

export const CommandFailure = failures({
  /** `exec` was not told what to run. `words` are those before the place where `--` belongs. */
  CommandMissing: (words: ReadonlyArray<string>) => {
    const [profile = "PROFILE", ...command] = words.map((word) => printable(word, 60))
    return [
      usage,
      "`exec` needs a command after `--`",
      `write \`op-aws-credential-process exec ${profile} -- ${command.length > 0 ? command.join(" ") : "COMMAND"}\``
    ]
  },
  /** There is no such command: 127, as in shells. */
  CommandNotFound: (name: string) => [
    notFound,
    `${printable(name)}: ${name.includes("/") ? "no such file" : "command not found"}`,
    name.includes("/")
      ? "correct the path"
      : "correct the name, or give its path; aliases and functions are known to the shell only"
  ],
  /** There is a file, and it cannot be run: 126, as in shells. `reason` completes "it …". */
  CommandNotExecutable: (path: string, reason: string) => [
    notExecutable,
    `${printable(path, 300)} cannot be run: it ${printable(reason)}`,
    "make it executable with `chmod +x`, or run what can read it"
  ]
})

export type CommandFailure<Tag extends keyof typeof CommandFailure = keyof typeof CommandFailure> =
  FailureOf<typeof CommandFailure, Tag>

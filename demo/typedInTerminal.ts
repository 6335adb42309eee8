import { spawn } from "@lydell/node-pty"

/**
 * Runs a program in a terminal of its own and answers its question, for when nobody is there to type. Its stdout is a
 * file, as it is a pipe under an AWS client; what it shows on the terminal is passed to `show`.
 */
export const typedInTerminal = async (
  program: string,
  words: ReadonlyArray<string>,
  environment: Record<string, string>,
  question: RegExp,
  answer: () => string,
  show: (line: string) => void
): Promise<string> => {
  const terminal = spawn("/bin/sh", ["-c", "out=$(\"$@\") && printf '\\001%s' \"$out\"", "sh", program, ...words], {
    env: environment,
    cols: 200,
    rows: 24
  })
  let screen = ""
  let answered = false
  terminal.onData((text) => {
    screen += text
    if (answered || !question.test(screen)) return
    answered = true
    terminal.write(`${answer()}\r`)
  })
  const { exitCode } = await new Promise<{ exitCode: number }>((ended) => terminal.onExit(ended))
  const [asked = "", output = ""] = screen.split("\x01")
  asked.trim().split(/\r?\n/).forEach((line) => show(`  ${line}`))
  if (exitCode !== 0) throw new Error(`the program ended with ${exitCode}`)
  return output
}

/** The name of our program, which a line that starts it holds somewhere. */
export const ourName = "op-aws-credential-process"

/** What a line needs where a word of it does not stand there as it is. */
export const quotingMarks: ReadonlyArray<string> = ["\\", "\"", "'"]

const isBlank = (character: string): boolean =>
  character === " " || character === "\t" || character === "\r" || character === "\n"

/**
 * The words of a `credential_process` value, by the POSIX rules of Python's `shlex.split`, which is how the AWS CLI
 * and boto3 (`botocore.compat.compat_shell_split`) split it: no shell, `#` no comment, a backslash escapes anything
 * outside quotes, `"` and `\` inside double quotes, nothing inside single quotes. `undefined` when a quote is not
 * closed or the value ends in a backslash.
 */
export const splitCredentialProcess = (value: string): ReadonlyArray<string> | undefined =>
  isBare(value) ? value.split(" ").filter((word) => word !== "") : splitQuoted(value)

/** Whether blanks alone divide it, as in most lines: to go through them by characters takes time before a cached session. */
const isBare = (value: string): boolean => {
  for (const mark of [...quotingMarks, "\t", "\r", "\n"]) if (value.includes(mark)) return false
  return true
}

const splitQuoted = (value: string): ReadonlyArray<string> | undefined => {
  const words: Array<string> = []
  // An empty pair of quotes is a word too, so that "no word yet" is not the empty string.
  let word: string | undefined
  let quote: string | undefined
  for (let at = 0; at < value.length; at++) {
    const character = value.charAt(at)
    if (character === quote) {
      quote = undefined
    } else if (character === "\\" && quote !== "'") {
      at++
      if (at === value.length) return undefined
      const escaped = value.charAt(at)
      word = (word ?? "") + (quote === undefined || escaped === "\\" || escaped === quote ? escaped : `\\${escaped}`)
    } else if (quote !== undefined) {
      word += character
    } else if (character === "\"" || character === "'") {
      quote = character
      word ??= ""
    } else if (isBlank(character)) {
      if (word !== undefined) words.push(word)
      word = undefined
    } else {
      word = (word ?? "") + character
    }
  }
  if (quote !== undefined) return undefined
  if (word !== undefined) words.push(word)
  return words
}

// Both separators, because on WSL a program of Windows may be named by its Windows path.
const segments = (path: string): ReadonlyArray<string> => path.split(/[/\\]/)

const baseName = (path: string): string => {
  const name = path.slice(path.lastIndexOf("/") + 1)
  return name.slice(name.lastIndexOf("\\") + 1)
}

const isProgram = (word: string): boolean => {
  const name = baseName(word)
  return name === ourName || name === `${ourName}.exe` || name === `${ourName}.js`
}

const isRuntime = (word: string): boolean => {
  const name = baseName(word)
  return name === "node" || name === "bun" || name === "node.exe" || name === "bun.exe"
}

/** Where our program's own arguments begin among the words of a command line, or `undefined` if it is not ours. */
const argumentsStart = (words: ReadonlyArray<string>): number | undefined => {
  const [first, second] = words
  if (first === undefined) return undefined
  if (isProgram(first)) return 1
  // The npm package's own script: …/node_modules/op-aws-credential-process/dist/main.js.
  return second !== undefined && isRuntime(first) && segments(second).includes(ourName) ? 2 : undefined
}

/** The words that our program gets as its arguments, or `undefined` if the command line runs another program. */
export const argumentsOfOurs = (words: ReadonlyArray<string>): ReadonlyArray<string> | undefined => {
  const start = argumentsStart(words)
  return start === undefined ? undefined : words.slice(start)
}

/** A word that every client leaves as it is. */
export const isPlainWord = (word: string): boolean => /^[\w./:@%+=,-]+$/.test(word)

/** A program's path that needs no quotes with any client. */
export const isPlainPath = (path: string): boolean => path.startsWith("/") && isPlainWord(path)

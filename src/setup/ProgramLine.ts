import { commentIn } from "../domain/aws-config/AwsConfigSections.ts"
import { isPlainPath, isPlainWord } from "../domain/aws-config/CredentialProcessLine.ts"
import { SetupFailure } from "./SetupFailure.ts"

/**
 * A `credential_process` line that runs a program by its words, for a profile. Plain words stand bare, which is the one
 * form that every client splits alike. Others are quoted as most clients understand it: never both at the beginning and
 * at the end of the line, where Go's clients would take the quotes away.
 */
export const programLine = (
  words: ReadonlyArray<string>,
  profile: string,
  stay: ReadonlyArray<string> = []
): string | SetupFailure<"LineUnwritable"> => {
  const written: Array<string> = []
  for (const word of [...words, ...stay]) {
    const quoted = quotedWord(word)
    if (quoted === undefined) return SetupFailure.LineUnwritable(word)
    written.push(quoted)
  }
  return isPlainWord(profile) ? [...written, "--profile", profile].join(" ") : SetupFailure.LineUnwritable(profile)
}

/** The form that shells and Python's clients read alike; undefined where there is none. */
const quotedWord = (word: string): string | undefined => {
  if (isPlainWord(word)) return word
  // A `#` or `;` behind a blank ends the value even inside quotes.
  if (word === "" || /[\p{Cc}]/u.test(word) || commentIn(word) !== -1) return undefined
  return !/["$`\\]/.test(word) ? `"${word}"` : !word.includes("'") ? `'${word}'` : undefined
}

/** Whether every client runs a program by these words as they stand. */
export const isForEveryClient = (words: ReadonlyArray<string>): boolean => words.every(isPlainPath)

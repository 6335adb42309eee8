import * as Effect from "effect/Effect"
import { commentIn } from "../domain/aws-config/AwsConfigSections.ts"
import { isPlainPath, isPlainWord } from "../domain/aws-config/CredentialProcessLine.ts"
import { printable } from "../domain/base/Printable.ts"
import { quoteSh } from "../domain/base/ShellQuoting.ts"
import { isForEveryClient, isGoodLine, passingPaths } from "./InstalledProgram.ts"
import { lineFlags, type PresentProfile } from "./PresentProfile.ts"
import { agreed, tell } from "../session/interview/Answers.ts"
import { orFail } from "../session/OrFail.ts"
import { SetupFailure } from "./SetupFailure.ts"
import type { ChosenProfile } from "./SetupRequest.ts"

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

/** The `credential_process` line of a profile that gets a key, and whether it is the one that it has. */
export const lineFor = Effect.fnUntraced(function*(target: PresentProfile, words: ReadonlyArray<string>) {
  const there = target.kind === "ours" ? target.profile.values.get("credential_process") : undefined
  if (there !== undefined && (yield* isGoodLine(there, target.name))) return { line: there, kept: true }
  return { line: yield* orFail(programLine(words, target.name, lineFlags(target).stay)), kept: false }
})

/** Before anything else is asked: whether the profile's line can be as every client reads it. */
export const lookAtLine = Effect.fnUntraced(function*({ borrower, target }: ChosenProfile, words: ReadonlyArray<string>) {
  // One that is set up already keeps its line, and its borrower's is written in any case.
  const kept = borrower === undefined || target.kind !== "ours" ? (yield* lineFor(target, words)).kept : false
  if (borrower !== undefined) yield* orFail(programLine(words, borrower.named))
  if (!kept) yield* tellOfPath(words)
})

/** How the program could be found better is said where the person can still see to it. */
const tellOfPath = Effect.fnUntraced(function*(words: ReadonlyArray<string>) {
  if (!isForEveryClient(words)) {
    const odd = words.findLast((word) => !isPlainPath(word)) ?? ""
    const link = odd === words.at(-1) ? "op-aws-credential-process" : odd.slice(odd.lastIndexOf("/") + 1)
    yield* tell(
      `The program's path, ${printable(odd)}, has to be quoted, which a few AWS clients (minio-go, older Go programs) do not understand.`,
      "A link makes it right; run setup again after",
      `  sudo ln -s ${quoteSh(odd)} /usr/local/bin/${link}`
    )
    yield* agreed("Go on all the same?", true, true)
  }
  const passing = passingPaths(words)
  yield* tell(...passing.map(({ path, why }) => `${printable(path)} ${why}.`))
  if (!passing.some(({ soon }) => soon)) return
  yield* tell(
    "After that no AWS client gets credentials. Install the program where it stays, and run setup again from there",
    "  npm install --global op-aws-credential-process"
  )
  yield* agreed("Write this path all the same?", false, true)
})

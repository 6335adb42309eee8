import * as Effect from "effect/Effect"
import { isPlainPath } from "../domain/aws-config/CredentialProcessLine.ts"
import { printable } from "../domain/base/Printable.ts"
import { quoteSh } from "../domain/base/ShellQuoting.ts"
import { InterviewFailure } from "../domain/interview/InterviewFailure.ts"
import { dividedFlags } from "../domain/settings/PlainLine.ts"
import { isGoodLine, passingPaths } from "./InstalledProgram.ts"
import { isForEveryClient, programLine } from "./ProgramLine.ts"
import { confirmed, type Manner, tell } from "../session/interview/Answers.ts"
import { orFail } from "../session/OrFail.ts"
import type { ChosenProfile } from "./SetupProfile.ts"

type Target = ChosenProfile["target"]

/** The flags of the line that a profile has: those that its keys can say, and those that only a line can. */
export const lineFlags = (target: Target): ReturnType<typeof dividedFlags> =>
  target.kind === "ours" ? dividedFlags(target.flags) : { moved: [], stay: [] }

/** The `credential_process` line of a profile that gets a key, and whether it is the one that it has. */
export const lineFor = Effect.fnUntraced(function*(target: Target, words: ReadonlyArray<string>) {
  const there = target.kind === "ours" ? target.profile.values.get("credential_process") : undefined
  if (there !== undefined && (yield* isGoodLine(there, target.name))) return { line: there, kept: true }
  return { line: yield* orFail(programLine(words, target.name, lineFlags(target).stay)), kept: false }
})

/** Before anything else is asked: whether the profile's line can be as every client reads it. */
export const lookAtLine = Effect.fnUntraced(function*(
  manner: Manner,
  { borrower, target }: ChosenProfile,
  words: ReadonlyArray<string>
) {
  // One that is set up already keeps its line, and its borrower's is written in any case.
  const kept = borrower === undefined || target.kind !== "ours" ? (yield* lineFor(target, words)).kept : false
  if (!kept) yield* tellOfPath(manner, words)
})

/** How the program could be found better is said where the person can still see to it. */
const tellOfPath = Effect.fnUntraced(function*(manner: Manner, words: ReadonlyArray<string>) {
  if (!isForEveryClient(words)) {
    const odd = words.findLast((word) => !isPlainPath(word)) ?? ""
    const link = odd === words.at(-1) ? "op-aws-credential-process" : odd.slice(odd.lastIndexOf("/") + 1)
    yield* tell(
      `The program's path, ${printable(odd)}, has to be quoted, which a few AWS clients (minio-go, older Go programs) do not understand.`,
      "A link makes it right; run setup again after",
      `  sudo ln -s ${quoteSh(odd)} /usr/local/bin/${link}`
    )
    if (!(yield* confirmed(manner, "Go on all the same?", true, true))) {
      return yield* Effect.fail(InterviewFailure.InterviewLeft())
    }
  }
  const passing = passingPaths(words)
  yield* tell(...passing.map(({ path, why }) => `${printable(path)} ${why}.`))
  if (!passing.some(({ soon }) => soon)) return
  yield* tell(
    "After that no AWS client gets credentials. Install the program where it stays, and run setup again from there",
    "  npm install --global op-aws-credential-process"
  )
  if (!(yield* confirmed(manner, "Write this path all the same?", false, true))) {
    return yield* Effect.fail(InterviewFailure.InterviewLeft())
  }
})

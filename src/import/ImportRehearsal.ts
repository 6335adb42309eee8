import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { placesWords, type PlaintextKey, profilesOf } from "../domain/aws-config/PlaintextKeys.ts"
import { homePath } from "../domain/base/Environment.ts"
import { Failure } from "../domain/base/Failure.ts"
import { printable } from "../domain/base/Printable.ts"
import { isOurs } from "../domain/settings/ProfileChoice.ts"
import { ownerLines, searchFor, tryKey } from "./Import.ts"
import { type ImportPlace, type ImportRequest, isForNew } from "./ImportRequest.ts"
import { chooseKey, keysFrom } from "./ImportSource.ts"
import { usualTitle } from "./KeyProof.ts"
import { fileLinesWords } from "./KeyRemoval.ts"
import { changesShown, plannedRemoval } from "./PlaintextRemoval.ts"
import { Interview } from "../services/interview/Interview.ts"
import type { PlaintextSearch } from "../setup/PlaintextSearch.ts"

/**
 * What `import` would do, as text. Looks at files and asks AWS whose the keys are; 1Password is not asked for anything,
 * nothing is written anywhere, and nobody is asked but for a key that is to be typed in.
 */
export const rehearseImport = Effect.fnUntraced(function*(request: ImportRequest) {
  const search = yield* searchFor(request)
  const keys = request.source.kind === "typed"
    ? [yield* chooseKey(request.source, search)]
    : yield* keysFrom(request.source, search)
  const parts: Array<string> = []
  const refused: Array<Failure> = []
  for (const key of keys) {
    const part = yield* Effect.result(rehearseKey(request, search, key))
    if (Result.isFailure(part)) {
      refused.push(part.failure)
      parts.push(`${printable(key.accessKeyId)} (${placesWords(key)}) would be refused: ${part.failure.message}`)
    } else parts.push(part.success)
  }
  const [first] = refused
  if (first !== undefined && refused.length === keys.length) return yield* Effect.fail(first)
  return `${parts.join("\n\n")}\n\nNothing was written: this was a dry run.\n`
})

const rehearseKey = Effect.fnUntraced(function*(request: ImportRequest, search: PlaintextSearch, key: PlaintextKey) {
  const { config } = search
  const { attended } = yield* Interview
  const { owner, place } = yield* tryKey(request, search, key)
  const { changes, copies, loss, variables } = yield* plannedRemoval(request, config, key)
  const bare = profilesOf(key).filter((profile) => !isOurs(config.profile(profile)))
  const setsUp = request.setup || attended
  const found = placesWords(key)
  return [
    ...(found === "" ? [] : [`${printable(key.accessKeyId)}, in ${found}`]),
    ...ownerLines(key, owner),
    `import would put it into ${destinationWords(request, place, usualTitle(owner), attended)}, read it back from there and ask AWS again.`,
    ...(bare.length === 0 || !setsUp ? [] : [
      `It would then ${request.setup ? "set up" : "offer to set up"} ${bare.map((name) => `"${printable(name)}"`).join(", ")} to use it there, as \`setup\` does.`
    ]),
    ...(changes.length === 0 ? [] : [
      `It would then ${request.remove ? "take it" : "offer to take it"} out of these files:`,
      changesShown(changes, key, request).trimEnd()
    ]),
    ...(changes.length === 0 || loss === undefined || request.setup ? [] : [loss]),
    ...copies.map((copy) => `${fileLinesWords({ ...copy, path: homePath(copy.path, request.environment) })} holds the secret too.`),
    ...(variables === undefined ? [] : [variables])
  ].join("\n")
})

const destinationWords = (request: ImportRequest, { address }: ImportPlace, usual: string, attended: boolean): string => {
  const vault = address.vault === undefined ? attended ? "a vault that you choose" : "the only vault" : `the vault "${printable(address.vault)}"`
  return address.item === undefined
    ? `a new item "${printable(request.title ?? usual)}" in ${vault}${isForNew(request) || !attended ? "" : ", or another item that you choose"}`
    : `the item "${printable(address.item)}" in ${vault}`
}

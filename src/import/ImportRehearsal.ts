import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { placesWords, type PlaintextKey, profilesOf } from "../domain/aws-config/PlaintextKeys.ts"
import { homePath } from "../domain/base/Environment.ts"
import { Failure } from "../domain/base/Failure.ts"
import { printable } from "../domain/base/Printable.ts"
import { isOurs } from "../domain/settings/ProfileChoice.ts"
import { changesShown, groundOf, ownerLines } from "./Import.ts"
import { isForNew } from "./ImportDestination.ts"
import type { ImportWish } from "./ImportRequest.ts"
import { chooseKey, keysFrom } from "./ImportSource.ts"
import { provePlaintextKey, usualTitle } from "./KeyProof.ts"
import { fileLinesWords, lossWords, variablesWords } from "./KeyRemoval.ts"
import { copiesOf, plannedRemoval, shellLines } from "./PlaintextRemoval.ts"
import { type PlaintextSearch, searchPlaintext } from "../setup/PlaintextSearch.ts"

/**
 * What `import` would do, as text. Looks at files and asks AWS whose the keys are; 1Password is not asked for anything,
 * nothing is written anywhere, and nobody is asked but for a key that is to be typed in.
 */
export const rehearseImport = Effect.fnUntraced(function*(wish: ImportWish) {
  const search = yield* searchPlaintext(wish.environment)
  const keys = wish.source.kind === "typed"
    ? [yield* chooseKey(wish.source, search, wish.unattended)]
    : yield* keysFrom(wish.source, search)
  const parts: Array<string> = []
  const refused: Array<Failure> = []
  for (const key of keys) {
    const part = yield* Effect.result(rehearseKey(wish, search, key))
    if (Result.isFailure(part)) {
      refused.push(part.failure)
      parts.push(`${printable(key.accessKeyId)} (${placesWords(key)}) would be refused: ${part.failure.message}`)
    } else parts.push(part.success)
  }
  const [first] = refused
  if (first !== undefined && refused.length === keys.length) return yield* Effect.fail(first)
  return `${parts.join("\n\n")}\n\nNothing was written: this was a dry run.\n`
})

const rehearseKey = Effect.fnUntraced(function*(wish: ImportWish, search: PlaintextSearch, key: PlaintextKey) {
  const { config } = search
  const owner = yield* provePlaintextKey(key, groundOf(wish, search, key))
  const changes = yield* plannedRemoval(config, key)
  const copies = yield* copiesOf(config, key)
  const variables = variablesWords(key, yield* shellLines(wish.environment, wish.workingDirectory, key))
  const loss = lossWords(key, (profile) => isOurs(config.profile(profile)))
  const bare = profilesOf(key).filter((profile) => !isOurs(config.profile(profile)))
  const setsUp = wish.setup || !wish.unattended
  const found = placesWords(key)
  return [
    ...(found === "" ? [] : [`${printable(key.accessKeyId)}, in ${found}`]),
    ...ownerLines(key, owner),
    `import would put it into ${destinationWords(wish, usualTitle(owner))}, read it back from there and ask AWS again.`,
    ...(bare.length === 0 || !setsUp ? [] : [
      `It would then ${wish.setup ? "set up" : "offer to set up"} ${bare.map((name) => `"${printable(name)}"`).join(", ")} to use it there, as \`setup\` does.`
    ]),
    ...(changes.length === 0 ? [] : [
      `It would then ${wish.remove ? "take it" : "offer to take it"} out of these files:`,
      changesShown(changes, key, wish).trimEnd()
    ]),
    ...(changes.length === 0 || loss === undefined || wish.setup ? [] : [loss]),
    ...copies.map((copy) => `${fileLinesWords({ ...copy, path: homePath(copy.path, wish.environment) })} holds the secret too.`),
    ...(variables === undefined ? [] : [variables])
  ].join("\n")
})

const destinationWords = (wish: ImportWish, usual: string): string => {
  const { address, title, unattended } = wish
  const vault = address.vault === undefined ? unattended ? "the only vault" : "a vault that you choose" : `the vault "${printable(address.vault)}"`
  return address.item === undefined
    ? `a new item "${printable(title ?? usual)}" in ${vault}${isForNew(wish) ? "" : ", or another item that you choose"}`
    : `the item "${printable(address.item)}" in ${vault}`
}

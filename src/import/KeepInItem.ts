import * as Effect from "effect/Effect"
import type { PlaintextKey } from "../domain/aws-config/PlaintextKeys.ts"
import { printable } from "../domain/base/Printable.ts"
import { nothingChanged } from "../domain/interview/InterviewFailure.ts"
import { OpFailure } from "../domain/onepassword/OpFailure.ts"
import { type KeyFields, readKey } from "../domain/onepassword/OpItem.ts"
import { itemOf, newKeyItem, type OpItemDocument, withKey } from "../domain/onepassword/OpItemDocument.ts"
import { type Destination, heldKey, importNote, importNoteName } from "./ImportDestination.ts"
import { ImportFailure } from "./ImportFailure.ts"
import { proveKey, type ProvingGround, sameOwner } from "./KeyProof.ts"
import type { CallerIdentity } from "../services/aws/Sts.ts"
import { Notes } from "../services/cache/Notes.ts"
import type { ItemReference } from "../services/onepassword/OpCli.ts"
import { OpItems } from "../services/onepassword/OpItems.ts"
import { tell } from "../session/interview/Answers.ts"
import { orFail } from "../session/OrFail.ts"
import { waitingForOp } from "../session/terminal/Waiting.ts"
import type { OpHome } from "../setup/AccountChoice.ts"
import { placeOf } from "../setup/SetupItem.ts"
import type { Standing } from "./Standing.ts"

/** Where a key is. */
export interface KeptKey {
  readonly home: OpHome
  readonly document: OpItemDocument
  readonly fields: KeyFields
}

/** The item by ids, which no renaming changes. */
export const referenceTo = ({ document: { id, vault }, home }: KeptKey): ItemReference =>
  ({ ...placeOf(home), vault: vault?.id ?? "", item: id })

const named = ({ title, vault }: OpItemDocument): string => `the item "${printable(title)}" in the vault "${printable(vault?.name ?? "?")}"`

/**
 * Puts the key where it is to go, unless it is there, and proves it: what 1Password returns to a fresh reading works at
 * AWS and is the same user's. Whatever goes wrong, the plaintext is untouched; `standing` knows what to say of the item.
 */
export const keepInItem = Effect.fnUntraced(function*(
  destination: Destination,
  key: PlaintextKey,
  owner: CallerIdentity,
  ground: ProvingGround,
  standing: Standing
) {
  const written = yield* write(destination, key, ground, standing)
  const kept: KeptKey = { home: destination.home, document: written, fields: destination.fields }
  yield* prove(kept, key, owner, ground)
  standing.say(`The key is safe in ${named(written)}; the plaintext was not touched.`)
  yield* tell("Proven: what 1Password returns from there works at AWS.")
  return kept
})

const write = Effect.fnUntraced(function*(
  destination: Destination,
  key: PlaintextKey,
  ground: ProvingGround,
  standing: Standing
) {
  const opItems = yield* OpItems
  const notes = yield* Notes
  const place = placeOf(destination.home)
  const note = (vault: string, title: string) =>
    notes.write(
      importNoteName(key.accessKeyId),
      importNote.encode({ vault, title, ...(place.account === undefined ? undefined : { account: place.account }) })
    )
  if (destination.kind === "there") {
    const { document, earlier } = destination
    standing.say(`The key is in ${named(document)}; the plaintext was not touched.`)
    yield* tell(
      `${printable(key.accessKeyId)} is in ${named(document)} already${earlier ? ", from an earlier import" : ""}: there is nothing to write.`
    )
    return document
  }
  if (destination.kind === "new") {
    const { title, vault } = destination
    yield* note(vault.id, title)
    standing.say(
      `An item "${printable(title)}" may have been made in the vault "${printable(vault.name)}"; run import again, which looks for it. The plaintext was not touched.`
    )
    const made = yield* waitingForOp(opItems.create(place, vault.id, itemToMake(title, key, ground))).pipe(
      // Its items were listed before, so this is about making one.
      Effect.catchTag("AccessForbidden", Effect.fnUntraced(function*() {
        standing.say(nothingChanged)
        yield* notes.remove(importNoteName(key.accessKeyId))
        return yield* Effect.fail(OpFailure.AccessForbidden({ ...place, vault: vault.name, item: title, writes: true }))
      }))
    )
    standing.say(`${capital(named(made))} (${made.id}) was made and is not proven; run import again, which goes on from there. The plaintext was not touched.`)
    yield* tell(`Made ${named(made)}.`)
    return made
  }
  const { document, fields } = destination
  const filled = yield* orFail(withKey(document, fields, key))
  standing.say(`${capital(named(document))} may hold the new key now, or the old one; run import again. The plaintext was not touched.`)
  const replaced = yield* waitingForOp(opItems.replace(place, filled)).pipe(
    Effect.tapErrorTag("AccessForbidden", () => Effect.sync(() => standing.say(nothingChanged)))
  )
  standing.say(`${capital(named(document))} holds the key, which is not proven; run import again, which goes on from there. The plaintext was not touched.`)
  yield* tell(`Wrote the key to ${named(replaced)}.`)
  return replaced
})

/** A new item for a key, with the device and the region that it was tried with. */
export const itemToMake = (title: string, key: PlaintextKey, { mfaSerial, region }: ProvingGround): OpItemDocument =>
  newKeyItem({
    title,
    key,
    ...(mfaSerial === undefined ? undefined : { mfaSerial }),
    ...(region === undefined ? undefined : { region })
  })

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** A reading of its own, and a call with what it gave. */
const prove = Effect.fnUntraced(function*(kept: KeptKey, key: PlaintextKey, owner: CallerIdentity, ground: ProvingGround) {
  const { title } = kept.document
  const document = yield* waitingForOp((yield* OpItems).read(referenceTo(kept)))
  const item = itemOf(document)
  const held = heldKey(item, kept.fields, key)
  if (held instanceof Error) return yield* Effect.fail(ImportFailure.KeyNotProven(title, held.message))
  if (held.holds !== "same") {
    return yield* Effect.fail(ImportFailure.KeyNotProven(title, "somebody has changed it meanwhile"))
  }
  const read = yield* orFail(readKey(item, kept.fields))
  if (!sameOwner(owner, yield* proveKey(read, ground))) {
    return yield* Effect.fail(ImportFailure.KeyNotProven(title, "AWS says that it is another user's"))
  }
})

import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Schema } from "effect"
import { entryOf } from "../../fixtures/SessionEntry.ts"
import { identityKey, sameIdentity } from "../../../src/domain/cache/Identity.ts"
import { identityOfEntry, isRoleOf } from "../../../src/domain/session/Belongings.ts"

const some = Arbitrary.schema(Schema.Literals(["", "a", "b"]))
const filled = Arbitrary.schema(Schema.Literals(["a", "b"]))

const entry = Arbitrary.map(
  Arbitrary.all({ item: filled, account: some, endpoint: some, fromItem: some, serial: some }),
  ({ account, endpoint, fromItem, item, serial }) =>
    entryOf(item, {
      mfaSerial: serial,
      ...(account === "" ? undefined : { account }),
      ...(endpoint === "" ? undefined : { endpoint }),
      ...(fromItem === "" ? undefined : { serialFromItem: true })
    })
)

describe("the identity of a cached session", () => {
  it.prop("is one that the session would be handed out to", [entry], ([session]) => {
    assert.isTrue(sameIdentity(identityOfEntry(session), session))
  })

  it.prop("owns the roles on top of it, and none of another item or endpoint", [entry, entry], ([one, other]) => {
    const ofOne = isRoleOf(identityOfEntry(one), { identity: identityKey(identityOfEntry(other)) })
    assert.isTrue(isRoleOf(identityOfEntry(one), { identity: identityKey(identityOfEntry(one)) }))
    if (one.item !== other.item || one.endpoint !== other.endpoint) assert.isFalse(ofOne)
    if (sameIdentity(identityOfEntry(one), other)) assert.isTrue(ofOne)
  }, { arbitrary: { runs: 300 } })

  it("owns no role whose identity cannot be read", () => {
    for (const identity of ["", "{}", "[]", "[\"Private\"]"]) {
      assert.isFalse(isRoleOf(identityOfEntry(entryOf("AWS")), { identity }))
    }
  })
})

import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Schema } from "effect"
import { entryOf } from "../../fixtures/SessionEntry.ts"
import { whyNotServed } from "../../../src/domain/cache/CacheVerdict.ts"
import { mayServe } from "../../../src/domain/cache/Freshness.ts"
import { type Identity, sameIdentity } from "../../../src/domain/cache/Identity.ts"

const minute = 60_000
const now = 1_800_000_000_000

const one = <A extends string>(...choices: ReadonlyArray<A>) => Arbitrary.schema(Schema.Literals(choices))

/** Few values for each part, so that they often agree; "" stands for one that is not there. */
const parts = {
  vault: one("Private", "Work"),
  item: one("AWS", "Other"),
  account: one("", "home", "work"),
  serial: one("", "arn:aws:iam::123456789012:mfa/a", "arn:aws:iam::123456789012:mfa/b"),
  accessKeyIdField: one("Access key ID", "id"),
  secretAccessKeyField: one("Secret access key", "secret"),
  endpoint: one("", "http://127.0.0.1"),
  partition: one("", "aws", "aws-cn")
}

const cases = Arbitrary.all({
  asked: Arbitrary.all(parts),
  kept: Arbitrary.all({ ...parts, fromItem: one("yes", "no") }),
  left: Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum: -60, maximum: 3000 }))),
  age: Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum: -10, maximum: 100 })))
})

const filled = <Name extends string>(name: Name, value: string) => value === "" ? {} : { [name]: value } as Record<Name, string>

describe("why a cached session is not handed out", () => {
  it.prop("is said exactly where it is not, in words that say something", [cases], ([{ age, asked, kept, left }]) => {
    const identity: Identity = {
      vault: asked.vault,
      item: asked.item,
      accessKeyIdField: asked.accessKeyIdField,
      secretAccessKeyField: asked.secretAccessKeyField,
      ...filled("account", asked.account),
      ...filled("serial", asked.serial),
      ...filled("endpoint", asked.endpoint),
      ...filled("partition", asked.partition)
    }
    const usual = entryOf(kept.item)
    const entry = entryOf(kept.item, {
      credentials: { ...usual.credentials, expiration: now + left * minute },
      vault: kept.vault,
      mfaSerial: kept.serial,
      accessKeyIdField: kept.accessKeyIdField,
      secretAccessKeyField: kept.secretAccessKeyField,
      issuedAt: now - age * minute,
      ...filled("account", kept.account),
      ...filled("endpoint", kept.endpoint),
      ...filled("partition", kept.partition),
      ...(kept.fromItem === "yes" ? { serialFromItem: true } : {})
    })
    const why = whyNotServed(identity, entry, now)
    assert.strictEqual(why === undefined, sameIdentity(identity, entry) && mayServe(entry, now))
    if (why === undefined) return
    assert.match(why, /^its? \S/)
    if (sameIdentity(identity, entry)) assert.notInclude(why, "asked for")
    else assert.include(why, "where")
    for (const secret of [entry.credentials.secretAccessKey, entry.credentials.sessionToken]) assert.notInclude(why, secret)
  }, { arbitrary: { runs: 1000 } })
})

import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Schema } from "effect"
import { awsLikeness, categoryName, rankItems } from "../../../src/domain/onepassword/AwsLikeness.ts"
import type { OpItemHeader } from "../../../src/domain/onepassword/OpItemHeader.ts"

const header = (parts: Partial<OpItemHeader> = {}): OpItemHeader => ({
  id: "item",
  title: "Something",
  category: "LOGIN",
  tags: [],
  vault: { id: "vault", name: "Private" },
  ...parts
})

describe("what looks like an AWS key", () => {
  const likely: ReadonlyArray<readonly [Partial<OpItemHeader>, 0 | 1 | 2 | 3]> = [
    [{ title: "AWS", category: "API_CREDENTIAL" }, 3],
    [{ title: "AWS Access Key (prod)", category: "API_CREDENTIAL" }, 3],
    [{ title: "Deploy", category: "API_CREDENTIAL", tags: ["work", "aws"] }, 3],
    [{ title: "Console", subtitle: "AKIAFAKE0000EXAMPLE0" }, 3],
    [{ title: "aws-prod" }, 2],
    [{ title: "IAM user ci" }, 2],
    [{ title: "Server", category: "SERVER", tags: ["AWS/prod"] }, 2],
    [{ title: "Amazon", category: "API_CREDENTIAL" }, 2],
    [{ title: "Amazon Web Services" }, 2],
    [{ title: "Stripe", category: "API_CREDENTIAL" }, 1],
    [{ title: "Amazon" }, 0],
    [{ title: "Laws and jaws", tags: ["draws"] }, 0],
    [{ title: "William" }, 0]
  ]
  it.each(likely)("%j is %i", (parts, likeness) => assert.strictEqual(awsLikeness(header(parts)), likeness))
})

describe("the order of items", () => {
  it("is those chosen before, in their order, then the likeliest, then by title", () => {
    const items = [
      header({ id: "1", title: "Zoo" }),
      header({ id: "2", title: "amazon" }),
      header({ id: "3", title: "aws" }),
      header({ id: "4", title: "AWS", category: "API_CREDENTIAL" }),
      header({ id: "5", title: "Bank" }),
      header({ id: "6", title: "GitHub", category: "API_CREDENTIAL" })
    ]
    const known = [{ itemId: "5", vaultId: "vault" }, { itemId: "1" }, { itemId: "6", vaultId: "another" }]
    assert.deepStrictEqual(rankItems(items, known).map(({ id }) => id), ["5", "1", "4", "3", "6", "2"])
  })

  const some = Arbitrary.array(
    Arbitrary.schema(Schema.Struct({
      title: Schema.Literals(["AWS", "aws b", "Zoo", "Amazon", "", "ä"]),
      category: Schema.Literals(["API_CREDENTIAL", "LOGIN", "SECURE_NOTE"]),
      known: Schema.Boolean
    })),
    { maxLength: 12 }
  )
  it.prop("loses nothing, makes nothing, and never puts a less likely one first", [some], ([parts]) => {
    const items = parts.map(({ category, title }, index) => header({ id: `${index}`, title, category }))
    const known = parts.flatMap((part, index) => part.known ? [{ itemId: `${index}` }] : [])
    const ranked = rankItems(items, known)
    assert.sameMembers([...ranked], items)
    const rest = ranked.slice(known.length)
    assert.deepStrictEqual(ranked.slice(0, known.length).map(({ id }) => id), known.map(({ itemId }) => itemId))
    const likeness = rest.map(awsLikeness)
    assert.deepStrictEqual(likeness, likeness.toSorted((one, other) => other - one))
  })
})

it("categories are named as people say them", () => {
  assert.deepStrictEqual(["API_CREDENTIAL", "SECURE_NOTE", "LOGIN"].map(categoryName), [
    "API credential",
    "secure note",
    "login"
  ])
})

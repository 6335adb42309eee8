import { assert, describe, it } from "@effect/vitest"
import { accountOfArn } from "../../src/domain/aws/Region.ts"
import { isRoot, sameOwner, userName, usualTitle } from "../../src/import/KeyProof.ts"

const owner = (arn: string) => ({ account: "123456789012", arn, userId: "AIDAFAKE0000EXAMPLE0" })

describe("whose key it is", () => {
  it("names the user without its path, and the root of an account", () => {
    assert.strictEqual(userName(owner("arn:aws:iam::123456789012:user/team/ops/me")), "me")
    assert.strictEqual(usualTitle(owner("arn:aws-cn:iam::123456789012:user/me")), "AWS 123456789012 me")
    assert.strictEqual(usualTitle(owner("arn:aws:iam::123456789012:root")), "AWS 123456789012 root")
    assert.isTrue(isRoot(owner("arn:aws:iam::123456789012:root")))
    assert.isFalse(isRoot(owner("arn:aws:iam::123456789012:user/root")))
  })

  it("goes by account and user ID, which are never given twice", () => {
    const one = owner("arn:aws:iam::123456789012:user/me")
    assert.isTrue(sameOwner(one, { ...one, arn: "arn:aws:iam::123456789012:user/renamed" }))
    assert.isFalse(sameOwner(one, { ...one, userId: "AIDAFAKE0000EXAMPLE1" }))
    assert.isFalse(sameOwner(one, { ...one, account: "210987654321" }))
  })

  it("reads the account of a device", () => {
    assert.strictEqual(accountOfArn("arn:aws:iam::123456789012:mfa/me"), "123456789012")
    assert.isUndefined(accountOfArn("GAHT12345678"))
  })
})

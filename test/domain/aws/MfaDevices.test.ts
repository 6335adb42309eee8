import { assert, describe, it } from "@effect/vitest"
import { codeDevices, deviceName, serialComplaint } from "../../../src/domain/aws/MfaDevice.ts"
import { likelyRegion, profileNameComplaint, regionComplaint } from "../../../src/setup/ProfileDraft.ts"

const phone = "arn:aws:iam::123456789012:mfa/phone"

describe("what a person types", () => {
  it("is a device where STS takes codes for it", () => {
    for (const serial of [phone, "GAHT12345678", "arn:aws-cn:iam::123456789012:mfa/me"]) {
      assert.isUndefined(serialComplaint(serial), serial)
    }
    const wrong: ReadonlyArray<readonly [string, RegExp]> = [
      ["", /neither an ARN nor the serial/],
      ["GAHT", /9 to 256/],
      ["my phone", /neither an ARN/],
      ["arn:aws:iam::123456789012:user/me", /^That is the ARN of the user; AWS|no MFA device; it is the ARN of the user\.$/],
      ["arn:aws:iam::123456789012:u2f/user/me/key-ABC", /security key or a passkey/],
      ["arn:aws:iam::1234:mfa/me", /twelve digits/]
    ]
    for (const [serial, why] of wrong) assert.match(serialComplaint(serial) ?? "", why)
  })

  it("is a region or a profile's name that every client reads", () => {
    for (const region of ["eu-central-1", "us-gov-west-1", "us-isob-east-1"]) assert.isUndefined(regionComplaint(region))
    for (const region of ["", "Frankfurt", "eu-central", "EU-CENTRAL-1"]) assert.isString(regionComplaint(region))
    for (const name of ["default", "dev", "a/b@c:1+2.x_y-z%"]) assert.isUndefined(profileNameComplaint(name))
    for (const name of ["", "my dev", "dev#1", "-x", "ä", "a]"]) assert.isString(profileNameComplaint(name))
    assert.match(profileNameComplaint("x".repeat(129)) ?? "", /128 characters/)
    assert.match(profileNameComplaint("-x") ?? "", /begins with -/)
  })
})

describe("devices that AWS tells of", () => {
  it("are those that give codes, by the names that people gave them", () => {
    const key = "arn:aws:iam::123456789012:u2f/user/me/key-ABC"
    assert.deepStrictEqual(codeDevices([phone, key, "GAHT12345678"]), [phone, "GAHT12345678"])
    assert.deepStrictEqual([phone, "GAHT12345678"].map(deviceName), ["phone", "GAHT12345678"])
  })
})

describe("the region to propose", () => {
  it("is the first that was written, else that of the device's partition", () => {
    assert.deepStrictEqual(likelyRegion([undefined, "", "eu-west-1", "eu-west-2"], phone), {
      region: "eu-west-1",
      written: true
    })
    assert.deepStrictEqual(likelyRegion([], "arn:aws-cn:iam::123456789012:mfa/me"), {
      region: "cn-north-1",
      written: false
    })
    assert.deepStrictEqual(likelyRegion([], undefined), { region: "us-east-1", written: false })
  })
})

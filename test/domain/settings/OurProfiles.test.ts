import { assert, describe, it } from "@effect/vitest"
import { admin, base, configOf, deploy } from "../../fixtures/Chains.ts"
import { Failure } from "../../../src/domain/base/Failure.ts"
import { ourProfiles, placesInUse } from "../../../src/domain/settings/OurProfiles.ts"

const of = (text: string, environment: Record<string, string> = {}, inUse = "default") =>
  ourProfiles({ config: configOf(text), environment, flags: {}, inUse })

const sso = `
[profile sso]
sso_session = corp

[profile ec2]
role_arn = arn:aws:iam::210987654321:role/x
credential_source = Ec2InstanceMetadata
`

describe("our profiles", () => {
  it("are those with an item or with a line of ours, and the roles over them, in file order", () => {
    const found = of(`${sso}${admin}${base}${deploy}`)
    const borrowed = Object.fromEntries(found.map((one) => [one.name, one.borrowed]))
    assert.deepStrictEqual(Object.entries(borrowed), [["admin", true], ["base", false], ["deploy", true]])
  })

  it("are there with what is wrong with them", () => {
    const [broken] = of("[profile broken]\nop_vault = Private\nop_item = AWS\nop_duration = 99h\n")
    assert.match(broken?.chain instanceof Failure ? broken.chain.message : "", /99h/)
  })

  it("have the one in use among them where flags and environment say all that it takes", () => {
    const environment = { OP_AWS_VAULT: "V", OP_AWS_ITEM: "I" }
    assert.deepStrictEqual(of(sso, environment).map(({ name }) => name), ["default"])
    assert.deepStrictEqual(of(sso).map(({ name }) => name), [])
  })
})

describe("the places where sessions are", () => {
  it("are files, and the keychain where somebody asks for that", () => {
    const inKeychain = base.replace("--op-item AWS", "--op-item AWS --cache keyring")
    assert.deepStrictEqual(placesInUse(of(base), "file"), ["file"])
    assert.deepStrictEqual(placesInUse(of(base), "keyring"), ["file", "keyring"])
    const both = of(`${base}${inKeychain.replace("base", "other")}`)
    assert.deepStrictEqual(placesInUse(both, "file"), ["file", "keyring"])
  })
})

import { assert, describe, it } from "@effect/vitest"
import { exportedProfile, opLine } from "../../src/setup/OtherLines.ts"

const said = (line: string) => {
  const found = opLine(line)
  return found === undefined ? undefined : Object.fromEntries(found)
}

describe("a line in which a shell asks op for a key", () => {
  const item = { op_vault: "Private", op_item: "AWS key" }
  const fields = { op_access_key_id_field: "access key id", op_secret_access_key_field: "secret access key" }

  it.each([
    `sh -c "op item get 'AWS key' --vault Private --fields label='access key id',label='secret access key' --format json | jq '{Version: 1}'"`,
    `sh -c 'op item get "AWS key" --vault Private --fields "label=access key id,label=secret access key" --format json | jq -c "{Version: 1}"'`,
    `/bin/bash -c "op item get \\"AWS key\\" --vault=Private --fields=\\"label=access key id\\",\\"label=secret access key\\" --format=json | jq ."`,
    `sh -c "op item get --vault Private --format json --fields 'access key id,secret access key' 'AWS key' | jq -r 'map({(.label): .value})'"`,
    `sh -c "printf '%s' \\"$(op read 'op://Private/AWS key/access key id')\\" \\"$(op read 'op://Private/AWS key/secret access key')\\""`
  ])("names item and fields: %s", (line) => assert.deepStrictEqual(said(line), { ...item, ...fields }))

  it("is none where a name in it could not stand in the config", () => {
    assert.isUndefined(opLine("sh -c \"op item get 'A\rWS' --vault Private --fields label=a,label=b --format json | jq .\""))
    assert.isUndefined(opLine("sh -c \"op item get AWS --vault ' Private' --fields label=a,label=b --format json | jq .\""))
  })

  it("may name the account, and no fields", () => {
    assert.deepStrictEqual(said(`sh -c "/usr/local/bin/op --account my.1password.com item get AWS --vault Work --format json | jq ."`), {
      op_account: "my.1password.com",
      op_vault: "Work",
      op_item: "AWS"
    })
  })

  it("keeps the command that gets its code from another item, and none that gets it from the same", () => {
    const key = "op item get AWS --vault Private --fields label=access_key,label=secret_key --format json"
    assert.strictEqual(
      said(`sh -c "CODE=$(op item get 'AWS login' --vault Private --otp); ${key} | jq ."`)?.["mfa_process"],
      "op item get 'AWS login' --vault Private --otp"
    )
    assert.isUndefined(said(`sh -c "CODE=$(op item get AWS --vault Private --otp); ${key} | jq ."`)?.["mfa_process"])
  })

  it.each([
    "aws-vault exec dev --json",
    "/opt/helper op --item X",
    "sh -c 'op read op://A/B/id; op read op://A/C/secret'",
    "sh -c \"op item get \\\"$1\\\" --format json\"",
    "sh -c 'cat key.json'",
    "op vault list"
  ])("is no other line: %s", (line) => assert.isUndefined(said(line)))
})

describe("a line that exports another profile's credentials", () => {
  it("names that profile", () => {
    const words = ["/usr/bin/aws", "configure", "export-credentials"]
    assert.strictEqual(exportedProfile([...words, "--profile", "base", "--format", "process"]), "base")
    assert.strictEqual(exportedProfile([...words, "--format", "process", "--profile=base"]), "base")
    assert.strictEqual(exportedProfile(words), "default")
    assert.isUndefined(exportedProfile(["aws", "configure", "list"]))
  })
})

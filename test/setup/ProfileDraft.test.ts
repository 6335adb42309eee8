import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Schema } from "effect"
import { type AwsConfig, parseAwsConfig } from "../../src/domain/aws-config/AwsConfig.ts"
import { type PresentProfile, presentProfile } from "../../src/setup/PresentProfile.ts"
import { type ProfileChoices, profileEdit } from "../../src/setup/ProfileDraft.ts"

const configOf = (text: string): AwsConfig =>
  parseAwsConfig({ config: { path: "config", text }, credentials: { path: "credentials", text: "" } })

const present = (keys: Readonly<Record<string, string>>): PresentProfile => {
  const text = ["[profile dev]", ...Object.entries(keys).map((entry) => entry.join(" = "))].join("\n")
  const found = presentProfile(configOf(text), "dev")
  return found instanceof Error ? assert.fail(found.message) : found
}

const serial = "arn:aws:iam::123456789012:mfa/me"
const line = "/usr/local/bin/op-aws-credential-process --profile dev"

const choices: ProfileChoices = {
  vault: "fakevault",
  item: "fakeitem",
  account: "FAKEACCOUNT",
  accessKeyIdField: undefined,
  secretAccessKeyField: undefined,
  mfa: { serial },
  region: "eu-central-1",
  cliPath: undefined,
  line,
  codes: undefined,
  given: [],
  moved: []
}

const written = {
  region: "eu-central-1",
  mfa_serial: serial,
  op_account: "FAKEACCOUNT",
  op_vault: "fakevault",
  op_item: "fakeitem",
  credential_process: line
}

describe("what is to be written", () => {
  it("of a new profile is everything, in the order that people read", () => {
    const edit = profileEdit({ kind: "new", name: "dev" }, {
      ...choices,
      accessKeyIdField: "id",
      secretAccessKeyField: "secret",
      cliPath: "/opt/homebrew/bin/op",
      moved: [["op_duration", "8h"]]
    })
    assert.deepStrictEqual(edit.remove, [])
    assert.deepStrictEqual(edit.set.map(([key]) => key), [
      "region",
      "mfa_serial",
      "op_account",
      "op_vault",
      "op_item",
      "op_access_key_id_field",
      "op_secret_access_key_field",
      "op_cli_path",
      "op_duration",
      "credential_process"
    ])
  })

  it("of a profile that says it all is nothing", () => {
    assert.deepStrictEqual(profileEdit(present({ ...written, op_duration: "8h", output: "json" }), choices), {
      set: [],
      remove: []
    })
  })

  it("is what differs, and what is not wanted any more goes", () => {
    const before = { ...written, op_item: "op://Private/AWS", op_access_key_id_field: "old", op_mfa: "none" }
    assert.deepStrictEqual(profileEdit(present(before), { ...choices, mfa: "item" }), {
      set: [["op_item", "fakeitem"]],
      remove: ["mfa_serial", "op_access_key_id_field", "op_mfa"]
    })
  })

  it("goes without MFA where that is chosen, and leaves other sources of codes as they are", () => {
    assert.deepStrictEqual(profileEdit(present(written), { ...choices, mfa: "none" }).set, [["op_mfa", "none"]])
    assert.deepStrictEqual(profileEdit(present({ ...written, op_mfa: "otp" }), choices), { set: [], remove: [] })
  })

  it("takes a line's flags over as keys, except for what is decided here or is there as a key", () => {
    const moved = [["op_item", "AWS"], ["op_duration", "8h"], ["mfa_process", "get-code"]] as const
    const edit = profileEdit(present({ ...written, mfa_process: "own-code" }), { ...choices, moved })
    assert.deepStrictEqual(edit.set, [["op_duration", "8h"]])
    const given = [["op_duration", "9h"], ["mfa_process", "new-code"]] as const
    assert.deepStrictEqual(
      profileEdit(present({ ...written, mfa_process: "own-code" }), { ...choices, moved, given, codes: "process" }).set,
      [["op_mfa", "process"], ["op_duration", "9h"], ["mfa_process", "new-code"]]
    )
  })

  const some = Schema.Literals(["a", "b", "none", "otp"])
  const keys = Arbitrary.schema(Schema.Struct({
    region: Schema.optionalKey(some),
    mfa_serial: Schema.optionalKey(some),
    op_account: Schema.optionalKey(some),
    op_vault: Schema.optionalKey(some),
    op_item: Schema.optionalKey(some),
    op_access_key_id_field: Schema.optionalKey(some),
    op_mfa: Schema.optionalKey(some),
    output: Schema.optionalKey(some)
  }))
  const mfa = Schema.Literals(["item", "none", "serial"])
  it.prop("is nothing the second time", [keys, Arbitrary.schema(mfa)], ([there, mfa]) => {
    const chosen = { ...choices, mfa: mfa === "serial" ? { serial } : mfa }
    const before = present({ x: "y", ...there })
    const edit = profileEdit(before, chosen)
    const after: Record<string, string> = { x: "y", ...there, ...Object.fromEntries(edit.set) }
    for (const key of edit.remove) delete after[key]
    assert.deepStrictEqual(profileEdit(present(after), chosen), { set: [], remove: [] })
    assert.strictEqual(after["output"], there.output)
  })
})

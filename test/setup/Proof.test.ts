import { assert, describe, it } from "@effect/vitest"
import { tagOf } from "../fixtures/OpItems.ts"
import { sectionText, shadowedKey, withProfiles } from "../../src/setup/ProfileDraft.ts"
import { bareEnvironment, proofOf } from "../../src/setup/SetupProof.ts"

const session = JSON.stringify({ Version: 1, AccessKeyId: "ASIAFAKE", Expiration: "2026-11-22T22:00:00Z" })

describe("the environment in which a line is tried", () => {
  it("has the home, the system's PATH and what says where things are, and nothing else of a shell's", () => {
    const bare = bareEnvironment({
      HOME: "/home/me",
      PATH: "/opt/homebrew/bin:/usr/bin",
      AWS_PROFILE: "other",
      AWS_SECRET_ACCESS_KEY: "fake-secret",
      AWS_CONFIG_FILE: "/etc/aws",
      AWS_CA_BUNDLE: "",
      OP_SESSION_my: "fake-token",
      OP_AWS_ITEM: "Other",
      NODE_OPTIONS: "--inspect"
    })
    assert.deepStrictEqual(bare, {
      AWS_CONFIG_FILE: "/etc/aws",
      OP_SESSION_my: "fake-token",
      HOME: "/home/me",
      PATH: "/usr/bin:/bin",
      TERM: "dumb",
      OP_AWS_TIMEOUT: "5m"
    })
  })
})

describe("how a line ended", () => {
  it("is with a session and the time until when it lasts", () => {
    assert.deepStrictEqual(proofOf({ exitCode: 0, stdout: session, stderr: "" }), {
      expiration: Date.parse("2026-11-22T22:00:00Z")
    })
  })

  it("or with the program's own two lines and its exit code", () => {
    const failed = proofOf({ exitCode: 5, stdout: "", stderr: "debug +1 ms: x\nerror: no code\nhint: type one\n" })
    assert.deepInclude(failed, { _tag: "ProofFailed", message: "no code", hint: "type one", exitCode: 5 })
  })

  it("or in some other way, of which there is always something to say", () => {
    const odd = [
      [{ exitCode: 127, stdout: "", stderr: "sh: 1: /x/y: not found\n" }, "sh: 1: /x/y: not found", 127],
      [{ exitCode: 42, stdout: "", stderr: "" }, "the line ended with exit status 42 and said nothing", 2],
      [{ exitCode: undefined, stdout: "", stderr: "" }, "the line was ended by a signal and said nothing", 2],
      [{ exitCode: 0, stdout: "hello", stderr: "" }, "what the line prints is no session", 2],
      [{ exitCode: 0, stdout: "{\"Expiration\":1}", stderr: "" }, "what the line prints is no session", 2]
    ] as const
    for (const [end, message, exitCode] of odd) assert.deepInclude(proofOf(end), { message, exitCode })
  })
})

describe("the file that is to be written", () => {
  const path = "/home/me/.aws/config"
  const text = "# mine\n[profile a]\nregion = x\n\n[profile b]\nregion = y\n"

  it("has the changes of several profiles, and nothing else changed", () => {
    const after = withProfiles({ path, text }, [
      { profile: "b", set: [["region", "z"]], remove: [] },
      { profile: "c", set: [["region", "w"]], remove: [] },
      { profile: "a", set: [], remove: [] }
    ])
    assert.strictEqual(after, "# mine\n[profile a]\nregion = x\n\n[profile b]\nregion = z\n\n[profile c]\nregion = w\n")
    assert.strictEqual(sectionText({ path, text: String(after) }, "b"), "[profile b]\nregion = z\n")
    assert.strictEqual(sectionText({ path, text }, "c"), "")
    const bad = withProfiles({ path, text }, [{ profile: "b", set: [["region", "a\nb"]], remove: [] }])
    assert.strictEqual(tagOf(bad), "ConfigUneditable")
  })

  it("is no use where the credentials file has the last word", () => {
    const credentials = { path: "/home/me/.aws/credentials", text: "[b]\nmfa_serial = old\n" }
    const shadow = (change: object) =>
      shadowedKey({ config: { path, text }, credentials }, [{ profile: "b", set: [], remove: [], ...change }])
    assert.strictEqual(shadow({ set: [["mfa_serial", "new"]] })?._tag, "KeyShadowed")
    assert.match(shadow({ remove: ["mfa_serial"] })?.message ?? "", /credentials:2 has a mfa_serial for profile b/)
    assert.isUndefined(shadow({ set: [["region", "y"]] }))
  })
})

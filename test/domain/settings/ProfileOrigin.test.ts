import { assert, describe, it } from "@effect/vitest"
import { deflateSync } from "node:zlib"
import { profileOrigin } from "../../../src/domain/settings/ProfileOrigin.ts"

/** As direnv packs what it has changed. */
const diff = (next: Record<string, string>): string =>
  deflateSync(JSON.stringify({ p: { AWS_PROFILE: "" }, n: next })).toString("base64")
    .replaceAll("+", "-").replaceAll("/", "_")

describe("where the profile comes from", () => {
  it("is AWS_PROFILE, or [default] where that is unset or empty", () => {
    assert.deepStrictEqual(profileOrigin({ AWS_PROFILE: "dev" }), { profile: "dev", from: "AWS_PROFILE" })
    assert.deepStrictEqual(profileOrigin({ AWS_PROFILE: "" }), { profile: "default", from: "default" })
    assert.deepStrictEqual(profileOrigin({}), { profile: "default", from: "default" })
  })

  it("is the .envrc that direnv has read it from", () => {
    const environment = { AWS_PROFILE: "dev", DIRENV_FILE: "/home/me/.envrc", DIRENV_DIFF: diff({ AWS_PROFILE: "dev" }) }
    assert.deepStrictEqual(profileOrigin(environment), { profile: "dev", from: "AWS_PROFILE", direnv: "/home/me/.envrc" })
  })

  it("is not direnv's where direnv has set another one, or something else, or cannot be understood", () => {
    const unpacked = Buffer.from("{}").toString("base64")
    const others = [diff({ AWS_PROFILE: "old" }), diff({ PATH: "/bin" }), "", "!!!", unpacked]
    for (const DIRENV_DIFF of others) {
      const origin = profileOrigin({ AWS_PROFILE: "dev", DIRENV_FILE: "/home/me/.envrc", DIRENV_DIFF })
      assert.deepStrictEqual(origin, { profile: "dev", from: "AWS_PROFILE" })
    }
  })
})

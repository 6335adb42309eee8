import { assert, describe, it } from "@effect/vitest"
import { Effect, Redacted, Schema } from "effect"
import * as Arbitrary from "effect/Arbitrary"
import { parseAwsConfig } from "../../src/domain/aws-config/AwsConfig.ts"
import { linesWithSecret, removeKey, withoutSecret } from "../../src/import/KeyRemoval.ts"

const id = "AKIAFAKE0000EXAMPLE0"
const secret = "fake-secret-for-tests"
const key = { accessKeyId: id, secretAccessKey: Redacted.make(secret) }

const fromCredentials = (text: string) => removeKey({ path: "/s", text }, key, "credentials")
const fromConfig = (text: string) => removeKey({ path: "/c", text }, key, "config")

describe("removeKey", () => {
  it("takes a key out of every profile of a file, and a profile with nothing else with it", () => {
    assert.strictEqual(
      fromCredentials(
        `# mine\n[a]\naws_access_key_id = ${id}\naws_secret_access_key = ${secret}\n\n[b]\naws_access_key_id=${id}\nregion = x\naws_secret_access_key=${secret}\n[c]\naws_access_key_id = AKIAFAKE0000EXAMPLE1\naws_secret_access_key = fake-other\n`
      ),
      "# mine\n[b]\nregion = x\n[c]\naws_access_key_id = AKIAFAKE0000EXAMPLE1\naws_secret_access_key = fake-other\n"
    )
  })

  it("leaves a profile of the config file, which has other uses", () => {
    assert.strictEqual(
      fromConfig(`[profile a]\r\naws_access_key_id = ${id}\r\naws_secret_access_key = ${secret}\r\nregion = x\r\n`),
      "[profile a]\r\nregion = x\r\n"
    )
  })

  it("takes a half whose other half is in the other file, and leaves an ID that goes with another secret", () => {
    assert.strictEqual(fromConfig(`[profile a]\naws_access_key_id = ${id}\nregion = x\n`), "[profile a]\nregion = x\n")
    assert.strictEqual(fromConfig(`[profile a]\naws_secret_access_key = ${secret}\nregion = x\n`), "[profile a]\nregion = x\n")
    const other = `[profile a]\naws_access_key_id = ${id}\naws_secret_access_key = fake-other\n`
    assert.strictEqual(fromConfig(other), other)
  })

  it("takes lines that are commented out and hold the secret, and no other comment", () => {
    assert.strictEqual(
      fromCredentials(`# old: ${secret}\n[a]\n# kept\nregion = x\n;aws_secret_access_key = ${secret}\naws_secret_access_key = ${secret}\n`),
      "[a]\n# kept\nregion = x\n"
    )
  })

  it("leaves the secret in any other line, and says in which", () => {
    const text = `[a]\ncredential_process = echo ${secret}\naws_secret_access_key = ${secret}\naws_access_key_id = ${id}\n`
    const left = fromCredentials(text)
    assert.strictEqual(left, `[a]\ncredential_process = echo ${secret}\n`)
    assert.deepStrictEqual(linesWithSecret(left as string, key), [2])
    assert.notInclude(withoutSecret(text, key), secret)
  })

  it("changes nothing where a section stands twice", () => {
    const failure = fromCredentials(`[a]\naws_secret_access_key = ${secret}\n[a]\naws_access_key_id = ${id}\n`)
    assert.instanceOf(failure, Error)
    assert.notInclude(`${(failure as Error).message}`, secret)
  })

  const line = Schema.Literals([
    "",
    "# a comment",
    "  ; another",
    "region = eu-west-1",
    "s3 =\n  max = 1",
    `aws_access_key_id = ${id}`,
    `AWS_SECRET_ACCESS_KEY=${secret}`,
    `aws_secret_access_key = ${secret} # mine`,
    "aws_access_key_id = AKIAFAKE0000EXAMPLE1",
    "aws_secret_access_key = fake-other-secret"
  ])
  const sections = Arbitrary.schema(Schema.Array(Schema.Array(line)))

  it.effect.prop("leaves every other line of a file as it is, to the byte", [sections, Arbitrary.schema(Schema.Literals(["\n", "\r\n"])), Arbitrary.schema(Schema.Boolean)], ([all, lineBreak, ended]) =>
    Effect.sync(() => {
      const lines = all.flatMap((own, index) => [`[p${index}]`, ...own.flatMap((one) => one.split("\n"))])
      const text = lines.join(lineBreak) + (ended && lines.length > 0 ? lineBreak : "")
      const after = removeKey({ path: "/s", text }, key, "credentials")
      // A key twice in a section, which nobody reads alike, is not touched.
      if (after instanceof Error) return
      const parts = (of: string) => of === "" ? [] : of.split(lineBreak)
      const remaining = parts(after)
      const original = parts(text)
      // What is left is there in the same order, and only the key's lines and emptied sections are gone.
      let at = 0
      const gone: Array<string> = []
      for (const one of original) {
        if (one === remaining[at]) at++
        else gone.push(one)
      }
      assert.strictEqual(at, remaining.length)
      for (const one of gone) assert.match(one, /^(?:aws_|AWS_|\[p\d+\]|\s*$)/)
      assert.notMatch(gone.join("\n"), /EXAMPLE1|fake-other/)
      const config = parseAwsConfig({ config: { path: "", text: "" }, credentials: { path: "/s", text: after } })
      for (const name of config.profileNames()) {
        const profile = config.profile(name)
        if (profile === undefined || profile instanceof Error) continue
        assert.notStrictEqual(profile.values.get("aws_secret_access_key"), secret)
      }
    }), { arbitrary: { runs: 300 } })
})

import { assert, describe, it } from "@effect/vitest"
import { Effect, Redacted, Schema } from "effect"
import * as Arbitrary from "effect/Arbitrary"
import { plaintextKeys, profilesOf, variablesOf } from "../../../src/domain/aws-config/PlaintextKeys.ts"

const id = "AKIAFAKE0000EXAMPLE0"
const other = "AKIAFAKE0000EXAMPLE1"
const secret = "fake-secret-for-tests"
const another = "fake-other-secret-for-tests"

const find = (texts: { config?: string; credentials?: string }, environment: Record<string, string> = {}) =>
  plaintextKeys({
    config: { path: "/c", text: texts.config ?? "" },
    credentials: { path: "/s", text: texts.credentials ?? "" }
  }, environment)

const keyOf = (accessKeyId: string, value: string) => `aws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${value}\n`

const shown = (found: ReturnType<typeof find>) =>
  found.keys.map(({ accessKeyId, secretAccessKey, places: _, ...rest }) => ({
    key: `${accessKeyId} ${Redacted.value(secretAccessKey)}`,
    ...rest
  }))

describe("plaintextKeys", () => {
  it("finds keys of both files, with what stands beside them", () => {
    const found = find({
      config: `[default]\nregion = eu-west-1\n[profile dev]\n${keyOf(other, another)}`,
      credentials: `[default]\n${keyOf(id, secret)}mfa_serial = arn:aws:iam::123456789012:mfa/me\n`
    })
    assert.deepStrictEqual(shown(found), [
      { key: `${id} ${secret}`, region: "eu-west-1", mfaSerial: "arn:aws:iam::123456789012:mfa/me" },
      { key: `${other} ${another}` }
    ])
    assert.deepStrictEqual(found.passedOver, [])
  })

  it("puts halves in two files together, as the clients do", () => {
    const found = find({
      config: `[profile dev]\naws_access_key_id = ${id}\n`,
      credentials: `[dev]\naws_secret_access_key = ${secret}\n`
    })
    assert.deepStrictEqual(shown(found), [{ key: `${id} ${secret}` }])
  })

  it("finds both keys of a profile that has one in each file", () => {
    const found = find({
      config: `[profile dev]\n${keyOf(other, another)}`,
      credentials: `[dev]\n${keyOf(id, secret)}`
    })
    assert.deepStrictEqual(shown(found).map(({ key }) => key), [`${id} ${secret}`, `${other} ${another}`])
  })

  it("takes one key under several profiles and in the environment for one", () => {
    const found = find(
      {
        config: `[profile b]\n${keyOf(id, secret)}region = eu-west-1\n`,
        credentials: `[a]\n${keyOf(id, secret)}[b]\n${keyOf(id, secret)}`
      },
      { AWS_ACCESS_KEY_ID: ` ${id}`, AWS_SECRET_ACCESS_KEY: `${secret}\n` }
    )
    const [key, ...more] = found.keys
    assert.deepStrictEqual(more, [])
    assert.deepStrictEqual(profilesOf(key!), ["a", "b"])
    assert.deepStrictEqual(variablesOf(key!), ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"])
    assert.strictEqual(key?.region, "eu-west-1")
  })

  it("says nothing of a region on which profiles with the same key disagree", () => {
    const found = find({
      credentials: `[a]\nregion = eu-west-1\n${keyOf(id, secret)}[b]\nregion = eu-west-2\n${keyOf(id, secret)}`
    })
    assert.isUndefined(found.keys[0]?.region)
  })

  it.each([
    ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"],
    ["AMAZON_ACCESS_KEY_ID", "AMAZON_SECRET_ACCESS_KEY"],
    ["AWS_ACCESS_KEY", "AWS_SECRET_KEY"],
    ["AWS_ACCESS_KEY", "AWS_ACCESS_SECRET"]
  ])("finds a key in %s and %s", (idVariable, secretVariable) => {
    const found = find({}, { [idVariable]: id, [secretVariable]: secret, AWS_DEFAULT_REGION: "eu-west-1" })
    assert.deepStrictEqual(shown(found), [{ key: `${id} ${secret}`, region: "eu-west-1" }])
    assert.deepStrictEqual(variablesOf(found.keys[0]!), [idVariable, secretVariable])
  })

  it("takes the device from the roles above, where they agree", () => {
    const role = (name: string, serial: string) =>
      `[profile ${name}]\nrole_arn = arn:aws:iam::123456789012:role/x\nsource_profile = dev\nmfa_serial = ${serial}\n`
    const credentials = `[dev]\n${keyOf(id, secret)}`
    const serial = "arn:aws:iam::123456789012:mfa/me"
    assert.strictEqual(find({ config: role("a", serial) + role("b", serial), credentials }).keys[0]?.mfaSerial, serial)
    assert.isUndefined(find({ config: role("a", serial) + role("b", `${serial}2`), credentials }).keys[0]?.mfaSerial)
  })

  it("tells temporary keys apart, by their token in either file and by their ID", () => {
    const found = find({
      config: "[profile b]\naws_session_token = fake-token\n",
      credentials: [
        `[a]\n${keyOf(id, secret)}aws_session_token = fake-token\n`,
        `[b]\n${keyOf(id, secret)}`,
        `[c]\n${keyOf("ASIAFAKE0000EXAMPLE0", secret)}`
      ].join("")
    }, { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret, AWS_SECURITY_TOKEN: "fake-token" })
    assert.deepStrictEqual(found.keys, [])
    assert.deepStrictEqual(found.passedOver.map(({ temporary }) => temporary), [true, true, true, true])
  })

  it("says what is wrong with halves, malformed keys and lines that cannot be read", () => {
    const found = find({
      credentials: [
        `[a]\naws_access_key_id = ${id}\n`,
        `[b]\naws_secret_access_key = ${secret}\n`,
        `[c]\n${keyOf("AIDAFAKE0000EXAMPLE0", secret)}`,
        `[d]\naws_access_key_id: ${id}\naws_secret_access_key: ${secret}\n`
      ].join("")
    })
    assert.deepStrictEqual(found.keys, [])
    const reasons = found.passedOver.map(({ why }) => why)
    assert.match(reasons[0]!, /ID without its secret/)
    assert.match(reasons[1]!, /secret access key without its ID/)
    assert.match(reasons[2]!, /^this is the ID of a user\. The ID of an access key begins with AKIA$/)
    assert.match(reasons[3]!, /\/s.*:/)
    assert.isFalse(reasons.join().includes(secret))
  })

  it("reads values as the clients do, comments behind them left out", () => {
    const found = find({ credentials: `\uFEFF[a] # c\r\naws_access_key_id=${id} # old\r\nAWS_SECRET_ACCESS_KEY = ${secret} ; x\r\n` })
    assert.deepStrictEqual(shown(found), [{ key: `${id} ${secret}` }])
  })

  it("prints no secret", () => {
    const found = find({ credentials: `[a]\n${keyOf(id, secret)}[b]\n${keyOf("x", secret)}` })
    assert.notInclude(JSON.stringify(found), secret)
  })

  const profiles = Arbitrary.schema(Schema.Array(Schema.Struct({
    name: Schema.Literals(["a", "b", "c", "default"]),
    place: Schema.Literals(["config", "credentials"]),
    key: Schema.Literals([0, 1, 2])
  })))

  it.effect.prop("finds every key once, whatever stands where", [profiles], ([all]) =>
    Effect.sync(() => {
      // One section of a name in a file: the last one put there.
      const put = { config: new Map<string, number>(), credentials: new Map<string, number>() }
      for (const { key, name, place } of all) put[place].set(name, key)
      const keyNumber = (number: number) => keyOf(`AKIAFAKE0000EXAMPLE${number}`, `${secret}-${number}`)
      const print = (file: "config" | "credentials") =>
        [...put[file]].map(([name, key]) =>
          `[${file === "credentials" || name === "default" ? name : `profile ${name}`}]\n${keyNumber(key)}`
        ).join("")
      const found = find({ config: print("config"), credentials: print("credentials") })
      const expected = new Set([...put.config.values(), ...put.credentials.values()])
      assert.deepStrictEqual(
        found.keys.map(({ accessKeyId }) => Number(accessKeyId.at(-1))).sort(),
        [...expected].sort()
      )
      for (const one of found.keys) {
        const number = Number(one.accessKeyId.at(-1))
        const names = [...put.config, ...put.credentials].flatMap(([name, key]) => key === number ? [name] : [])
        assert.sameMembers([...profilesOf(one)], [...new Set(names)])
      }
    }))
})

import { assert, describe, it } from "@effect/vitest"
import { readCalls } from "../../simulator/op/install.ts"
import { account, awsItem, item, type OpItem, type OpState, updateState, vault } from "../../simulator/op/State.ts"
import { totp } from "../../simulator/Totp.ts"
import { get, message, useOp as use } from "./RunOp.ts"

const withItems = (...items: Array<OpItem>): Partial<OpState> => ({
  accounts: [account({ vaults: [vault({ items })] })]
})

describe("the stand-in for op: what it prints", () => {
  it("prints an item with the members in op's order and no value for an empty field", async () => {
    const op = use(withItems(awsItem({ seed: "FAKESEEDFAKESEED", section: "" })))
    const { status, stdout } = await op.run(get)
    const printed = JSON.parse(stdout)
    assert.strictEqual(status, 0)
    assert.strictEqual(stdout, `${JSON.stringify(printed, null, 2)}\n`)
    assert.deepStrictEqual(Object.keys(printed), [
      "id",
      "title",
      "version",
      "vault",
      "category",
      "last_edited_by",
      "created_at",
      "updated_at",
      "sections",
      "fields"
    ])
    const [notes, , secret, otp] = printed.fields
    assert.notProperty(notes, "value")
    assert.deepStrictEqual(Object.keys(secret), ["id", "section", "type", "label", "value", "reference"])
    assert.deepStrictEqual(Object.keys(otp), ["id", "section", "type", "label", "value", "totp", "reference"])
    assert.strictEqual(otp.reference, "op://Private/AWS/add more/one-time password")
  })

  it("prints an object for one field and an array for several", async () => {
    const op = use()
    const fields = async (selectors: string) => {
      const { stdout } = await op.run([...get, "--fields", selectors])
      return JSON.parse(stdout)
    }
    assert.strictEqual((await fields("label=secret access key")).value, "fake-secret-for-tests")
    assert.strictEqual((await fields("type=concealed")).label, "Secret access key")
    assert.deepStrictEqual(
      (await fields("label=Secret access key,label=Access key ID")).map(({ label }: { label: string }) => label),
      ["Access key ID", "Secret access key"]
    )
  })

  it("conceals values for people unless they ask, since 2.30", async () => {
    const op = use()
    const human = ["item", "get", "AWS", "--fields", "Secret access key"]
    const concealed = await op.run(human)
    assert.match(concealed.stdout, /^\[use 'op item get [a-z2-7]{26} --reveal' to reveal\]\n$/)
    assert.strictEqual((await op.run([...human, "--reveal"])).stdout, "fake-secret-for-tests\n")
    updateState(op.state, () => ({ version: "2.29.0" }))
    assert.strictEqual((await op.run(human)).stdout, "fake-secret-for-tests\n")
    assert.strictEqual(message((await op.run([...human, "--reveal"])).stderr), "unknown flag: --reveal")
  })

  it("computes codes by its own clock", async () => {
    const op = use({ ...withItems(awsItem({ seed: "FAKESEEDFAKESEED" })), clock_offset_ms: 86_400_000 })
    const { stdout } = await op.run(["item", "get", "AWS", "--otp"])
    const [call] = readCalls(op.state)
    assert.isDefined(call)
    assert.isAbove(call.at, call.time + 86_000_000)
    const near = [call.at, call.at + 30_000].map((time) => `${totp("FAKESEEDFAKESEED", time)}\n`)
    assert.include(near, stdout)
    updateState(op.state, () => withItems(awsItem()))
    assert.strictEqual(
      message((await op.run(["item", "get", "AWS", "--otp"])).stderr),
      `"AWS" doesn't have a one-time password.`
    )
  })

  it("reads references without regard to case", async () => {
    const op = use(withItems(awsItem({ section: "Keys" })))
    const read = async (...argv: Array<string>) => (await op.run(["read", ...argv])).stdout
    assert.strictEqual(await read("op://private/aws/keys/access key id", "-n"), "AKIAFAKE0000EXAMPLE0")
    assert.strictEqual(await read("op://Private/AWS/fakekeyid?attribute=type"), "STRING\n")
  })

  it("bends its output as told", async () => {
    const op = use({ crlf: true, bom: true, warn: "a warning", stderr_bytes: 200_000 })
    const loud = await op.run(["--version"])
    assert.strictEqual(loud.stdout, "\uFEFF2.34.1\r\n")
    assert.isAbove(loud.stderr.length, 200_000)
    assert.match(loud.stderr, /\na warning\r\n$/)
  })
})

describe("the stand-in for op: what it refuses", () => {
  const wrong: ReadonlyArray<readonly [string, ReadonlyArray<string>, string]> = [
    ["a flag that no command has", ["item", "get", "AWS", "--nope=1"], "unknown flag: --nope"],
    ["another command's flag", ["vault", "list", "--otp"], "unknown flag: --otp"],
    ["a command it does not know", ["frobnicate"], 'unknown command "frobnicate" for "op"'],
    ["a flag without its value", ["item", "get", "AWS", "--vault"], "flag needs an argument: --vault"],
    [
      "a bare quote in --fields",
      ["item", "get", "AWS", "--fields", 'label=a"b'],
      'invalid argument "label=a\\"b" for "--fields" flag: parse error on line 1, column 8: bare " in non-quoted-field'
    ],
    [
      "an item that is not in the vault",
      ["item", "get", "Nope", "--vault", "Private"],
      `"Nope" isn't an item in the "Private" vault. Specify the item with its UUID, name, or domain.`
    ],
    [
      "an item that is nowhere",
      ["--format=json", "item", "get", "Nope"],
      `"Nope" isn't an item. Specify the item with its UUID, name, or domain.`
    ],
    [
      "a vault",
      ["item", "get", "AWS", "--vault", "Nope"],
      `"Nope" isn't a vault in this account. Specify the vault with its ID or name.`
    ],
    ["a field", ["item", "get", "AWS", "--fields", "label=token"], `"token" isn't a field in the "AWS" item`],
    [
      "a reference's field",
      ["read", "op://Private/AWS/f"],
      "could not read secret 'op://Private/AWS/f': item 'Private/AWS' does not have a field 'f'"
    ],
    [
      "a reference with a parenthesis",
      ["read", "op://Private/AWS(x)/f"],
      "could not read secret 'op://Private/AWS(x)/f': invalid secret reference 'op://Private/AWS(x)/f': " +
      "invalid character in secret reference: '('"
    ]
  ]
  it.each(wrong)("%s", async (_, argv, text) => {
    const { status, stderr, stdout } = await use().run(argv)
    assert.deepStrictEqual({ status, stdout, text: message(stderr) }, { status: 1, stdout: "", text })
  })

  it("two items of one title, over several lines", async () => {
    const op = use(withItems(awsItem(), awsItem({ id: "another" })))
    assert.strictEqual(
      message((await op.run(get)).stderr),
      'More than one item matches "AWS". Try again and specify the item by its ID: \n' +
        '\t* for the item "AWS" in vault Private: fakeawsitemaaaaaaaaaaaaaaa\n' +
        '\t* for the item "AWS" in vault Private: another'
    )
    assert.strictEqual((await op.run(["item", "get", "another"])).status, 0)
  })

  it("an archived item unless it is asked for", async () => {
    const op = use(withItems(item({ title: "AWS", state: "ARCHIVED" })))
    assert.strictEqual((await op.run(get)).status, 1)
    assert.strictEqual(JSON.parse((await op.run([...get, "--include-archive"])).stdout).state, "ARCHIVED")
  })

  it("what a fault says, at the calls that it names", async () => {
    const op = use({
      faults: [
        { fault: "app-deadline", command: "item get", call: 1 },
        { fault: "silent", command: "item get", call: 2 },
        { fault: "panic", command: "item get", call: 3 },
        { fault: "killed", command: "item get", call: 4 },
        { fault: "empty", command: "item get", call: 5 },
        { fault: "truncated", command: "item get", call: 6 }
      ]
    })
    assert.strictEqual((await op.run(["--version"])).status, 0)
    const first = await op.run(get)
    assert.strictEqual(message(first.stderr), "error initializing client: read: context deadline exceeded")
    assert.deepInclude(await op.run(get), { status: 1, stderr: "" })
    const panic = await op.run(get)
    assert.strictEqual(panic.status, 2)
    assert.match(panic.stderr, /^panic: runtime error:/)
    assert.deepInclude(await op.run(get), { status: null, signal: "SIGKILL" })
    assert.deepInclude(await op.run(get), { status: 0, stdout: "" })
    const broken = await op.run(get)
    assert.strictEqual(broken.status, 0)
    assert.throws(() => JSON.parse(broken.stdout))
    assert.strictEqual((await op.run(get)).status, 0)
    assert.deepStrictEqual(readCalls(op.state).map(({ exit }) => exit), [0, 1, 1, 2, null, 0, 0, 0])
  })
})

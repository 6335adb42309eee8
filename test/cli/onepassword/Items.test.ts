import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { join } from "node:path"
import { account, awsItem, fakeId, item, type OpField, type OpItem, vault } from "../../../simulator/op/State.ts"
import { defaultSerial, stsUser } from "../../../simulator/sts/StsState.ts"
import { script } from "../../fixtures/Programs.ts"
import { binary, type Home, installed, makeHome, profile } from "../Program.ts"

const key = "AKIAFAKE0000EXAMPLE0"
const secret = "fake-secret-for-tests"
const seed = "FAKESEEDFAKESEED"

const hold = (home: Home, ...items: ReadonlyArray<OpItem>): void =>
  home.changeOp(() => ({ accounts: [account({ vaults: [vault({ items: [...items] })] })] }))

const fields = (...all: ReadonlyArray<Partial<OpField>>): OpItem => item({ id: fakeId("awsitem"), title: "AWS", fields: [...all] })

const call = (home: Home, ...args: ReadonlyArray<string>) =>
  Effect.flatMap(home.run(["--profile", "dev", "--refresh", ...args], { place: "elsewhere" }), ({ exit }) => exit)

/** A session without MFA, which shows that both halves of the key were found. */
const isServed = (home: Home, what: string, ...args: ReadonlyArray<string>) =>
  Effect.gen(function*() {
    const before = home.sts.count()
    const { code, stderr, stdout } = yield* call(home, "--mfa", "none", ...args)
    assert.deepStrictEqual({ what, code, stderr }, { what, code: 0, stderr: "" })
    assert.match(stdout, /^\{"Version":1,/)
    assert.strictEqual(home.sts.requests[before]?.accessKeyId, key, what)
  })

const isRefused = (home: Home, ...args: ReadonlyArray<string>) =>
  Effect.map(call(home, "--mfa", "none", ...args), ({ code, stderr, stdout }) => {
    assert.deepStrictEqual({ code, stdout }, { code: 4, stdout: "" })
    assert.strictEqual(stderr.split("\n").length, 3)
    return stderr
  })

const naming = (id: string, secretKey: string): ReadonlyArray<string> => [
  "--op-access-key-id-field",
  id,
  "--op-secret-access-key-field",
  secretKey
]

describe("an item", () => {
  it.live("has its fields found by label in any case, in a section, or by id", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact: binary })
      const usual: ReadonlyArray<readonly [string, OpItem]> = [
        ["in lower case", awsItem({ labels: { accessKeyId: "access key id", secretAccessKey: "secret access key" } })],
        ["in capitals", awsItem({ labels: { accessKeyId: "ACCESS KEY ID", secretAccessKey: "SECRET ACCESS KEY" } })],
        ["with spaces around", awsItem({ labels: { accessKeyId: " Access key ID", secretAccessKey: "secret access key " } })],
        ["in a section", awsItem({ section: "Keys" })],
        ["in the app's nameless section", awsItem({ section: "" })],
        ["in a login", awsItem({ category: "LOGIN" })],
        ["with what pasting leaves", awsItem({ accessKeyId: ` ${key}\n`, secretAccessKey: `${secret}\n` })]
      ]
      for (const [what, found] of usual) {
        hold(home, found)
        yield* isServed(home, what)
      }
      hold(home, awsItem({ section: "Keys", labels: { accessKeyId: "one", secretAccessKey: "two" } }))
      yield* isServed(home, "by label", ...naming("ONE", " two"))
      yield* isServed(home, "by section and label", ...naming("Keys.one", "keys.two"))
      yield* isServed(home, "by id", ...naming("fakekeyid", "fakesecret"))
    }))

  it.live("may have any label: commas, quotes, equals signs, dots, other alphabets", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact: binary })
      for (const label of ["a, b", "say \"key\"", "key='1'", "v1.2 key", "Clé d'accès", "アクセスキー 🔑", "label=x,type=y", "--flag"]) {
        hold(home, awsItem({ labels: { accessKeyId: label, secretAccessKey: `${label}!` } }))
        yield* isServed(home, label, `--op-access-key-id-field=${label}`, `--op-secret-access-key-field=${label}!`)
        home.configure({ dev: profile({ op_access_key_id_field: label, op_secret_access_key_field: `${label}!` }) })
        yield* isServed(home, `${label}, from the profile`)
        home.configure({ dev: profile() })
      }
      // Composed one way in 1Password and the other way on the command line.
      hold(home, awsItem({ labels: { accessKeyId: "clé".normalize("NFD") } }))
      yield* isServed(home, "unicode composed otherwise", "--op-access-key-id-field", "clé".normalize("NFC"))
    }))

  it.live("with two fields of a name is not guessed at, and the hint names each", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact: binary })
      const sections = [{ id: "s1", label: "Old" }, { id: "s2", label: "New" }]
      const twice = fields(
        { id: "k1", section: "s1", label: "Access key ID", value: "AKIAFAKE0000ANOTHER0" },
        { id: "k2", section: "s2", label: "Access key ID", value: key },
        { id: "p1", section: "s1", label: "Secret access key", type: "CONCEALED", value: "another" },
        { id: "p2", section: "s2", label: "Secret access key", type: "CONCEALED", value: secret }
      )
      hold(home, { ...twice, sections })
      const said = yield* isRefused(home)
      assert.match(said, /^error: the item "AWS" has 2 fields "Access key ID"\nhint: .*--op-access-key-id-field: /)
      assert.match(said, /: Old\.Access key ID, New\.Access key ID\n$/)
      yield* isServed(home, "by section", ...naming("New.Access key ID", "new.secret access key"))
      yield* isServed(home, "by id", ...naming("k2", "p2"))
      hold(home, { ...twice, sections: [sections[0]!, { id: "s2", label: "Old" }] })
      assert.match(yield* isRefused(home), /: s1\.Access key ID, s2\.Access key ID\n$/)
      yield* isServed(home, "by a section's id", ...naming("s2.Access key ID", "s2.Secret access key"))
    }))

  it.live("that lacks something says what it has, and never what is in it", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact: binary })
      const id = { label: "Access key ID", value: key }
      const password = { label: "Secret access key", type: "CONCEALED", value: secret }
      const cases: ReadonlyArray<readonly [OpItem, RegExp]> = [
        [
          fields(id, { label: "password", value: secret }),
          /no field "Secret access key"\nhint: its fields are: Access key ID, password; name one with op_secret_access_key_field or --op-secret-access-key-field/
        ],
        [fields(id, { label: "Secret access key" }), /the field "Secret access key" of the item "AWS" is empty\nhint: fill it/],
        [fields(id, { ...password, value: "  " }), /is empty/],
        [
          fields({ ...id, value: secret }, { ...password, value: key }),
          /the field "Access key ID" of the item "AWS" does not hold an AWS access key ID\nhint: .*not exchanged/
        ],
        [fields(id, { ...password, value: "two words" }), /does not hold an AWS secret access key/],
        [fields(), /has no field "Access key ID"\nhint: the item has no fields at all/]
      ]
      for (const [found, said] of cases) {
        hold(home, found)
        const stderr = yield* isRefused(home)
        assert.match(stderr, said)
        for (const value of [secret, key]) assert.notInclude(stderr, value)
      }
      hold(home, fields(id, password))
      home.changeOp(() => ({ placeholder: true }))
      assert.match(yield* isRefused(home), /op did not reveal the field "Secret access key"/)
      assert.strictEqual(home.sts.count(), 0)
    }))

  it.live("is named by name, by id, or by reference, whatever its title holds", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact: binary })
      const odd = "AWS, \"prod\" (é) = 1"
      hold(home, awsItem(), awsItem({ id: fakeId("odd"), title: odd }), awsItem({ id: fakeId("dash"), title: "-dash" }))
      yield* isServed(home, "an odd title", "--op-item", odd)
      yield* isServed(home, "a title like a flag", "--op-item=-dash")
      yield* isServed(home, "ids", "--op-vault", fakeId("vault"), "--op-item", fakeId("odd"))
      yield* isServed(home, "a reference", "--op-item", `op://Private/${odd}`)
      yield* isServed(home, "a reference of ids", "--op-item", `op://${fakeId("vault")}/${fakeId("odd")}`)
      home.configure({ dev: { region: "eu-central-1", op_item: "op://Private/AWS", mfa_serial: defaultSerial } })
      yield* isServed(home, "a reference in the profile")
      assert.deepStrictEqual(home.opCalls().at(-1)?.argv.slice(0, 5), ["item", "get", "AWS", "--vault", "Private"])
      const disagreeing = yield* call(home, "--op-vault", "Work", "--op-item", "op://Private/AWS")
      assert.deepInclude(disagreeing, { code: 2, stdout: "" })
      assert.match(disagreeing.stderr, /--op-item names the vault "Private" and --op-vault names "Work"/)
      const withField = yield* call(home, "--op-item", "op://Private/AWS/Secret access key")
      assert.deepInclude(withField, { code: 2, stdout: "" })
    }))

  it.live("whose title is not the only one of its kind is asked for by id", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact: binary })
      const [one, other] = [fakeId("one"), fakeId("other")]
      hold(home, awsItem({ id: one }), awsItem({ id: other }))
      const said = yield* isRefused(home)
      assert.match(said, /^error: several items are called "AWS" in the vault "Private"\n/)
      assert.include(said, `${one}, ${other}`)
      yield* isServed(home, "by id", "--op-item", other)
    }))

  it.live("is read from a whole item, from an array of fields and from one lone field", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact: binary })
      const op = (name: string, json: unknown) => script(join(home.path, name), `printf '%s' '${JSON.stringify(json)}'`)
      const id = { id: "a", type: "STRING", label: "Access key ID", value: key }
      const password = { id: "b", type: "CONCEALED", label: "Secret access key", value: secret }
      yield* isServed(home, "an array", "--op-cli-path", op("array", [password, id]))
      const lone = yield* isRefused(home, "--op-cli-path", op("lone", id))
      assert.match(lone, /^error: the item has no field "Secret access key"\nhint: its fields are: Access key ID;/)
    }))
})

describe.each(installed)("what an item says besides its key, for $name", (artifact) => {
  const device = "arn:aws:iam::123456789012:mfa/of-the-item"
  const known = { users: { [key]: stsUser({ mfa: { [device]: seed, [defaultSerial]: seed } }) } }

  it.live("counts where the profile says nothing: region and MFA device, and the session is found again", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact, sts: known, item: { seed, mfaSerial: device, region: "ap-south-1" } })
      home.configure({ dev: { op_vault: "Private", op_item: "AWS" } })
      const first = yield* home.run(["--profile", "dev"])
      assert.deepInclude(yield* first.exit, { code: 0, stderr: "" })
      const [request] = home.sts.requests
      assert.strictEqual(request?.region, "ap-south-1")
      assert.strictEqual(request?.params["SerialNumber"], device)
      // A region that some other work has left in the environment says nothing about whose session it is.
      const again = yield* home.run(["--profile", "dev"], { env: { AWS_REGION: "cn-north-1" } })
      assert.deepInclude(yield* again.exit, { code: 0, stderr: "" })
      assert.strictEqual(home.sts.count(), 1)
      assert.deepStrictEqual(home.terminal.screen, [])
    }))

  it.live("is held against the profile's own words, which count, and the person hears of it on the terminal alone", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact, sts: known, item: { seed, mfaSerial: device, region: "ap-south-1" } })
      const run = yield* home.run(["--profile", "dev"], { env: { AWS_REGION: "eu-west-1" } })
      assert.deepInclude(yield* run.exit, { code: 0, stderr: "" })
      const [request] = home.sts.requests
      assert.deepStrictEqual([request?.region, request?.params["SerialNumber"]], ["eu-west-1", defaultSerial])
      const shown = home.terminal.written.replaceAll(/\s+/g, " ")
      assert.include(shown, `warning: the MFA device of profile "dev" is ${defaultSerial}, and the item says ${device}`)
      assert.include(shown, "warning: the region of profile \"dev\" is eu-central-1, and the item says ap-south-1")
    }))

  it.live("has to be right only where it is needed", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact, sts: known, item: { seed, mfaSerial: "no serial", region: "no/region" } })
      const unneeded = yield* home.run(["--profile", "dev"])
      assert.deepInclude(yield* unneeded.exit, { code: 0, stderr: "" })
      home.configure({ dev: { op_vault: "Private", op_item: "AWS", region: "eu-central-1" } })
      const serial = yield* home.run(["--profile", "dev"])
      const refusedSerial = yield* serial.exit
      assert.deepInclude(refusedSerial, { code: 4, stdout: "" })
      assert.match(refusedSerial.stderr, /the field "mfa serial" of the item "AWS" does not hold the serial of an MFA device/)
      home.configure({ dev: { op_vault: "Private", op_item: "AWS", mfa_serial: device } })
      const region = yield* home.run(["--profile", "dev"])
      const refusedRegion = yield* region.exit
      assert.deepInclude(refusedRegion, { code: 4, stdout: "" })
      assert.match(refusedRegion.stderr, /the field "default region" of the item "AWS" does not hold the name of an AWS region/)
    }))

  it.live("is missed where nothing says which MFA device it is", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact, item: { seed } })
      home.configure({ dev: { op_vault: "Private", op_item: "AWS" } })
      const run = yield* home.run(["--profile", "dev"])
      const { code, stderr } = yield* run.exit
      assert.strictEqual(code, 2)
      assert.match(stderr, /^error: no MFA device is known for profile "dev"\nhint: .*mfa_serial.*"mfa serial".*--mfa none/)
      assert.strictEqual(home.sts.count(), 0)
    }))
})

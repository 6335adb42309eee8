import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import { configPath, credentialsPath } from "../fakes/aws-config/AwsFilesMemory.ts"
import { SignalsFake } from "../fakes/host/SignalsFake.ts"
import { fakeSerial } from "../fakes/aws/StsFake.ts"
import { configOf, found, makeWorld, program, run, stateOf, textAt } from "./SetupWorld.ts"
import { account, awsItem, fakeId, item, vault } from "../../simulator/op/State.ts"

const accountId = fakeId("account").toUpperCase()

const keys = (profile: string, more: ReadonlyArray<string> = [], serial: string | false = fakeSerial): string =>
  [
    profile === "default" ? "[default]" : `[profile ${profile}]`,
    "region = eu-central-1",
    ...serial === false ? [] : [`mfa_serial = ${serial}`],
    `op_account = ${accountId}`,
    `op_vault = ${fakeId("vault")}`,
    `op_item = ${fakeId("awsitem")}`,
    ...more,
    `credential_process = ${program} --profile ${profile}`,
    ""
  ].join("\n")

const region = { text: "eu-central-1" }

describe("setup on a new machine", () => {
  it.effect("is four times Enter and a region, and leaves what doctor has nothing to say about", () =>
    Effect.gen(function*() {
      const world = makeWorld()
      const { questions, tag, transcript, unused } = yield* run(world, ["enter", "enter", region, "enter"])
      assert.isUndefined(tag, transcript)
      assert.deepStrictEqual(unused, [])
      assert.deepStrictEqual(questions, [
        "Name of the AWS profile",
        "Which item has the access key?",
        "AWS region",
        "Write it?"
      ])
      assert.strictEqual(configOf(world), keys("default"))
      assert.match(transcript, /The key is in the fields "Access key ID" and "Secret access key"\./)
      assert.match(transcript, /AWS knows the key: user\/user in account 123456789012\./)
      assert.match(transcript, /MFA device: user\. The item has no one-time password: the code is asked for, once a session\./)
      assert.match(transcript, /\+ op_item = fakeawsitem/)
      assert.match(transcript, /It works: default has a session until 2026-11-22 22:00 UTC \(12h\)\./)
      assert.match(transcript, /Next: aws sts get-caller-identity\nFor a coding agent, a narrower profile: op-aws-credential-process setup default --agent$/)
      assert.notInclude(transcript, "fake-secret-for-tests")
      assert.notInclude(transcript, "fake-session")
      assert.deepStrictEqual(yield* found(world, "default"), [])
    }))

  it.effect("tries the very line with an environment that a desktop would have", () =>
    Effect.gen(function*() {
      const world = makeWorld({
        environment: {
          EDITOR: "vi",
          AWS_PROFILE: "dev",
          AWS_ACCESS_KEY_ID: "AKIAFAKE0000ANOTHER0",
          AWS_SECRET_ACCESS_KEY: "fake-secret-of-another",
          HTTPS_PROXY: "http://proxy",
          OP_AWS_DURATION: "1h",
          TERM: "xterm"
        }
      })
      const { transcript } = yield* run(world, ["enter", "enter", region, "enter"])
      assert.match(transcript, /\nA key in plaintext: the environment\. `op-aws-credential-process import` moves it into 1Password\.\n/)
      assert.match(transcript, /\nAWS_ACCESS_KEY_ID is set\. Every client takes it .*\n.*\n {2}unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY$/)
      assert.deepStrictEqual(world.lines.runs, [{
        line: `${program} --profile dev`,
        environment: {
          HOME: "/home/me",
          PATH: "/usr/bin:/bin",
          TERM: "xterm",
          HTTPS_PROXY: "http://proxy",
          OP_AWS_TIMEOUT: "5m"
        }
      }])
    }))

  it.effect("takes device and region from the item, and says that nothing has to be typed", () =>
    Effect.gen(function*() {
      const world = makeWorld({
        items: [awsItem({ mfaSerial: fakeSerial, region: "eu-central-1", seed: "FAKESEEDFAKESEED" })]
      })
      const { transcript } = yield* run(world, [{ text: "dev" }, "enter", "enter", "enter"])
      assert.strictEqual(configOf(world), keys("dev", [], false))
      assert.match(transcript, /The item has a one-time password: nothing has to be typed\./)
      assert.deepStrictEqual(world.sts.iamCalls, [])
      assert.deepStrictEqual(yield* found(world, "dev"), [])
    }))

  it.effect("names 1Password's program where a desktop's PATH does not have it", () =>
    Effect.gen(function*() {
      const world = makeWorld()
      world.status.path = "/opt/homebrew/bin/op"
      world.things.delete("/usr/bin/op")
      world.things.set("/opt/homebrew/bin/op", { text: "\x7fELF", mode: 0o755 })
      world.environment = { ...world.environment, PATH: "/opt/homebrew/bin:/usr/local/bin:/usr/bin:/bin" }
      yield* run(world, ["enter", "enter", region, "enter"])
      assert.strictEqual(configOf(world), keys("default", ["op_cli_path = /opt/homebrew/bin/op"]))
      assert.deepStrictEqual(yield* found(world, "default"), [])
    }))

  it.effect("asks which account it is where there are several, and remembers it by its ID", () =>
    Effect.gen(function*() {
      const accounts = [
        account({ url: "my.1password.com", email: "me@example.com", account_uuid: "FAKEHOME", vaults: [] }),
        account({ url: "my.1password.com", email: "work@example.com" })
      ]
      const world = makeWorld({ accounts })
      const { offered } = yield* run(world, ["enter", { choose: "work@" }, "enter", region, "enter"])
      assert.deepStrictEqual(offered[0], ["my.1password.com (me@example.com)", "my.1password.com (work@example.com)"])
      assert.strictEqual(configOf(world), keys("default"))
    }))

  it.effect("shows all items, those for AWS first, and looks at another one where there is no key in the first", () =>
    Effect.gen(function*() {
      const world = makeWorld({
        items: [
          item({ id: "bank", title: "Bank", category: "LOGIN", additional_information: "me" }),
          item({ id: "empty", title: "AWS console", category: "LOGIN" }),
          awsItem({ title: "Key for AWS" })
        ]
      })
      const { offered, transcript } = yield* run(world, [
        "enter",
        { choose: "AWS console" },
        "enter",
        region,
        "enter"
      ])
      assert.deepStrictEqual(offered[0], [
        "Key for AWS (Private, API credential)",
        "AWS console (Private, login)",
        "Bank (Private, login, me)"
      ])
      assert.match(transcript, /The item "AWS console" has no two fields that could be a key\./)
      assert.strictEqual(configOf(world), keys("default"))
    }))
})

describe("what setup finds out about the MFA device", () => {
  const device = { codes: [], spent: [] }
  const answers = ["enter", "enter", region] as const

  it.effect("is asked where AWS knows several", () =>
    Effect.gen(function*() {
      const world = makeWorld()
      const key = "arn:aws:iam::123456789012:u2f/user/user/key-ABC"
      world.sts.users["AKIAFAKE0000EXAMPLE0"]!.devices = { [key]: device, GAHT12345678: device, [fakeSerial]: device }
      const { offered } = yield* run(world, [...answers, { choose: fakeSerial }, "enter"])
      assert.deepStrictEqual(offered[1], ["GAHT12345678", `user (${fakeSerial})`])
      assert.strictEqual(configOf(world), keys("default"))
    }))

  it.effect("is typed where AWS does not tell, with the usual one proposed", () =>
    Effect.gen(function*() {
      const world = makeWorld()
      world.sts.users["AKIAFAKE0000EXAMPLE0"]!.iam = { requiresMfa: true }
      const { transcript } = yield* run(world, [...answers, { choose: "Type" }, { text: "my phone" }, "enter", "enter"])
      assert.match(transcript, /AWS does not let the key see which MFA devices there are\./)
      assert.match(transcript, /! That is "my phone", neither an ARN nor the serial of a hardware device/)
      assert.strictEqual(configOf(world), keys("default"))
    }))

  it.effect("may be that there is none, and then goes without", () =>
    Effect.gen(function*() {
      const world = makeWorld()
      world.sts.users["AKIAFAKE0000EXAMPLE0"]!.devices = {}
      const { transcript } = yield* run(world, [...answers, { choose: "Go without" }, "enter"])
      assert.match(transcript, /AWS knows no MFA device of this user\./)
      assert.strictEqual(configOf(world), keys("default", ["op_mfa = none"], false))
      assert.deepStrictEqual(yield* found(world, "default"), [])
    }))

  it.effect("is typed where IAM gives no answer, which is not waited for without end", () =>
    Effect.gen(function*() {
      const world = makeWorld()
      Object.defineProperty(world.sts, "latency", { get: () => world.sts.iamCalls.length === 0 ? 0 : "1 hour" })
      const later = Effect.gen(function*() {
        while (world.sts.iamCalls.length === 0) yield* Effect.yieldNow
        yield* TestClock.adjust("30 seconds")
      })
      const { transcript } = yield* run(world, [...answers, { choose: "Type" }, "enter", "enter"], {}, later)
      assert.match(transcript, /AWS did not say within 20s which MFA devices there are\./)
      assert.strictEqual(configOf(world), keys("default"))
    }))

  it.effect("is none that gives no codes, whoever names it", () =>
    Effect.gen(function*() {
      const key = "arn:aws:iam::123456789012:u2f/user/me"
      const said = /That is a security key or a passkey; .*STS takes codes/
      const inItem = makeWorld({ items: [awsItem({ mfaSerial: key })] })
      const { transcript } = yield* run(inItem, [...answers, "enter"])
      assert.match(transcript, said)
      assert.strictEqual(configOf(inItem), keys("default"))
      const inProfile = makeWorld({ config: `[default]\nregion = eu-central-1\nmfa_serial = ${key}\n` })
      assert.match((yield* run(inProfile, ["enter", "enter", "enter"], { profile: "default" })).transcript, said)
      assert.strictEqual(configOf(inProfile), keys("default"))
    }))

  it.effect("is looked for in the field that was named, for AWS's partition and for the region too", () =>
    Effect.gen(function*() {
      const serial = "arn:aws-cn:iam::123456789012:mfa/user"
      const stored = awsItem()
      const world = makeWorld({ items: [{ ...stored, fields: [...stored.fields, { id: "arn", type: "STRING", label: "MFA ARN", value: serial }] }] })
      const { transcript } = yield* run(world, ["enter", "enter", "enter", "enter"], { flags: { "op-mfa-serial-field": "MFA ARN" } })
      assert.match(transcript, /^\? AWS region {2}cn-north-1$/m)
      assert.deepStrictEqual(world.sts.calls.map(({ target }) => target.region), ["cn-north-1"])
      assert.include(configOf(world) ?? "", "op_mfa_serial_field = MFA ARN\n")
    }))

  it.effect("is one of two where item and profile disagree", () =>
    Effect.gen(function*() {
      const other = "arn:aws:iam::123456789012:mfa/old"
      const world = makeWorld({ config: keys("dev", [], other), items: [awsItem({ mfaSerial: fakeSerial })] })
      yield* run(world, ["enter", "enter", "enter", { choose: "the item's" }, "enter"])
      assert.strictEqual(configOf(world), keys("dev").replace(`mfa_serial = ${fakeSerial}\n`, ""))
    }))
})

describe("fields of other names", () => {
  const labels = { accessKeyId: "username", secretAccessKey: "credential" }
  const secretAccessKey = "fakeFAKEfakeFAKEfakeFAKEfakeFAKEfake0000"
  const odd = (parts: Parameters<typeof awsItem>[0] = {}) => {
    const world = makeWorld({ items: [awsItem({ labels, secretAccessKey, ...parts })] })
    world.sts.users["AKIAFAKE0000EXAMPLE0"]!.secret = secretAccessKey
    return world
  }

  it.effect("are named in the profile", () =>
    Effect.gen(function*() {
      const world = odd()
      const { transcript } = yield* run(world, ["enter", "enter", "enter", region, "enter"])
      assert.match(transcript, /The key is in the fields "username" and "credential"\./)
      const named = ["op_access_key_id_field = username", "op_secret_access_key_field = credential"]
      assert.strictEqual(configOf(world), keys("default", named))
      assert.deepStrictEqual(yield* found(world, "default"), [])
    }))

  it.effect("are renamed in the item, as 1Password's plugin reads them, where the person wants that", () =>
    Effect.gen(function*() {
      const world = odd()
      const { transcript } = yield* run(world, ["enter", "enter", { choose: "Rename" }, region, "enter"])
      assert.match(transcript, /two fields of the item "AWS" get their usual names/)
      assert.strictEqual(configOf(world), keys("default"))
      const [stored] = world.op.accounts[0]!.vaults[0]!.items
      const told = stored!.fields.filter(({ value }) => value).map(({ label }) => label)
      assert.deepStrictEqual(told, ["access key id", "secret access key"])
      assert.deepStrictEqual(yield* found(world, "default"), [])
    }))

  it.effect("of a login are renamed only after a word about passkeys", () =>
    Effect.gen(function*() {
      const world = odd({ category: "LOGIN" })
      const { transcript } = yield* run(world, ["enter", "enter", { choose: "Rename" }, "enter", region, "enter"])
      assert.match(transcript, /drops a passkey/)
      assert.include(configOf(world) ?? "", "op_access_key_id_field = username")
      const [stored] = world.op.accounts[0]!.vaults[0]!.items
      assert.strictEqual(stored?.version, 1)
    }))

  it.effect("get their names back when it does not work", () =>
    Effect.gen(function*() {
      const world = odd()
      world.lines.endings.push({ exitCode: 6, stderr: "error: AWS refused\nhint: see why\n" })
      const before = stateOf(world)
      const { tag } = yield* run(world, ["enter", "enter", { choose: "Rename" }, region, "enter", { choose: "Put everything back" }])
      assert.strictEqual(tag, "PutBack")
      assert.deepStrictEqual(stateOf(world), before)
    }))

  it.effect("are as they were when the person leaves while they are renamed, or 1Password does not keep it", () =>
    Effect.gen(function*() {
      const answers = ["enter", "enter", { choose: "Rename" }, region, "enter"] as const
      const hanging = odd()
      hanging.op.faults = [{ command: "item edit", call: 1, fault: "hang" }]
      const before = stateOf(hanging)
      const ctrlC = Effect.gen(function*() {
        while (configOf(hanging) === undefined) yield* Effect.yieldNow
        yield* (yield* SignalsFake).send("SIGINT")
      })
      // The file first, which takes no time: whoever presses Ctrl-C again does not wait for 1Password.
      const inOrder = /\n~\/\.aws\/config is as it was before\.\n\nThe item in 1Password is as it was before\.$/
      const stopped = yield* run(hanging, answers, {}, ctrlC)
      assert.strictEqual(stopped.tag, "Stopped")
      assert.match(stopped.transcript, inOrder)
      assert.deepStrictEqual(stateOf(hanging), before)
      const tried = odd()
      tried.lines.endings.push("never")
      const later = Effect.gen(function*() {
        while (tried.lines.runs.length === 0) yield* Effect.yieldNow
        yield* (yield* SignalsFake).send("SIGINT")
      })
      assert.match((yield* run(tried, answers, {}, later)).transcript, inOrder)
      assert.deepStrictEqual(stateOf(tried), before)
      const dismissed = odd()
      dismissed.op.faults = [{ command: "item edit", call: 1, fault: "prompt-dismissed" }]
      assert.strictEqual((yield* run(dismissed, answers)).tag, "ApprovalDismissed")
      assert.deepStrictEqual(stateOf(dismissed), before)
      const killed = odd()
      killed.op.faults = [{ command: "item edit", call: 1, fault: "killed-after" }]
      assert.strictEqual((yield* run(killed, answers)).tag, "OpKilled")
      assert.deepStrictEqual(stateOf(killed), before)
      assert.deepStrictEqual([hanging.lines.runs, dismissed.lines.runs], [[], []])
    }))

  it.effect("are asked for where nothing tells them", () =>
    Effect.gen(function*() {
      const world = makeWorld({
        items: [item({
          id: fakeId("awsitem"),
          title: "AWS",
          fields: [
            { id: "one", label: "one", value: "AKIAFAKE0000ANOTHER0" },
            { id: "two", label: "two", value: "AKIAFAKE0000EXAMPLE0" },
            { id: "three", type: "CONCEALED", label: "three", value: "fake-secret-for-tests" },
            { id: "four", type: "CONCEALED", label: "four", value: "another-secret-for-tests" }
          ]
        })]
      })
      const { offered } = yield* run(world, ["enter", "enter", { choose: "\"two\"" }, { choose: "\"three\"" }, "enter", region, "enter"])
      assert.deepStrictEqual(offered[1], [
        "\"one\" (string, AKIAFAKE0000ANOTHER0)",
        "\"two\" (string, AKIAFAKE0000EXAMPLE0)",
        "\"three\" (concealed)",
        "\"four\" (concealed)",
        "Another item"
      ])
      assert.include(configOf(world) ?? "", "op_access_key_id_field = two\nop_secret_access_key_field = three\n")
    }))

  it.effect("are told apart where they have one name, and no secret is shown", () =>
    Effect.gen(function*() {
      const world = makeWorld({
        items: [item({
          id: fakeId("awsitem"),
          title: "AWS",
          fields: [
            { id: "one", label: "access key id", value: "AKIAFAKE0000ANOTHER0" },
            { id: "two", label: "access key id", value: "AKIAFAKE0000EXAMPLE0" },
            { id: "three", type: "CONCEALED", label: "secret access key", value: "another-secret-for-tests" },
            { id: "four", type: "CONCEALED", label: "secret access key", value: "fake-secret-for-tests" }
          ]
        })]
      })
      const answers = ["enter", "enter", { choose: "EXAMPLE0, 2 of 2 of this name" }, { choose: "concealed, 2 of 2 of this name" }, region, "enter"] as const
      const { offered } = yield* run(world, answers)
      assert.deepStrictEqual(offered[1], [
        "\"access key id\" (string, AKIAFAKE0000ANOTHER0, 1 of 2 of this name)",
        "\"access key id\" (string, AKIAFAKE0000EXAMPLE0, 2 of 2 of this name)",
        "\"secret access key\" (concealed, 1 of 2 of this name)",
        "\"secret access key\" (concealed, 2 of 2 of this name)",
        "Another item"
      ])
      assert.include(configOf(world) ?? "", "op_access_key_id_field = two\nop_secret_access_key_field = four\n")
    }))
})

describe("setup where there is something already", () => {
  it.effect("of its own says that nothing is to change, asks the same with the answers filled in, and shows that it works", () =>
    Effect.gen(function*() {
      const text = `# mine\n${keys("dev", ["op_duration = 8h"])}\n[profile other]\nregion = us-east-1\n`
      const world = makeWorld({ config: text })
      const { offered, tag, transcript } = yield* run(world, ["enter", "enter", "enter"])
      assert.isUndefined(tag, transcript)
      assert.deepStrictEqual(offered, [
        ["dev (set up already)", "other (without credentials)", "A new profile"],
        ["AWS (Private, API credential, now in the profile)"]
      ])
      assert.match(transcript, /Nothing to change: dev is set up like this already\.\nTrying it .*\nIt works: dev has a session until/)
      assert.strictEqual(configOf(world), text)
      assert.deepStrictEqual(world.lines.runs.map(({ line }) => line), [`${program} --profile dev`])
    }))

  it.effect("of its own that works no more is nothing to put back", () =>
    Effect.gen(function*() {
      const text = keys("dev")
      const refusal = { exitCode: 6, stderr: "error: AWS refused the code\nhint: wait for the next one\n" }
      const asked = makeWorld({ config: text, lines: [refusal] })
      const { failure, offered } = yield* run(asked, ["enter", "enter", { choose: "Keep" }], { profile: "dev" })
      assert.deepStrictEqual(offered.at(-1), ["Try again", "Keep the profile as it is now"])
      assert.deepInclude(failure, { _tag: "NotProven", exitCode: 6 })
      const alone = yield* run(makeWorld({ config: text, lines: [refusal], items: [awsItem({ seed: "FAKESEEDFAKESEED" })] }), "absent", {
        profile: "dev",
        yes: true,
        flags: { "op-item": "op://Private/AWS" }
      })
      assert.deepInclude(alone.failure, { _tag: "ProofFailed", message: "AWS refused the code", hint: "wait for the next one" })
      assert.strictEqual(configOf(asked), text)
    }))

  it.effect("edits it in its place, and keeps what the file was beside it", () =>
    Effect.gen(function*() {
      const text = `# mine\n[profile dev]\n# the item\nop_item = op://Private/AWS\nregion = eu-west-1\nmfa_serial = ${fakeSerial}\n` +
        `credential_process = ${program} --profile dev\n\n[profile z]\nregion = us-east-1\n`
      const world = makeWorld({ config: text })
      const { transcript } = yield* run(world, ["enter", "enter", region, "enter"])
      assert.strictEqual(
        configOf(world),
        `# mine\n[profile dev]\n# the item\nop_item = op://Private/AWS\nregion = eu-central-1\nmfa_serial = ${fakeSerial}\n` +
          `credential_process = ${program} --profile dev\nop_account = ${accountId}\n\n` +
          "[profile z]\nregion = us-east-1\n"
      )
      const backup = [...world.things.keys()].find((path) => path.startsWith(`${configPath}.`))
      assert.strictEqual(textAt(world, backup ?? ""), text)
      assert.include(transcript, `The file as it was is ${backup?.replace("/home/me", "~")}`)
      assert.deepStrictEqual(yield* found(world, "dev"), [])
    }))

  it.effect("of the Go program takes its flags over as keys", () =>
    Effect.gen(function*() {
      const world = makeWorld({
        config: `[profile go]\nregion = eu-central-1\nmfa_serial = ${fakeSerial}\n` +
          "credential_process = op-aws-credential-process --op-vault Private --op-item AWS --duration 8h --mfa prompt --timeout 20s\n"
      })
      yield* run(world, ["enter", "enter", "enter", "enter"])
      assert.strictEqual(
        configOf(world),
        `[profile go]\nregion = eu-central-1\nmfa_serial = ${fakeSerial}\n` +
          `credential_process = ${program} --timeout 20s --profile go\nop_account = ${accountId}\n` +
          `op_vault = Private\nop_item = AWS\nop_mfa = prompt\nop_duration = 8h\n`
      )
      assert.deepStrictEqual(yield* found(world, "go"), [])
    }))

  it.effect("of a script around op takes over which item and which fields, and the words for them", () =>
    Effect.gen(function*() {
      const script = `sh -c "op item get 'AWS' --vault Private --fields label='access key id',label='secret access key' --format json | jq -c ."`
      const world = makeWorld({
        config: `[profile dev]\nregion = eu-central-1\nmfa_serial = ${fakeSerial}\ncredential_process = ${script}\n`
      })
      const { transcript } = yield* run(world, ["enter", "enter", "enter", "enter"])
      assert.notMatch(transcript, /Replace that/)
      assert.strictEqual(
        configOf(world),
        `[profile dev]\nregion = eu-central-1\nmfa_serial = ${fakeSerial}\ncredential_process = ${program} --profile dev\n` +
          `op_account = ${accountId}\nop_vault = Private\nop_item = AWS\n`
      )
    }))

  it.effect("of aws-vault takes region, device and duration over, and a role's device away", () =>
    Effect.gen(function*() {
      const world = makeWorld({
        config: `[profile home]\nregion = eu-central-1\nmfa_serial = ${fakeSerial}\n` +
          "[profile dev]\ncredential_process = aws-vault exec home --json --duration=2h\n" +
          `[profile admin]\nrole_arn = arn:aws:iam::210987654321:role/admin\nsource_profile = dev\nmfa_serial = ${fakeSerial}\n`
      })
      const { transcript } = yield* run(world, [{ choose: "aws-vault" }, "enter", "enter", "enter"])
      assert.match(transcript, /Left alone: admin, which is a role over profile dev\./)
      assert.match(transcript, /The mfa_serial of admin goes: the session that the role is assumed with has MFA already/)
      assert.match(transcript, /`aws-vault remove home` takes it away\.$/)
      assert.strictEqual(
        configOf(world),
        `[profile home]\nregion = eu-central-1\nmfa_serial = ${fakeSerial}\n` +
          `[profile dev]\ncredential_process = ${program} --profile dev\nregion = eu-central-1\nmfa_serial = ${fakeSerial}\n` +
          `op_account = ${accountId}\nop_vault = ${fakeId("vault")}\nop_item = ${fakeId("awsitem")}\nop_duration = 2h\n` +
          "[profile admin]\nrole_arn = arn:aws:iam::210987654321:role/admin\nsource_profile = dev\n"
      )
      assert.deepStrictEqual(yield* found(world, "dev"), [])
      assert.deepStrictEqual(yield* found(world, "admin"), [])
    }))

  it.effect("of aws-vault is not to lose its key there as long as others need that", () =>
    Effect.gen(function*() {
      const config = "[profile dev]\nregion = eu-central-1\ncredential_process = aws-vault exec home --json\n" +
        "[profile role]\nrole_arn = arn:aws:iam::210987654321:role/x\nsource_profile = home\n" +
        "[profile home]\nregion = eu-central-1\n[profile tool]\ncredential_process = aws-vault exec role --json\n"
      const world = makeWorld({ config })
      const first = yield* run(world, ["enter", "enter", "enter"], { profile: "dev" })
      assert.notInclude(first.transcript, "aws-vault remove")
      const last = yield* run(world, ["enter", "enter", "enter"], { profile: "tool" })
      assert.match(last.transcript, /`aws-vault remove home` takes it away\.$/)
    }))

  it.effect("of aws-vault with a role sets up both the profile with the key and the one with the line", () =>
    Effect.gen(function*() {
      const world = makeWorld({
        config: `[profile home]\nregion = eu-central-1\nmfa_serial = ${fakeSerial}\n` +
          "[profile admin]\nrole_arn = arn:aws:iam::210987654321:role/admin\nsource_profile = home\n" +
          "[profile tool]\ncredential_process = aws-vault exec admin --json\n"
      })
      const { transcript } = yield* run(world, ["enter", "enter", "enter"], { profile: "tool" })
      assert.match(transcript, /tool is a role to aws-vault, and the key is that of profile home: both are set up\./)
      assert.include(configOf(world) ?? "", `[profile tool]\ncredential_process = ${program} --profile admin\n`)
      assert.include(configOf(world) ?? "", `credential_process = ${program} --profile home\n`)
      assert.deepStrictEqual(world.lines.runs.map(({ line }) => line), [`${program} --profile admin`])
      assert.deepStrictEqual(yield* found(world, "tool", false), [])
    }))

  it.effect("leaves IAM Identity Center, roles and other programs alone, and says so", () =>
    Effect.gen(function*() {
      const config = "[profile sso]\nsso_session = work\n[profile role]\nrole_arn = arn:aws:iam::1:role/x\nsource_profile = sso\n" +
        "[profile other]\ncredential_process = granted credential-process --profile other\n[profile borrow]\n" +
        "credential_process = /x/op-aws-credential-process --profile dev\n"
      const tags: ReadonlyArray<readonly [string, string]> = [
        ["sso", "ProfileLeftAlone"],
        ["role", "ProfileLeftAlone"],
        ["borrow", "ProfileLeftAlone"],
        ["my dev", "ProfileNameUnusable"]
      ]
      for (const [profile, tag] of tags) assert.strictEqual((yield* run(makeWorld({ config }), [], { profile })).tag, tag)
      const refused = makeWorld({ config })
      assert.strictEqual((yield* run(refused, ["enter"], { profile: "other" })).tag, "ProfileTaken")
      assert.strictEqual((yield* run(refused, "absent", { profile: "other", yes: true })).tag, "ProfileTaken")
      assert.strictEqual(configOf(refused), config)
      const taken = makeWorld({ config })
      const { tag, transcript } = yield* run(taken, [{ choose: "other" }, { confirm: true }, "enter", region, "enter"])
      assert.isUndefined(tag, transcript)
      assert.include(configOf(taken) ?? "", `[profile other]\ncredential_process = ${program} --profile other\n`)
    }))

  it.effect("with a key in plaintext offers to move it first", () =>
    Effect.gen(function*() {
      const credentials = "[dev]\naws_access_key_id = AKIAFAKE0000EXAMPLE0\naws_secret_access_key = fake-secret-for-tests\n"
      const stopped = yield* run(makeWorld({ credentials }), ["enter", { choose: "Stop here" }])
      assert.strictEqual(stopped.tag, "PlaintextFirst")
      assert.match(stopped.failure?.hint ?? "", /op-aws-credential-process import dev/)
      const moved = makeWorld({ credentials, items: [item({ title: "Bank", category: "LOGIN" })] })
      const { tag, transcript, unused } = yield* run(moved, [
        "enter",
        { choose: "Move it" },
        { choose: "a new item" },
        "enter",
        "enter",
        "enter"
      ], { region: "eu-central-1", flags: { duration: "8h" } })
      assert.isUndefined(tag, transcript)
      assert.deepStrictEqual(unused, [])
      assert.notInclude(textAt(moved, credentialsPath) ?? "", "aws_secret_access_key")
      assert.match(configOf(moved) ?? "", /^\[profile dev\]\nregion = eu-central-1\nmfa_serial = [^]*op_item = [^]*op_duration = 8h\n/)
      assert.match(transcript, /\nIt works: dev has a session until[^]*Removed the key from/)
      assert.notInclude(transcript, "fake-secret-for-tests")
      assert.deepStrictEqual(yield* found(moved, "dev"), [])
      assert.strictEqual((yield* run(makeWorld({ credentials }), "absent", { profile: "dev", yes: true })).tag, "PlaintextFirst")
      const other = yield* run(makeWorld({ credentials }), [{ choose: "new" }, "enter", "enter", region, "enter"])
      assert.match(other.transcript, /A key in plaintext: dev\. `op-aws-credential-process import` moves it into 1Password\./)
      assert.notInclude(other.transcript, "fake-secret-for-tests")
    }))

  it.effect("takes up what 1Password's plugin was told, the nearest first", () =>
    Effect.gen(function*() {
      const other = awsItem({ title: "Other key", id: fakeId("other") })
      const world = makeWorld({ items: [awsItem(), other, item({ id: "aaa", title: "AWS A", category: "API_CREDENTIAL" })] })
      const entry = (name: string) => ({ vault_id: fakeId("vault"), item_id: fakeId(name) })
      world.things.set("/home/me/.config/op/plugins/aws.json", {
        text: JSON.stringify({ account_id: accountId, credentials: [{ plugin: "aws", ...entry("awsitem") }] })
      })
      world.things.set("/home/me/work/.op/plugins/aws.json", { text: JSON.stringify({ credential: entry("other") }) })
      world.things.set("/home/me/.config/op/plugins.sh", { text: "alias aws=\"op plugin run -- aws\"\n" })
      const { offered, transcript } = yield* run(world, ["enter", { choose: "Other key" }, region, "enter"])
      assert.match(transcript, /plugins\.sh:1: 1Password's plugin has aliases for aws\. The plugin refuses profiles with/)
      assert.match(transcript, /\n {2}unalias aws\n {2}op plugin clear aws --all$/)
      assert.deepStrictEqual(offered[0]?.slice(0, 2), [
        "Other key (Private, API credential, 1Password's plugin uses it)",
        "AWS (Private, API credential, 1Password's plugin uses it)"
      ])
      assert.include(configOf(world) ?? "", `op_item = ${fakeId("other")}\n`)
    }))

  it.effect("says which line clients read differently, and which value goes before the one that it would write", () =>
    Effect.gen(function*() {
      const twice = makeWorld({ config: "[profile dev]\nregion = eu-west-1\n[profile dev]\noutput = json\n" })
      const uneditable = yield* run(twice, ["enter", region], { profile: "dev" })
      assert.strictEqual(uneditable.tag, "ConfigUneditable")
      assert.match(uneditable.failure?.message ?? "", /config:3 cannot be edited/)
      const shadowed = yield* run(
        makeWorld({ credentials: "[dev]\nregion = us-east-1\n" }),
        ["enter", region],
        { profile: "dev" }
      )
      assert.strictEqual(shadowed.tag, "KeyShadowed")
      assert.match(shadowed.failure?.message ?? "", /credentials:2 has a region for profile dev/)
      const odd = yield* run(makeWorld({ config: "[profile dev]\nregion : eu-west-1\n" }), [], { profile: "dev" })
      assert.strictEqual(odd.tag, "ConfigLineUnreadable")
    }))
})

describe("leaving setup", () => {
  const before = "# mine\n[profile dev]\nregion = eu-west-1\n"
  const answers = [{ choose: "new" }, { text: "mine" }, "enter", region, "enter"] as const

  it.effect("changes nothing at any question", () =>
    Effect.gen(function*() {
      for (let asked = 0; asked < answers.length; asked++) {
        const world = makeWorld({ config: before })
        const untouched = stateOf(world)
        const { tag } = yield* run(world, [...answers.slice(0, asked), "leave"])
        assert.strictEqual(tag, "InterviewLeft")
        assert.deepStrictEqual(stateOf(world), untouched, String(asked))
      }
      const world = makeWorld({ config: before })
      assert.strictEqual((yield* run(world, [...answers.slice(0, 4), { confirm: false }])).tag, "InterviewLeft")
      assert.strictEqual(configOf(world), before)
    }))

  it.effect("while it is tried puts everything back, by Ctrl-C and at the question after it failed", () =>
    Effect.gen(function*() {
      const interrupted = makeWorld({ config: before, lines: ["never"] })
      const ctrlC = Effect.gen(function*() {
        while (interrupted.lines.runs.length === 0) yield* Effect.yieldNow
        yield* (yield* SignalsFake).send("SIGINT")
      })
      assert.strictEqual((yield* run(interrupted, answers, {}, ctrlC)).tag, "Stopped")
      assert.strictEqual(configOf(interrupted), before)
      const failing = makeWorld({ config: before, lines: [{ exitCode: 5, stderr: "error: no code\nhint: type one\n" }] })
      const left = yield* run(failing, [...answers, "leave"])
      assert.deepInclude(left.failure, { _tag: "InterviewLeft", message: "Everything is as it was before." })
      assert.strictEqual(configOf(failing), before)
      const beside = [...failing.things.keys()].filter((path) => path.startsWith(`${configPath}.`))
      assert.deepStrictEqual(beside, [])
    }))

  it.effect("while it is tried says what became of the file, also of one that another program has changed meanwhile", () =>
    Effect.gen(function*() {
      const stopped = (meanwhile: string | undefined) => {
        const world = makeWorld({ config: before, lines: ["never"] })
        const ctrlC = Effect.gen(function*() {
          while (world.lines.runs.length === 0) yield* Effect.yieldNow
          if (meanwhile !== undefined) world.things.set(configPath, { text: meanwhile, mode: 0o600 })
          yield* (yield* SignalsFake).send("SIGINT")
        })
        return Effect.map(run(world, answers, {}, ctrlC), ({ transcript }) => ({ transcript, config: configOf(world) }))
      }
      assert.match((yield* stopped(undefined)).transcript, /\n~\/\.aws\/config is as it was before\.$/)
      const others = yield* stopped("# another program's\n")
      assert.match(others.transcript, /\/config was changed by another program meanwhile, and was left alone\.\nWhat was written there stays\.$/)
      assert.notInclude(others.transcript, "as it was before")
      assert.strictEqual(others.config, "# another program's\n")
    }))

  it.effect("is not what a failure means: it can be tried again, kept, or put back", () =>
    Effect.gen(function*() {
      const refusal = { exitCode: 6, stderr: "warning: x\nerror: AWS refused the code\nhint: wait for the next one\n" }
      const again = makeWorld({ config: before, lines: [refusal] })
      const { tag, transcript } = yield* run(again, [...answers, { choose: "Try again" }])
      assert.isUndefined(tag)
      assert.match(transcript, /It did not work: AWS refused the code\.\nWait for the next one\.\n/)
      assert.lengthOf(again.lines.runs, 2)
      const kept = makeWorld({ config: before, lines: [refusal] })
      const notProven = yield* run(kept, [...answers, { choose: "Keep" }])
      assert.deepInclude(notProven.failure, { _tag: "NotProven", exitCode: 6 })
      assert.include(configOf(kept) ?? "", "[profile mine]")
      const back = yield* run(makeWorld({ lines: [refusal] }), "absent", {
        yes: true,
        region: "eu-central-1",
        flags: { "op-item": "op://Private/AWS", "mfa": "process", "mfa-process": "get-code" }
      })
      assert.deepInclude(back.failure, { _tag: "PutBack", exitCode: 6, hint: "wait for the next one" })
    }))
})

describe("a config file that not all is well with", () => {
  it.effect("is refused before anybody is asked, where the profile cannot be edited in it", () =>
    Effect.gen(function*() {
      for (const config of ["[profile dev]\n[profile dev]\n", "[default]\n[profile default]\n", "[profile dev]\noutput = text\noutput = json\n"]) {
        const world = makeWorld({ config })
        const { questions, tag } = yield* run(world, [], { profile: config.includes("default") ? "default" : "dev" })
        assert.strictEqual(tag, "ConfigUneditable")
        assert.deepStrictEqual(questions, [])
      }
    }))

  it.effect("is written where the person wants that, when it is said that clients read nothing of it", () =>
    Effect.gen(function*() {
      const config = "[profile other]\nregion = eu-west-1\nregion = eu-west-2\n"
      const said = /\/config:3: region stands there a second time, after line 2: the AWS CLI and boto3 refuse the whole file/
      const left = makeWorld({ config })
      const no = yield* run(left, [{ choose: "A new" }, { text: "dev" }, { confirm: false }])
      assert.strictEqual(no.tag, "InterviewLeft")
      assert.match(no.transcript, said)
      const written = makeWorld({ config })
      assert.isUndefined((yield* run(written, [{ choose: "A new" }, { text: "dev" }, "enter", "enter", region, "enter"])).tag)
      assert.strictEqual(configOf(written), `${config}\n${keys("dev")}`)
      const credentials = yield* run(makeWorld({ credentials: "[a]\nhello\n" }), "absent", { yes: true, flags: { "op-item": "op://Private/AWS" } })
      assert.match(credentials.transcript, /\/credentials:2: a line sets nothing: the AWS CLI and boto3, Java and Rust refuse the whole file/)
      assert.isUndefined(credentials.tag)
    }))

  it.effect("with a region that is none gets one", () =>
    Effect.gen(function*() {
      const world = makeWorld({ config: "[profile dev]\nregion = Frankfurt\n" })
      const { tag, transcript } = yield* run(world, ["enter", region, "enter"], { profile: "dev" })
      assert.isUndefined(tag, transcript)
      assert.include(configOf(world) ?? "", "[profile dev]\nregion = eu-central-1\n")
    }))

  it.effect("has its profiles of odd names left alone", () =>
    Effect.gen(function*() {
      const world = makeWorld({ config: "[profile my dev]\nregion = eu-west-1\n[profile plain]\nregion = eu-west-1\n" })
      const { offered, transcript } = yield* run(world, [{ choose: "A new" }, "leave"])
      assert.deepStrictEqual(offered[0], ["plain (without credentials)", "A new profile"])
      assert.match(transcript, /Left alone: my dev, which has a name that not every AWS client reads\./)
    }))
})

describe("setup without questions", () => {
  const item1 = { "op-item": "op://Private/AWS" } as const

  it.effect("goes by flags, and proves what can be proven without a person", () =>
    Effect.gen(function*() {
      const world = makeWorld({ items: [awsItem({ seed: "FAKESEEDFAKESEED" })] })
      const { tag, transcript } = yield* run(world, "absent", {
        profile: "ci",
        region: "eu-central-1",
        yes: true,
        flags: { ...item1, "mfa-serial": fakeSerial, "duration": "1h" }
      })
      assert.isUndefined(tag, transcript)
      assert.strictEqual(configOf(world), keys("ci", ["op_duration = 1h"]))
      assert.match(transcript, /It works: ci has a session/)
      const typed = makeWorld()
      const untried = yield* run(typed, "absent", { profile: "ci", yes: true, flags: item1 })
      assert.match(untried.transcript, /Not tried: a code has to be typed.*\nNext: op-aws-credential-process login ci$/)
      assert.deepStrictEqual(typed.lines.runs, [])
    }))

  it.effect("finds out that codes are to come from where there are none", () =>
    Effect.gen(function*() {
      const refusal = { exitCode: 5, stderr: "error: the item has no one-time password\nhint: add one\n" }
      const tried = (mfa: string) => {
        const world = makeWorld({ lines: [refusal] })
        return Effect.map(
          run(world, "absent", { profile: "ci", yes: true, flags: { ...item1, mfa } }),
          ({ tag, transcript }) => ({ tag, transcript, config: configOf(world) })
        )
      }
      const otp = yield* tried("otp")
      assert.deepInclude(otp, { tag: "PutBack", config: undefined })
      assert.match(otp.transcript, /The item has no one-time password, and no code is to come from anywhere else\./)
      const command = yield* tried("process")
      assert.deepInclude(command, { tag: "PutBack", config: undefined })
      assert.match(command.transcript, /No command is named that gives the codes \(mfa_process\)\./)
    }))

  it.effect("reads flags before it asks 1Password or anybody", () =>
    Effect.gen(function*() {
      const wrong = [
        { flags: { "duration": "99h" }, says: /^--duration is "99h"/ },
        { flags: { "mfa-serial": "arn:aws:iam::123456789012:u2f/user/me" }, says: /^--mfa-serial is ".*u2f/ },
        { flags: { "op-item": "AWS" }, says: /^--op-item is "AWS"/ },
        { flags: { "op-access-key-id-field": " " }, says: /^--op-access-key-id-field is/ },
        { flags: {}, region: "Frankfurt", says: /^--region is "Frankfurt"/ }
      ]
      for (const { says, ...request } of wrong) {
        const { failure, questions, transcript } = yield* run(makeWorld(), [], request)
        assert.match(failure?.message ?? "", says)
        assert.deepStrictEqual([questions, transcript], [[], ""])
      }
    }))

  it.effect("writes the whole path of 1Password's program, wherever it was called from", () =>
    Effect.gen(function*() {
      const world = makeWorld({ items: [awsItem({ seed: "FAKESEEDFAKESEED" })] })
      world.status.path = "/home/me/work/bin/op"
      const { tag, transcript } = yield* run(world, "absent", { yes: true, flags: { ...item1, "op-cli-path": "./bin/op" } })
      assert.isUndefined(tag, transcript)
      assert.include(configOf(world) ?? "", "op_cli_path = /home/me/work/bin/op\n")
    }))

  it.effect("takes the field that a flag names, or none", () =>
    Effect.gen(function*() {
      for (const flag of ["op-access-key-id-field", "op-secret-access-key-field"] as const) {
        const world = makeWorld()
        const { failure, tag } = yield* run(world, "absent", { yes: true, flags: { ...item1, [flag]: "nowhere" } })
        assert.strictEqual(tag, "FieldMissing")
        assert.include(failure?.hint ?? "", `--${flag}`)
        assert.isUndefined(configOf(world))
      }
    }))

  it.effect("says what it would have to ask, and which flags say it", () =>
    Effect.gen(function*() {
      const nobody = yield* run(makeWorld(), "absent")
      assert.strictEqual(nobody.tag, "NobodyToAsk")
      assert.match(nobody.failure?.hint ?? "", /pass --yes and --op-item op:\/\/<vault>\/<item>$/)
      const which = yield* run(makeWorld(), [], { yes: true })
      assert.strictEqual(which.tag, "AnswerMissing")
      assert.match(which.failure?.message ?? "", /cannot tell which item has the access key without asking/)
      assert.match(which.failure?.hint ?? "", /^pass --op-item/)
      const device = makeWorld()
      device.sts.users["AKIAFAKE0000EXAMPLE0"]!.devices = {}
      const without = yield* run(device, "absent", { yes: true, flags: item1 })
      assert.match(without.failure?.hint ?? "", /--mfa-serial .* or --mfa none/)
      const unknown = yield* run(makeWorld(), "absent", { yes: true, flags: { ...item1, "op-account": "nobody" } })
      assert.strictEqual(unknown.tag, "AccountUnknown")
      const bad = yield* run(makeWorld(), "absent", { yes: true, flags: { ...item1, "mfa-serial": "me" } })
      assert.strictEqual(bad.tag, "SettingInvalid")
      assert.strictEqual(
        (yield* run(makeWorld(), "absent", { yes: true, flags: item1, region: "Frankfurt" })).tag,
        "SettingInvalid"
      )
    }))

  it.effect("only prints the section with --print, without writing it, asking AWS whose key it is, or trying it", () =>
    Effect.gen(function*() {
      const config = "# mine\n[profile ci]\nregion = eu-central-1\n# end\n\n[profile z]\nregion = us-east-1\n"
      const world = makeWorld({ config })
      const { printed, tag } = yield* run(world, "absent", {
        profile: "ci",
        print: true,
        flags: { ...item1, "mfa-serial": fakeSerial }
      })
      assert.isUndefined(tag)
      assert.match(printed ?? "", /^\[profile ci\]\nregion = eu-central-1\n.*mfa_serial = /s)
      assert.notInclude(printed ?? "", "[profile z]")
      assert.strictEqual(configOf(world), config)
      assert.deepStrictEqual([world.sts.calls, world.lines.runs], [[], []])
    }))

  it.effect("fails as 1Password and AWS do, and changes nothing", () =>
    Effect.gen(function*() {
      const dismissed = makeWorld()
      dismissed.op.faults = [{ call: 1, fault: "prompt-dismissed" }]
      assert.strictEqual((yield* run(dismissed, ["enter"])).tag, "ApprovalDismissed")
      const missing = makeWorld()
      missing.status.path = undefined
      assert.strictEqual((yield* run(missing, ["enter"])).tag, "OpNotFound")
      const nobody = makeWorld({ accounts: [] })
      assert.strictEqual((yield* run(nobody, ["enter"])).tag, "NoAccountFound")
      const empty = makeWorld({ accounts: [account({ vaults: [vault({ items: [] })] })] })
      assert.strictEqual((yield* run(empty, ["enter"])).tag, "NoItems")
      const silent = makeWorld()
      silent.sts.latency = "1 hour"
      const later = Effect.gen(function*() {
        while (silent.sts.calls.length === 0) yield* Effect.yieldNow
        yield* TestClock.adjust("1 minute")
      })
      const timedOut = yield* run(silent, ["enter", "enter", region], {}, later)
      assert.deepInclude(timedOut.failure, { _tag: "TimedOut", exitCode: 8 })
      const dead = makeWorld()
      dead.sts.users = {}
      assert.strictEqual((yield* run(dead, ["enter", "enter", region])).tag, "KeyUnknown")
      const temporary = makeWorld({ items: [awsItem({ accessKeyId: "ASIAFAKE0000EXAMPLE0" })] })
      const told = yield* run(temporary, ["enter", "enter", "leave"])
      assert.match(told.transcript, /holds a temporary key/)
      for (const world of [dismissed, missing, nobody, empty, dead, temporary]) assert.isUndefined(configOf(world))
    }))

  it.effect("by a service account names no account, and asks for the items vault by vault", () =>
    Effect.gen(function*() {
      const world = makeWorld({ environment: { OP_SERVICE_ACCOUNT_TOKEN: "ops_FAKE" } })
      const { transcript } = yield* run(world, ["enter", "enter", region, "enter"])
      assert.match(transcript, /OP_SERVICE_ACCOUNT_TOKEN has to be set wherever the profile is used/)
      assert.notInclude(configOf(world) ?? "", "op_account")
      assert.include(configOf(world) ?? "", `op_vault = ${fakeId("vault")}\n`)
      assert.deepStrictEqual(world.lines.runs[0]?.environment["OP_SERVICE_ACCOUNT_TOKEN"], "ops_FAKE")
    }))
})

describe("the program's line", () => {
  it.effect("of a path with a space is quoted after a word about links", () =>
    Effect.gen(function*() {
      const world = makeWorld()
      world.things.set("/opt/my programs/op-aws-credential-process", { text: "\x7fELF", mode: 0o755 })
      world.things.delete(program)
      world.running = { kind: "standalone", path: "/opt/my programs/op-aws-credential-process" }
      const { transcript } = yield* run(world, ["enter", "enter", "enter", region, "enter"])
      assert.match(transcript, /sudo ln -s '\/opt\/my programs\/op-aws-credential-process' \/usr\/local\/bin\//)
      assert.include(configOf(world) ?? "", "credential_process = \"/opt/my programs/op-aws-credential-process\" --profile default\n")
    }))

  it.effect("that no quotes can save is an error before anybody is asked", () =>
    Effect.gen(function*() {
      const world = makeWorld()
      world.running = { kind: "standalone", path: "/opt/it's $odd/op-aws-credential-process" }
      const { questions, tag } = yield* run(world, [], { profile: "dev" })
      assert.deepStrictEqual([tag, questions], ["LineUnwritable", []])
    }))

  it.effect("of the package is mended by a link to what is in the odd place, the runtime or the script", () =>
    Effect.gen(function*() {
      const script = "/usr/local/lib/node_modules/op-aws-credential-process/dist/main.js"
      const runtime = "/opt/my node/bin/node"
      const world = makeWorld()
      world.things.set(runtime, { text: "\x7fELF", mode: 0o755 })
      world.things.set(script, { text: "#!/usr/bin/env node\n", mode: 0o755 })
      world.running = { kind: "script", runtime, path: script }
      const { transcript } = yield* run(world, ["enter", "enter", "enter", region, "enter"])
      assert.match(transcript, /\n {2}sudo ln -s '\/opt\/my node\/bin\/node' \/usr\/local\/bin\/node\n/)
    }))

  it.effect("of the package runs its script by the runtime, each by its path", () =>
    Effect.gen(function*() {
      const world = makeWorld()
      const script = "/usr/local/lib/node_modules/op-aws-credential-process/dist/main.js"
      world.things.set("/usr/local/bin/node", { link: "/opt/node-24/bin/node" })
      world.things.set("/opt/node-24/bin/node", { text: "\x7fELF", mode: 0o755 })
      world.things.set(script, { text: "#!/usr/bin/env node\n", mode: 0o755 })
      world.running = { kind: "script", runtime: "/opt/node-24/bin/node", path: script }
      yield* run(world, ["enter", "enter", region, "enter"])
      assert.include(configOf(world) ?? "", `credential_process = /usr/local/bin/node ${script} --profile default\n`)
      assert.deepStrictEqual(yield* found(world, "default"), [])
    }))
})

import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit } from "effect"
import type { Answer } from "../fakes/terminal/InterviewFake.ts"
import {
  configPath,
  credentialsPath,
  failureOf,
  fieldsOf,
  isInPlaintext,
  itemsOf,
  itemsWithKey,
  itemWithKey,
  keyId,
  makeWorld,
  type Mortality,
  noteOf,
  type Parts,
  plaintext,
  rehearse,
  run,
  secret,
  textOf,
  usualTitle,
  type World
} from "./ImportWorld.ts"
import { item } from "../../simulator/op/State.ts"
import { StsFailure } from "../../src/domain/aws/StsFailure.ts"

const itemAlone: ReadonlyArray<Answer> = [{ choose: "a new item" }, "enter"]
/** A new item, and no profile. */
const newItem: ReadonlyArray<Answer> = [...itemAlone, { confirm: false }]
const unattended = { unattended: true, remove: true } as const
const unreachable = StsFailure.AwsUnreachable("no way to AWS", "wait", { answerUnknown: false, passing: true })

describe("import", () => {
  it.effect("puts a key into a new item, proves it there, and takes it out of the file", () =>
    Effect.gen(function*() {
      const world = makeWorld({
        credentials: `# mine\n${plaintext()}\n${plaintext("other", "AKIAFAKE0000EXAMPLE1", "fake-other-secret")}`,
        config: "[profile dev]\nregion = eu-west-1\nmfa_serial = arn:aws:iam::123456789012:mfa/user\n"
      })
      const { exit, transcript, unused } = yield* run(world, [...newItem, { confirm: true }])
      assert.isTrue(Exit.isSuccess(exit), String(exit))
      assert.deepStrictEqual(unused, [])
      const [made, ...more] = itemsWithKey(world)
      assert.deepStrictEqual([made?.title, made?.category, more], [usualTitle, "API_CREDENTIAL", []])
      assert.deepStrictEqual(fieldsOf(made), {
        "access key id": keyId,
        "secret access key": secret,
        "default region": "eu-west-1",
        "mfa serial": "arn:aws:iam::123456789012:mfa/user"
      })
      assert.strictEqual(textOf(world, credentialsPath), `# mine\n${plaintext("other", "AKIAFAKE0000EXAMPLE1", "fake-other-secret")}`)
      assert.isUndefined(noteOf(world))
      assert.deepStrictEqual(world.sts.calls.map(({ operation, target }) => [operation, target.region]), [
        ["GetCallerIdentity", "eu-west-1"],
        ["GetCallerIdentity", "eu-west-1"]
      ])
      assert.match(transcript, /works\. It belongs to user "user" of account 123456789012/)
      assert.match(transcript, /- aws_secret_access_key = \*{4}/)
      assert.notInclude(transcript, secret)
      assert.match(transcript, /Still in plaintext: AKIAFAKE0000EXAMPLE1/)
    }))

  it.effect("writes nothing anywhere before the key is proven, and refuses one that AWS does not know", () =>
    Effect.gen(function*() {
      const world = makeWorld({ credentials: plaintext("dev", "AKIAFAKE0000EXAMPLE7") })
      const before = structuredClone(itemsOf(world))
      const { failure, tag, transcript } = yield* failureOf(world, [])
      assert.strictEqual(tag, "PlaintextKeyRefused")
      assert.match(failure.message, /^AWS does not know the access key/)
      // It is in no item of 1Password yet.
      assert.match(failure.hint, /^correct it in profile dev, or make a new key/)
      assert.deepStrictEqual(itemsOf(world), before)
      assert.strictEqual(world.op.runs.length, 0)
      assert.strictEqual(transcript, "Nothing was changed.")
    }))

  it.effect("chooses among all keys, or one that is typed in, of which the secret is not shown", () =>
    Effect.gen(function*() {
      const world = makeWorld({ environment: { AWS_ACCESS_KEY_ID: "AKIAFAKE0000EXAMPLE1", AWS_SECRET_ACCESS_KEY: "fake-other-secret" } })
      const { exit, offered, transcript } = yield* run(world, [
        { choose: "type in" },
        { text: "AIDAFAKE0000EXAMPLE0" },
        { text: ` ${keyId}\n` },
        { secret: "fake secret" },
        { secret: `${secret}\r\n` },
        ...newItem,
        { confirm: false }
      ], { source: { kind: "any" } })
      assert.isTrue(Exit.isSuccess(exit), String(exit))
      assert.deepStrictEqual(offered[0], [
        `${keyId} (profile dev)`,
        "AKIAFAKE0000EXAMPLE1 (AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY)",
        "another one, which I type in"
      ])
      assert.match(transcript, /ID of a user/)
      assert.notInclude(transcript, secret)
      // What was typed is the key that stands in the file, which is offered to be removed.
      assert.match(transcript, /The key stays in plaintext in ~\/\.aws\/credentials\./)
      assert.strictEqual(itemsWithKey(world).length, 1)
    }))

  it.effect("names a profile once that has the key in both files, and both files", () =>
    Effect.gen(function*() {
      const world = makeWorld({ config: `[profile dev]\n${plaintext().split("\n").slice(1).join("\n")}` })
      world.things.set("/home/me/.aws/config.backup-20261129T101500Z", { text: `[profile dev]\naws_secret_access_key = ${secret}\n` })
      const { offered, transcript } = yield* run(world, ["enter", ...newItem, { confirm: true }], { source: { kind: "any" } })
      assert.deepStrictEqual(offered[0]?.[0], `${keyId} (profile dev)`)
      assert.match(transcript, /Remove the key from ~\/\.aws\/credentials, ~\/\.aws\/config and a copy that this program made\?/)
    }))

  it.effect("says of several keys in the environment what helps there", () =>
    Effect.gen(function*() {
      const world = makeWorld({
        credentials: "",
        environment: {
          AWS_ACCESS_KEY_ID: keyId,
          AWS_SECRET_ACCESS_KEY: secret,
          AMAZON_ACCESS_KEY_ID: "AKIAFAKE0000EXAMPLE1",
          AMAZON_SECRET_ACCESS_KEY: "fake-other-secret"
        }
      })
      const { failure } = yield* failureOf(world, "absent", { ...unattended, source: { kind: "environment" } })
      assert.match(failure.hint, /^unset the variables of the other one/)
      const alone = makeWorld({ credentials: "", environment: { AMAZON_ACCESS_KEY_ID: keyId, AMAZON_SECRET_ACCESS_KEY: secret } })
      const { transcript } = yield* run(alone, "absent", { ...unattended, source: { kind: "environment" } })
      assert.match(transcript, /^AMAZON_ACCESS_KEY_ID and AMAZON_SECRET_ACCESS_KEY hold the key in this shell\. To be/m)
    }))

  it.effect("asks for a key where none is found", () =>
    Effect.gen(function*() {
      const world = makeWorld({ credentials: "[dev]\naws_access_key_id = AKIAFAKE0000EXAMPLE0\n" })
      const { exit, transcript } = yield* run(world, [{ text: keyId }, { secret }, ...newItem, { confirm: true }], { source: { kind: "any" } })
      assert.isTrue(Exit.isSuccess(exit), String(exit))
      assert.match(transcript, /There is no long-lived key in plaintext in .*\n\(profile dev: there is only an access key ID without its secret\)/)
    }))

  it.effect("says of variables where they are set, and of a key under several profiles that it is gone from all", () =>
    Effect.gen(function*() {
      const world = makeWorld({
        credentials: plaintext("a") + plaintext("b"),
        config: `[profile a]\nregion = eu-west-1\n${plaintext().split("\n").slice(1).join("\n")}`,
        environment: { AWS_ACCESS_KEY_ID: keyId, AWS_SECRET_ACCESS_KEY: secret }
      })
      world.things.set("/home/me/.bashrc", { text: `x\nexport AWS_ACCESS_KEY_ID=${keyId} AWS_SECRET_ACCESS_KEY=${secret}\n` })
      world.things.set("/project/.envrc", { text: "export AWS_REGION=x\n" })
      const { exit, transcript } = yield* run(world, "absent", { ...unattended, source: { kind: "environment" } })
      assert.isTrue(Exit.isSuccess(exit), String(exit))
      assert.strictEqual(textOf(world, credentialsPath), "")
      assert.strictEqual(textOf(world, configPath), "[profile a]\nregion = eu-west-1\n")
      assert.include(transcript, "unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY")
      assert.include(transcript, "~/.bashrc:2")
      assert.notInclude(transcript, ".envrc")
      assert.include(textOf(world, "/home/me/.bashrc"), secret)
    }))

  it.effect("names both lines of a shell's file that has the key of a profile, whatever this shell has", () =>
    Effect.gen(function*() {
      const world = makeWorld()
      world.things.set("/home/me/.zshrc", { text: `export AWS_ACCESS_KEY_ID=${keyId}\nx\nexport AWS_SECRET_ACCESS_KEY='${secret}'\n` })
      const { transcript } = yield* run(world, "absent", unattended)
      assert.match(transcript, /the lines to delete are:\n  ~\/\.zshrc:1, 3$/m)
    }))

  it.effect("warns of a root user's key, and leaves out a device of another account", () =>
    Effect.gen(function*() {
      const world = makeWorld({ config: "[profile dev]\nmfa_serial = arn:aws:iam::210987654321:mfa/user\n" })
      Object.values(world.sts.users)[0]!.arn = "arn:aws:iam::123456789012:root"
      const { transcript } = yield* run(world, [...newItem, { confirm: false }])
      assert.match(transcript, /the root user of account 123456789012\.\nNothing limits/)
      assert.match(transcript, /belongs to account 210987654321, so it is left out/)
      assert.notProperty(fieldsOf(itemsWithKey(world)[0]), "mfa serial")
      assert.strictEqual(itemsWithKey(world)[0]?.title, "AWS 123456789012 root")
    }))

  it.effect("says what is lost with the key, unless the profile is one of ours", () =>
    Effect.gen(function*() {
      const bare = yield* run(makeWorld(), [...newItem, "enter"])
      assert.match(bare.transcript, /Profile "dev" has nothing else to get credentials from/)
      assert.match(bare.transcript, /setup dev --op-account \w+ --op-vault fakevault\w+ --op-item \w+/)
      assert.match(bare.transcript, /\? Remove the key .*\?  no/)
      const ours = yield* run(makeWorld({ config: "[profile dev]\nop_item = op://Private/AWS\n" }), [...itemAlone, "enter"])
      assert.notMatch(ours.transcript, /nothing else|setup dev/)
      assert.match(ours.transcript, /\? Remove the key .*\?  yes/)
    }))
})

describe("import with its profile", () => {
  const serial = "arn:aws:iam::123456789012:mfa/user"
  const config = `[profile dev]\nregion = eu-west-1\nmfa_serial = ${serial}\n`

  it.effect("sets the profile up before the key goes", () =>
    Effect.gen(function*() {
      const world = makeWorld({ config })
      const { exit, questions, transcript } = yield* run(world, [...itemAlone, { confirm: true }, "enter", "enter", "enter"])
      assert.isTrue(Exit.isSuccess(exit), `${String(exit)} ${questions.join(" | ")}`)
      assert.match(textOf(world, configPath), /^credential_process = \/usr\/local\/bin\/op-aws-credential-process --profile dev$/m)
      assert.match(textOf(world, configPath), new RegExp(`^op_item = ${itemsWithKey(world)[0]?.id}$`, "m"))
      assert.isFalse(isInPlaintext(world))
      assert.isAbove(transcript.indexOf("Removed the key"), transcript.indexOf("It works: dev"))
      assert.notMatch(transcript, /nothing else to get credentials/)
    }))

  it.effect("names the profile whose key is to be rotated: one that has just been set up, or that is to be, and never another one", () =>
    Effect.gen(function*() {
      const environment = { AWS_ACCESS_KEY_ID: keyId, AWS_SECRET_ACCESS_KEY: secret }
      const fresh = makeWorld({ credentials: "", environment })
      const set = yield* run(fresh, [...itemAlone, { confirm: true }, { text: "work" }, "enter", "enter"], { source: { kind: "environment" } })
      assert.isTrue(Exit.isSuccess(set.exit), `${String(set.exit)} ${set.questions.join(" | ")}`)
      assert.match(set.transcript, /new key makes them worthless:\n {2}op-aws-credential-process rotate work$/)
      const none = yield* run(makeWorld({ credentials: "", environment }), newItem, { source: { kind: "environment" } })
      assert.match(none.transcript, /once a profile uses this one:\n {2}op-aws-credential-process rotate <profile>$/)
      const later = yield* run(makeWorld(), [...newItem, { confirm: true }])
      assert.match(later.transcript, /once a profile uses this one:\n {2}op-aws-credential-process rotate dev$/)
    }))

  it.effect("sets up all profiles that share the key without speaking of it as left behind", () =>
    Effect.gen(function*() {
      const world = makeWorld({ credentials: plaintext("dev") + plaintext("prod"), config })
      const { exit, transcript } = yield* run(world, "absent", { ...unattended, setup: true })
      assert.isTrue(Exit.isSuccess(exit), `${String(exit)} ${transcript}`)
      assert.lengthOf(textOf(world, configPath).match(/^credential_process/gm) ?? [], 2)
      assert.notMatch(transcript, /A key in plaintext/)
      assert.isFalse(isInPlaintext(world))
    }))

  it.effect("does not put a key from elsewhere into a profile that has another one in plaintext", () =>
    Effect.gen(function*() {
      const world = makeWorld({
        credentials: plaintext("default", "AKIAFAKE0000EXAMPLE1", "fake-other-secret"),
        environment: { AWS_ACCESS_KEY_ID: keyId, AWS_SECRET_ACCESS_KEY: secret }
      })
      const { tag } = yield* failureOf(world, "absent", { ...unattended, setup: true, source: { kind: "environment" } })
      assert.strictEqual(tag, "PlaintextFirst")
      assert.isFalse(world.things.has(configPath))
    }))

  it.effect("clears the backup that setup makes of a config file with the key in it", () =>
    Effect.gen(function*() {
      const world = makeWorld({ credentials: "", config: config + plaintext().split("\n").slice(1).join("\n") })
      const { exit, transcript } = yield* run(world, "absent", { ...unattended, setup: true })
      assert.isTrue(Exit.isSuccess(exit), `${String(exit)} ${transcript}`)
      assert.match(transcript, /^Removed the key from ~\/\.aws\/config and a copy that this program made\.$/m)
      assert.match([...world.things.keys()].join(" "), /config\.backup-\d+T\d+Z/)
      assert.isFalse(isInPlaintext(world))
    }))

  it.effect("keeps the plaintext unattended when the profile cannot be set up, and asks a person", () =>
    Effect.gen(function*() {
      const failing = () => {
        const world = makeWorld({ config })
        world.lines.endings.push({ exitCode: 6, stderr: "error: it does not work\nhint: mend it\n" })
        return world
      }
      const alone = failing()
      const { tag, transcript } = yield* failureOf(alone, [], { ...unattended, setup: true })
      assert.strictEqual(tag, "PutBack")
      assert.match(transcript, /The key is safe in the item/)
      assert.deepStrictEqual([textOf(alone, configPath), isInPlaintext(alone)], [config, true])
      const asked = failing()
      const second = yield* run(asked, [...itemAlone, { confirm: true }, "enter", "enter", { choose: "Put everything back" }, "enter"])
      assert.isTrue(Exit.isSuccess(second.exit), `${String(second.exit)} ${second.questions.join(" | ")}`)
      assert.match(second.transcript, /The profile is not set up: [^]*Profile "dev" has nothing else[^]*The key stays in plaintext/)
    }))
})

describe("import into an item that is there", () => {
  const target = (parts: Parameters<typeof itemWithKey>[0] = {}) => makeWorld({ items: [itemWithKey(parts)] })

  it.effect("asks before the key in it is replaced, and offers the choice again otherwise", () =>
    Effect.gen(function*() {
      const world = target()
      const { exit, transcript } = yield* run(world, [{ choose: "AWS" }, { confirm: false }, { choose: "AWS" }, { confirm: true }, { confirm: false }, { confirm: true }])
      assert.isTrue(Exit.isSuccess(exit), String(exit))
      assert.match(transcript, /"AWS" holds another key, AKIAFAKE0000EXAMPLE9\. Replace it/)
      assert.deepStrictEqual(itemsOf(world).map(fieldsOf).map((fields) => fields["Secret access key"]), [secret])
      assert.isFalse(isInPlaintext(world))
    }))

  it.effect("does so unattended only where that was said", () =>
    Effect.gen(function*() {
      const world = target()
      const wish = { ...unattended, flags: { "op-vault": "Private", "op-item": "AWS" } }
      assert.strictEqual((yield* failureOf(world, "absent", wish)).tag, "ItemHoldsOtherKey")
      assert.strictEqual(fieldsOf(itemsOf(world)[0])["Secret access key"], "fake-older-secret")
      assert.isTrue(isInPlaintext(world))
      assert.isTrue(Exit.isSuccess((yield* run(world, "absent", { ...wish, replace: true })).exit))
      assert.strictEqual(fieldsOf(itemsOf(world)[0])["Secret access key"], secret)
    }))

  it.effect("adds the fields that are missing, and keeps the others", () =>
    Effect.gen(function*() {
      const world = makeWorld({ items: [item({ title: "AWS", fields: [{ label: "note", value: "kept" }] })] })
      const { exit } = yield* run(world, "absent", { ...unattended, flags: { "op-vault": "Private", "op-item": "AWS" } })
      assert.isTrue(Exit.isSuccess(exit), String(exit))
      assert.deepStrictEqual(fieldsOf(itemsOf(world)[0]), { "note": "kept", "access key id": keyId, "secret access key": secret })
    }))

  it.effect("writes nothing where the key is there already", () =>
    Effect.gen(function*() {
      const world = target({ accessKeyId: keyId, secretAccessKey: secret })
      const { exit } = yield* run(world, "absent", { ...unattended, flags: { "op-vault": "Private", "op-item": "AWS" } })
      assert.isTrue(Exit.isSuccess(exit), String(exit))
      assert.strictEqual(itemsOf(world)[0]?.version, 1)
      assert.isFalse(isInPlaintext(world))
    }))

  it.effect("asks before a login is changed, which may have a passkey, and refuses that unattended", () =>
    Effect.gen(function*() {
      const login = () => makeWorld({ items: [item({ title: "Amazon", category: "LOGIN" })] })
      const world = login()
      const { questions } = yield* run(world, [{ choose: "Amazon" }, { confirm: true }, { confirm: false }, { confirm: false }])
      assert.match(questions[1]!, /takes a passkey out/)
      assert.strictEqual(itemsWithKey(world).length, 1)
      const wish = { ...unattended, replace: true, flags: { "op-vault": "Private", "op-item": "Amazon" } }
      assert.strictEqual((yield* failureOf(login(), "absent", wish)).tag, "PasskeyAtStake")
    }))

  it.effect("leaves an item alone that somebody changes at the same time, and keeps the plaintext", () =>
    Effect.gen(function*() {
      const world = target()
      world.beforeReading = (number) => {
        if (number !== 2) return
        itemsOf(world)[0]!.fields.find(({ label }) => label === "Secret access key")!.value = "fake-somebody-elses"
      }
      const { tag, transcript } = yield* failureOf(world, "absent", { ...unattended, replace: true, flags: { "op-vault": "Private", "op-item": "AWS" } })
      assert.strictEqual(tag, "KeyNotProven")
      assert.match(transcript, /which is not proven; .* The plaintext was not touched\.$/)
      assert.strictEqual(fieldsOf(itemsOf(world)[0])["Secret access key"], "fake-somebody-elses")
      assert.isTrue(isInPlaintext(world))
    }))

  it.effect("says where 1Password's answer cannot be read", () =>
    Effect.gen(function*() {
      const world = target()
      world.op.faults.push({ fault: "truncated", command: "item get", call: 3 })
      const { failure, transcript } = yield* failureOf(world, "absent", { ...unattended, replace: true, flags: { "op-vault": "Private", "op-item": "AWS" } })
      assert.strictEqual(failure._tag, "OpOutputUnusable")
      assert.match(transcript, /holds the key, which is not proven; run import again.*plaintext was not touched\.$/)
      assert.isTrue(isInPlaintext(world))
    }))
})

describe("import, when something goes wrong", () => {
  it.effect("keeps the plaintext when 1Password forgets what it was given", () =>
    Effect.gen(function*() {
      const world = makeWorld()
      world.op.faults.push({ fault: "forgets", command: "item create" })
      const { tag, transcript } = yield* failureOf(world, "absent", unattended)
      assert.strictEqual(tag, "OpWriteNotKept")
      assert.match(transcript, /may have been made .* run import again/)
      assert.strictEqual(textOf(world, credentialsPath), plaintext())
    }))

  it.effect("says that nothing was changed where the vault is not to be written to, and which one that is", () =>
    Effect.gen(function*() {
      const world = makeWorld()
      world.op.faults.push({ fault: "no-permission", command: "item create" })
      const { failure, tag, transcript } = yield* failureOf(world, newItem)
      assert.deepStrictEqual([tag, failure.message], ["AccessForbidden", "1Password does not let you write to the vault \"Private\""])
      assert.match(transcript, /\nNothing was changed\.$/)
      assert.deepStrictEqual([noteOf(world), textOf(world, credentialsPath)], [undefined, plaintext()])
      const filled = makeWorld({ items: [itemWithKey()] })
      filled.op.faults.push({ fault: "no-permission", command: "item edit" })
      const second = yield* failureOf(filled, [{ choose: "AWS" }, { confirm: true }, { confirm: false }])
      assert.strictEqual(second.tag, "AccessForbidden")
      assert.match(second.transcript, /\nNothing was changed\.$/)
    }))

  it.effect("keeps the plaintext when AWS cannot be asked about what 1Password returns, and goes on from there later", () =>
    Effect.gen(function*() {
      const world = makeWorld()
      const first = yield* Effect.gen(function*() {
        // The first answer is for the key as it stands in the file.
        const failing = { ...world, sts: { ...world.sts, failures: [] } }
        Object.defineProperty(failing.sts.failures, "shift", {
          value: () => failing.sts.calls.length === 1 ? unreachable : undefined
        })
        return yield* failureOf(failing, "absent", unattended)
      })
      assert.strictEqual(first.tag, "AwsUnreachable")
      assert.match(first.transcript, new RegExp(`The item "${usualTitle}" in the vault "Private" \\(\\w+\\) was made and is not proven`))
      assert.isTrue(isInPlaintext(world))
      const second = yield* run(world, "absent", unattended)
      assert.isTrue(Exit.isSuccess(second.exit), String(second.exit))
      assert.match(second.transcript, /already, from an earlier import: there is nothing to write/)
      assert.deepStrictEqual([itemsWithKey(world).length, isInPlaintext(world)], [1, false])
    }))

  it.effect("does not overwrite a file that was changed while the question stood", () =>
    Effect.gen(function*() {
      const world = makeWorld()
      const changed = `${plaintext()}# changed\n`
      world.meanwhile = () => void world.things.set(credentialsPath, { text: changed })
      const { tag, transcript } = yield* failureOf(world, "absent", unattended)
      assert.strictEqual(tag, "AwsFileChanged")
      assert.strictEqual(textOf(world, credentialsPath), changed)
      assert.match(transcript, /The key is safe in the item .*; the plaintext was not touched\.$/)
    }))

  it.effect("changes nothing in a file that clients do not read alike, and says so", () =>
    Effect.gen(function*() {
      const world = makeWorld({ credentials: `${plaintext()}[dev]\nregion = eu-west-1\n` })
      const { tag } = yield* failureOf(world, "absent", unattended)
      assert.strictEqual(tag, "ConfigUneditable")
      assert.include(textOf(world, credentialsPath), secret)
      assert.strictEqual(itemsWithKey(world).length, 1)
    }))

  it.effect("names lines of AWS's files that hold the secret for something else", () =>
    Effect.gen(function*() {
      const world = makeWorld({ config: `[profile x]\ncredential_process = echo ${secret}\n` })
      const { failure, tag } = yield* failureOf(world, "absent", unattended)
      assert.strictEqual(tag, "SecretStays")
      assert.include(failure.message, "~/.aws/config:2")
      assert.notInclude(textOf(world, credentialsPath), secret)
    }))

  it.effect("clears copies that this program made, and names or asks about those of others", () =>
    Effect.gen(function*() {
      const copies = (world: World) => {
        world.things.set("/home/me/.aws/config.backup-20261129T101500Z", { text: `[profile dev]\nregion = x\naws_secret_access_key = ${secret}\n` })
        world.things.set("/home/me/.aws/credentials~", { text: plaintext() })
        world.things.set("/home/me/.aws/.credentials.swp", { text: `b0VIM\0${secret}\0` })
        world.things.set("/home/me/.aws/credentials.old", { text: "[a]\n" })
        return world
      }
      const alone = copies(makeWorld())
      const first = yield* run(alone, "absent", unattended)
      assert.isTrue(Exit.isSuccess(first.exit), String(first.exit))
      assert.strictEqual(textOf(alone, "/home/me/.aws/config.backup-20261129T101500Z"), "[profile dev]\nregion = x\n")
      assert.strictEqual(textOf(alone, "/home/me/.aws/credentials~"), plaintext())
      assert.match(first.transcript, /credentials~:3 still holds the secret/)
      assert.match(first.transcript, /\.credentials\.swp holds the secret too: delete that file/)
      assert.notMatch(first.transcript, /credentials\.old/)
      const asked = copies(makeWorld())
      const second = yield* run(asked, [...newItem, { confirm: true }, { confirm: true }])
      assert.isTrue(Exit.isSuccess(second.exit), String(second.exit))
      assert.strictEqual(textOf(asked, "/home/me/.aws/credentials~"), "")
      assert.strictEqual(textOf(asked, "/home/me/.aws/config.backup-20261129T101500Z"), "[profile dev]\nregion = x\n")
      assert.match(second.transcript, /Remove the key from ~\/\.aws\/credentials and a copy that this program made\?/)
      const kept = copies(makeWorld())
      const third = yield* run(kept, [...newItem, { confirm: false }])
      assert.isTrue(Exit.isSuccess(third.exit), String(third.exit))
      assert.include(textOf(kept, "/home/me/.aws/config.backup-20261129T101500Z"), secret)
    }))

  it.effect("looks for copies beside what a link leads to as well", () =>
    Effect.gen(function*() {
      const world = makeWorld({ config: "[profile dev]\noutput = json\n" })
      for (const [path, name] of [[credentialsPath, "aws-keys"], [configPath, "aws"]] as const) {
        world.things.set(`/home/me/dotfiles/${name}`, { text: textOf(world, path) })
        world.things.set(path, { link: `/home/me/dotfiles/${name}` })
      }
      world.things.set("/home/me/dotfiles/aws-keys.bak", { text: plaintext() })
      world.things.set("/home/me/.aws/credentials.old", { link: "/home/me/dotfiles/aws-keys.bak" })
      world.things.set("/home/me/.aws/credentials.same", { link: "/home/me/dotfiles/aws-keys" })
      world.things.set("/home/me/dotfiles/.op-aws-credential-process-aws-keys-12-abc", { text: plaintext() })
      const { exit, transcript } = yield* run(world, "absent", unattended)
      assert.isTrue(Exit.isSuccess(exit), String(exit))
      assert.deepStrictEqual([...world.things.keys()].filter((path) => textOf(world, path).includes(secret)), ["/home/me/dotfiles/aws-keys.bak"])
      assert.deepStrictEqual(transcript.match(/^.* still holds .*$/gm), ["~/.aws/credentials.old:3 still holds the secret."])
    }))

  it.effect("does not make a second item of a title that another one has", () =>
    Effect.gen(function*() {
      const parts: Parts = { items: [itemWithKey({ title: usualTitle })] }
      assert.strictEqual((yield* failureOf(makeWorld(parts), "absent", unattended)).tag, "TitleTaken")
      const world = makeWorld(parts)
      const { transcript } = yield* run(world, [{ choose: "a new item" }, { text: usualTitle.toUpperCase() }, "enter", { confirm: false }, { confirm: false }])
      assert.match(transcript, /There is an item of that title already/)
      assert.strictEqual(itemsWithKey(world)[0]?.title, `${usualTitle} 2`)
    }))

  it.effect("asks in which vault, and says with --yes that it has to be said", () =>
    Effect.gen(function*() {
      const two = () => {
        const world = makeWorld()
        world.op.accounts[0]!.vaults.push({ id: "vaultofwork", name: "Work", items: [] })
        return world
      }
      assert.strictEqual((yield* failureOf(two(), "absent", unattended)).tag, "AnswerMissing")
      const world = two()
      const { exit } = yield* run(world, [{ choose: "Work" }, "enter", { confirm: false }, { confirm: false }])
      assert.isTrue(Exit.isSuccess(exit), String(exit))
      assert.strictEqual(world.op.accounts[0]!.vaults[1]!.items.length, 1)
    }))

  it.effect("goes where the profile says that has the key, and proposes the item that is in it now", () =>
    Effect.gen(function*() {
      const profile = (...lines: ReadonlyArray<string>) => {
        const world = makeWorld({ config: ["[profile dev]", ...lines, ""].join("\n") })
        world.op.accounts[0]!.vaults.push({ id: "vaultofwork", name: "Work", items: [itemWithKey()] })
        return world
      }
      const inVault = profile("op_vault = Work")
      assert.isTrue(Exit.isSuccess((yield* run(inVault, "absent", unattended)).exit))
      assert.deepStrictEqual(inVault.op.accounts[0]!.vaults[1]!.items.map(({ title }) => title), ["AWS", usualTitle])
      const inItem = profile("op_item = op://Work/AWS")
      const { offered } = yield* run(inItem, [{ choose: "now in the profile" }, { confirm: true }, { confirm: true }])
      assert.deepStrictEqual(offered, [["a new item", "AWS (API credential, now in the profile)"]])
      assert.deepStrictEqual(itemsWithKey(inItem).map(({ title }) => title), ["AWS"])
      assert.strictEqual((yield* failureOf(profile("op_item = op://Work/AWS"), "absent", unattended)).tag, "ItemHoldsOtherKey")
      const elsewhere = yield* failureOf(profile("op_account = nobody"), "absent", unattended)
      assert.strictEqual(elsewhere.tag, "AccountUnknown")
      const program = yield* failureOf(profile("op_cli_path = ./op"), "absent", unattended)
      assert.match(program.failure.message, /op_cli_path in profile "dev"/)
    }))

  it.effect("tells temporary keys and several keys apart where nobody can be asked", () =>
    Effect.gen(function*() {
      const temporary = makeWorld({ credentials: `${plaintext()}aws_session_token = fake-token\n` })
      assert.strictEqual((yield* failureOf(temporary, [])).tag, "KeyNotImportable")
      const several = makeWorld({ credentials: plaintext() + plaintext("x", "AKIAFAKE0000EXAMPLE1", "fake-other-secret") })
      assert.strictEqual((yield* failureOf(several, "absent", { ...unattended, source: { kind: "any" } })).tag, "SeveralKeys")
      const none = makeWorld({ credentials: "" })
      assert.strictEqual((yield* failureOf(none, "absent", unattended)).tag, "NoPlaintextKey")
      const elsewhere = yield* failureOf(makeWorld(), "absent", { ...unattended, source: { kind: "profile", profile: "y" } })
      assert.match(elsewhere.failure.hint, /there is one in: profile dev/)
    }))

  it.effect("can be left at every question, and says how things stand then", () =>
    Effect.gen(function*() {
      const answers: ReadonlyArray<Answer> = [{ choose: keyId }, { choose: "Work" }, { choose: "AWS" }, { confirm: true }, { confirm: false }, { confirm: true }]
      for (let length = 0; length < answers.length; length++) {
        const world = makeWorld()
        world.op.accounts[0]!.vaults.push({ id: "vaultofwork", name: "Work", items: [itemWithKey()] })
        const { failure, tag, transcript } = yield* failureOf(world, [...answers.slice(0, length), "leave"], { source: { kind: "any" } })
        assert.strictEqual(tag, "InterviewLeft")
        assert.strictEqual(textOf(world, credentialsPath), plaintext())
        const written = length >= 5
        assert.strictEqual(itemsWithKey(world).length, written ? 1 : 0)
        assert.strictEqual(failure.message, written ? "The import was left." : "Nothing was changed.")
        assert.strictEqual(/The key is safe in the item "AWS".*the plaintext was not touched\.$/.test(transcript), written)
      }
    }))
})

describe("import with a profile", () => {
  const withTwoDevices = (world: World): void => {
    const user = world.sts.users[keyId]!
    const device = Object.values(user.devices)[0]!
    user.devices = { "arn:aws:iam::123456789012:mfa/one": device, "arn:aws:iam::123456789012:mfa/two": device }
  }

  const answers: ReadonlyArray<Answer> = [...itemAlone, { confirm: true }, { text: "eu-west-1" }]

  it.effect("asks all that can be asked before anything is written to 1Password", () =>
    Effect.gen(function*() {
      for (let length = 0; length <= answers.length; length++) {
        const world = makeWorld()
        const { tag, transcript } = yield* failureOf(world, [...answers.slice(0, length), "leave"])
        assert.strictEqual(tag, "InterviewLeft")
        const written = length === answers.length
        assert.strictEqual(itemsWithKey(world).length, written ? 1 : 0, String(length))
        // Only what shows the item's own ID comes after it.
        assert.strictEqual(transcript.includes("op_item = "), written)
      }
    }))

  it.effect("asks which device it is, and whether another program's line is replaced, before that too", () =>
    Effect.gen(function*() {
      const world = makeWorld({ config: "[profile dev]\nregion = eu-west-1\ncredential_process = other-program\n" })
      withTwoDevices(world)
      const all: ReadonlyArray<Answer> = [...itemAlone, { confirm: true }, { confirm: true }, "enter", { choose: "two" }]
      for (let length = 3; length < all.length; length++) {
        const { tag } = yield* failureOf(world, [...all.slice(0, length), "leave"])
        assert.deepStrictEqual([tag, itemsWithKey(world)], ["InterviewLeft", []])
      }
      const { exit, questions, transcript } = yield* run(world, [...all, "enter", "enter"])
      assert.isTrue(Exit.isSuccess(exit), `${String(exit)} ${questions.join(" | ")}`)
      assert.match(textOf(world, configPath), /^mfa_serial = arn:aws:iam::123456789012:mfa\/two$/m)
      assert.strictEqual(transcript.match(/belongs to user|AWS knows the key/g)?.length, 1)
    }))

  it.effect("asks whether a line that has to be quoted will do, before that too", () =>
    Effect.gen(function*() {
      const world = makeWorld()
      const path = "/opt/my programs/op-aws-credential-process"
      world.things.set(path, { text: "\x7fELF", mode: 0o755 })
      const left = yield* failureOf(world, [...itemAlone, { confirm: true }, "leave"], { running: { kind: "standalone", path } })
      assert.deepStrictEqual([left.tag, itemsWithKey(world)], ["InterviewLeft", []])
      assert.include(left.transcript, "has to be quoted")
    }))

  it.effect("finds out unattended that a profile needs more flags before anything is written", () =>
    Effect.gen(function*() {
      const world = makeWorld()
      withTwoDevices(world)
      const { tag } = yield* failureOf(world, "absent", { ...unattended, setup: true })
      assert.deepStrictEqual([tag, itemsWithKey(world)], ["AnswerMissing", []])
    }))
})

/** What has to be true at any moment: the key stands where it stood, or it is in 1Password and was proven there. */
const assertNotLost = (world: World): void => {
  if (isInPlaintext(world)) return
  assert.isAbove(itemsWithKey(world).length, 0)
  assert.isAtLeast(world.sts.calls.filter(({ outcome }) => outcome === "done").length, 2)
}

describe("import, killed", () => {
  const situations: ReadonlyArray<readonly [what: string, parts: Parts, wish: Parameters<typeof run>[2]]> = [
    ["into a new item", { config: `[profile dev]\n${plaintext().split("\n").slice(1).join("\n")}` }, unattended],
    ["into a new item with a title", {}, { ...unattended, title: "Mine" }],
    ["with its profile", {}, { ...unattended, setup: true }],
    [
      "with its profile, of which a backup holds the key",
      { config: `[profile dev]\n${plaintext().split("\n").slice(1).join("\n")}` },
      { ...unattended, setup: true }
    ],
    ["into an item with another key", { items: [itemWithKey()] }, { ...unattended, replace: true, flags: { "op-vault": "Private", "op-item": "AWS" } }]
  ]

  for (const [what, parts, wish] of situations) {
    for (const when of ["before", "after"] as const) {
      it.effect(`${when} any of its deeds loses nothing, and the next run makes no second item: ${what}`, () =>
        Effect.gen(function*() {
          let killed = 0
          for (let at = 0;; at++) {
            const world = makeWorld(parts)
            const life: Mortality = { at, when, deeds: 0 }
            const { exit } = yield* run(world, "absent", wish, life)
            assertNotLost(world)
            if (Exit.isSuccess(exit)) break
            killed++
            const unfinished = isInPlaintext(world)
            const again = yield* run(world, "absent", wish)
            assert.strictEqual(Exit.isSuccess(again.exit), unfinished, `${at}: ${String(again.exit)}`)
            assert.strictEqual(itemsWithKey(world).length, 1, `${at}`)
            assert.isFalse(isInPlaintext(world))
          }
          assert.isAtLeast(killed, 7)
        }))
    }
  }

  it.effect("finds the item again, whatever it is called, as long as the key stays in plaintext", () =>
    Effect.gen(function*() {
      const world = makeWorld()
      const { exit } = yield* run(world, [{ choose: "a new item" }, { text: "Mine" }, { confirm: false }, { confirm: false }])
      assert.isTrue(Exit.isSuccess(exit), String(exit))
      const again = yield* run(world, "absent", { ...unattended, flags: { "op-vault": "Private" } })
      assert.isTrue(Exit.isSuccess(again.exit), `${String(again.exit)} ${again.questions.join(" | ")}`)
      assert.deepStrictEqual(itemsWithKey(world).map(({ title }) => title), ["Mine"])
      assert.deepStrictEqual([noteOf(world), isInPlaintext(world)], [undefined, false])
    }))

  it.effect("finds the item of an earlier run also where another title is wanted now", () =>
    Effect.gen(function*() {
      const world = makeWorld()
      world.op.faults.push({ fault: "killed-after", command: "item create" })
      const first = yield* failureOf(world, [{ choose: "a new item" }, { text: "Mine" }, { confirm: false }])
      assert.strictEqual(first.tag, "OpKilled")
      assert.isDefined(noteOf(world))
      const { exit, questions } = yield* run(world, [{ confirm: false }, { confirm: true }])
      assert.isTrue(Exit.isSuccess(exit), String(exit))
      assert.strictEqual(questions.length, 2)
      assert.deepStrictEqual(itemsWithKey(world).map(({ title }) => title), ["Mine"])
    }))
})

describe("import --dry-run", () => {
  it.effect("shows all that would be done, asks 1Password nothing and writes nothing", () =>
    Effect.gen(function*() {
      const world = makeWorld({ config: `[profile dev]\nregion = eu-west-1\n`, environment: { AWS_ACCESS_KEY_ID: keyId, AWS_SECRET_ACCESS_KEY: secret } })
      world.things.set("/home/me/.aws/credentials~", { text: plaintext() })
      const before = structuredClone({ items: itemsOf(world), things: [...world.things], notes: [...world.notes] })
      const text = yield* rehearse(world, { source: { kind: "any" } })
      assert.deepStrictEqual(structuredClone({ items: itemsOf(world), things: [...world.things], notes: [...world.notes] }), before)
      assert.deepStrictEqual([world.op.runs.length, world.status.asked], [0, 0])
      for (const part of [`a new item "${usualTitle}"`, "offer to set up \"dev\" to use it there", "- aws_secret_access_key = ****", "credentials~:3 holds", "unset AWS_", "dry run"]) {
        assert.include(text, part)
      }
      assert.notInclude(text, secret)
    }))

  it.effect("speaks of no choice that nobody would be asked for", () =>
    Effect.gen(function*() {
      assert.include(yield* rehearse(makeWorld()), "in a vault that you choose, or another item that you choose,")
      assert.include(yield* rehearse(makeWorld(), { title: "Mine" }), `a new item "Mine" in a vault that you choose, read it back`)
      assert.include(yield* rehearse(makeWorld(), unattended), `a new item "${usualTitle}" in the only vault, read it back`)
    }))

  it.effect("tells of every key, and fails where none would be taken", () =>
    Effect.gen(function*() {
      const world = makeWorld({ credentials: plaintext() + plaintext("old", "AKIAFAKE0000EXAMPLE1", "fake-other-secret") })
      const text = yield* rehearse(world, { source: { kind: "any" } })
      assert.match(text, /AKIAFAKE0000EXAMPLE1 \(profile old\) would be refused: AWS does not know/)
      const failure = yield* Effect.flip(rehearse(world, { source: { kind: "profile", profile: "old" } }))
      assert.isTrue(failure._tag === "PlaintextKeyRefused")
    }))
})

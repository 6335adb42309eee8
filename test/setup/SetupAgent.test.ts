import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { type Answer, InterviewFake } from "../fakes/terminal/InterviewFake.ts"
import { type AgentRequest, setupAgent } from "../../src/setup/agent/SetupAgent.ts"
import * as InterviewUnattended from "../../src/session/interview/InterviewUnattended.ts"
import { configOf, makeWorld, program, textAt, type World } from "./SetupWorld.ts"
import { wizardServices } from "./WizardMachine.ts"

const dev = `[profile dev]
region = eu-central-1
mfa_serial = arn:aws:iam::123456789012:mfa/user
op_vault = Private
op_item = AWS
op_duration = 8h
credential_process = ${program} --cache keyring --profile dev
`

const role = `
[profile admin]
role_arn = arn:aws:iam::210987654321:role/admin
source_profile = dev
region = eu-west-1
`

const policyFile = "/home/me/.aws/op-aws-policies/dev-agent.json"

const run = (world: World, answers: ReadonlyArray<Answer> | "absent", { yes = false, ...request }: Partial<AgentRequest> & { readonly yes?: boolean } = {}) =>
  Effect.gen(function*() {
    const result = yield* Effect.result(setupAgent({
      profile: "dev",
      only: undefined,
      name: undefined,
      environment: world.environment,
      running: world.running,
      look: { color: false, unicode: true },
      ...request
    }).pipe(Effect.provide(InterviewUnattended.layer("setup --agent", yes, { instead: "pass --yes" }))))
    const interview = yield* InterviewFake
    return {
      tag: result._tag === "Failure" ? result.failure._tag as string : undefined,
      message: result._tag === "Failure" ? result.failure.message : undefined,
      questions: yield* interview.questions,
      transcript: (yield* interview.transcript).join("\n")
    }
  }).pipe(Effect.provide(wizardServices(world, answers)))

describe("setup --agent", () => {
  it.effect("writes a narrower profile with its policy beside a whole one, shows both before, and tries its line", () =>
    Effect.gen(function*() {
      const world = makeWorld({ config: dev })
      const { questions, tag, transcript } = yield* run(world, [{ choose: "Look" }, "enter", "enter"])
      assert.isUndefined(tag, transcript)
      assert.deepStrictEqual(questions, ["What may it do?", "What is the narrower profile to be called?", "Write both?"])
      const line = `${program} --cache keyring --policy ${policyFile} --profile dev-agent`
      assert.strictEqual(
        configOf(world),
        `${dev}
[profile dev-agent]
region = eu-central-1
mfa_serial = arn:aws:iam::123456789012:mfa/user
op_vault = Private
op_item = AWS
op_duration = 8h
op_policy = ${policyFile}
credential_process = ${line}
`
      )
      const policy = textAt(world, policyFile) ?? ""
      assert.include(JSON.parse(policy).Statement[0].Action, "ec2:Describe*")
      const thing = world.things.get(policyFile)
      assert.strictEqual(thing !== undefined && "text" in thing ? thing.mode : undefined, 0o600)
      assert.deepStrictEqual(world.lines.runs.map((one) => one.line), [line])
      for (const shown of ["ec2:Describe*", `+ op_policy = ${policyFile}`, "change nothing", "container"]) assert.include(transcript, shown)
    }))

  it.effect("asks which bucket, or which service, and takes no answer that cannot be meant", () =>
    Effect.gen(function*() {
      const world = makeWorld({ config: dev })
      const bucket = yield* run(world, [{ choose: "bucket" }, { text: "My Bucket" }, { text: "my-bucket" }, { text: "uploads" }, "enter"])
      assert.isUndefined(bucket.tag, bucket.transcript)
      assert.include(textAt(world, "/home/me/.aws/op-aws-policies/uploads.json"), "arn:aws:s3:::my-bucket/*")
      assert.include(configOf(world), "[profile uploads]")
      const service = yield* run(world, [{ choose: "one service" }, { text: "iam" }, { text: "sqs" }, { text: "dev" }, { text: "queues" }, "enter"])
      assert.isUndefined(service.tag, service.transcript)
      assert.match(service.transcript, /! With iam a session can get itself/)
      assert.include(textAt(world, "/home/me/.aws/op-aws-policies/queues.json"), "\"sqs:*\"")
    }))

  it.effect("asks nothing with --yes", () =>
    Effect.gen(function*() {
      const world = makeWorld({ config: dev })
      const { tag } = yield* run(world, "absent", { yes: true, only: "s3://my-bucket", name: "files" })
      assert.isUndefined(tag)
      assert.include(configOf(world), "[profile files]")
      assert.strictEqual((yield* run(makeWorld({ config: dev }), "absent")).tag, "NobodyToAsk")
      assert.strictEqual((yield* run(makeWorld({ config: dev }), "absent", { yes: true, only: "iam" })).tag, "PolicyNotReady")
    }))

  it.effect("narrows a role by a line that names its profile, which clients do not assume by themselves", () =>
    Effect.gen(function*() {
      const world = makeWorld({ config: `${dev}${role}` })
      const { tag, transcript } = yield* run(world, "absent", { profile: "admin", yes: true, only: "look" })
      assert.isUndefined(tag, transcript)
      const file = "/home/me/.aws/op-aws-policies/admin-agent.json"
      assert.isTrue(configOf(world)?.endsWith(
        `\n[profile admin-agent]\nregion = eu-west-1\ncredential_process = ${program} --policy ${file} --profile admin\n`
      ), configOf(world))
      assert.include(transcript, "of account 210987654321")
    }))

  it.effect("changes nothing where the person leaves or says no, and takes back what does not work", () =>
    Effect.gen(function*() {
      for (const answers of [["leave"], [{ choose: "Look" }, "leave"], [{ choose: "Look" }, "enter", { confirm: false }]] as const) {
        const world = makeWorld({ config: dev })
        assert.strictEqual((yield* run(world, answers)).tag, "InterviewLeft")
        assert.deepStrictEqual([configOf(world), textAt(world, policyFile)], [dev, undefined])
      }
      const world = makeWorld({ config: dev, lines: [{ exitCode: 6, stderr: "error: AWS denied it\nhint: ask\n" }] })
      const refused = yield* run(world, [{ choose: "Look" }, "enter", "enter", { choose: "Put everything back" }])
      assert.strictEqual(refused.tag, "PutBack")
      assert.deepStrictEqual([configOf(world), textAt(world, policyFile)], [dev, undefined])
      assert.deepStrictEqual([...world.things.keys()].filter((path) => path.includes("backup")), [])
      const failing = makeWorld({ config: dev, lines: [{ exitCode: 6, stderr: "error: AWS denied it\nhint: ask\n" }] })
      const left = yield* run(failing, [{ choose: "Look" }, "enter", "enter", "leave"])
      assert.deepStrictEqual([left.tag, left.message], ["InterviewLeft", "Everything is as it was before."])
      assert.deepStrictEqual([configOf(failing), textAt(failing, policyFile)], [dev, undefined])
    }))

  it.effect("writes a narrowed profile anew, and leaves any other of that name alone", () =>
    Effect.gen(function*() {
      const world = makeWorld({ config: dev })
      yield* run(world, "absent", { yes: true, only: "look" })
      assert.isUndefined((yield* run(world, "absent", { yes: true, only: "s3://my-bucket" })).tag)
      assert.include(textAt(world, policyFile), "my-bucket")
      assert.strictEqual(configOf(world)?.split("[profile dev-agent]").length, 2)
      const taken = makeWorld({ config: `${dev}\n[profile dev-agent]\nregion = eu-west-1\n` })
      assert.strictEqual((yield* run(taken, "absent", { yes: true, only: "look" })).tag, "AgentUnfit")
      assert.strictEqual((yield* run(taken, "absent", { yes: true, only: "look", name: "dev" })).tag, "ProfileNameUnusable")
      assert.strictEqual((yield* run(makeWorld({ config: dev }), "absent", { yes: true, profile: "nobody" })).tag, "UnknownProfile")
    }))

  it.effect("says that it was not tried where a code would have to be typed and nobody is there", () =>
    Effect.gen(function*() {
      const world = makeWorld({ config: dev, lines: [{ exitCode: 5, stderr: "error: no way to ask\nhint: login\n" }] })
      const { tag, transcript } = yield* run(world, "absent", { yes: true, only: "look" })
      assert.isUndefined(tag)
      assert.include(transcript, "Next: op-aws-credential-process login dev-agent")
      assert.include(configOf(world), "[profile dev-agent]")
    }))
})

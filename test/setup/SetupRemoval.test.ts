import { assert, describe, it } from "@effect/vitest"
import { Effect, Option } from "effect"
import { configPath } from "../fakes/aws-config/AwsFilesMemory.ts"
import { type Answer, InterviewFake } from "../fakes/terminal/InterviewFake.ts"
import { configOf, makeWorld, program, run, type World } from "./SetupWorld.ts"
import * as InterviewUnattended from "../../src/session/interview/InterviewUnattended.ts"
import { removeSetup } from "../../src/setup/SetupRemoval.ts"
import { wizardServices } from "./WizardMachine.ts"

/** Takes a profile back, and gives how that ended, whose sessions go, and what stayed on the terminal. */
const takeBack = (world: World, profile: string, answers: ReadonlyArray<Answer> | "absent", yes = false) =>
  Effect.gen(function*() {
    const result = yield* Effect.result(
      removeSetup({ profile, environment: world.environment, look: { color: false, unicode: true } }).pipe(
        Effect.provide(InterviewUnattended.layer("setup --remove", yes, { instead: "pass --yes" }))
      )
    )
    const interview = yield* InterviewFake
    return {
      tag: result._tag === "Failure" ? result.failure._tag as string : undefined,
      forgets: result._tag === "Success" ? Option.getOrUndefined(result.success)?.profile : undefined,
      questions: yield* interview.questions,
      transcript: (yield* interview.transcript).join("\n")
    }
  }).pipe(Effect.provide(wizardServices(world, answers)))

const ours = (name: string, ...more: ReadonlyArray<string>): string =>
  [`[profile ${name}]`, ...more, "op_item = op://Private/AWS", `credential_process = ${program} --profile ${name}`, ""].join("\n")

describe("setup --remove", () => {
  const others = [
    "",
    "# mine\n[default]\nregion = eu-west-1\n",
    "[profile admin]\nrole_arn = arn:aws:iam::123456789012:role/admin\nsource_profile = x\n\n[profile last]\noutput = json"
  ]
  it.effect.each(others)("undoes what setup did to a file that was %j", (config) =>
    Effect.gen(function*() {
      const world = makeWorld(config === "" ? {} : { config })
      const setup = yield* run(world, "absent", { profile: "dev", region: "eu-central-1", yes: true, flags: { "op-item": "op://Private/AWS" } })
      assert.isUndefined(setup.tag === "NobodyToAsk" ? undefined : setup.tag, setup.transcript)
      assert.match(configOf(world) ?? "", /\[profile dev\]/)
      const { questions, tag, transcript } = yield* takeBack(world, "dev", [{ confirm: true }, { confirm: false }])
      assert.isUndefined(tag, transcript)
      assert.deepStrictEqual(questions, ["Take it back?", "Forget its cached sessions too?"])
      assert.strictEqual((configOf(world) ?? "").trimEnd(), config.trimEnd())
      assert.match(transcript, /^- credential_process = /m)
      assert.match(transcript, /op-aws-credential-process clear dev/)
    }))

  it.effect("takes no for an answer, which Enter is, and changes nothing", () =>
    Effect.gen(function*() {
      const world = makeWorld({ config: ours("dev") })
      const { tag } = yield* takeBack(world, "dev", ["enter"])
      assert.deepStrictEqual([tag, configOf(world)], ["InterviewLeft", ours("dev")])
      assert.strictEqual((yield* takeBack(world, "dev", "absent")).tag, "NobodyToAsk")
      assert.strictEqual(configOf(world), ours("dev"))
    }))

  it.effect("leaves what is not ours, keeps a copy of the file, and says who rests on it", () =>
    Effect.gen(function*() {
      const role = "[profile admin]\nrole_arn = arn:aws:iam::123456789012:role/admin\nsource_profile = dev\n"
      const config = `${ours("dev", "region = eu-central-1", "op_duration = 8h", "output = json", "# a word")}${role}`
      const world = makeWorld({ config })
      const { forgets, transcript } = yield* takeBack(world, "dev", [{ confirm: true }, "enter"])
      assert.strictEqual(configOf(world), `[profile dev]\nregion = eu-central-1\noutput = json\n# a word\n${role}`)
      assert.strictEqual(forgets, "dev")
      assert.match(transcript, /Left in the profile, as AWS's own: region\./)
      assert.match(transcript, /as they rest on it: admin\./)
      const copies = [...world.things].filter(([path]) => path.startsWith(configPath) && path !== configPath)
      assert.deepStrictEqual(copies.map(([, thing]) => "text" in thing && thing.text), [config])
    }))

  it.effect("keeps the region of [default]", () =>
    Effect.gen(function*() {
      const world = makeWorld({ config: ours("default", "region = eu-central-1").replace("profile default", "default") })
      yield* takeBack(world, "default", "absent", true)
      assert.strictEqual(configOf(world), "[default]\nregion = eu-central-1\n")
    }))

  it.effect.each([
    ["other", "[profile other]\ncredential_process = /usr/bin/aws-vault exec dev --json\nregion = x\n", "NothingToTakeBack"],
    ["none", "[profile other]\nregion = x\n", "UnknownProfile"]
  ])("leaves profile %s alone", ([name, config, tag]) =>
    Effect.gen(function*() {
      const world = makeWorld({ config: config! })
      assert.deepStrictEqual([(yield* takeBack(world, name!, "absent", true)).tag, configOf(world)], [tag, config])
    }))
})

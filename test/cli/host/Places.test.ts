import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { rootCertificates } from "node:tls"
import { binary, makeHome } from "../Program.ts"
import { account, awsItem, fakeId, vault } from "../../../simulator/op/State.ts"
import { defaultSerial, stsUser } from "../../../simulator/sts/StsState.ts"
import { parseAwsConfig } from "../../../src/domain/aws-config/AwsConfig.ts"
import { stsTarget } from "../../../src/domain/aws/StsTarget.ts"
import { Failure } from "../../../src/domain/base/Failure.ts"
import { resolveRoleChain } from "../../../src/domain/settings/RoleChain.ts"
import { endpointOf } from "../../../src/layers/aws/StsClient.ts"
import { orFail } from "../../../src/session/OrFail.ts"

const guide = readFileSync(resolve(import.meta.dirname, "../../../docs/places.md"), "utf8")

const blocks = (language: string): ReadonlyArray<string> =>
  [...guide.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, "gm"))].map(([, text = ""]) => text)

const examples = blocks("ini").join("\n")
const config = parseAwsConfig({ config: { path: "config", text: examples }, credentials: { path: "credentials", text: "" } })
const profiles = config.profileNames()

const commandOf = (profile: string): string => {
  const found = config.profile(profile)
  return found instanceof Failure ? "" : found?.values.get("credential_process") ?? ""
}

/** The endpoint that a profile of the guide leads to. */
const hostOf = (profile: string, environment: Readonly<Record<string, string>>) =>
  Effect.gen(function*() {
    const chain = resolveRoleChain({ profile, asker: "client", flags: {}, environment, config })
    if (chain instanceof Failure) return assert.fail(chain.message)
    const { mfaSerial, sts } = chain.settings
    const target = yield* orFail(stsTarget(sts, mfaSerial, undefined))
    return (yield* Effect.promise(() => endpointOf(target))).host
  })

describe("the guide to places", () => {
  it.live("has examples that lead where it says", () =>
    Effect.gen(function*() {
      const leftOver = { AWS_REGION: "us-east-1" }
      assert.strictEqual(yield* hostOf("gov", leftOver), "sts.us-gov-west-1.amazonaws.com")
      assert.strictEqual(yield* hostOf("china", leftOver), "sts.cn-northwest-1.amazonaws.com.cn")
      assert.strictEqual(yield* hostOf("local", leftOver), "localhost:4566")
      assert.strictEqual(yield* hostOf("office", {}), "sts.eu-central-1.amazonaws.com")
    }))

  it.live("has profiles that work as printed, but for the 1Password and the AWS of this test", () =>
    Effect.gen(function*() {
      const titles = ["AWS", "AWS GovCloud", "AWS China"].map((title) => awsItem({ title, id: fakeId(title.toLowerCase()) }))
      const home = yield* makeHome({ artifact: binary, env: { OP_AWS_CLI_PATH: "op", OP_AWS_MFA: "none", AWS_CA_BUNDLE: "" } })
      home.changeOp(() => ({ accounts: [account({ vaults: [vault({ items: titles })] })] }))
      writeFileSync(join(home.path, ".aws", "config"), examples.replace("/etc/ssl/company.pem", join(home.path, "company.pem")))
      writeFileSync(join(home.path, "company.pem"), rootCertificates.join("\n"))
      assert.isAtLeast(profiles.length, 7)
      for (const profile of profiles) {
        const [, ...words] = commandOf(profile).split(" ")
        assert.deepStrictEqual(words, ["--profile", profile])
        const run = yield* home.run(words, { place: "elsewhere" })
        assert.deepInclude(yield* run.exit, { code: 0, stderr: "" }, profile)
      }
    }))

  it.live("has a build server that needs nothing but what stands there", () =>
    Effect.gen(function*() {
      const [, script = ""] = blocks("sh")
      const token = /OP_SERVICE_ACCOUNT_TOKEN=(\S+)/.exec(script)?.[1] ?? ""
      const item = awsItem({ seed: "FAKESEEDFAKESEED", mfaSerial: defaultSerial, region: "ap-south-1" })
      const home = yield* makeHome({ artifact: binary, sts: { users: { AKIAFAKE0000EXAMPLE0: stsUser() } } })
      home.changeOp(() => ({
        app: "stopped",
        accounts: [account({ vaults: [vault({ name: "Builds", items: [item] })] })],
        service_accounts: [{ token, status: "valid", vaults: [fakeId("vault")] }]
      }))
      mkdirSync(join(home.path, "named"))
      symlinkSync(binary.command, join(home.path, "named", "op-aws-credential-process"))
      const run = yield* home.terminal.start({
        command: "/bin/sh",
        args: ["-ec", script],
        env: { ...home.env, HOME: "", PATH: `${join(home.path, "named")}:${join(home.path, "bin")}` },
        cwd: "/",
        place: "elsewhere"
      })
      const { code, stderr, stdout } = yield* run.exit
      assert.deepStrictEqual({ code, stderr }, { code: 0, stderr: "" })
      assert.match(stdout, /^\{"Version":1,/)
      assert.strictEqual(home.sts.requests[0]?.region, "ap-south-1")
    }))

  it.live("shows a debug log in the words of the program", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact: binary, item: { seed: "FAKESEEDFAKESEED" } })
      const run = yield* home.run(["--profile", "dev", "--log-level", "debug"], { place: "elsewhere" })
      const { stderr } = yield* run.exit
      /** Without what differs from run to run and from machine to machine. */
      const plain = (line: string) =>
        line.replace(/^debug \+\d+ ms: /, "").replaceAll(/https?:\/\/\S+|\/\S+|\d+(?:\.\d+)*|\b(?:Bun|Node)\b|session-\w+/g, "…")
      const said = stderr.split("\n").map(plain)
      const shown = guide.split("\n").filter((line) => line.startsWith("debug +") && !line.includes("left, and clients"))
      assert.isAtLeast(shown.length, 10)
      for (const line of shown) assert.include(said, plain(line))
    }))
})

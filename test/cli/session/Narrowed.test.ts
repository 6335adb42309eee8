import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { defaultSerial } from "../../../simulator/sts/StsState.ts"
import { noSecretService, secretService } from "../../fixtures/SecretService.ts"
import { artifacts, type Home, type HomeOptions, makeHome, onInstalled, profile } from "../Program.ts"

const look = `{
  "Version": "2012-10-17",
  "Statement": [{ "Effect": "Allow", "Action": ["s3:Get*", "s3:List*"], "Resource": "*" }]
}
`
const packed = "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":[\"s3:Get*\",\"s3:List*\"],\"Resource\":\"*\"}]}"

const homeWith = Effect.fnUntraced(function*(options: HomeOptions, keys: Readonly<Record<string, string>> = {}) {
  const home = yield* makeHome({ item: { seed: "FAKESEEDFAKESEED" }, ...options })
  const policy = join(home.path, "look.json")
  writeFileSync(policy, look)
  home.configure({
    dev: profile(),
    "dev-agent": profile({ op_policy: "~/look.json", ...keys }),
    admin: { role_arn: "arn:aws:iam::210987654321:role/admin", source_profile: "dev" }
  })
  return { home, policy }
})

const run = Effect.fnUntraced(function*(home: Home, ...words: ReadonlyArray<string>) {
  const { code, stderr, stdout } = yield* (yield* home.run(words, { place: "elsewhere" })).exit
  return { code, stderr, stdout }
})

const printed = Effect.fnUntraced(function*(home: Home, ...words: ReadonlyArray<string>) {
  const { code, stderr, stdout } = yield* run(home, ...words)
  assert.deepStrictEqual({ code, stderr }, { code: 0, stderr: "" })
  return JSON.parse(stdout) as Record<string, string>
})

const actions = (home: Home): ReadonlyArray<string> => home.sts.requests.map(({ action }) => action)

/** What was kept, by names of files, those of roles and narrowed sessions counted. */
const kept = (home: Home) => ({
  sessions: readdirSync(home.cache).filter((name) => name.endsWith(".json")),
  narrowed: existsSync(join(home.cache, "roles")) ? readdirSync(join(home.cache, "roles")).length : 0
})

describe.each(artifacts)("a narrowed profile with $name", (artifact) => {
  const alike = onInstalled(artifact)
  it.live("is asked for once, printed from the cache from then on, and never whole where the Go program looks", () =>
    Effect.gen(function*() {
      const { home } = yield* homeWith({ artifact })
      const first = yield* printed(home, "--profile", "dev-agent")
      assert.deepStrictEqual(Object.keys(first), ["Version", "AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration", "AccountId"])
      assert.strictEqual(first["AccountId"], "123456789012")
      assert.deepStrictEqual(home.sts.state.sessions[first["AccessKeyId"]!]?.policies, [packed])
      assert.deepStrictEqual(actions(home), ["GetSessionToken", "GetScopedCredentials"])
      assert.deepInclude(home.sts.requests[1]?.params, { Policy: packed, ScopedSessionDescription: "op-aws-credential-process dev-agent" })
      assert.deepStrictEqual(yield* printed(home, "--profile", "dev-agent"), first)
      assert.strictEqual(home.sts.requests.length, 2)
      assert.strictEqual(home.opCalls().length, 1)
      const { sessions } = kept(home)
      assert.lengthOf(sessions, 1)
      assert.notInclude(sessions, "dev-agent.json")
      // The whole session is there for the whole profile, which is another one's business.
      const whole = yield* printed(home, "--profile", "dev")
      assert.isUndefined(home.sts.state.sessions[whole["AccessKeyId"]!]?.policies)
      assert.strictEqual(home.opCalls().length, 1)
    }))

  alike("is made from the cached session without 1Password, and anew when its policy has changed", () =>
    Effect.gen(function*() {
      const { home, policy } = yield* homeWith({ artifact })
      yield* printed(home, "--profile", "dev")
      const first = yield* printed(home, "--profile", "dev-agent")
      writeFileSync(policy, look.replaceAll("\n", "\n\n"))
      assert.deepStrictEqual(yield* printed(home, "--profile", "dev-agent"), first)
      writeFileSync(policy, look.replace("s3:Get*", "s3:GetObject"))
      const changed = yield* printed(home, "--profile", "dev-agent")
      assert.notStrictEqual(changed["AccessKeyId"], first["AccessKeyId"])
      assert.deepStrictEqual(actions(home), ["GetSessionToken", "GetScopedCredentials", "GetScopedCredentials"])
      assert.strictEqual(home.opCalls().length, 1)
    }))

  alike("fails without a word on stdout where the policy is no good, and nobody is asked", () =>
    Effect.gen(function*() {
      const { home, policy } = yield* homeWith({ artifact })
      yield* printed(home, "--profile", "dev")
      const attempts: Array<readonly [text: string | undefined, said: RegExp]> = [
        [undefined, /cannot read the policy \/.*look\.json .*no such file/],
        ["{", /look\.json:1: this is no JSON/],
        [look.replace("Statement", "Statements"), /look\.json:1: the policy has no Statement/],
        [look.replace("\"Effect\": \"Allow\",", "\"Effect\": \"Allow\",\n \"effect\": \"Deny\","), /look\.json:4: "effect" stands there a second time/],
        [look.replace("s3:Get*", "s\u20ac"), /look\.json:3: .*U\+20AC/],
        [look.replace("s3:Get*", "s3:".padEnd(2048, "x")), /look\.json: the policy has 2\d\d\d characters/]
      ]
      for (const [text, said] of attempts) {
        if (text === undefined) rmSync(policy)
        else writeFileSync(policy, text)
        const failed = yield* run(home, "--profile", "dev-agent")
        assert.deepStrictEqual([failed.code, failed.stdout], [2, ""])
        assert.match(failed.stderr, said)
      }
      assert.deepStrictEqual(actions(home), ["GetSessionToken"])
    }))

  alike("prints nothing wider where AWS refuses, and says what AWS said", () =>
    Effect.gen(function*() {
      const { home } = yield* homeWith({ artifact })
      yield* printed(home, "--profile", "dev")
      home.sts.state.scoping = "denied"
      const denied = yield* run(home, "--profile", "dev-agent")
      assert.deepStrictEqual([denied.code, denied.stdout], [6, ""])
      assert.match(denied.stderr, /error: AWS denied sts:GetScopedCredentials.*\nhint: allow sts:GetScopedCredentials/)
      home.sts.state.scoping = "unknown"
      const unknown = yield* run(home, "--profile", "dev-agent")
      assert.deepStrictEqual([unknown.code, unknown.stdout], [6, ""])
      assert.match(unknown.stderr, /does not know GetScopedCredentials/)
    }))

  alike("is what exec and env give, with the account, and what login has ready; status and clear know it", () =>
    Effect.gen(function*() {
      const { home } = yield* homeWith({ artifact }, { op_scope_duration: "1h" })
      const until = yield* run(home, "login", "dev-agent")
      assert.match(until.stdout, /^dev-agent: session until .* \((?:59m \d+s|1h 0m)\)\n$/)
      const env = JSON.parse((yield* run(home, "env", "dev-agent", "--format", "json")).stdout)
      assert.strictEqual(env.AWS_ACCOUNT_ID, "123456789012")
      assert.deepStrictEqual(home.sts.state.sessions[env.AWS_ACCESS_KEY_ID]?.policies, [packed])
      const inside = yield* run(home, "exec", "dev-agent", "--", "sh", "-c", "echo $AWS_ACCESS_KEY_ID $AWS_ACCOUNT_ID")
      assert.strictEqual(inside.stdout, `${env.AWS_ACCESS_KEY_ID} 123456789012\n`)
      assert.deepStrictEqual(actions(home), ["GetSessionToken", "GetScopedCredentials"])
      const status = yield* run(home, "status", "dev-agent")
      assert.match(status.stdout, /^dev-agent \(narrowed\)$/m)
      assert.match(status.stdout, /^ {2}narrowed to ~\/look\.json, to 1h at most$/m)
      assert.match(status.stdout, /^ {2}whole {4}11h 59m left/m)
      const cleared = yield* run(home, "clear", "dev-agent")
      assert.match(cleared.stdout, /^dev-agent: session removed \(.*\)\ndev-agent: narrowed session removed \(.*\)\n$/)
      assert.deepStrictEqual(kept(home), { sessions: [], narrowed: 0 })
    }))

  alike("narrows a role by flags, and takes managed policies with it", () =>
    Effect.gen(function*() {
      const { home, policy } = yield* homeWith({ artifact })
      const arns = ["arn:aws:iam::aws:policy/ReadOnlyAccess", "arn:aws:iam::123456789012:policy/less"]
      const words = ["--profile", "admin", "--policy", policy, "--scope-duration=20m", "--policy-arn", arns[0]!, "--policy-arn", arns[1]!]
      const first = yield* printed(home, ...words)
      assert.strictEqual(first["AccountId"], "210987654321")
      assert.deepStrictEqual(yield* printed(home, ...words), first)
      const session = home.sts.state.sessions[first["AccessKeyId"]!]
      assert.deepStrictEqual([session?.kind, session?.policies], ["role", [packed]])
      assert.deepStrictEqual(actions(home), ["GetSessionToken", "AssumeRole", "GetScopedCredentials"])
      const { params } = home.sts.requests[1]!
      assert.deepStrictEqual([params["PolicyArns.member.1.arn"], params["PolicyArns.member.2.arn"]], arns)
      assert.strictEqual(home.sts.requests[2]!.params["DurationSeconds"], "1200")
      const exec = yield* run(home, "env", ...words, "--format", "json")
      assert.strictEqual(JSON.parse(exec.stdout).AWS_ACCESS_KEY_ID, first["AccessKeyId"])
    }))

  it.live("has room for tokens of 4,096 bytes, in the cache, on a hit and in the environment", () =>
    Effect.gen(function*() {
      const { home } = yield* homeWith({ artifact, sts: { tokenSize: 4096 } })
      for (const name of ["dev", "dev-agent"]) {
        const first = yield* printed(home, "--profile", name)
        assert.strictEqual(first["SessionToken"]?.length, 4096)
        const requests = home.sts.requests.length
        assert.deepStrictEqual(yield* printed(home, "--profile", name), first)
        assert.strictEqual(home.sts.requests.length, requests)
        const inside = yield* run(home, "exec", name, "--", "sh", "-c", "printf %s \"$AWS_SESSION_TOKEN\"")
        assert.strictEqual(inside.stdout, first["SessionToken"])
        const evaluated = yield* run(home, "env", name, "--format", "json")
        assert.strictEqual(JSON.parse(evaluated.stdout).AWS_SESSION_TOKEN, first["SessionToken"])
      }
    }))

  const secret = it.live.skipIf(noSecretService !== undefined)
  secret("rests in the keychain as well, with a token of 4,096 bytes", () =>
    Effect.gen(function*() {
      const { DBUS_SESSION_BUS_ADDRESS = "" } = yield* secretService
      const env = { OP_AWS_CACHE: "keyring", DBUS_SESSION_BUS_ADDRESS }
      const { home } = yield* homeWith({ artifact, env, sts: { tokenSize: 4096 } })
      const first = yield* printed(home, "--profile", "dev-agent")
      assert.strictEqual(first["SessionToken"]?.length, 4096)
      assert.deepStrictEqual(yield* printed(home, "--profile", "dev-agent"), first)
      assert.deepStrictEqual(actions(home), ["GetSessionToken", "GetScopedCredentials"])
      assert.deepStrictEqual(readdirSync(home.cache).filter((name) => name.endsWith(".json")), [])
      const cleared = yield* run(home, "clear", "dev-agent")
      assert.match(cleared.stdout, /dev-agent: session removed .*\ndev-agent: narrowed session removed/)
    }))

  alike("leaves the account out where only a hardware serial is known", () =>
    Effect.gen(function*() {
      const { home } = yield* homeWith({ artifact, env: { AWS_ACCOUNT_ID: "999999999999" } })
      const seed = home.sts.state.users["AKIAFAKE0000EXAMPLE0"]!.mfa[defaultSerial]!
      home.sts.state.users["AKIAFAKE0000EXAMPLE0"]!.mfa["GAHT12345678"] = seed
      const hard = ["--mfa-serial", "GAHT12345678"]
      for (const name of ["dev", "dev-agent"]) {
        for (let call = 0; call < 2; call++) assert.notProperty(yield* printed(home, "--profile", name, ...hard), "AccountId")
        const inside = yield* run(home, "exec", name, ...hard, "--", "sh", "-c", "echo \"${AWS_ACCOUNT_ID-none}\"")
        assert.strictEqual(inside.stdout, "none\n")
      }
    }))
})

describe("what the cache keeps of a narrowed session", () => {
  it.live("holds the policy's whole text, which is compared on a hit", () =>
    Effect.gen(function*() {
      const { home } = yield* homeWith({ artifact: artifacts[0]! })
      yield* printed(home, "--profile", "dev-agent")
      const [file = ""] = readdirSync(join(home.cache, "roles"))
      const entry = JSON.parse(readFileSync(join(home.cache, "roles", file), "utf8"))
      assert.deepStrictEqual(JSON.parse(entry.roles), [{ policy: packed, duration: null, description: "op-aws-credential-process dev-agent" }])
      assert.deepStrictEqual(entry.narrowed_by, { policyFile: "~/look.json" })
    }))
})

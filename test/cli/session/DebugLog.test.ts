import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { chmodSync, readdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { connectProxy } from "../../fakes/aws/ConnectProxy.ts"
import { script } from "../../fixtures/Programs.ts"
import { artifacts, binary, type Home, makeHome, onInstalled, profile, type RunOptions } from "../Program.ts"
import { defaultSerial, stsUser } from "../../../simulator/sts/StsState.ts"
import { codeAtStep } from "../../../simulator/Totp.ts"
import { type CacheEntry, decodeEntry, encodeEntry } from "../../../src/domain/cache/CacheEntry.ts"

const seed = "FAKESEEDFAKESEED"
const debug = ["--profile", "dev", "--log-level", "debug"]

const ends = (home: Home, args: ReadonlyArray<string> = debug, options: RunOptions = {}) =>
  Effect.flatMap(home.run(args, { place: "elsewhere", ...options }), ({ exit }) => exit)

/** The steps of a log, without their times, which have to be there and never go back. */
const stepsOf = (stderr: string): ReadonlyArray<string> => {
  const lines = stderr.trimEnd().split("\n").map((line) => /^debug \+(\d+) ms: (.+)$/.exec(line) ?? assert.fail(line))
  const times = lines.map(([, time]) => Number(time))
  assert.deepStrictEqual(times, times.toSorted((one, other) => one - other))
  assert.isBelow(Buffer.byteLength(stderr), 32 * 1024)
  return lines.map(([, , step = ""]) => step)
}

/** That all of these are told, in this order. */
const tells = (steps: ReadonlyArray<string>, ...story: ReadonlyArray<RegExp>): void => {
  let from = 0
  for (const chapter of story) {
    const at = steps.findIndex((step, index) => index >= from && chapter.test(step))
    assert.isAtLeast(at, from, `${chapter} is not told after ${from} of:\n${steps.join("\n")}`)
    from = at + 1
  }
}

describe.each(artifacts)("the debug log of $name", (artifact) => {
  const alike = onInstalled(artifact)
  it.live("tells of a miss from the settings to the session, and of the hit that follows", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact, item: { seed }, env: { OP_AWS_DURATION: "6h", OP_CACHE: "false" } })
      const miss = yield* ends(home)
      assert.strictEqual(miss.code, 0)
      tells(
        stepsOf(miss.stderr),
        /^op-aws-credential-process \d+\.\d+\.\d+ on (?:Node|Bun) \S+, \w+ \w+, pid \d+$/,
        /^profile "dev", named by --profile; the AWS config is \/.*\/\.aws\/config$/,
        /^duration is "6h" \(OP_AWS_DURATION\)$/,
        /^op-item is "AWS" \(op_item in profile "dev"\)$/,
        /^log-level is "debug" \(--log-level\)$/,
        /^STS regions to choose from: eu-central-1 \(the profile\)$/,
        /^STS endpoint: http:\/\/127\.0\.0\.1:\d+ \(AWS_ENDPOINT_URL_STS\)$/,
        /^sessions are kept in \/.*\/op-aws-credential-process$/,
        /^no session from the cache for profile "dev": there is none$/,
        /^the lock session-\w+ is ours$/,
        /^waiting for 1Password$/,
        /^starting \/.*\/bin\/op item get AWS --vault Private --format json with OP_CACHE set$/,
        /^op ended with exit status 0: \d+ bytes on stdout, 0 on stderr$/,
        /^had 1Password after \d+ ms$/,
        /^the item has the key; the MFA device is arn:aws:iam::123456789012:mfa\/user$/,
        /^the MFA code comes from the item's one-time password$/,
        /^waiting for AWS STS in eu-central-1$/,
        /^sts:GetSessionToken to http:\/\/127\.0\.0\.1:\d+ for region eu-central-1$/,
        /^STS answered HTTP 200$/,
        /^kept in \/.*\/dev\.json$/,
        /^the session, which ends at \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ, is printed$/
      )
      const hit = stepsOf((yield* ends(home)).stderr)
      tells(hit, /^the cache has a session that may be handed out$/, /is printed$/)
      assert.notMatch(hit.join("\n"), /1Password|STS answered/)
    }))

  alike("says why nothing came from the cache", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact, item: { seed } })
      assert.strictEqual((yield* ends(home)).code, 0)
      const path = join(home.cache, "dev.json")
      const text = readFileSync(path, "utf8")
      const entry = decodeEntry(text) ?? assert.fail(text)
      const hour = 3_600_000
      const write = (changed: Partial<CacheEntry>, expires = hour) => () =>
        writeFileSync(path, encodeEntry({
          ...entry,
          credentials: { ...entry.credentials, expiration: Date.now() + expires },
          issuedAt: Date.now() - 2 * hour,
          ...changed
        }))
      const ways: ReadonlyArray<readonly [prepare: () => void, exitCode: number, why: RegExp]> = [
        [write({}, 300_000), 0, /: it has \dm( \d+s)? left, and clients want more than 16m$/],
        [write({}, -hour), 3, /: it ended at \d{4}-/],
        [write({}, 100 * hour), 3, /: it is from the future/],
        [
          write({ item: "Other", mfaSerial: "GAHT12345678" }),
          3,
          /: its item is "Other" where "AWS" is asked for, its MFA device is "GAHT12345678" where "arn:/
        ],
        [() => writeFileSync(path, text.replace("Private", "Privates")), 3, /dev\.json is passed over: it is damaged, or no entry at all$/],
        [() => (writeFileSync(path, text), chmodSync(path, 0o644)), 3, /dev\.json is passed over: it is open to others$/],
        [() => (renameSync(path, `${path}.real`), symlinkSync(`${path}.real`, path)), 3, /dev\.json is passed over: it is no regular file$/]
      ]
      for (const [prepare, exitCode, why] of ways) {
        prepare()
        // A failure a moment ago would be an answer too.
        rmSync(join(home.cache, "state"), { recursive: true })
        // Without an op the entry is not replaced.
        const { code, stderr } = yield* ends(home, [...debug, "--op-cli-path", "/nowhere/op"])
        assert.strictEqual(code, exitCode, String(why))
        tells(stepsOf(stderr.replace(/^error: [^]*/m, "")), why)
      }
      const refreshed = yield* ends(home, [...debug, "--refresh", "--op-cli-path", "/nowhere/op"])
      assert.include(refreshed.stderr, "--refresh: what is in the cache is passed over")
    }))

  alike("tells how a person was asked, and names the process that another waits for", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact })
      const asking = yield* home.run(debug)
      yield* home.terminal.waitFor("MFA code for dev")
      const waiting = yield* home.run(debug, { place: "elsewhere" })
      yield* waiting.wrote(`waiting for another process (pid ${asking.pid}) that is getting this session`)
      yield* home.terminal.type("12345\r")
      yield* home.terminal.waitFor("MFA code for dev")
      yield* home.terminal.type(`${home.code()}\r`)
      tells(
        stepsOf((yield* asking.exit).stderr),
        /^asking for the MFA code on the terminal$/,
        /^had the MFA code after \d+ ms$/,
        /^what was typed will not do: An MFA code is six digits\.$/,
        /^STS answered HTTP 200$/
      )
      tells(stepsOf((yield* waiting.exit).stderr), /^had another process .* after \d+ ms$/, /is printed$/)
    }))
})

/** Every file below a directory, with what is in it. */
const filesIn = (directory: string): ReadonlyArray<readonly [path: string, text: string]> =>
  readdirSync(directory, { recursive: true, encoding: "utf8" })
    .map((name) => join(directory, name))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true)
    .map((path) => [path, readFileSync(path, "utf8")])

describe("a whole miss at --log-level debug", () => {
  it.live("leaves no secret in any log, terminal, argument, environment or file but the session's own", () =>
    Effect.gen(function*() {
      const secretAccessKey = "canary-of-the-long-lived-key"
      const token = "ops_canary-of-the-service-account"
      const canaries = {
        secretAccessKey,
        seed: "CANARYSEEDCANARY",
        password: "canary-of-the-proxy",
        argument: "canary-in-a-command",
        printed: "canary 654321"
      }
      const home = yield* makeHome({
        artifact: binary,
        item: { seed: canaries.seed, secretAccessKey, labels: { seed: "code" } },
        sts: { users: { AKIAFAKE0000EXAMPLE0: stsUser({ secret: secretAccessKey, mfa: { [defaultSerial]: canaries.seed } }) } },
        op: { service_accounts: [{ token, status: "valid", vaults: [] }] }
      })
      const proxy = yield* connectProxy({ auth: `user:${canaries.password}` })
      const seen = join(home.path, "seen")
      const look = `{ printf '%s\\n' "$@"; /usr/bin/env; } >>"${seen}"`
      const op = script(join(home.path, "bin", "watched-op"), look, `exec "${join(home.path, "bin", "op")}" "$@"`)
      const code = script(join(home.path, "bin", "code"), `/usr/bin/env >>"${seen}"; echo ${canaries.printed}`)
      home.configure({
        dev: profile({ op_cli_path: op }),
        keys: profile({ op_cli_path: op, op_mfa: "process", mfa_process: `${code} ${canaries.argument}` })
      })
      const env = {
        AWS_ENDPOINT_URL_STS: `http://sts.example.test:${home.sts.port}`,
        HTTP_PROXY: `http://user:${canaries.password}@127.0.0.1:${proxy.port}`
      }
      const said: Array<string> = []
      const keep = (ended: { readonly code: number | null; readonly stderr: string }, exitCode: number) => {
        assert.strictEqual(ended.code, exitCode)
        assert.include(ended.stderr, "debug +")
        said.push(ended.stderr)
      }

      keep(yield* ends(home, debug, { env }), 0)
      const asked = yield* home.run([...debug, "--refresh", "--mfa", "prompt"], { env })
      yield* home.terminal.waitFor("MFA code for dev")
      yield* home.terminal.type(`${home.code()}\r`)
      keep(yield* asked.exit, 0)
      keep(yield* ends(home, ["--profile", "keys", "--refresh", "--log-level", "debug"], { env }), 5)
      keep(yield* ends(home, [...debug, "--op-item", "missing"], { env: { ...env, OP_SERVICE_ACCOUNT_TOKEN: token } }), 4)

      const codes = home.sts.requests.flatMap(({ mfaStep }) => mfaStep === undefined ? [] : [codeAtStep(canaries.seed, mfaStep)])
      assert.strictEqual(codes.length, 2)
      const authorization = Buffer.from(`user:${canaries.password}`).toString("base64")
      const sessions = Object.values(home.sts.state.sessions).flatMap(({ secret, token }) => [secret, token])
      assert.strictEqual(sessions.length, 4)
      const entries = filesIn(home.cache).filter(([path]) => path.endsWith("dev.json"))
      assert.strictEqual(entries.length, 1)
      const places: ReadonlyArray<readonly [string, string]> = [
        ...said.map((text, index) => [`the log of call ${index + 1}`, text] as const),
        ["what op and the command saw", readFileSync(seen, "utf8").replaceAll(/^(?:HTTP_PROXY|OP_SERVICE_ACCOUNT_TOKEN)=.*$/gm, "")],
        ...filesIn(home.cache).filter(([path]) => !path.endsWith("dev.json"))
      ]
      for (const [place, text] of [...places, ["the terminal", home.terminal.written] as const]) {
        for (const secret of [...Object.values(canaries), ...sessions, token, authorization]) assert.notInclude(text, secret, place)
      }
      // On the terminal a code is seen while it is typed, as it is good once only.
      for (const [place, text] of places) {
        for (const digits of codes) assert.notMatch(text, new RegExp(`\\b${digits}\\b`), place)
      }
      for (const [path, text] of entries) {
        for (const secret of [...Object.values(canaries), token, ...codes]) assert.notInclude(text, secret, path)
      }
    }))
})

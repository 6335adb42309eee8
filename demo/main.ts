/**
 * The main job from end to end, in a home of its own that is gone afterwards: a simulated 1Password and a simulated AWS,
 * the built program, and the AWS SDK for JavaScript as the client.
 */
import { spawn } from "node:child_process"
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { installOp } from "../simulator/op/install.ts"
import { defaultState, writeState } from "../simulator/op/State.ts"
import { startSts } from "../simulator/sts/Sts.ts"
import { defaultSerial } from "../simulator/sts/StsState.ts"
import { typedInTerminal } from "./typedInTerminal.ts"

const program = resolve("dist/main.js")
const home = mkdtempSync(join(tmpdir(), "op-aws-demo-"))
const sts = await startSts()

const say = (text = "") => console.log(text)
const title = (text: string) => say(process.stdout.isTTY ? `\n\x1b[1m${text}\x1b[0m` : `\n${text}`)

/** Shell words for a path, for a line that `sh` splits. */
const quoted = (path: string) => /^[\w./-]+$/.test(path) ? path : `"${path}"`

const environment = {
  HOME: home,
  PATH: `${join(home, "bin")}:/usr/bin:/bin`,
  AWS_ENDPOINT_URL_STS: sts.url,
  AWS_ENDPOINT_URL_IAM: sts.url
}

// Ctrl-C ends the program that asks; this one stays to tidy up.
process.on("SIGINT", () => {})

try {
  mkdirSync(join(home, ".aws"))
  installOp(join(home, "bin"), { state: writeState(join(home, "op.json"), defaultState({ latency_ms: 300 })) })
  const config = [
    "[profile demo]",
    "region = eu-central-1",
    `mfa_serial = ${defaultSerial}`,
    "op_vault = Private",
    "op_item = AWS",
    `credential_process = ${quoted(process.execPath)} ${quoted(program)} --profile demo`
  ]
  writeFileSync(join(home, ".aws/config"), `${config.join("\n")}\n`)

  title("The profile, in ~/.aws/config")
  config.forEach((line) => say(`  ${line}`))

  title("The first call asks 1Password for the key, and you for the code")
  const first = await timed(() => print(true))
  shown(first, true)

  title("The second call has the session in its cache")
  const second = await timed(() => print(false))
  shown(second)
  if (first.value.trim() !== second.value.trim()) throw new Error("the second call printed another session")

  title("An AWS client that knows nothing of all this: the SDK for JavaScript")
  say(`  ${await callerIdentity()}`)

  title("What it took")
  say(`  ${sts.count("GetSessionToken")} call of GetSessionToken, one approval in 1Password, one code`)

  title("Next, with your own 1Password")
  say("  npm run build:binary && sudo cp -Rf dist/bin dist/libexec /usr/local/")
  say("  op-aws-credential-process setup")
} catch (error) {
  say(`\nThe demo stopped: ${error instanceof Error ? error.message : error}`)
  process.exitCode = 1
} finally {
  await sts.close()
  rmSync(home, { recursive: true, force: true })
}
process.exit()

/** One call of the program as an AWS client makes it: the terminal is there, stdout is the client's. */
async function print(asks: boolean): Promise<string> {
  const words = [program, "--profile", "demo"]
  if (asks && process.stdin.isTTY !== true) {
    return typedInTerminal(process.execPath, words, environment, /MFA code/, () => sts.code(defaultSerial), say)
  }
  if (asks) say(`  (your pretended MFA device shows ${sts.code(defaultSerial)})`)
  const child = spawn(process.execPath, words, { env: environment, stdio: ["ignore", "pipe", "inherit"] })
  let output = ""
  child.stdout.on("data", (text) => output += text)
  const code = await new Promise<number | null>((ended) => child.on("close", ended))
  if (code !== 0) throw new Error(`the program ended with ${code}`)
  return output
}

async function timed<A>(work: () => Promise<A>): Promise<{ readonly value: A; readonly milliseconds: number }> {
  const from = performance.now()
  return { value: await work(), milliseconds: Math.round(performance.now() - from) }
}

function shown({ milliseconds, value }: { readonly value: string; readonly milliseconds: number }, typed = false): void {
  say(`  ${JSON.stringify({ ...JSON.parse(value), SecretAccessKey: "…", SessionToken: "…" })}`)
  say(typed ? "  (how long that takes is how long you type)" : `  after ${milliseconds} ms`)
}

/** Signs a call of GetCallerIdentity with whatever the profile gives. */
async function callerIdentity(): Promise<string> {
  Object.assign(process.env, environment, { AWS_PROFILE: "demo", AWS_REGION: "eu-central-1" })
  for (const name of ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_CONFIG_FILE"]) delete process.env[name]
  const { GetCallerIdentityCommand, STSClient } = await import("@aws-sdk/client-sts")
  const { Arn } = await new STSClient().send(new GetCallerIdentityCommand())
  return `sts:GetCallerIdentity answers ${Arn}`
}

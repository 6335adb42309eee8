import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { readFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { boto3, lacking, python } from "../../interop/Python.ts"
import { skipped } from "../../interop/Tool.ts"
import { script } from "../../fixtures/Programs.ts"
import { installed, makeHome, profile } from "../Program.ts"

const guide = readFileSync(resolve(import.meta.dirname, "../../../docs/agents.md"), "utf8")

/** What the guide tells a person to type, in order. */
const commands = [...guide.matchAll(/```console\n(.*?)```/gs)].flatMap(([, block = ""]) =>
  block.split("\n").flatMap((line) => line.startsWith("$ ") ? [line.slice(2)] : [])
)

describe.skipIf(lacking !== undefined).each(installed)(`docs/agents.md with $name${skipped(lacking)}`, (artifact) => {
  it.live("leads from nothing to a narrowed profile, command by command", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact, profiles: {} })
      const bin = join(home.path, "bin")
      const command = [artifact.command, ...artifact.args].map((word) => `'${word}'`).join(" ")
      script(join(bin, "op-aws-credential-process"), `exec ${command} "$@"`)
      script(join(bin, "aws"), `exec '${python}' -m awscli "$@"`)
      const { args = [], command: client } = boto3("dev-agent")
      // An agent, and a container, as far as this page has to do with them.
      script(join(bin, "claude"), `echo "$AWS_PROFILE $OP_AWS_NO_PROMPT"`, `exec ${[client, ...args].map((word) => `'${word}'`).join(" ")}`)
      script(join(bin, "docker"), "cat \"$3\"")
      home.configure({ dev: profile({ credential_process: `${bin}/op-aws-credential-process --profile dev` }) })
      const seen = new Map<string, string>()
      for (const line of commands) {
        const interactive = line.startsWith("op-aws-credential-process setup dev --agent") && !line.includes("--yes")
        const login = line === "op-aws-credential-process login dev"
        const run = yield* home.terminal.start({
          command: "/bin/sh",
          args: ["-c", line],
          cwd: home.path,
          env: home.env,
          ...(interactive || login ? {} : { place: "elsewhere" })
        })
        if (login) {
          yield* home.terminal.waitFor("MFA code for dev")
          yield* home.terminal.type(`${home.code()}\r`)
        }
        if (interactive) {
          for (const question of ["What may it do?", "What is the narrower profile to be called?", "Write both?"]) {
            yield* home.terminal.waitFor(question)
            yield* home.terminal.type("\r")
          }
        }
        const { code, stderr, stdout } = yield* run.exit
        // What else there is to find on such a machine is another matter.
        const found = line === "op-aws-credential-process doctor"
        assert.include(found ? [0, 1] : [0], code, `${line}\n${stderr}`)
        seen.set(line, stdout)
      }
      const of = (start: string): string => [...seen].find(([line]) => line.startsWith(start))?.[1] ?? assert.fail(start)
      assert.include(of("AWS_PROFILE=dev-agent"), "dev-agent 1\narn:aws:iam::123456789012:user/user")
      assert.include(of("aws --profile"), "arn:aws:iam::123456789012:user/user")
      assert.match(of("op-aws-credential-process status"), /^dev-agent \(narrowed\)$/m)
      assert.include(of("op-aws-credential-process exec"), "arn:aws:iam::123456789012:user/user")
      assert.match(of("docker run"), /^AWS_SESSION_TOKEN=/m)
      assert.notMatch(of("op-aws-credential-process doctor"), /policy|narrows nothing/)
      // One approval and one code for all of it, and whoever was to have less has less.
      assert.lengthOf(home.opCalls().filter((call) => JSON.stringify(call).includes("\"get\"")), 1)
      assert.strictEqual(home.sts.count("GetSessionToken"), 1)
      const callers = home.sts.requests.filter(({ action }) => action === "GetCallerIdentity").map(({ accessKeyId }) => accessKeyId!)
      for (const id of callers) assert.isNotEmpty(home.sts.state.sessions[id]?.policies ?? [], id)
    }))
})

import { assert, describe, layer } from "@effect/vitest"
import { Clock, Effect } from "effect"
import { createHash } from "node:crypto"
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { defaultSerial } from "../../simulator/sts/StsState.ts"
import { type Artifact, artifacts, binary } from "../cli/Program.ts"
import { script } from "../fixtures/Programs.ts"
import { makeMachine, type Machine } from "./Machine.ts"
import * as Moto from "./Moto.ts"
import { awsCli, boto3, lacking } from "./Python.ts"
import { skipped } from "./Tool.ts"

const inFrankfurt =
  "<CreateBucketConfiguration><LocationConstraint>eu-central-1</LocationConstraint></CreateBucketConfiguration>"

/** What S3 says of an object; of one that came in one piece the tag is the MD5 sum. */
interface Stored {
  readonly ETag: string
  readonly Key: string
  readonly Size: number
}

const identity = awsCli("sts", "get-caller-identity", "--profile", "dev")

/** A machine whose AWS is moto, with a profile that runs the program by its path. */
const prepared = (artifact: Artifact, variable = "AWS_ENDPOINT_URL_STS") =>
  Effect.gen(function*() {
    const { url } = yield* Moto.Moto
    const machine = yield* makeMachine({ env: { [variable]: url } })
    configure(machine, machine.installed(artifact))
    return { machine, url }
  })

const configure = (machine: Machine, program: string): void =>
  machine.configure(
    "[profile dev]",
    "region = eu-central-1",
    `mfa_serial = ${defaultSerial}`,
    "op_vault = Private",
    "op_item = AWS",
    `credential_process = "${program}" --profile dev`,
    "[profile admin]",
    "region = eu-central-1",
    "source_profile = dev",
    "role_arn = arn:aws:iam::210987654321:role/admin"
  )

/** Types a code when the program asks for one; moto takes any. */
const typeCode = ({ terminal }: Machine, code = "123456") =>
  Effect.gen(function*() {
    yield* terminal.waitFor("MFA code for dev")
    yield* terminal.waitFor(": ")
    yield* terminal.type(`${code}\r`)
  })

/** Puts a program in front of the artifact that adds a line to the file `calls` and becomes the artifact. */
const counted = (machine: Machine, artifact: Artifact): () => number => {
  const calls = join(machine.home, "calls")
  configure(
    machine,
    script(
      join(machine.home, "counted/op-aws-credential-process"),
      `echo call >>'${calls}'`,
      `exec '${machine.installed(artifact)}' "$@"`
    )
  )
  return () => existsSync(calls) ? readFileSync(calls, "utf8").split("\n").length - 1 : 0
}

describe.skipIf(lacking !== undefined)(`Python's AWS clients and moto's STS${skipped(lacking)}`, () => {
  layer(Moto.layer, { excludeTestServices: true })((it) => {
    describe.each(artifacts)("with $name", (artifact) => {
      it.effect("asks at the first call of the AWS CLI, and never again", () =>
        Effect.gen(function*() {
          const { machine } = yield* prepared(artifact)
          const first = yield* machine.run(artifact, identity)
          yield* typeCode(machine)
          const asked = yield* first.exit
          assert.deepInclude(asked, { code: 0, stderr: "" })
          assert.strictEqual(JSON.parse(asked.stdout).Account, "123456789012")
          const shown = machine.terminal.written
          const second = yield* machine.run(artifact, identity)
          assert.deepStrictEqual(yield* second.exit, asked)
          const third = yield* machine.run(artifact, boto3("dev"))
          assert.deepInclude(yield* third.exit, { code: 0, stderr: "" })
          assert.strictEqual(machine.terminal.written, shown)
          assert.strictEqual(machine.opCalls().length, 1)
        }))

      it.effect("leaves the standard input to the AWS CLI, which uploads all of it", () =>
        Effect.gen(function*() {
          const { machine, url } = yield* prepared(artifact, "AWS_ENDPOINT_URL")
          const bucket = `bucket-${artifacts.indexOf(artifact)}`
          const data = "what a person pipes into an upload\n".repeat(6000)
          yield* Effect.promise(() => fetch(`${url}/${bucket}`, { method: "PUT", body: inFrankfurt }))
          for (const name of ["asked", "cached"]) {
            const copy = awsCli("s3", "cp", "--profile", "dev", "-", `s3://${bucket}/${name}`)
            const run = yield* machine.run(artifact, copy, { stdin: { data } })
            if (name === "asked") yield* typeCode(machine)
            assert.deepInclude(yield* run.exit, { code: 0, stderr: "", unread: "" })
          }
          const list = yield* machine.run(artifact, awsCli("s3api", "list-objects", "--profile", "dev", "--bucket", bucket))
          const stored = JSON.parse((yield* list.exit).stdout).Contents
          const md5 = createHash("md5").update(data).digest("hex")
          assert.deepStrictEqual(
            stored.map(({ ETag, Key, Size }: Stored) => ({ ETag, Key, Size })),
            ["asked", "cached"].map((Key) => ({ ETag: `"${md5}"`, Key, Size: data.length }))
          )
          assert.strictEqual(machine.opCalls().length, 1)
        }))
    })

    it.effect("asks at the first call of boto3, and never again", () =>
      Effect.gen(function*() {
        const { machine } = yield* prepared(binary)
        const calls = counted(machine, binary)
        const first = yield* machine.run(binary, boto3("dev", 3))
        yield* typeCode(machine)
        const asked = yield* first.exit
        assert.deepInclude(asked, { code: 0, stderr: "" })
        const second = yield* machine.run(binary, boto3("dev", 3))
        assert.deepStrictEqual(yield* second.exit, asked)
        assert.strictEqual(machine.opCalls().length, 1)
        assert.strictEqual(calls(), 2)
      }))

    it.effect("is where the AWS CLI assumes a role from", () =>
      Effect.gen(function*() {
        const { machine } = yield* prepared(binary)
        const run = yield* machine.run(binary, awsCli("sts", "get-caller-identity", "--profile", "admin"))
        yield* typeCode(machine)
        const { code, stderr, stdout } = yield* run.exit
        assert.deepStrictEqual({ code, stderr }, { code: 0, stderr: "" })
        assert.match(JSON.parse(stdout).Arn, /^arn:aws:sts::210987654321:assumed-role\/admin\//)
      }))

    it.effect("has its errors shown by the AWS CLI", () =>
      Effect.gen(function*() {
        const { machine } = yield* prepared(binary)
        machine.changeOp({ prompt: { answer: "dismiss" } })
        const run = yield* machine.run(binary, identity)
        const { code, stderr, stdout } = yield* run.exit
        assert.deepStrictEqual({ code, stdout }, { code: 255, stdout: "" })
        assert.match(stderr, /Error when retrieving credentials from custom-process: error: \S.*\nhint: \S.*\n/)
      }))

    it.effect.each([
      { when: "just long enough for boto3", minutes: 16, renewed: false },
      { when: "a moment too short for it", minutes: 15.9, renewed: true }
    ])("is called once by boto3, whose session is $when", ({ minutes, renewed }) =>
      Effect.gen(function*() {
        const { machine } = yield* prepared(binary)
        const calls = counted(machine, binary)
        const before = yield* machine.run(binary, boto3("dev"))
        yield* typeCode(machine)
        assert.strictEqual((yield* before.exit).code, 0)
        assert.strictEqual(calls(), 1)
        const now = yield* Clock.currentTimeMillis
        // Half a minute is for Python to start on a busy machine.
        const expiration = now + minutes * 60_000 + (renewed ? 0 : 30_000)
        machine.age("dev", (entry) => ({
          ...entry,
          credentials: { ...entry.credentials, expiration },
          issuedAt: expiration - 12 * 3_600_000
        }))
        const run = yield* machine.run(binary, boto3("dev", 5))
        if (renewed) yield* typeCode(machine, "654321")
        assert.deepInclude(yield* run.exit, { code: 0, stderr: "" })
        assert.strictEqual(calls(), 2)
        assert.strictEqual(machine.opCalls().length, renewed ? 2 : 1)
      }))
  })
})

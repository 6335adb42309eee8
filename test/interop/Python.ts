import { join } from "node:path"
import type { Command } from "./Machine.ts"
import { runTool } from "./Tool.ts"

const name = process.env["TEST_PYTHON"] || "python3"

const probe = await runTool(name, ["-c", "import sys, awscli, boto3, moto; print(sys.executable)"], { cwd: "/" })

/** Why there is no Python here with the AWS CLI, boto3 and moto; undefined where there is. */
export const lacking: string | undefined = probe.failed
  ? `${name} has no awscli, boto3 and moto; TEST_PYTHON may name a Python that has`
  : undefined

/** The path of that Python. */
export const python = probe.failed ? name : probe.output.trim()

/** The AWS CLI with these words. */
export const awsCli = (...words: ReadonlyArray<string>): Command => ({ command: python, args: ["-m", "awscli", ...words] })

/** Prints who we are for AWS, asking as often as told with one session of boto3. */
export const boto3 = (profile: string, calls = 1): Command => ({
  command: python,
  args: [join(import.meta.dirname, "python/identity.py"), profile, String(calls)]
})

/** Prints who we are for AWS, as the default chain has it: `identity.ts CALLS`. All calls are made at once. */
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts"

const sts = new STSClient()
const calls = Array.from({ length: Number(process.argv[2]) }, () => sts.send(new GetCallerIdentityCommand()))
try {
  console.log([...new Set((await Promise.all(calls)).map(({ Arn }) => Arn))].join("\n"))
} catch (error) {
  console.error(String(error))
  process.exitCode = 1
}

import { assert, describe, it } from "@effect/vitest"
import { allows, policyTrouble as refusedByAws } from "../../../simulator/sts/SessionPolicy.ts"
import { packedPolicy } from "../../../src/domain/policy/PackedPolicy.ts"
import { narrowsNothing, policyTrouble } from "../../../src/domain/policy/PolicyCheck.ts"
import { readyPolicy } from "../../../src/domain/policy/ReadyPolicies.ts"

const textOf = (only: string, partition = "aws"): string => {
  const ready = readyPolicy(only, partition)
  return typeof ready === "string" ? assert.fail(ready) : ready.text
}

describe("a ready policy", () => {
  it.each(["look", "s3://my-bucket", `s3://${"b".repeat(63)}`, "dynamodb", "sqs"])("fits, is sound and narrows something: %s", (only) => {
    const written = textOf(only)
    const packed = packedPolicy(written)
    assert.isUndefined(policyTrouble({ file: "p", written, packed }))
    assert.isUndefined(refusedByAws(packed))
    assert.isFalse(narrowsNothing(packed))
    assert.isAtMost(packed.length, 2048)
  })

  it("to look lets nothing be changed and no secret be read", () => {
    const may = (action: string) => allows([textOf("look")], action, "*")
    for (const action of ["s3:ListBucket", "s3:GetObject", "ec2:DescribeInstances", "iam:ListUsers", "dynamodb:Query", "logs:FilterLogEvents"]) {
      assert.isTrue(may(action), action)
    }
    for (
      const action of [
        "s3:PutObject",
        "ec2:RunInstances",
        "ec2:GetPasswordData",
        "iam:CreateAccessKey",
        "dynamodb:PutItem",
        "lambda:InvokeFunction",
        "secretsmanager:GetSecretValue",
        "ssm:GetParameter",
        "kms:Decrypt",
        "sts:AssumeRole",
        "sts:GetFederationToken"
      ]
    ) assert.isFalse(may(action), action)
  })

  it("of a bucket is for that bucket, in its partition", () => {
    const policy = textOf("s3://my-bucket", "aws-cn")
    assert.isTrue(allows([policy], "s3:PutObject", "arn:aws-cn:s3:::my-bucket/a"))
    assert.isTrue(allows([policy], "s3:ListBucket", "arn:aws-cn:s3:::my-bucket"))
    assert.isFalse(allows([policy], "s3:GetObject", "arn:aws-cn:s3:::my-bucket-2/a"))
    assert.isFalse(allows([policy], "s3:DeleteBucket", "arn:aws-cn:s3:::my-bucket"))
  })

  it.each(["s3://", "s3://UPPER", "s3://a b", "Dynamo", "", "*", "dynamodb:*", "iam", "sts", "lambda"])("is none for %j", (only) => {
    assert.isString(readyPolicy(only, "aws"))
  })
})

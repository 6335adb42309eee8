/** A policy that is made from one word of a person's. */
export interface ReadyPolicy {
  /** What it allows, as a part of a sentence. */
  readonly allows: string
  /** The file's text. */
  readonly text: string
}

/** What shows how things stand in the usual services, and no value of Secrets Manager or Parameter Store. */
const looking = [
  ...["acm", "cloudformation", "cloudfront", "cloudtrail", "cloudwatch", "codebuild", "events", "iam", "lambda", "logs", "route53", "s3", "sns", "sqs", "states", "xray"]
    .flatMap((service) => [`${service}:Get*`, `${service}:List*`]),
  ...["autoscaling", "cloudformation", "cloudtrail", "cloudwatch", "dynamodb", "ec2", "ecr", "ecs", "eks", "elasticache", "elasticfilesystem", "elasticloadbalancing", "events", "firehose", "kinesis", "kms", "logs", "rds", "ssm", "states"]
    .map((service) => `${service}:Describe*`),
  ...["dynamodb", "ecr", "ecs", "eks", "firehose", "kinesis", "kms"].map((service) => `${service}:List*`),
  "dynamodb:BatchGetItem",
  "dynamodb:GetItem",
  "dynamodb:Query",
  "dynamodb:Scan",
  "apigateway:GET",
  "ce:Get*",
  "logs:FilterLogEvents",
  "logs:StartQuery",
  "sts:GetCallerIdentity",
  "tag:Get*"
]

/** Services with which a session could give itself, or somebody else, more than the policy allows. */
const widening = ["cloudformation", "iam", "identitystore", "lambda", "organizations", "sso", "sso-admin", "sts"]

interface Statement {
  readonly Effect: "Allow"
  readonly Action: string | ReadonlyArray<string>
  readonly Resource: string
}

const policyOf = (...Statement: ReadonlyArray<Statement>): string => `${JSON.stringify({ Version: "2012-10-17", Statement }, undefined, 2)}\n`

/** Amazon S3 User Guide, "General purpose bucket naming rules". */
const bucketShape = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/

const serviceShape = /^[a-z][a-z0-9-]{1,30}$/

/**
 * The policy for what somebody wants to leave: `look`, `s3://bucket`, or a service as IAM calls it (`dynamodb`). A text
 * says why there is none.
 */
export const readyPolicy = (only: string, partition: string): ReadyPolicy | string => {
  if (only === "look") {
    return { allows: "to look, in the usual services, and to change nothing", text: policyOf({ Effect: "Allow", Action: looking, Resource: "*" }) }
  }
  if (only.startsWith("s3://")) {
    const bucket = only.slice(5).replace(/\/$/, "")
    if (!bucketShape.test(bucket)) return "A bucket is written like s3://my-bucket."
    const arn = `arn:${partition}:s3:::${bucket}`
    return {
      allows: `to read and write objects of the bucket ${bucket}`,
      text: policyOf(
        { Effect: "Allow", Action: ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"], Resource: arn },
        {
          Effect: "Allow",
          Action: ["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:ListMultipartUploadParts", "s3:PutObject"],
          Resource: `${arn}/*`
        }
      )
    }
  }
  if (!serviceShape.test(only)) return "Write look, s3://my-bucket, or a service as IAM calls it, such as dynamodb."
  return widening.includes(only)
    ? `With ${only} a session can get itself what its policy does not allow: write a policy of your own, and name it with op_policy.`
    : { allows: `to do everything in ${only}, and nothing elsewhere`, text: policyOf({ Effect: "Allow", Action: `${only}:*`, Resource: "*" }) }
}

import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { type Home, profile } from "../Program.ts"
import type { Situation } from "./Situation.ts"

const sound = "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [{ \"Effect\": \"Allow\", \"Action\": \"s3:Get*\", \"Resource\": \"*\" }]\n}\n"

const narrowed = { dev: profile({ op_policy: "~/look.json" }) }

const policy = (text: string) => (home: Home): void => writeFileSync(join(home.path, "look.json"), text)

const role = { role_arn: "arn:aws:iam::210987654321:role/admin", source_profile: "dev" }

/** A profile with a policy, and what AWS says to that. */
const refused = (name: string, code: string, message: string): Situation => ({
  name,
  code: 6,
  home: {
    profiles: narrowed,
    item: { seed: "FAKESEEDFAKESEED" },
    sts: { faults: [{ action: "GetScopedCredentials", kind: "error", code, message, status: code === "AccessDenied" ? 403 : 400 }] }
  },
  before: policy(sound)
})

/** What goes wrong where a session is to be narrowed. Nothing wider is ever printed in its place. */
export const narrowing: ReadonlyArray<Situation> = [
  { name: "the policy's file is not there", code: 2, home: { profiles: narrowed } },
  { name: "the policy's path is relative", code: 2, home: { profiles: { dev: profile({ op_policy: "look.json" }) } } },
  { name: "`op_policy` is empty", code: 2, home: { profiles: { dev: profile({ op_policy: "" }) } } },
  { name: "the policy is no JSON", code: 2, home: { profiles: narrowed }, before: policy(sound.replace("\"Effect\": \"Allow\",", "\"Effect\": \"Allow\"")) },
  { name: "the policy is JSON and no policy", code: 2, home: { profiles: narrowed }, before: policy(sound.replace("Statement", "Statements")) },
  {
    name: "a key stands twice in the policy",
    code: 2,
    home: { profiles: narrowed },
    before: policy(sound.replace("\"Action\": \"s3:Get*\"", "\"Action\": \"s3:Get*\", \"Action\": \"*\""))
  },
  { name: "the policy has a character that AWS refuses", code: 2, home: { profiles: narrowed }, before: policy(sound.replace("s3:Get*", "s3:Get\u20ac")) },
  { name: "the policy is too long", code: 2, home: { profiles: narrowed }, before: policy(sound.replace("s3:Get*", `s3:${"x".repeat(3000)}`)) },
  { name: "the narrower session is to outlast the session", code: 2, args: ["--profile", "dev", "--scope-duration", "13h"] },
  { name: "`op_scope_duration` is no duration", code: 2, home: { profiles: { dev: profile({ op_scope_duration: "soon" }) } } },
  {
    name: "managed policies are named, and there is no role",
    code: 2,
    home: { profiles: { dev: profile({ op_policy_arns: "arn:aws:iam::aws:policy/ReadOnlyAccess" }) } }
  },
  {
    name: "a managed policy's ARN is none",
    code: 2,
    home: { profiles: { dev: profile(), admin: { ...role, op_policy_arns: "ReadOnlyAccess" } } },
    args: ["--profile", "admin"]
  },
  {
    name: "more than ten managed policies are named",
    code: 2,
    home: {
      profiles: { dev: profile(), admin: { ...role, op_policy_arns: Array.from({ length: 11 }, () => "arn:aws:iam::aws:policy/ReadOnlyAccess").join() } }
    },
    args: ["--profile", "admin"]
  },
  {
    name: "a role rests on a narrowed profile",
    code: 2,
    home: { profiles: { ...narrowed, admin: role } },
    args: ["--profile", "admin"],
    before: policy(sound)
  },
  {
    name: "the client would assume the role of a narrowed profile itself",
    code: 2,
    home: { profiles: { dev: profile({ op_policy: "~/look.json", role_arn: role.role_arn }) } },
    before: policy(sound)
  },
  {
    name: "two profiles on the way are narrowed differently",
    code: 2,
    home: {
      profiles: {
        ...narrowed,
        first: { op_policy: "~/other.json", credential_process: "/usr/local/bin/op-aws-credential-process --profile dev" }
      }
    },
    args: ["env", "first"],
    before: policy(sound)
  },
  refused("AWS takes the policy for malformed", "MalformedPolicyDocument", "Syntax errors in policy."),
  refused(
    "the policy does not fit into the session's token",
    "PackedPolicyTooLarge",
    "The session token size of 4301 bytes exceeds the maximum allowed size of 4096 bytes"
  ),
  refused(
    "AWS says that the session ends before the narrower one",
    "InsufficientSessionLifetime",
    "The requested DurationSeconds exceeds the remaining lifetime of the calling session"
  ),
  refused(
    "the user may not narrow a session",
    "AccessDenied",
    "User: arn:aws:iam::123456789012:user/user is not authorized to perform: sts:GetScopedCredentials because no identity-based policy allows the sts:GetScopedCredentials action"
  ),
  refused(
    "a session has three policies already",
    "AccessDenied",
    "User: arn:aws:iam::123456789012:user/user is not authorized to perform: sts:GetScopedCredentials because the session already has the maximum of 3 scope down policies"
  ),
  refused("the endpoint does not know GetScopedCredentials", "InvalidAction", "Could not find operation GetScopedCredentials for version 2011-06-15")
]

import { policyTrouble } from "../policy/PolicyCheck.ts"
import type { PolicyFailure } from "../policy/PolicyFailure.ts"
import { NarrowingFailure } from "../settings/NarrowingFailure.ts"
import type { RoleChain } from "../settings/RoleChain.ts"

// STS AssumeRole: `PolicyArns` (botocore 1.44.8), and the ARNs of managed policies, AWS's own among them.
const mostArns = 10
const arnShape = /^arn:aws[a-z-]*:iam::(?:aws|\d{12}):policy\/[!-~]+$/

/** Why what is to narrow this chain cannot do it, as far as that shows before anybody is asked. */
export const narrowingTrouble = ({ hops, narrowing }: RoleChain): NarrowingFailure<"NarrowingInvalid"> | PolicyFailure | undefined => {
  const arns = hops.at(-1)?.policyArns ?? []
  const source = "--policy-arn (op_policy_arns)"
  if (arns.length > mostArns) return NarrowingFailure.NarrowingInvalid({ source, value: `${arns.length} ARNs` }, "arns")
  const odd = arns.find((arn) => arn.length < 20 || arn.length > 2048 || !arnShape.test(arn))
  if (odd !== undefined) return NarrowingFailure.NarrowingInvalid({ source, value: odd }, "arn")
  return narrowing?.policy === undefined ? undefined : policyTrouble(narrowing.policy)
}

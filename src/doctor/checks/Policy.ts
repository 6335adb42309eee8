import * as Effect from "effect/Effect"
import type { Profile } from "../../domain/aws-config/AwsConfig.ts"
import { profileHeader } from "../../domain/aws-config/AwsConfigSections.ts"
import { printable } from "../../domain/base/Printable.ts"
import { quoteSh } from "../../domain/base/ShellQuoting.ts"
import { entryFileName } from "../../domain/cache/CacheEntry.ts"
import type { Found } from "../../domain/host/Found.ts"
import { longestPolicy, narrowsNothing } from "../../domain/policy/PolicyCheck.ts"
import { narrowingTrouble } from "../../domain/session/NarrowingTrouble.ts"
import { flagsOfLine } from "../../domain/settings/ProfileChoice.ts"
import type { RoleChain } from "../../domain/settings/RoleChain.ts"
import { type Examined, type Finding, findingOf, fineUnless, type Severity } from "../Finding.ts"
import { CachePlace } from "../../services/cache/CachePlace.ts"
import { Disk } from "../../services/host/Disk.ts"

export interface PolicyFacts {
  readonly profile: Profile
  readonly chain: RoleChain
  /** What stands where the policy is; undefined where only the life is shorter. */
  readonly file: Found | undefined
  /** A session file under the profile's own name, where another program would find it. */
  readonly wholeFile: string | undefined
}

/** What can be said of a profile that is narrowed, before AWS is asked; nothing of one that is not. */
export const checkPolicy = ({ chain, file, profile, wholeFile }: PolicyFacts): Examined => {
  const { narrowing } = chain
  const name = printable(profile.name)
  const found = (severity: Severity, what: string, why: string, mend: string): Finding => ({ check: "policy", severity, what: `${name}: ${what}`, why, mend })
  const trouble = narrowingTrouble(chain)
  const findings: Array<Finding> = trouble === undefined ? [] : [findingOf("policy", trouble, `nothing gets credentials through profile ${name}`)]
  if (narrowing === undefined) return { fine: [], findings }
  const { policy } = narrowing
  const shown = policy === undefined ? "" : printable(policy.file)
  if (profile.values.has("role_arn") && profile.values.has("source_profile")) {
    findings.push(found(
      "error",
      "a role over another profile, which op_policy is to narrow",
      "AWS's clients assume the role themselves and never read op_policy: they get all that the role allows",
      `let its line name the role's profile, in a profile of its own: \`op-aws-credential-process setup ${name} --agent\` writes one`
    ))
  }
  if (policy !== undefined && trouble === undefined && narrowsNothing(policy.packed)) {
    findings.push(found(
      "warning",
      `${shown} narrows nothing`,
      "it allows every action on everything, so that the session can do all that the whole one can",
      `name in it what the profile is for; \`op-aws-credential-process setup ${name} --agent\` makes one from a short list`
    ))
  }
  const others = file === undefined ? undefined : strangers(file)
  if (policy !== undefined && others !== undefined) {
    findings.push(found(
      "error",
      `${shown} ${others}`,
      "whoever changes the policy decides what the narrower session may do",
      `chown "$USER" ${quoteSh(policy.path)} && chmod go-w ${quoteSh(policy.path)}`
    ))
  }
  const line = flagsOfLine(profile)
  if (policy !== undefined && profile.values.has("op_policy") && line !== undefined && line.policy === undefined) {
    findings.push(found(
      "warning",
      "its credential_process line does not name the policy",
      "a program that does not know op_policy, such as an older one of this name, would print the whole session",
      `add to the line in ${profileHeader(profile.name)}\n--policy ${printable(policy.file)}`
    ))
  }
  if (wholeFile !== undefined) {
    findings.push(found(
      "error",
      `a session is cached as ${printable(wholeFile)}`,
      "other programs of this name would hand it out whole for this profile",
      `op-aws-credential-process clear ${name}`
    ))
  }
  const size = policy === undefined ? "" : ` to ${shown} (${policy.packed.length} of ${longestPolicy} characters)`
  return fineUnless(
    findings,
    `${name}: narrowed${size}; that keeps mistakes small, and a hostile program of the same user can still read the whole session`
  )
}

/** How others could change the file, as the end of a sentence. */
const strangers = (found: Found): string | undefined =>
  found.kind === "link"
    ? strangers(found.to)
    : found.kind === "missing" || found.kind === "hidden"
    ? undefined
    : (found.mode & 0o022) !== 0
    ? "can be changed by others"
    : found.mine
    ? undefined
    : "belongs to another user"

/** The same with a look at the disk. */
export const examinePolicy = Effect.fnUntraced(function*(profile: Profile, chain: RoleChain) {
  const disk = yield* Disk
  const policy = chain.narrowing?.policy
  const file = policy === undefined ? undefined : yield* disk.look(policy.path)
  const directory = yield* (yield* CachePlace).directory
  const whole = directory === undefined || chain.settings.keptAs === undefined || chain.settings.profile !== profile.name
    ? undefined
    : `${directory}/${entryFileName(profile.name)}`
  const isThere = whole !== undefined && (yield* disk.look(whole)).kind !== "missing"
  return checkPolicy({ profile, chain, file, wholeFile: isThere ? whole : undefined })
})

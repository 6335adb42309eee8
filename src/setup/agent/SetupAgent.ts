import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { accountOfArn, partitionOfArn } from "../../domain/aws/Region.ts"
import { type Environment, variable } from "../../domain/base/Environment.ts"
import { ExitCode } from "../../domain/base/Failure.ts"
import type { TerminalStyle } from "../../domain/base/TerminalText.ts"
import { printable } from "../../domain/base/Printable.ts"
import { formatTimeLeft, localTime } from "../../domain/base/Time.ts"
import type { RunningProgram } from "../../domain/host/RunningProgram.ts"
import { nothingChanged } from "../../domain/interview/InterviewFailure.ts"
import { readyPolicy } from "../../domain/policy/ReadyPolicies.ts"
import { chooseNamedProfile } from "../../domain/settings/ProfileChoice.ts"
import { resolveRoleChain } from "../../domain/settings/RoleChain.ts"
import { AwsConfigFile } from "../../services/aws-config/AwsConfigFile.ts"
import { AwsFiles, type FileChange } from "../../services/aws-config/AwsFiles.ts"
import { Signals } from "../../services/host/Signals.ts"
import { Interview } from "../../services/interview/Interview.ts"
import { agreed, choose, tell, typed } from "../../session/interview/Answers.ts"
import { orFail } from "../../session/OrFail.ts"
import { programWords } from "../InstalledProgram.ts"
import { profileNameComplaint, shadowedKey, withProfiles } from "../ProfileDraft.ts"
import { SetupFailure } from "../SetupFailure.ts"
import { prove } from "../SetupProof.ts"
import { changeLines, notTried, writtenFile } from "../SetupWriting.ts"
import { agentKeys, policyPath } from "./AgentProfile.ts"

export interface AgentRequest {
  /** The whole profile; undefined where nobody named one. */
  readonly profile: string | undefined
  /** What is to be left: see `readyPolicy`. Undefined where the person is to say it. */
  readonly only: string | undefined
  /** What the new profile is called; undefined for the whole one's name with `-agent`. */
  readonly name: string | undefined
  readonly environment: Environment
  readonly running: RunningProgram
  readonly look: Pick<TerminalStyle, "color" | "unicode">
}

/**
 * Writes a narrower profile beside one that is there, with a policy's file, once the person has seen both, and proves
 * it. Whoever leaves, or does not want what comes of it, finds everything as it was.
 */
export const setupAgent = Effect.fn("setupAgent")(function*(request: AgentRequest) {
  const { stopped } = yield* Signals
  const draft = yield* Effect.raceFirst(
    agreement(request).pipe(Effect.onInterrupt(() => tell("", nothingChanged))),
    stopped
  )
  yield* Effect.raceFirst(carryOut(request.environment, draft), stopped)
  yield* tell(
    `Give it to the agent by its name: AWS_PROFILE=${draft.name}. The whole profile stays as it is.`,
    "This keeps mistakes small. A hostile program that runs as you can read the whole session's file: for that, run the agent where it cannot, such as a container."
  )
})

interface AgentPlan {
  readonly name: string
  readonly line: string
  readonly policy: FileChange
  readonly config: FileChange
}

const agreement = Effect.fnUntraced(function*(request: AgentRequest) {
  const { environment } = request
  const config = yield* (yield* AwsConfigFile).load
  const base = yield* orFail(chooseNamedProfile(config, environment, request.profile))
  const found = config.profile(base)
  const whole = found === undefined ? undefined : yield* orFail(found)
  const chain = yield* orFail(resolveRoleChain({ profile: base, asker: "person", flags: {}, environment, config }))
  if (whole === undefined) return yield* Effect.fail(SetupFailure.AgentUnfit(base, "is in no file"))
  if (chain.narrowing !== undefined) return yield* Effect.fail(SetupFailure.AgentUnfit(base, "is narrowed already"))
  const home = variable(environment, "HOME")
  if (home === undefined) return yield* Effect.fail(SetupFailure.AgentUnfit(base, "has no home to put a policy into: HOME is not set"))

  const arn = chain.hops.at(-1)?.roleArn ?? chain.settings.mfaSerial ?? ""
  const { allows, text } = yield* policyFor(request.only, partitionOfArn(arn) ?? "aws")
  const name = request.name ?? (yield* typed({
    question: "What is the narrower profile to be called?",
    usual: `${base}-agent`,
    check: (answer) => answer === base ? "That is the whole profile's name." : profileNameComplaint(answer),
    unasked: { certain: `${base}-agent` }
  }))
  if (name === base || profileNameComplaint(name) !== undefined) return yield* Effect.fail(SetupFailure.ProfileNameUnusable(name))
  const taken = config.profile(name)
  const there = taken === undefined ? undefined : yield* orFail(taken)
  if (there !== undefined && !there.values.has("op_policy") && !(there.values.get("credential_process") ?? "").includes("--policy")) {
    return yield* Effect.fail(SetupFailure.AgentUnfit(name, "is there already, and is not a narrowed one"))
  }

  const files = yield* AwsFiles
  const policy = policyPath(home, name)
  const words = yield* programWords(request.running, environment)
  const { line, set } = yield* orFail(agentKeys({ whole, isRole: chain.hops.length > 0, name, policy, words }))
  const remove = [...there?.values.keys() ?? []].filter((key) => !set.some(([kept]) => kept === key))
  const written = [{ profile: name, set, remove }]
  const shadowed = shadowedKey(config.texts, written)
  if (shadowed !== undefined) return yield* Effect.fail(shadowed)
  const before = { policy: yield* files.read(policy), config: yield* files.read(config.configPath) }
  const after = yield* orFail(withProfiles({ path: config.configPath, text: before.config ?? "" }, written))

  const account = accountOfArn(arn)
  const changes = {
    policy: { path: policy, before: before.policy, after: text },
    config: { path: config.configPath, before: before.config, after }
  }
  yield* tell(
    `A profile ${printable(name)} beside ${printable(base)}${account === undefined ? "" : ` of account ${account}`}, which is allowed ${printable(allows)}.`,
    "",
    ...[changes.policy, changes.config].flatMap((change) => [...changeLines(change, request), ""])
  )
  yield* agreed("Write both?", true, true)
  const plan: AgentPlan = { name, line, ...changes }
  return plan
})

const policyFor = Effect.fnUntraced(function*(only: string | undefined, partition: string) {
  const said = only ?? (yield* wanted)
  const ready = readyPolicy(said, partition)
  return typeof ready === "string" ? yield* Effect.fail(SetupFailure.PolicyNotReady(said, ready)) : ready
})

const wanted = Effect.gen(function*() {
  const kind = yield* choose<"look" | "bucket" | "service">({
    question: "What may it do?",
    choices: [
      { value: "look", label: "Look, and change nothing", detail: "the usual services, no value of Secrets Manager or Parameter Store" },
      { value: "bucket", label: "Read and write one S3 bucket" },
      { value: "service", label: "Everything in one service, nothing elsewhere" }
    ],
    unasked: { certain: "look" }
  })
  if (kind === "look") return kind
  const isReady = (text: string): string | undefined => {
    const ready = readyPolicy(text, "aws")
    return typeof ready === "string" ? ready : undefined
  }
  const said = kind === "bucket"
    ? yield* typed({ question: "Which bucket?", check: (name) => isReady(`s3://${name.replace(/^s3:\/\//, "")}`) })
    : yield* typed({ question: "Which service, as IAM calls it (dynamodb, sqs, …)?", check: isReady })
  return kind === "bucket" ? `s3://${said.replace(/^s3:\/\//, "")}` : said
})

/** Writes both files and runs the line; what was written is taken back where that fails, unless the person keeps it. */
const carryOut = Effect.fnUntraced(function*(environment: Environment, { config, line, name, policy }: AgentPlan) {
  const orUnwritePolicy = yield* writtenFile(policy, environment)
  const orUnwriteConfig = yield* orUnwritePolicy(writtenFile(config, environment))
  yield* Effect.interruptible(triedOut(environment, name, line)).pipe(orUnwriteConfig, orUnwritePolicy)
}, Effect.uninterruptible)

const triedOut = Effect.fnUntraced(function*(environment: Environment, profile: string, line: string) {
  const { attended } = yield* Interview
  yield* tell("Trying it as an AWS client would.")
  const proven = yield* prove({ profile, line, environment, changed: true }).pipe(
    // Where nobody can be asked for a code, what was written is none the worse for it.
    Effect.catchIf(
      (failure) => !attended && failure.exitCode === ExitCode.mfa,
      () => Effect.undefined
    )
  )
  if (proven === undefined) {
    return yield* notTried(profile)
  }
  const left = formatTimeLeft(proven - (yield* Clock.currentTimeMillis))
  yield* tell(`It works: ${printable(profile)} has a narrowed session until ${localTime(proven)} (${left}).`)
})

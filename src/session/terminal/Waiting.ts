import * as Effect from "effect/Effect"
import type { StsTarget } from "../../domain/aws/StsTarget.ts"
import { Progress, type Step } from "../../services/terminal/Progress.ts"

/** Runs a call as the step that is being waited for, which is named where it takes long. */
export const waiting = (step: Omit<Step, "shown">) => <A, E, R>(call: Effect.Effect<A, E, R>) =>
  Effect.flatMap(Progress, (progress) => progress.during({ ...step, shown: true }, call))

/** Runs a call of `op`. */
export const waitingForOp = waiting({
  waitingFor: "1Password",
  hint: "approve its prompt, or unlock the app (or run `op signin`), and try again; an unanswered prompt can be dismissed"
})

/** What a call of STS is to whoever waits for it. */
export const stsStep = ({ region }: StsTarget): Omit<Step, "shown"> => ({
  waitingFor: `AWS STS in ${region}`,
  hint: "check the network, the proxy (HTTPS_PROXY) and the region, and try again"
})

/** Calls STS. */
export const waitingForSts = (target: StsTarget) => waiting(stsStep(target))

/** Calls IAM. */
export const waitingForIam = waiting({
  waitingFor: "AWS IAM",
  hint: "check the network and the proxy (HTTPS_PROXY), and try again"
})

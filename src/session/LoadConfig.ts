import * as Effect from "effect/Effect"
import type { Environment } from "../domain/base/Environment.ts"
import type { FlagValues } from "../domain/settings/Flags.ts"
import { timeLimitOf } from "../domain/settings/Settings.ts"
import { AwsConfigFile } from "../services/aws-config/AwsConfigFile.ts"
import { PipePatience } from "../services/host/PipePatience.ts"
import { endedBy, startDeadline } from "./terminal/Deadline.ts"
import { waiting } from "./terminal/Waiting.ts"

const awaited = waiting({
  waitingFor: "whoever writes the AWS config through a pipe",
  hint: "see where AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE lead, and what is to write to the other end"
})

/**
 * AWS's files, within the time that there is for everything. `patient` commands have as much as they need, and so has
 * one whose flags say nothing of a time: there, a pipe is waited for as long as `PipePatience` has it.
 */
export const loadConfig = Effect.fn("loadConfig")(function*(flags: FlagValues, environment: Environment, patient: boolean) {
  const timeout = timeLimitOf({ flags, environment }, patient)
  const { load } = yield* AwsConfigFile
  const loaded = timeout === undefined ? load : Effect.provideService(load, PipePatience, undefined)
  return yield* endedBy(awaited(loaded), yield* startDeadline(timeout))
}, Effect.scoped)

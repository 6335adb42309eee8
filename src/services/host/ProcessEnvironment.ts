import * as Context from "effect/Context"
import type { Environment } from "../../domain/base/Environment.ts"

/** The variables that this process was started with, for every mechanism that goes by them. Rules are handed theirs. */
export class ProcessEnvironment extends Context.Service<ProcessEnvironment, Environment>()(
  "op-aws-credential-process/services/ProcessEnvironment"
) {}

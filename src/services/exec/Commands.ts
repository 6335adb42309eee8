import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { CommandFailure } from "../../domain/exec/CommandFailure.ts"

/** The programs that a person may run by name, as a shell finds them. Nothing is started. */
export class Commands extends Context.Service<Commands, {
  /** The file that a name stands for: itself where it holds a slash, else the first executable one in PATH. */
  find(name: string): Effect.Effect<string, CommandFailure<"CommandNotFound" | "CommandNotExecutable">>
}>()("op-aws-credential-process/services/Commands") {}

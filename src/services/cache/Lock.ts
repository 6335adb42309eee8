import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { DiskTrouble } from "../../domain/base/DiskTrouble.ts"

/**
 * Locks between processes, each with a name, that die with their holder: the kernel frees them, SIGKILL and power
 * loss included, and nothing is ever decided by a file's age or by a process id.
 */
export class Lock extends Context.Service<Lock, {
  /**
   * One try, without waiting. `"held"`: this process has it until the scope closes. `"busy"`: another one has it.
   * `"unusable"`: no lock can be had here (a directory that is not ours, a read-only disk); the caller goes on
   * without.
   */
  tryTake(name: string): Effect.Effect<"held" | "busy" | "unusable", never, Scope.Scope>
  /** Why the last one that could not be had was unusable; the reason begins with its place. */
  readonly trouble: Effect.Effect<DiskTrouble | undefined>
}>()("op-aws-credential-process/services/Lock") {}

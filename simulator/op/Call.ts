import type { Arguments } from "./Arguments.ts"
import type { ProcessPlace, StdinKind } from "./Process.ts"
import type { OpState } from "./State.ts"

/** One run of the stand-in: what it was asked and where it runs. */
export interface Call {
  readonly id: string
  readonly statePath: string
  readonly state: OpState
  readonly arguments: Arguments
  readonly env: Readonly<Record<string, string>>
  readonly place: ProcessPlace
  readonly stdin: StdinKind
  /** The simulated clock, in milliseconds since 1970. */
  readonly now: () => number
}

/** A flag's value, or what the environment says in its place. */
export const option = (call: Call, flag: string, variable?: string): string | undefined => {
  const value = call.arguments.values.get(flag) ?? (variable === undefined ? undefined : call.env[variable])
  return value === "" ? undefined : value
}

/** Whether a switch is set, by the flag or by the environment. */
export const isOn = (call: Call, flag: string, variable?: string): boolean =>
  call.arguments.switches.has(flag) || (variable !== undefined && /^(1|t|true)$/i.test(call.env[variable] ?? ""))

/** Whether the answer is to be JSON. */
export const wantsJson = (call: Call): boolean => option(call, "format", "OP_FORMAT") === "json"

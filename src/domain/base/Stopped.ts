import type { Failure } from "./Failure.ts"

/** The signals that ask a program to stop, and the exit status that tells of each. */
export const stopExitCodes = { SIGHUP: 129, SIGINT: 130, SIGQUIT: 131, SIGTERM: 143 } as const

/**
 * How long our own signal may take to be heard after somebody else ended by the same (milliseconds): Ctrl-C reaches
 * everybody on a terminal, and whoever pressed it is to hear of that, and not of others that failed.
 */
export const ownSignalGrace = 500

export type StopSignal = keyof typeof stopExitCodes

/** Those of a terminal's keys, Ctrl-C and Ctrl-\\: a person has had enough. */
const ofKeys: ReadonlyArray<number> = [stopExitCodes.SIGINT, stopExitCodes.SIGQUIT]

/** Whether it was a person's answer, and not somebody's who ends processes. */
export const isStoppedByKey = ({ _tag, exitCode }: Failure): boolean => _tag === "Stopped" && ofKeys.includes(exitCode)

/** Whether it was somebody's who ends processes, and not a person's answer. */
export const isStoppedFromOutside = ({ _tag, exitCode }: Failure): boolean => _tag === "Stopped" && !ofKeys.includes(exitCode)

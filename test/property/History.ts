import type { Moment } from "../session/Mortal.ts"
import { fakeId } from "../../simulator/op/State.ts"

/**
 * The items in 1Password. All have keys of one IAM user. `Seeded` and `Copy` have the one-time password of the device
 * S2, `Plain` and `Seeded` name their device (S1 and S2), `Typed` has nothing but its key.
 */
export const items = ["Typed", "Seeded", "Copy", "Plain"] as const
export type Item = (typeof items)[number]

export type Device = "S1" | "S2"

/** Two names of the one account in 1Password. A session of the one is not known to be one of the other. */
export const accounts = ["example.1password.com", fakeId("account").toUpperCase()]

/** A profile as somebody has configured it. */
export interface Configured {
  readonly item: Item
  readonly serial: Device | undefined
  readonly minutes: number
  readonly region: string | undefined
  readonly mfa: "auto" | "none"
  readonly account: string | undefined
  readonly endpoint: string | undefined
  /** Configured by the flags of its `credential_process` line, as for the Go program, and not by keys. */
  readonly byLine: boolean
}

export const profiles = ["dev", "stage", "prod"] as const
export type ProfileName = (typeof profiles)[number]

/** The last one has no terminal. */
export const clients = ["shell", "terraform", "tmux", "ide"] as const
export type Client = (typeof clients)[number]

/**
 * What a person does about a question. `terminate` ends the one who asks, and no other; `again` is a code that was used up a short while ago, and a wrong one where
 * there is none. When all are used up, the input ends.
 */
export type Answer = "right" | "wrong" | "again" | "garbage" | "end" | "ctrl-C" | "terminate" | "ignore"

export interface Caller {
  readonly client: Client
  readonly profile: ProfileName
  /** So many processes at the same moment. */
  readonly count: number
  readonly refresh: boolean
  readonly answers: ReadonlyArray<Answer>
}

export interface CallStep {
  readonly do: "call"
  readonly callers: ReadonlyArray<Caller>
  readonly op: "works" | "dismissed" | "signed out" | "hangs"
  readonly sts: "works" | "denied" | "unreachable" | "answer lost"
  /** The first process is killed when it comes to this moment. */
  readonly dies: Moment | undefined
  readonly diskFull: boolean
  /** It is played when the first caller's profile has a session with so much left, in milliseconds, if it has one. */
  readonly left: number | undefined
}

export type Step =
  | CallStep
  | { readonly do: "wait"; readonly millis: number }
  /** By how much the clock of this machine is ahead of the true time from now on, in milliseconds. */
  | { readonly do: "set clock"; readonly skew: number }
  | { readonly do: "edit"; readonly profile: ProfileName; readonly to: Partial<Configured> }
  | { readonly do: "damage"; readonly profile: ProfileName; readonly how: Damage; readonly where: number }
  /** The Go program caches a session for the profile. */
  | { readonly do: "go"; readonly profile: ProfileName }

export type Damage = "delete" | "flip" | "tear" | "wrong type" | "future" | "foreign"

export interface History {
  readonly start: ReadonlyArray<Configured>
  readonly steps: ReadonlyArray<Step>
}

/**
 * The step as it is played, so that what comes of it does not hang on who is a moment faster. A client calls a profile
 * once in a step; a Ctrl-C goes to all that a client runs, so that a client with two profiles gets none. Where those who
 * wait would have to go on one after the other, only one caller is there; where nothing happens until the time-out, only
 * one process.
 */
export const asPlayed = (step: CallStep, skew: number): CallStep => {
  const distinct = step.callers.filter((caller, index) =>
    step.callers.findIndex(({ client, profile }) => client === caller.client && profile === caller.profile) === index
  )
  const [first] = distinct
  const alone = step.dies !== undefined || step.diskFull || skew !== 0 || step.op === "hangs"
  const callers = alone && first !== undefined ? [first] : distinct
  const single = callers.length === 1 && callers[0]?.count === 1
  return {
    ...step,
    callers: callers.map((caller) => {
      const crowded = callers.filter(({ client }) => client === caller.client).length > 1
      const avoided: ReadonlyArray<Answer> = [
        ...(crowded ? ["ctrl-C" as const] : []),
        ...(callers.length > 1 ? ["terminate" as const] : []),
        ...(single ? [] : ["ignore" as const])
      ]
      const answers = caller.answers.map((answer) => avoided.includes(answer) ? "end" : answer)
      return { ...caller, answers, count: step.op === "hangs" ? 1 : caller.count }
    })
  }
}

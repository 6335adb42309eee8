import { Clock, Effect } from "effect"
import type { Person, Reaction } from "../fakes/terminal/TtyFake.ts"
import type { Answer, Device } from "./History.ts"
import type { World } from "../session/Composed.ts"
import { codeAtStep, totpStep } from "../../simulator/Totp.ts"
import type { StopSignal } from "../../src/domain/base/Stopped.ts"

export const serials: Record<Device, string> = {
  S1: "arn:aws:iam::123456789012:mfa/first",
  S2: "arn:aws:iam::123456789012:mfa/second"
}

export const seeds: Record<Device, string> = { S1: "FAKESEEDFAKESEED", S2: "FAKESEEDFAKESEEDFAKESEED" }

export const deviceOf = (serial: string): Device | "" =>
  serial === serials.S1 ? "S1" : serial === serials.S2 ? "S2" : ""

/** The profile and the device that a question is about. */
export const readQuestion = (question: string): { readonly profile: string; readonly device: Device } => {
  const [, profile = "", serial = ""] = /^MFA code for (.*) \((.*)\): $/.exec(question) ?? []
  const device = deviceOf(serial)
  if (device === "") throw new Error(`an unknown question: ${question}`)
  return { profile, device }
}

/** Where there are devices: they go by the true time, which the machine's clock may be ahead of. */
export interface Desk {
  readonly world: World
  readonly skew: { millis: number }
  /** Codes that somebody is about to type. */
  readonly reserved: Set<string>
}

const shown = ({ skew }: Desk, device: Device, now: number, later = 0): string =>
  codeAtStep(seeds[device], totpStep(seeds[device], now - skew.millis) + later)

/** A code that the device shows and that nobody has used or has in mind, as soon as there is one. */
const rightCode = (desk: Desk, device: Device): Effect.Effect<string> =>
  Effect.gen(function*() {
    const now = yield* Clock.currentTimeMillis
    const code = shown(desk, device, now)
    const mark = `${device} ${code}`
    const sent = desk.world.sent.some((one) => one.serial === serials[device] && one.code === code)
    if (!sent && !desk.reserved.has(mark)) {
      desk.reserved.add(mark)
      return code
    }
    yield* Effect.sleep(31_000 - (now - desk.skew.millis) % 30_000)
    return yield* rightCode(desk, device)
  })

const wrongCode = (desk: Desk, device: Device, now: number): string => {
  const taken = [-2, -1, 0, 1, 2].map((later) => shown(desk, device, now, later))
  const sent = desk.world.sent.map(({ code }) => code)
  for (let number = 1;; number++) {
    const code = String(number * 7919 % 1_000_000).padStart(6, "0")
    if (!taken.includes(code) && !sent.includes(code)) return code
  }
}

/** For each device a code that was used up within the last minute, if there is one. */
export const usedCodes = ({ world }: Desk, now: number): ReadonlyMap<Device, string> =>
  new Map(world.sent.flatMap(({ at, code, outcome, serial }) => {
    const used = outcome === undefined || outcome === "done" || outcome === "unknown"
    const device = deviceOf(serial)
    return used && device !== "" && Math.abs(now - at) <= 60_000 ? [[device, code] as const] : []
  }))

/**
 * Somebody who has these answers for each profile, and ends the input when they are used up. `send` sends a signal to
 * those whom it concerns when the question is about this profile.
 */
export const personOf = (
  desk: Desk,
  answers: ReadonlyMap<string, Array<Answer>>,
  used: ReadonlyMap<Device, string>,
  send: (signal: StopSignal, profile: string) => Effect.Effect<void>
): Person =>
(question) => {
  const { device, profile } = readQuestion(question)
  const answer = answers.get(profile)?.shift() ?? "end"
  return Effect.gen(function*(): Effect.fn.Return<Reaction> {
    if (answer === "ignore") return { ignore: true }
    yield* Effect.sleep(700)
    if (answer === "end") return { endInput: true }
    if (answer === "garbage") return { type: "12a456" }
    if (answer === "right") return { type: yield* rightCode(desk, device) }
    if (answer === "ctrl-C" || answer === "terminate") {
      // Uninterruptible, because the one who is asked ends with the question that this comes from.
      yield* Effect.uninterruptible(send(answer === "ctrl-C" ? "SIGINT" : "SIGTERM", profile))
      return { ignore: true }
    }
    const again = answer === "again" ? used.get(device) : undefined
    return { type: again ?? wrongCode(desk, device, yield* Clock.currentTimeMillis) }
  })
}

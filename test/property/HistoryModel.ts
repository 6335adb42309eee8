import type { Answer, Caller, CallStep, Client, Configured, Device, Item, ProfileName } from "./History.ts"
import {
  ambiguous,
  type Failed,
  hasCodes,
  isAlive,
  isFresh,
  isKin,
  isRefusal,
  itemSerial,
  lockOf,
  type Session
} from "./HistoryRules.ts"

const minute = 60_000
const timeout = 2 * minute

interface Refusal extends Failed {
  readonly lock: string
  readonly client: Client
  readonly at: number
}

/** All that the program may know from one call to the next. */
export interface State {
  readonly profiles: Record<ProfileName, Configured>
  readonly cache: Map<ProfileName, Session>
  refusals: Array<Refusal>
  /** When a renewal failed last and the old session was handed out. */
  readonly quietSince: Map<string, number>
  /** The newest step of the item's one-time password that AWS was seen to take. */
  readonly lastStep: Map<Device, number>
  /** The newest one that was sent, whatever came of it. */
  readonly lastSent: Map<Device, number>
  skew: number
}

/** What the world saw in a step that rules cannot know: the moments, and which session STS gave to whom. */
export interface Evidence {
  readonly now: number
  /** In the order of the processes: when, and with which session, printed or, by one that was killed, kept. */
  readonly endings: ReadonlyArray<{ readonly at: number; readonly id: string | undefined }>
  /** Sessions that STS made, oldest first, also those that nobody got to see. */
  readonly issued: ReadonlyArray<Issued>
  /** Devices with a code that was used up within the last minute. */
  readonly reusable: ReadonlySet<Device>
}

export interface Issued extends Request {
  readonly id: string
  /** By the machine's clock. */
  readonly at: number
}

export interface Request {
  readonly item: Item
  readonly serial: Device | ""
  readonly minutes: number
  readonly region: string
}

export interface Expected {
  readonly endings: Array<Failed | { readonly id: string } | "killed" | undefined>
  readonly ops: Array<Item>
  readonly questions: Array<string>
  readonly requests: Array<Request & { readonly outcome: string }>
}

interface Process {
  readonly index: number
  readonly caller: Caller
  readonly mortal: boolean
}

type Outcome = "killed" | "terminated" | Failed | Session

const timedOut: Failed = { code: 8, tag: "TimedOut" }
const codesRefused: Failed = { code: 5, tag: "CodesRefused" }

const isFor = (refusal: Refusal, lock: string, client: Client): boolean =>
  refusal.lock === lock && refusal.client === client

/** What STS says to every code; an answer that gets lost is not said, but decided all the same. */
const failures: { readonly [Sts in CallStep["sts"]]?: string } = { denied: "StsDenied", unreachable: "AwsUnreachable" }

/** What a call comes to, and what of it stays. The state is changed as the program changes what it keeps. */
export const predict = (state: State, step: CallStep, evidence: Evidence): Expected => {
  const expected: Expected = { endings: [], ops: [], questions: [], requests: [] }
  const answers = new Map(step.callers.map((caller) => [caller, [...caller.answers]]))
  const unclaimed = [...evidence.issued]
  const { now } = evidence
  const of = ({ caller }: Process): Configured => state.profiles[caller.profile]

  const prints = (process: Process, among: ReadonlyArray<Session>): Session => {
    const seen = evidence.endings[process.index]?.id
    const session = among.find(({ id }) => id === seen) ?? among[0]!
    expected.endings[process.index] = { id: session.id }
    return session
  }

  /** Under the profile's own name, and with the account that it names itself. */
  const keep = (process: Process, session: Session): void => {
    const { profile } = process.caller
    if (step.diskFull || state.cache.get(profile) === session) return
    state.cache.set(profile, { ...session, named: true, account: of(process).account ?? session.account })
  }

  /** The profile's own session, and those of other profiles that do not outlive what this one asks for. */
  const kin = (process: Process, at: number): ReadonlyArray<{ readonly session: Session; readonly own: boolean }> =>
    [...state.cache]
      .map(([name, session]) => ({ session, own: name === process.caller.profile }))
      .filter(({ own, session }) =>
        isKin(of(process), session) && (own || session.expiration - at <= of(process).minutes * minute)
      )

  const fresh = (process: Process): ReadonlyArray<Session> => {
    const found = kin(process, now).filter(({ session }) => isFresh(session, now))
    const own = found.filter(({ own }) => own)
    return (own.length > 0 ? own : found).map(({ session }) => session)
  }

  const stale = (process: Process, at: number): ReadonlyArray<Session> => {
    const alive = kin(process, at).map(({ session }) => session).filter((session) => isAlive(session, at))
    return alive.filter(({ expiration }) => alive.every((other) => other.expiration <= expiration))
  }

  const fails = (process: Process, failed: Failed, bySignal = false): void => {
    const at = evidence.endings[process.index]!.at
    const old = process.caller.refresh || bySignal ? [] : stale(process, at)
    if (old.length === 0) return void (expected.endings[process.index] = failed)
    prints(process, old)
    state.quietSince.set(lockOf(of(process)), at)
  }

  /** Another profile's session becomes the profile's own. */
  const serve = (process: Process, found: ReadonlyArray<Session>): void => {
    const session = prints(process, found)
    if (state.cache.get(process.caller.profile) === session) return
    keep(process, session)
    if (process.mortal && step.dies === "kept") expected.endings[process.index] = "killed"
  }

  const within = (since: number | undefined, millis: number): boolean =>
    since !== undefined && since <= now && now - since < millis

  /** Everyone looks at what is there; of those who find nothing, the first one works for all of its identity. */
  const dispatch = (processes: ReadonlyArray<Process>): void => {
    const flights = new Map<string, Array<Process>>()
    for (const process of processes) {
      const { caller } = process
      const lock = lockOf(of(process))
      const found = caller.refresh ? [] : fresh(process)
      const old = caller.refresh || !within(state.quietSince.get(lock), 2 * minute) ? [] : stale(process, now)
      const refusal = state.refusals.find((one) => isFor(one, lock, caller.client) && within(one.at, 10_000))
      const flight = flights.get(lock)
      if (ambiguous(state.profiles, caller)) expected.endings[process.index] = { code: 2, tag: "AmbiguousProfile" }
      else if (found.length > 0) serve(process, found)
      else if (old.length > 0) prints(process, old)
      else if (flight !== undefined) flight.push(process)
      else if (refusal !== undefined && !(process.mortal && step.dies === "locked")) fails(process, refusal)
      else flights.set(lock, [process])
    }
    const end = ([holder]: ReadonlyArray<Process>) => evidence.endings[holder!.index]!.at
    for (const flight of [...flights.values()].sort((one, other) => end(one) - end(other))) land(flight)
  }

  const land = ([holder, ...others]: ReadonlyArray<Process>): void => {
    if (holder === undefined) return
    const outcome = mint(holder)
    if (outcome === "killed" || outcome === "terminated") {
      expected.endings[holder.index] = outcome === "killed" ? "killed" : { code: 143, tag: "Stopped" }
      return dispatch(others)
    }
    if ("id" in outcome) {
      prints(holder, [outcome])
      if (step.diskFull || !isFresh(outcome, evidence.endings[holder.index]!.at)) return dispatch(others)
      return others.forEach((waiter) => keep(waiter, prints(waiter, [outcome])))
    }
    const lock = lockOf(of(holder))
    const { client } = holder.caller
    if (isRefusal(outcome)) {
      const at = evidence.endings[holder.index]!.at
      state.refusals = [
        ...state.refusals.filter((one) => !isFor(one, lock, client)),
        { ...outcome, lock, client, at }
      ]
    }
    for (const process of [holder, ...others]) {
      fails(process, outcome, outcome.tag === "Stopped" && process.caller.client === client)
    }
  }

  /** One process reads the item, gets a code and calls STS, unless it is killed on the way. */
  const mint = (process: Process): Outcome => {
    const { account, endpoint, item, mfa, minutes, region = "us-east-1", serial: configured } = of(process)
    const dies = (moment: CallStep["dies"]) => process.mortal && step.dies === moment
    if (dies("locked")) return "killed"
    expected.ops.push(item)
    if (dies("reading")) return "killed"
    if (step.op === "dismissed") return { code: 4, tag: "ApprovalDismissed" }
    if (step.op === "signed out") return { code: 4, tag: "SignedOut" }
    if (step.op === "hangs") return timedOut
    const serial = mfa === "none" ? "" : configured ?? itemSerial[item]
    if (serial === undefined) return { code: 2, tag: "NoMfaSerial" }
    const request: Request = { item, serial, minutes, region }
    let sentAt = now

    const send = (right: boolean): Outcome | "refused" => {
      if (dies("sending")) return "killed"
      const outcome = failures[step.sts] ?? (right ? "done" : "MfaCodeRefused")
      expected.requests.push({ ...request, outcome })
      const at = unclaimed.findIndex((one) => sameRequest(one, request))
      const [issued] = outcome === "done" && at >= 0 ? unclaimed.splice(at, 1) : []
      sentAt = issued?.at ?? sentAt
      if (step.sts === "denied") return { code: 6, tag: outcome }
      if (step.sts !== "works") return { code: 7, tag: "AwsUnreachable" }
      if (!right) return "refused"
      if (dies("answered")) return "killed"
      if (issued === undefined) throw new Error(`STS was to make a session for ${JSON.stringify(request)}`)
      const session: Session = {
        id: issued.id,
        item,
        serial,
        serialFromItem: mfa === "auto" && configured === undefined,
        account,
        endpoint,
        expiration: seconds(issued.at - state.skew) + minutes * minute,
        issuedAt: seconds(issued.at),
        named: true
      }
      // The clock of this machine is so far ahead that the session is over by it when it comes.
      if (session.expiration <= issued.at) return { code: 6, tag: "ClockSkewed" }
      keep(process, session)
      return dies("kept") ? "killed" : session
    }

    if (serial === "") return send(true) as Outcome
    if (hasCodes(item)) {
      const present = Math.floor(now / 30_000)
      const sent = state.lastSent.get(serial) ?? 0
      let free = Math.max(present, (state.lastStep.get(serial) ?? 0) + 1)
      // One that was sent for a moment far from now was made by a clock that was ahead.
      if (sent >= free && sent - free <= 3) free = sent + 1
      if (free * 30_000 - now > timeout) return timedOut
      for (let refusals = 0; refusals < 2; refusals++) {
        const answer = send(serial === "S2" && state.skew === 0)
        const used = answer === "killed" || typeof answer === "object" && ("id" in answer || step.sts === "answer lost")
        const last = Math.max(free, Math.floor(sentAt / 30_000))
        if (used) state.lastSent.set(serial, last)
        const seen = answer === "killed" ? dies("kept") : typeof answer === "object" && "id" in answer
        if (seen) state.lastStep.set(serial, last)
        if (answer !== "refused") return answer
      }
      return codesRefused
    }

    if (process.caller.client === "ide") return { code: 5, tag: "NoTerminal" }
    for (let tries = 0; tries < 3;) {
      const answer: Answer = answers.get(process.caller)!.shift() ?? "end"
      expected.questions.push(`${process.caller.client}: ${process.caller.profile}, ${serial}`)
      if (dies("asking")) return "killed"
      if (answer === "end") return { code: 5, tag: "PromptEnded" }
      if (answer === "ctrl-C") return { code: 130, tag: "Stopped" }
      if (answer === "terminate") return "terminated"
      if (answer === "ignore") return timedOut
      if (answer === "again" && evidence.reusable.has(serial)) continue
      const result = answer === "garbage" ? "refused" : send(answer === "right")
      if (result !== "refused") return result
      tries++
    }
    return codesRefused
  }

  const everyone = step.callers.flatMap((caller) => Array.from({ length: caller.count }, () => caller))
  dispatch(everyone.map((caller, index) => ({ caller, index, mortal: index === 0 })))
  return expected
}

const seconds = (millis: number): number => Math.floor(millis / 1000) * 1000

const sameRequest = (one: Request, other: Request): boolean =>
  one.item === other.item && one.serial === other.serial && one.minutes === other.minutes && one.region === other.region

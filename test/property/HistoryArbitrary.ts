import { Arbitrary, Schema } from "effect"
import {
  accounts,
  type Answer,
  type Caller,
  type CallStep,
  type Configured,
  type Damage,
  type Device,
  type History,
  type Step
} from "./History.ts"
import { type Moment, moments } from "../session/Mortal.ts"

const whole = (minimum: number, maximum: number) =>
  Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum, maximum })))

/** One of these values, each as often as it is named; failures shrink towards the first. */
const oneOf = <const A extends ReadonlyArray<unknown>>(...values: A): Arbitrary.Arbitrary<A[number]> =>
  Arbitrary.map(whole(0, values.length - 1), (index) => values[index])

const minute = 60_000
const hour = 60 * minute

const item = oneOf("Typed", "Typed", "Seeded", "Seeded", "Copy", "Plain")
const serial = oneOf<ReadonlyArray<Device | undefined>>("S1", "S1", "S2", undefined)
const minutes = oneOf(60, 720, 720, 15, 20, 29, 30, 2160)

const configured: Arbitrary.Arbitrary<Configured> = Arbitrary.all({
  item,
  serial,
  minutes,
  region: oneOf(undefined, undefined, "eu-west-1"),
  mfa: oneOf("auto", "auto", "auto", "auto", "none"),
  account: oneOf(undefined, undefined, ...accounts),
  endpoint: oneOf(undefined, undefined, undefined, undefined, undefined, "https://sts.example.com"),
  byLine: oneOf(false, false, true)
})

const answer = oneOf<ReadonlyArray<Answer>>(
  ...(["right", "right", "right", "right", "wrong", "wrong", "again", "again", "again", "garbage"] as const),
  ...(["end", "ctrl-C", "terminate", "ignore"] as const)
)

const caller: Arbitrary.Arbitrary<Caller> = Arbitrary.all({
  client: oneOf("shell", "shell", "terraform", "tmux", "ide"),
  profile: oneOf("dev", "dev", "dev", "stage", "prod"),
  count: oneOf(1, 1, 2, 3),
  refresh: oneOf(false, false, true),
  answers: Arbitrary.map(
    Arbitrary.all([Arbitrary.array(answer, { maxLength: 4 }), oneOf(true, true, false)]),
    ([some, andRight]) => andRight ? [...some, "right" as const] : some
  )
})

const usually = <A>(usual: A, ...others: ReadonlyArray<A>): Arbitrary.Arbitrary<A> =>
  oneOf(...Array.from({ length: 4 * others.length }, () => usual), ...others)

/** On both sides of the margins of 16 and 7.5 and 5 and 3.75 minutes, and of the last minute. */
const lefts = [17, 16.5, 15.5, 13, 10, 8, 7, 5.5, 4.5, 4.2, 3.2, 1.5, 0.5, -1].map((minutes) => minutes * minute)

const call: Arbitrary.Arbitrary<Step> = Arbitrary.all({
  do: Arbitrary.Constant("call" as const),
  callers: Arbitrary.array(caller, { minLength: 1, maxLength: 3 }),
  op: usually<CallStep["op"]>("works", "dismissed", "signed out", "hangs"),
  sts: usually<CallStep["sts"]>("works", "denied", "unreachable", "answer lost"),
  dies: oneOf<ReadonlyArray<Moment | undefined>>(...Array.from({ length: 20 }, () => undefined), ...moments),
  diskFull: usually<boolean>(false, false, true),
  left: oneOf(...Array.from({ length: lefts.length / 2 }, () => undefined), ...lefts)
})

/** A change of one setting, or of all of them. */
const edit = Arbitrary.flatMap(
  oneOf<ReadonlyArray<Arbitrary.Arbitrary<Partial<Configured>>>>(
    Arbitrary.map(serial, (serial) => ({ serial })),
    Arbitrary.map(item, (item) => ({ item })),
    Arbitrary.map(minutes, (minutes) => ({ minutes })),
    Arbitrary.map(oneOf(undefined, "eu-west-1", "eu-central-1"), (region) => ({ region })),
    Arbitrary.map(oneOf(undefined, ...accounts), (account) => ({ account })),
    configured
  ),
  (one) => one
)

const waits = [3000, 8500, 12_345, 31_000, 70_000, 2.2 * minute, 5 * minute, 3 * hour, 50 * hour]

/** Never near the length of a session, nor within the tolerance of an MFA device. */
const skews = [0, 0, -10 * minute, 10 * minute, -70 * minute, 70 * minute, -24 * hour]

const step: Arbitrary.Arbitrary<Step> = Arbitrary.flatMap(
  oneOf("call", "call", "call", "call", "call", "call", "call", "wait", "wait", "edit", "damage", "set clock", "go"),
  (kind): Arbitrary.Arbitrary<Step> => {
    const profile = oneOf("dev", "dev", "stage", "prod")
    switch (kind) {
      case "call":
        return call
      case "wait":
        return Arbitrary.map(oneOf(...waits), (millis) => ({ do: "wait", millis }))
      case "edit":
        return Arbitrary.map(Arbitrary.all({ profile, to: edit }), (rest) => ({ do: "edit", ...rest }))
      case "damage":
        return Arbitrary.map(
          Arbitrary.all({
            profile,
            how: oneOf<ReadonlyArray<Damage>>("delete", "flip", "tear", "wrong type", "future", "foreign"),
            where: Arbitrary.map(whole(0, 99), (percent) => percent / 100)
          }),
          (rest) => ({ do: "damage", ...rest })
        )
      case "set clock":
        return Arbitrary.map(oneOf(...skews), (skew) => ({ do: "set clock", skew }))
      case "go":
        return Arbitrary.map(profile, (profile) => ({ do: "go", profile }))
    }
  }
)

/** Three profiles that differ in little, most of the time. */
const start = Arbitrary.map(
  Arbitrary.all([configured, Arbitrary.all([edit, edit]), Arbitrary.all([edit, edit])]),
  ([first, ...others]) => [first, ...others.map(([one, another]): Configured => ({ ...first, ...one, ...another }))]
)

export const histories: Arbitrary.Arbitrary<History> = Arbitrary.all({
  start,
  steps: Arbitrary.array(step, { minLength: 1, maxLength: 24 })
})

import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import { iamTarget } from "../domain/aws/IamTarget.ts"
import { codeDevices, deviceName, serialComplaint } from "../domain/aws/MfaDevice.ts"
import { partitionOfArn } from "../domain/aws/Region.ts"
import { Failure } from "../domain/base/Failure.ts"
import { formatDuration } from "../domain/base/GoDuration.ts"
import { printable } from "../domain/base/Printable.ts"
import type { Seconds } from "../domain/base/Time.ts"
import { type LongLivedKey, type OpItem, readOneTimePassword, readSerial } from "../domain/onepassword/OpItem.ts"
import type { GivenSettings } from "../domain/settings/GivenSettings.ts"
import type { ProfileChoices } from "./ProfileDraft.ts"
import { Iam } from "../services/aws/Iam.ts"
import { choose, sentence, tell, typed } from "../session/interview/Answers.ts"
import { orFail } from "../session/OrFail.ts"
import { waitingForIam } from "../session/terminal/Waiting.ts"
import type { ProfileToBe } from "./SetupRequest.ts"

/** A key, and the item that holds it or is to hold it. */
export interface KeyOfItem {
  readonly key: LongLivedKey
  readonly item: OpItem
}

type Device = ProfileChoices["mfa"]

const unasked = { what: "the MFA device", flags: "--mfa-serial <ARN or hardware serial>, or --mfa none" }

/**
 * Which MFA device codes are for: as flags say, as the item or the profile says, as AWS says, as the person says. `arn`
 * is whose key it is, as AWS says; undefined where it was not asked.
 */
export const chooseDevice = Effect.fnUntraced(function*(profile: ProfileToBe, { item, key }: KeyOfItem, arn: string | undefined) {
  const { given, now, there } = profile
  if (now["mfa-serial"] !== undefined) return { serial: now["mfa-serial"].value } satisfies Device
  if (given.mfa?.value === "none") {
    yield* tell("The session is made without MFA.")
    return "none" satisfies Device
  }
  const read = readSerial(item, given["op-mfa-serial-field"]?.value)
  if (read instanceof Failure) yield* tell(`${sentence(read.message)}.`)
  const inItem = yield* usableSerial(read instanceof Failure ? undefined : read, "item")
  const present = yield* usableSerial(there["mfa-serial"]?.value, "profile")
  if (inItem !== undefined && present !== undefined && inItem !== present) {
    return yield* choose<Device>({
      question: "The item and the profile name different MFA devices. Which is it?",
      choices: [
        { value: "item", label: deviceName(inItem), detail: "the item's" },
        { value: { serial: present }, label: deviceName(present), detail: "the profile's" }
      ],
      unasked
    })
  }
  if (present !== undefined) return { serial: present } satisfies Device
  // A device that the item names and that gives no codes needs one in the profile, which goes before it.
  return inItem === undefined ? yield* askAws(profile, key, arn) : "item" satisfies Device
})

/** The device, where it is one that gives codes. */
const usableSerial = Effect.fnUntraced(function*(serial: string | undefined, place: "item" | "profile") {
  const complaint = serial === undefined ? undefined : serialComplaint(serial)
  if (complaint === undefined) return serial
  yield* tell(`The ${place} names the MFA device ${printable(serial ?? "", 300)}. ${complaint}`)
  return undefined
})

/** Networks that let STS through may keep IAM out, and the person knows the device. */
const patience: Seconds = 20

/** A policy may keep the devices to itself, which is no disaster: the person knows them. */
const askAws = Effect.fnUntraced(function*(profile: ProfileToBe, key: LongLivedKey, arn: string | undefined) {
  const { config, request: { environment }, target: present } = profile
  const target = yield* orFail(iamTarget({
    config,
    environment,
    partition: partitionOfArn(arn ?? "") ?? "aws",
    ...present.kind === "new" ? undefined : { profile: present.profile }
  }))
  const answer = yield* waitingForIam(Effect.result((yield* Iam).mfaDevices({ credentials: key, target }))).pipe(
    Effect.timeoutOption(patience * 1000)
  )
  if (Option.isNone(answer)) {
    yield* tell(`AWS did not say within ${formatDuration(patience)} which MFA devices there are.`)
    return yield* typeDevice(likelySerial(arn))
  }
  const asked = answer.value
  if (Result.isFailure(asked)) {
    yield* tell(asked.failure._tag === "IamDenied" || asked.failure._tag === "IamNeedsMfa"
      ? "AWS does not let the key see which MFA devices there are."
      : `AWS did not say which MFA devices there are: ${printable(asked.failure.message, 300).replace(/\.+$/, "")}.`)
    return yield* typeDevice(likelySerial(arn))
  }
  const all = asked.success.map(({ serial }) => serial)
  const [only, ...more] = codeDevices(all)
  if (only === undefined) {
    yield* tell(all.length === 0
      ? "AWS knows no MFA device of this user."
      : "AWS knows security keys or passkeys of this user only, and those give no codes: add an authenticator app to the user, or use `aws login`.")
    return yield* typeDevice(undefined)
  }
  if (more.length === 0) return { serial: only } satisfies Device
  return yield* choose<Device>({
    question: "Which MFA device?",
    choices: [only, ...more].map((serial) => {
      const label = deviceName(serial)
      return { value: { serial }, label, ...label === serial ? undefined : { detail: serial } }
    }),
    unasked
  })
})

/** The console proposes the user's own name for a device, and most people keep it. */
const likelySerial = (arn: string | undefined): string | undefined => {
  const user = /^(arn:[a-z-]+:iam::\d{12}):user\/(?:.*\/)?([\w+=,.@-]+)$/.exec(arn ?? "")
  return user === null ? undefined : `${user[1]}:mfa/${user[2]}`
}

const typeDevice = Effect.fnUntraced(function*(likely: string | undefined) {
  const types = yield* choose({
    question: "Which MFA device?",
    choices: [
      { value: true, label: "Type its ARN or serial", detail: "as the AWS console has it, under security credentials" },
      { value: false, label: "Go without MFA", detail: "op_mfa = none, for users whom no policy asks for it" }
    ],
    unasked
  })
  if (!types) return "none" satisfies Device
  const serial = yield* typed({
    question: "ARN or serial of the MFA device",
    check: serialComplaint,
    ...likely === undefined ? undefined : { usual: likely },
    unasked
  })
  return { serial } satisfies Device
})

/** Which of several one-time passwords is AWS's, by the name that the profile has to have for it; undefined where there is no doubt. */
export const choosePassword = Effect.fnUntraced(function*(item: OpItem, device: Device, given: GivenSettings) {
  if (device === "none" || given.mfa?.value === "prompt" || isByProcess(given) || given["op-otp-field"] !== undefined) return undefined
  const password = readOneTimePassword(item)
  if (!(password instanceof Failure) || password._tag !== "SeveralOneTimePasswords") return undefined
  return yield* choose({
    question: "The item has several one-time passwords. Which one is of this MFA device?",
    choices: password.names.map((name) => ({ value: name, label: printable(name, 60) })),
    unasked: { what: "which one-time password is of the MFA device", flags: "--op-otp-field <field>" }
  })
})

/** Which device it is and who gives its codes, in sentences for the person. */
export const deviceTold = (item: OpItem, device: Device, given: GivenSettings): ReadonlyArray<string> => {
  if (device === "none") return []
  const serial = device === "item" ? readSerial(item, given["op-mfa-serial-field"]?.value) : device.serial
  const named = typeof serial === "string" ? `MFA device: ${printable(deviceName(serial))}. ` : ""
  return [`${named}${whoGivesCodes(item, given)}`]
}

const whoGivesCodes = (item: OpItem, given: GivenSettings): string => {
  if (isByProcess(given)) {
    return given["mfa-process"] !== undefined ? "A command gives the codes (mfa_process)." : "No command is named that gives the codes (mfa_process)."
  }
  if (given.mfa?.value === "prompt") return "The code is asked for, once a session."
  const password = readOneTimePassword(item, given["op-otp-field"]?.value)
  return password === undefined
    ? given.mfa?.value === "otp"
      ? "The item has no one-time password, and no code is to come from anywhere else."
      : "The item has no one-time password: the code is asked for, once a session."
    : password instanceof Failure
    ? `The one-time password cannot be used: ${printable(password.message, 300)}.`
    : "The item has a one-time password: nothing has to be typed."
}

const isByProcess = ({ mfa, "mfa-process": command }: GivenSettings): boolean =>
  mfa?.value === "process" || (mfa?.value ?? "auto") === "auto" && command !== undefined

/** Whether a person has to type a code. */
export const asksForCode = (item: OpItem, device: Device, given: GivenSettings): boolean => {
  if (device === "none" || given.mfa?.value === "otp" || isByProcess(given)) return false
  const password = given.mfa?.value === "prompt" ? undefined : readOneTimePassword(item, given["op-otp-field"]?.value)
  return password === undefined || password instanceof Failure
}

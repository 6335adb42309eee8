import { Effect } from "effect"
import { account, awsItem, vault } from "../../../simulator/op/State.ts"
import { type Home, profile } from "../Program.ts"
import { wrongCode } from "../WrongCode.ts"
import type { Situation } from "./Situation.ts"

const answer = (home: Home, text: string) =>
  Effect.andThen(home.terminal.waitFor(/MFA code for dev \(.*\): /), home.terminal.type(text))

const inFront = (name: string, code: number, meanwhile: NonNullable<Situation["meanwhile"]>): Situation => ({
  name,
  code,
  run: {},
  meanwhile
})

const whole = awsItem({ seed: "otpauth://hotp/AWS?secret=FAKESEEDFAKESEED" })
const broken = {
  ...whole,
  fields: whole.fields.map((field) => field.type === "OTP" ? { ...field, without_totp: true } : field)
}

const single = awsItem({ seed: "FAKESEEDFAKESEED" })
const two = {
  ...single,
  fields: single.fields.flatMap((field) =>
    field.type === "OTP" ? [{ ...field, label: "AWS user" }, { ...field, id: "TOTP_root", label: "AWS root" }] : [field]
  )
}

/** The MFA code. */
export const mfa: ReadonlyArray<Situation> = [
  { name: "there is no terminal to ask for the MFA code on", code: 5 },
  { name: "asking is forbidden", code: 5, args: ["--profile", "dev", "--no-prompt"], run: {} },
  inFront("three MFA codes are wrong", 5, (home) =>
    Effect.gen(function*() {
      yield* answer(home, "12345\r")
      yield* answer(home, "letter\r")
      yield* answer(home, `${wrongCode(home)}\r`)
    })),
  inFront("the question is closed with Ctrl-D", 5, (home) => answer(home, "\x04")),
  inFront("the question is answered with Ctrl-C", 130, (home) => answer(home, "\x03")),
  inFront("the question is answered with Ctrl-\\", 131, (home) => answer(home, "\x1c")),
  { name: "the item has no one-time password and is to have one", code: 4, args: ["--profile", "dev", "--mfa", "otp"] },
  {
    name: "the one-time password gives no code",
    code: 4,
    home: { op: { accounts: [account({ vaults: [vault({ items: [broken] })] })] } }
  },
  {
    name: "the item has two one-time passwords, and nothing says which",
    code: 4,
    home: { op: { accounts: [account({ vaults: [vault({ items: [two] })] })] } }
  },
  { name: "no `mfa_process` is set and one is to be used", code: 2, args: ["--profile", "dev", "--mfa", "process"] },
  {
    name: "the `mfa_process` command fails",
    code: 5,
    home: { profiles: { dev: profile({ mfa_process: "exit 3" }) } }
  },
  {
    name: "the `mfa_process` command prints no code",
    code: 5,
    home: { profiles: { dev: profile({ mfa_process: "echo none today" }) } }
  }
]

import { Effect } from "effect"
import {
  defaultSerial,
  serviceUnavailable,
  type StsFault,
  type StsState,
  stsUser,
  throttling
} from "../../../simulator/sts/StsState.ts"
import { profile } from "../Program.ts"
import type { Situation } from "./Situation.ts"

const device = { item: { seed: "FAKESEEDFAKESEED" } }

const when = (name: string, code: number, sts: Partial<StsState>): Situation => ({
  name,
  code,
  home: { ...device, sts }
})

const answering = (name: string, code: number, ...faults: Array<StsFault>): Situation => when(name, code, { faults })

const error = (code: string, message: string, status = 403): StsFault => ({ kind: "error", code, message, status })

/** What AWS says, and the network. */
export const aws: ReadonlyArray<Situation> = [
  answering(
    "AWS denies the call",
    6,
    error("AccessDenied", "User: arn:aws:iam::123456789012:user/user is not authorized to perform: sts:GetSessionToken")
  ),
  when("AWS does not know the access key", 6, { users: {} }),
  when("the secret access key belongs to another key", 6, {
    users: { AKIAFAKE0000EXAMPLE0: stsUser({ secret: "another-fake-secret" }) }
  }),
  {
    name: "the MFA device is another user's",
    code: 6,
    home: { ...device, profiles: { dev: profile({ mfa_serial: "arn:aws:iam::123456789012:mfa/other" }) } }
  },
  {
    name: "the one-time password of the item is another device's",
    code: 5,
    home: {
      item: { seed: "otpauth://totp/AWS?secret=FAKESEEDFAKESEED&period=2" },
      sts: { users: { AKIAFAKE0000EXAMPLE0: stsUser({ mfa: { [defaultSerial]: "OTHERFAKESEEDAAA" } }) } }
    }
  },
  answering("STS is not active in the region", 6, error("RegionDisabledException", "STS is not activated here")),
  answering("AWS refuses the request", 6, error("ValidationError", "1 validation error detected", 400)),
  answering("AWS throttles", 6, { ...throttling, count: 100 }),
  answering("STS is out of order", 7, { ...serviceUnavailable, count: 100 }),
  answering("the answer of STS breaks off", 7, { kind: "malformed", count: 100 }),
  answering("the session that STS hands out is over already", 7, { kind: "over" }),
  answering("the session that STS hands out is too long for clients", 7, { kind: "token", length: 900_000 }),
  answering("the connection breaks after the code was sent", 7, { kind: "close", count: 100 }),
  {
    name: "STS cannot be reached",
    code: 7,
    home: device,
    before: (home) => Effect.promise(() => home.sts.close())
  },
  {
    name: "the proxy cannot be used",
    code: 2,
    home: device,
    run: {
      place: "elsewhere",
      env: { HTTP_PROXY: "socks5://127.0.0.1:1080", AWS_ENDPOINT_URL_STS: "http://sts.example" }
    }
  },
  {
    name: "the certificate authorities cannot be read",
    code: 2,
    home: device,
    run: {
      place: "elsewhere",
      env: { AWS_CA_BUNDLE: "/nonexistent/authorities.pem", AWS_ENDPOINT_URL_STS: "https://127.0.0.1:1" }
    }
  }
]

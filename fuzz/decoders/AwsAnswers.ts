/** What STS, or whoever is in its place, answers: bytes on a connection, up to a whole session. */
import { Effect, Exit, Redacted } from "effect"
import { once } from "node:events"
import { type AddressInfo, createServer } from "node:net"
import { type Decoder, promise, wordFor } from "../Decoder.ts"
import { inEnvironment } from "../../test/fixtures/Variables.ts"
import { readSessionAnswer } from "../../src/domain/aws/SessionAnswer.ts"
import { credentialOutput } from "../../src/domain/session/CredentialOutput.ts"
import * as StsAws from "../../src/layers/aws/StsAws.ts"
import { Sts } from "../../src/services/aws/Sts.ts"

const session = [
  "<GetSessionTokenResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetSessionTokenResult><Credentials>",
  "<AccessKeyId>ASIAFAKE0000EXAMPLE0</AccessKeyId><SecretAccessKey>fake-secret-for-tests</SecretAccessKey>",
  "<SessionToken>fake-session-token</SessionToken><Expiration>2100-01-01T00:00:00Z</Expiration>",
  "</Credentials></GetSessionTokenResult></GetSessionTokenResponse>"
].join("\n")

const refusal = "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>MultiFactorAuthentication failed with " +
  "invalid MFA one time pass code. </Message></Error><RequestId>x</RequestId></ErrorResponse>"

const http = (status: string, body: string, more = ""): string =>
  `HTTP/1.1 ${status}\r\nDate: Mon, 30 Nov 2026 21:00:00 GMT\r\nContent-Type: text/xml\r\n${more}Content-Length: ${body.length}\r\n\r\n${body}`

const chunked = (body: string): string =>
  `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`

/** Says the same to everybody who sends something, and hangs up. One at a time is asked. */
const listening = (): { readonly port: Promise<number>; readonly say: (answer: string) => void } => {
  let answer = ""
  const server = createServer((socket) => {
    socket.on("error", () => undefined)
    socket.once("data", () => socket.end(answer))
  })
  server.listen(0, "127.0.0.1")
  server.unref()
  return {
    port: once(server, "listening").then(() => (server.address() as AddressInfo).port),
    say: (text) => void (answer = text)
  }
}

let server: ReturnType<typeof listening> | undefined

const code = "123456"
const secret = "another-fake-secret"

const now = Date.parse("2026-11-30T21:00:00Z")

export const awsAnswers: ReadonlyArray<Decoder> = [{
  name: "the session in an answer",
  seeds: [
    JSON.stringify({ id: "ASIAFAKE0000EXAMPLE0", secret: "fake-secret-for-tests", token: "fake-session-token", end: now + 3_600_000, date: "Mon, 30 Nov 2026 21:00:00 GMT" })
  ],
  read: (text) => {
    let said: Readonly<Record<string, unknown>>
    try {
      said = Object(JSON.parse(text))
    } catch {
      return "no JSON"
    }
    const word = (name: string): string | undefined => typeof said[name] === "string" ? said[name] : undefined
    const session = readSessionAnswer({
      accessKeyId: word("id"),
      secretAccessKey: word("secret"),
      sessionToken: word("token"),
      expiration: typeof said["end"] === "number" ? new Date(said["end"]) : undefined,
      dateHeader: word("date"),
      now
    })
    if (!("accessKeyId" in session)) return "unreadable" in session ? session.unreadable : "skewed"
    promise(credentialOutput(session, "123456789012").length < 8192 && session.expiration > now, "more than a client takes, or over")
    return "session"
  }
}, {
  name: "an answer of STS's",
  // Each is a connection of its own.
  cost: 50,
  seeds: [
    http("200 OK", session),
    chunked(session),
    http("403 Forbidden", refusal),
    http("302 Found", "", "Location: http://127.0.0.1:1/\r\n"),
    http("200 OK", "<html>sign in to this network</html>"),
    `HTTP/1.1 100 Continue\r\n\r\n${http("200 OK", session)}`
  ],
  read: async (text) => {
    server ??= listening()
    server.say(text)
    const target = { region: "us-east-1", endpoint: `http://127.0.0.1:${await server.port}`, fips: false, dualStack: false }
    const exit = await Effect.runPromiseExit(
      Effect.flatMap(Sts, (sts) =>
        sts.getSessionToken({
          key: { accessKeyId: "AKIAFAKE0000EXAMPLE0", secretAccessKey: Redacted.make(secret) },
          target,
          duration: 3600,
          mfa: { serial: "arn:aws:iam::123456789012:mfa/you", code: Redacted.make(code) }
        })).pipe(Effect.flip, Effect.provide(inEnvironment(StsAws.layer, {})))
    )
    if (Exit.isSuccess(exit)) {
      promise(!`${exit.value.message}${exit.value.hint}`.includes(secret), "the secret is in its words")
      return wordFor(exit.value)
    }
    const answer = exit.cause.reasons.flatMap((reason) => reason._tag === "Fail" ? [reason.error] : [])[0]
    promise(answer !== undefined, "it is a defect")
    if (answer !== undefined) promise(credentialOutput(answer, "123456789012").length < 8192, "more than a client takes")
    return "session"
  }
}]

import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { type Environment, variable } from "../domain/base/Environment.ts"
import { ExitCode, Failure } from "../domain/base/Failure.ts"
import { type EpochMillis, parseTimestamp } from "../domain/base/Time.ts"
import { CredentialProcess } from "../services/aws-config/CredentialProcess.ts"
import { choose, guide, sentence } from "../session/interview/Answers.ts"
import { SetupFailure } from "./SetupFailure.ts"

export interface Proving {
  readonly profile: string
  readonly line: string
  readonly environment: Environment
  /** Whether there is something to be put back, should it not work. */
  readonly changed: boolean
}

/**
 * Runs the very line that was written, in an environment as bare as a client's may be, and gives until when its session
 * lasts. Where there is none, the person tries again, keeps what was written (`NotProven`), or wants it put back, which
 * is also what happens where nobody is asked. Where nothing was written, there is nothing to put back.
 */
export const prove = Effect.fnUntraced(function*({ changed, environment, line, profile }: Proving) {
  const processes = yield* CredentialProcess
  for (;;) {
    const { exitCode, stderr, stdout } = yield* processes.run(line, bareEnvironment(environment))
    // Security: unwrapped for the time at which it ends; nothing else of it is looked at or kept.
    const proof = proofOf({ exitCode, stderr, stdout: Redacted.value(stdout) })
    if (!(proof instanceof Failure)) return proof.expiration
    const next = yield* askWhatNext(proof, changed)
    if (next !== "again") {
      return yield* Effect.fail(
        next === "keep" ? SetupFailure.NotProven(profile, proof) : SetupFailure.PutBack(profile, proof)
      )
    }
  }
})

const askWhatNext = Effect.fnUntraced(function*(proof: SetupFailure<"ProofFailed">, changed: boolean) {
  const { hint, message } = proof
  yield* guide(`It did not work: ${message.replace(/\.+$/, "")}.`, `${sentence(hint)}.`)
  return yield* choose<"again" | "keep" | "back", SetupFailure<"ProofFailed">>({
    question: "What shall be done?",
    choices: [
      { value: "again", label: "Try again" },
      ...changed ? [{ value: "back", label: "Put everything back as it was" } as const] : [],
      { value: "keep", label: "Keep the profile as it is now" }
    ],
    unasked: changed ? { certain: "back" } : { failure: proof }
  })
})

/** Where things are that a line has to do with. A program that was started from a desktop mostly has none of these. */
const places = [
  "AWS_CONFIG_FILE",
  "AWS_SHARED_CREDENTIALS_FILE",
  "AWS_ENDPOINT_URL",
  "AWS_ENDPOINT_URL_STS",
  "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
  "AWS_CA_BUNDLE",
  "AWS_USE_FIPS_ENDPOINT",
  "AWS_USE_DUALSTACK_ENDPOINT",
  "HTTPS_PROXY",
  "https_proxy",
  "NO_PROXY",
  "no_proxy",
  "NODE_EXTRA_CA_CERTS",
  "OP_AWS_CACHE_DIR",
  "OP_CONFIG_DIR",
  "OP_CONNECT_HOST",
  "OP_CONNECT_TOKEN",
  "OP_SERVICE_ACCOUNT_TOKEN",
  "XDG_CACHE_HOME",
  "XDG_CONFIG_HOME",
  "XDG_RUNTIME_DIR",
  "WSL_DISTRO_NAME",
  "WSL_INTEROP"
] as const

const isPassedOn = (name: string): boolean =>
  places.some((place) => place === name) || /^OP_SESSION(?:_|$)/.test(name)

/**
 * An environment as bare as a client may have it: a home, the system's own PATH, and what says where AWS, 1Password and
 * the files are, for a person who has set that. Nothing of a shell's makes the line work that others will not have.
 */
export const bareEnvironment = (environment: Environment): Environment => ({
  ...Object.fromEntries(
    Object.entries(environment).filter(([name, value]) => isPassedOn(name) && value !== undefined && value !== "")
  ),
  HOME: environment["HOME"] ?? "",
  PATH: "/usr/bin:/bin",
  TERM: variable(environment, "TERM") ?? "dumb",
  // A person is at it for the first time: the approval, the code and perhaps a look at the telephone.
  OP_AWS_TIMEOUT: "5m"
})

/** How the program behind a line ended. `stdout` is looked at for the time alone. */
export interface LineEnd {
  readonly exitCode: number | undefined
  readonly stdout: string
  readonly stderr: string
}

const codes: ReadonlyArray<number> = Object.values(ExitCode)

/** Until when the session lasts that the line has printed, or why there is none, in the program's own words. */
export const proofOf = (
  { exitCode, stderr, stdout }: LineEnd
): { readonly expiration: EpochMillis } | SetupFailure<"ProofFailed"> => {
  const expiration = exitCode === 0 ? expirationOf(stdout) : undefined
  if (expiration !== undefined) return { expiration }
  const line = (name: string): string | undefined => new RegExp(`^${name}: (.*)$`, "m").exec(stderr)?.[1]
  const ending = exitCode === undefined ? "was ended by a signal" : `ended with exit status ${exitCode}`
  const said = line("error") ?? (stderr.trim() === "" ? undefined : stderr.trim())
  return SetupFailure.ProofFailed(
    exitCode === 0
      ? "what the line prints is no session"
      : said ?? `the line ${ending} and said nothing`,
    line("hint") ?? "run the credential_process line in a shell to see what is wrong",
    exitCode !== undefined && exitCode !== 0 && codes.includes(exitCode) ? exitCode as ExitCode : ExitCode.usage
  )
}

const expirationOf = (stdout: string): EpochMillis | undefined => {
  try {
    const answer: unknown = JSON.parse(stdout)
    const text = typeof answer === "object" && answer !== null && "Expiration" in answer ? answer.Expiration : undefined
    return typeof text === "string" ? parseTimestamp(text) : undefined
  } catch {
    return undefined
  }
}

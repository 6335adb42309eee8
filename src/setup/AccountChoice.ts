import * as Effect from "effect/Effect"
import { answersTo, backEnd } from "../doctor/checks/OnePassword.ts"
import { type Environment, variable } from "../domain/base/Environment.ts"
import { printable } from "../domain/base/Printable.ts"
import type { OpAccount, OpProgram } from "../domain/onepassword/OpAccount.ts"
import { OpFailure } from "../domain/onepassword/OpFailure.ts"
import { OpStatus } from "../services/onepassword/OpStatus.ts"
import { choose, tell } from "../session/interview/Answers.ts"

export interface AccountWishes {
  readonly environment: Environment
  /** A path, or a name for PATH. */
  readonly cliPath: string
  /** What a flag or a variable names. */
  readonly named: string | undefined
  /** Those that somebody chose before, the likeliest first. */
  readonly likely: ReadonlyArray<string>
}

/** Where 1Password is looked at. */
export interface OpHome {
  readonly program: OpProgram
  /** As it was asked for. */
  readonly cliPath: string
  /** Its ID. Undefined where a server or a service account answers, which there is one of. */
  readonly account: string | undefined
  /** For a person: what the account is called. */
  readonly called: string
}

/** Which 1Password account it is, asked for where there are several and nothing says which. */
export const chooseAccount = Effect.fnUntraced(function*(wishes: AccountWishes) {
  const { cliPath, environment, likely, named } = wishes
  const status = yield* OpStatus
  const program = yield* status.program(cliPath)
  const home = { program, cliPath }
  const machine = backEnd(environment)
  if (machine !== "person") {
    const [called, where] = machine === "connect"
      ? ["the Connect server", "OP_CONNECT_HOST and OP_CONNECT_TOKEN"]
      : ["the service account", "OP_SERVICE_ACCOUNT_TOKEN"]
    yield* tell(`1Password answers as ${called}: ${where} has to be set wherever the profile is used.`)
    return { ...home, account: undefined, called } satisfies OpHome
  }
  const accounts = yield* status.accounts(cliPath)
  if (accounts.length === 0) return yield* Effect.fail(OpFailure.NoAccountFound())
  const account = yield* oneOf(accounts, named ?? variable(environment, "OP_ACCOUNT"), likely, cliPath)
  return { ...home, account: idOf(account), called: nameOf(account) } satisfies OpHome
})

const oneOf = Effect.fnUntraced(function*(
  accounts: ReadonlyArray<OpAccount>,
  named: string | undefined,
  likely: ReadonlyArray<string>,
  cliPath: string
) {
  if (named !== undefined) {
    const matching = accounts.filter((account) => answersTo(account, named))
    const [only, ...others] = matching
    const reference = { vault: "", item: "", account: named, cliPath }
    if (only === undefined) return yield* Effect.fail(OpFailure.AccountUnknown(reference, named))
    return others.length === 0 ? only : yield* Effect.fail(OpFailure.AccountAmbiguous(reference, named))
  }
  const first = likely.flatMap((name) => accounts.filter((account) => answersTo(account, name)))
  const ordered = [...new Set([...first, ...accounts])]
  const [only] = ordered
  if (ordered.length === 1 && only !== undefined) return only
  const certain = new Set(first).size === 1 ? first[0] : undefined
  return yield* choose({
    question: "Which 1Password account?",
    choices: ordered.map((account) => ({
      value: account,
      label: nameOf(account),
      detail: printable(account.email ?? idOf(account))
    })),
    unasked: { what: "which 1Password account is meant", flags: "--op-account <sign-in address or ID>", certain }
  })
})

const nameOf = ({ url }: OpAccount): string => printable(url.replace(/^https:\/\//, "").replace(/\/$/, ""))

/** What stays when addresses change. */
const idOf = ({ accountId, url, userId }: OpAccount): string => accountId || userId || url

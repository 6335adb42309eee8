import { ExitCode } from "../base/Failure.ts"
import { printable } from "../base/Printable.ts"
import { OpProblem, type OpReference } from "./OpProblem.ts"

abstract class OpRefusal extends OpProblem {
  override readonly exitCode = ExitCode.refused
}

abstract class AccountChoice extends OpProblem {
  override readonly exitCode = ExitCode.usage
}

abstract class OpOffline extends OpProblem {
  override readonly exitCode = ExitCode.network
}

const integration = "turn on Settings > Developer > Integrate with 1Password CLI in the 1Password app"

export class SignedOut extends OpRefusal {
  override readonly _tag = "SignedOut"

  constructor() {
    super(
      "you are not signed in to 1Password",
      `${integration}, or sign in with \`eval $(op signin)\` in this terminal`
    )
  }
}

/** `op` knows the account, and nothing has opened it for this terminal. */
export class AccountNotSignedIn extends OpRefusal {
  override readonly _tag = "AccountNotSignedIn"

  constructor({ account }: OpReference) {
    const name = account === undefined ? "" : ` "${printable(account)}"`
    super(
      `the 1Password account${name} is not signed in`,
      "run `op signin` in this terminal, or unlock the 1Password app, then try again"
    )
  }
}

export class NoAccountFound extends OpRefusal {
  override readonly _tag = "NoAccountFound"

  constructor() {
    super("op knows of no 1Password account", `add one with \`op account add\`, or ${integration}`)
  }
}

/** The app's integration is off and no account was added by hand. */
export class NoAccountsConfigured extends OpRefusal {
  override readonly _tag = "NoAccountsConfigured"

  constructor() {
    super("no account is set up for 1Password CLI", `${integration}, or add an account with \`op account add\``)
  }
}

const chosenBy = ({ account }: OpReference): string =>
  account === undefined ? "OP_ACCOUNT" : "--op-account (op_account, OP_AWS_ACCOUNT)"

export class AccountUnknown extends AccountChoice {
  override readonly _tag = "AccountUnknown"

  constructor(reference: OpReference, filter: string) {
    super(
      `op knows no 1Password account "${printable(filter)}"`,
      `set ${chosenBy(reference)} to an account_uuid of \`op account list --format json\``
    )
  }
}

/** Several accounts share the sign-in address that was given. */
export class AccountAmbiguous extends AccountChoice {
  override readonly _tag = "AccountAmbiguous"

  constructor(reference: OpReference, filter: string) {
    super(
      `several 1Password accounts match "${printable(filter)}"`,
      `set ${chosenBy(reference)} to one's account_uuid: \`op account list --format json\` shows it`
    )
  }
}

export class SeveralAccounts extends AccountChoice {
  override readonly _tag = "SeveralAccounts"

  constructor() {
    super(
      "op has several 1Password accounts and none is chosen",
      "add op_account = <account_uuid> to the profile, or pass --op-account: `op account list --format json` shows the IDs"
    )
  }
}

/** Dismissed by the person, or open until the app gave up: op says the same of both. */
export class ApprovalDismissed extends OpRefusal {
  override readonly _tag = "ApprovalDismissed"

  constructor() {
    super(
      "the 1Password approval was dismissed or not answered",
      "run it again and approve the dialog of the 1Password app"
    )
  }
}

export class ApprovalTimedOut extends OpRefusal {
  override readonly _tag = "ApprovalTimedOut"

  constructor() {
    super(
      "nobody answered the 1Password approval in time",
      "unlock the 1Password app and run it again; `op-aws-credential-process login` asks beforehand"
    )
  }
}

export class AppOffline extends OpOffline {
  override readonly _tag = "AppOffline"

  constructor() {
    super(
      "the 1Password app could not open a session",
      "check the network connection; if it works, look at the logs of the 1Password app"
    )
  }
}

export class ServiceOffline extends OpOffline {
  override readonly _tag = "ServiceOffline"

  constructor() {
    super(
      "op could not reach 1Password's servers",
      "check the network connection and the proxy, and OP_CONNECT_HOST where it is set"
    )
  }
}

export class OpSessionExpired extends OpRefusal {
  override readonly _tag = "OpSessionExpired"

  constructor() {
    super(
      "the 1Password session of this terminal has expired",
      "sign in again with `eval $(op signin)`: a session that was opened by hand ends when it is not used for half an hour"
    )
  }
}

export class AccessForbidden extends OpRefusal {
  override readonly _tag = "AccessForbidden"

  constructor({ vault, writes = false }: OpReference) {
    super(
      `1Password does not let you ${writes ? "write to" : "read from"} the vault "${printable(vault)}"`,
      writes
        ? "ask the owner of the vault to let you create and edit items in it; a service account has to be created with write_items for the vault"
        : "ask the owner of the vault for access; a service account only reads the vaults that it was created with"
    )
  }
}

export class ServiceTokenMalformed extends OpRefusal {
  override readonly _tag = "ServiceTokenMalformed"

  constructor() {
    super(
      "OP_SERVICE_ACCOUNT_TOKEN does not hold a service account token",
      "set it to the token alone, which begins with ops_, without quotes and without a variable's name before it"
    )
  }
}

export class ServiceAccountDeleted extends OpRefusal {
  override readonly _tag = "ServiceAccountDeleted"

  constructor() {
    super(
      "the 1Password service account has been deleted",
      "create a new service account and set OP_SERVICE_ACCOUNT_TOKEN to its token, or unset it"
    )
  }
}

/** A token is set that has not been used yet. */
export class ServiceAccountIdle extends OpRefusal {
  override readonly _tag = "ServiceAccountIdle"

  constructor() {
    super("the service account token has not been used yet", "run `op vault list` once to check that the token works")
  }
}

export class ServiceAccountNeedsVault extends AccountChoice {
  override readonly _tag = "ServiceAccountNeedsVault"

  constructor() {
    super("a service account has to be told the vault", "set op_vault in the profile, or pass --op-vault")
  }
}

/** Hourly for each token and daily for each account, as 1Password's page on service account rate limits has it. */
export class RateLimited extends OpRefusal {
  override readonly _tag = "RateLimited"

  constructor(wait: string | undefined) {
    const when = wait === undefined ? "later" : `in ${printable(wait)}`
    super(
      "1Password's request limit is used up",
      `try again ${when}; naming vault and item by ID costs a service account one request instead of three`
    )
  }
}

/** 1Password's own words, where they are not known here. */
export class OpRefused extends OpRefusal {
  override readonly _tag = "OpRefused"

  constructor(text: string) {
    super(`op said: ${printable(text)}`, "run `op vault list` in a terminal to see whether 1Password answers there")
  }
}

export type OpAccountTrouble =
  | SignedOut
  | AccountNotSignedIn
  | NoAccountFound
  | NoAccountsConfigured
  | AccountUnknown
  | AccountAmbiguous
  | SeveralAccounts
  | ApprovalDismissed
  | ApprovalTimedOut
  | AppOffline
  | ServiceOffline
  | OpSessionExpired
  | AccessForbidden
  | ServiceTokenMalformed
  | ServiceAccountDeleted
  | ServiceAccountIdle
  | ServiceAccountNeedsVault
  | RateLimited
  | OpRefused

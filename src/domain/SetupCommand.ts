import { printable } from "./Printable.ts"
import { quoteSh } from "./ShellQuoting.ts"

/** What a profile is to be set up with. */
export interface SetupWords {
  readonly profile: string
  readonly account: string | undefined
  readonly vault: string
  readonly item: string
}

const word = (text: string): string => /^[\w@%+=:,./-]+$/.test(text) ? text : quoteSh(printable(text, 1000))

/** The command that writes a profile for an item, to be shown. */
export const setupCommand = ({ account, item, profile, vault }: SetupWords): string =>
  [
    "op-aws-credential-process setup",
    word(profile),
    ...(account === undefined ? [] : ["--op-account", word(account)]),
    "--op-vault",
    word(vault),
    "--op-item",
    word(item)
  ].join(" ")

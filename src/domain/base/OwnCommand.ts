import { printable } from "./Printable.ts"
import { quoteSh } from "./ShellQuoting.ts"

/** What a profile is to be set up with. */
export interface SetupWords {
  /** Undefined where it is to be chosen. */
  readonly profile: string | undefined
  readonly account: string | undefined
  readonly vault: string
  readonly item: string
}

const word = (text: string): string => /^[\w@%+=:,./-]+$/.test(text) ? text : quoteSh(printable(text, 1000))

/** A command of this program's for a profile, to be shown. */
export const subCommand = (name: string, profile: string | undefined): string =>
  ["op-aws-credential-process", name, ...(profile === undefined ? [] : [word(profile)])].join(" ")

/** The command that writes a profile for an item, to be shown. */
export const setupCommand = ({ account, item, profile, vault }: SetupWords): string =>
  [
    subCommand("setup", profile),
    ...(account === undefined ? [] : ["--op-account", word(account)]),
    "--op-vault",
    word(vault),
    "--op-item",
    word(item)
  ].join(" ")

import { chmodSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type { Fault } from "../../../simulator/op/Faults.ts"
import { account, awsItem, fakeId, item, type OpItem, type OpState, vault } from "../../../simulator/op/State.ts"
import { type Home, profile } from "../Program.ts"
import type { Situation } from "./Situation.ts"

const saying = (name: string, code: number, fault: Fault["fault"], more: Partial<Fault> = {}): Situation => ({
  name,
  code,
  home: { op: { faults: [{ fault, ...more }] } }
})

const ownProgram = (home: Home): string => join(home.path, "bin", "op")

const holding = (...items: Array<OpItem>): Partial<OpState> => ({ accounts: [account({ vaults: [vault({ items })] })] })

const other = account({ user_uuid: "FAKEOTHERUSERAAAAAAAAAAAAA", account_uuid: "FAKEOTHERACCOUNTAAAAAAAAAA" })

/** The program `op` itself. */
export const opProgram: ReadonlyArray<Situation> = [
  { name: "`op` is not installed", code: 3, before: (home) => rmSync(ownProgram(home)) },
  {
    name: "`--op-cli-path` names nothing",
    code: 3,
    args: ["--profile", "dev", "--op-cli-path", "/nonexistent/op"]
  },
  { name: "`op` may not be executed", code: 3, before: (home) => chmodSync(ownProgram(home), 0o644) },
  { name: "`op` is no program", code: 3, before: (home) => writeFileSync(ownProgram(home), "neither this nor that\n") },
  saying("`op` is too old", 3, "unknown-flag"),
  saying("`op` crashes", 3, "panic"),
  saying("`op` is killed", 3, "killed"),
  saying("`op` fails without a word", 3, "silent"),
  saying("`op` fails in words of its own", 3, "raw-stderr", { message: "something unheard of\n", exit: 7 }),
  saying("`op` prints nothing", 3, "empty"),
  saying("`op` prints half an item", 3, "truncated"),
  { name: "the 1Password app is not running", code: 3, home: { op: { app: "stopped" } } },
  { name: "the 1Password app does not trust this `op`", code: 3, home: { op: { app: "wrong-binary" } } },
  saying("`op` cannot connect to the 1Password app", 3, "message", {
    message: "error initializing client: connecting to desktop app: 1Password CLI couldn't connect to the 1Password desktop app."
  }),
  { name: "the 1Password app hangs", code: 3, home: { op: { app: "hung" } } }
]

/** What 1Password says. */
export const onePassword: ReadonlyArray<Situation> = [
  { name: "the approval is dismissed", code: 4, home: { op: { prompt: { answer: "dismiss" } } } },
  saying("the approval is not answered in time", 4, "prompt-timeout"),
  { name: "nobody is signed in", code: 4, home: { op: { app: "off" } } },
  saying("no account is set up", 4, "no-accounts"),
  saying("the session of `op` has expired", 4, "session-expired"),
  saying("the vault may not be read", 4, "forbidden"),
  saying("the service account is deleted", 4, "service-account-deleted"),
  saying("1Password's request limit is used up", 4, "service-account-rate-limit"),
  saying("1Password says something unknown", 4, "message", { message: "the moon is in the wrong phase" }),
  saying("1Password's servers are out of reach", 7, "offline"),
  { name: "there are several accounts", code: 2, home: { op: { accounts: [account(), other] } } },
  { name: "the account is unknown", code: 2, args: ["--profile", "dev", "--op-account", "nobody.1password.com"] },
  { name: "the vault is not there", code: 4, args: ["--profile", "dev", "--op-vault", "Nowhere"] },
  { name: "the item is not there", code: 4, args: ["--profile", "dev", "--op-item", "Nothing"] },
  {
    name: "two items have the name",
    code: 4,
    home: { op: holding(awsItem(), awsItem({ id: fakeId("second") })) }
  }
]

const keyField = (value: string): OpItem => awsItem({ accessKeyId: value })

/** An item that was read and does not have what is needed. */
export const itemContent: ReadonlyArray<Situation> = [
  {
    name: "the item has no such field",
    code: 4,
    args: ["--profile", "dev", "--op-access-key-id-field", "key"]
  },
  { name: "a field is empty", code: 4, home: { op: holding(keyField(" ")) } },
  {
    name: "two fields have the name",
    code: 4,
    home: {
      op: holding(item({
        id: fakeId("awsitem"),
        title: "AWS",
        sections: [{ id: "fakeold", label: "old" }, { id: "fakenew", label: "new" }],
        fields: [
          { id: "fakekeyold", section: "fakeold", label: "Access key ID", value: "AKIAFAKE0000EXAMPLE1" },
          { id: "fakekeynew", section: "fakenew", label: "Access key ID", value: "AKIAFAKE0000EXAMPLE2" }
        ]
      }))
    }
  },
  { name: "a field holds something else", code: 4, home: { op: holding(keyField("ask Alice")) } },
  { name: "the item holds a temporary key", code: 4, home: { op: holding(keyField("ASIAFAKE0000EXAMPLE0")) } },
  { name: "the item holds the ID of a user", code: 4, home: { op: holding(keyField("AIDAFAKE0000EXAMPLE0")) } },
  { name: "`op` does not reveal a field", code: 4, home: { op: { placeholder: true } } },
  {
    name: "no MFA serial is known",
    code: 2,
    home: { profiles: { dev: { region: "eu-central-1", op_vault: "Private", op_item: "AWS" } } }
  },
  {
    name: "the item and the profile disagree about the MFA device",
    code: 0,
    home: {
      item: { seed: "FAKESEEDFAKESEED", mfaSerial: "arn:aws:iam::123456789012:mfa/other" },
      profiles: { dev: profile() }
    },
    run: {}
  }
]

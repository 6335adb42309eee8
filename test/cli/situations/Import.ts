import { writeFileSync } from "node:fs"
import { account, awsItem, item, type OpItem, type OpState, vault } from "../../../simulator/op/State.ts"
import { credentialsOf, plaintext, secret, unattended } from "../import/ImportHome.ts"
import type { Home } from "../Program.ts"
import type { Situation } from "./Situation.ts"

const holding = (items: Array<OpItem>, more: Partial<OpState> = {}): Partial<OpState> => ({
  accounts: [account({ vaults: [vault({ items })] })],
  ...more
})

const keys = (text: string) => (home: Home) => writeFileSync(credentialsOf(home), text, { mode: 0o600 })

const moving = (name: string, code: number, more: Partial<Situation> = {}): Situation => ({
  name,
  code,
  talks: true,
  args: ["import", ...unattended],
  before: keys(plaintext()),
  home: { profiles: { other: { region: "eu-central-1" } }, op: holding([item({ title: "Bank", category: "LOGIN" })]) },
  ...more
})

/** What keeps `import` from moving a key. */
export const imports: ReadonlyArray<Situation> = [
  moving("there is no key in plaintext", 2, { args: ["import", "nobody", ...unattended.slice(1)] }),
  moving("AWS does not take the key", 6, { before: keys(plaintext("dev", "fake-wrong-secret-0000")) }),
  moving("the item holds another key", 4, {
    args: ["import", "dev", "--yes", "--remove", "--op-item", "op://Private/AWS"],
    home: { op: holding([awsItem({ accessKeyId: "AKIAFAKE0000EXAMPLE1", secretAccessKey: "fake-older-secret" })]) }
  }),
  moving(
    "`op` forgets the new item", 3, { home: { op: holding([], { faults: [{ fault: "forgets", command: "item create" }] }) } }
  ),
  moving("the secret cannot be taken out of a file", 1, { before: keys(`${plaintext()}[other]\nnote = ${secret}\n`) })
]

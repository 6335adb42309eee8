import { Effect } from "effect"
import { account, awsItem, vault } from "../../../simulator/op/State.ts"
import type { Situation } from "./Situation.ts"

const temporary = awsItem({ accessKeyId: "ASIAFAKE0000EXAMPLE0" })

/** What keeps `setup` from writing a profile. */
export const setup: ReadonlyArray<Situation> = [
  { name: "`setup` has no terminal to ask on", code: 2, args: ["setup"] },
  {
    name: "a question of `setup` is answered with Ctrl-C",
    code: 130,
    talks: true,
    args: ["setup"],
    home: { profiles: {} },
    run: {},
    meanwhile: (home) => Effect.andThen(home.terminal.waitFor("?"), home.terminal.type("\x03"))
  },
  {
    name: "the item for a profile holds a temporary key",
    code: 4,
    talks: true,
    args: ["setup", "dev", "--yes", "--op-item", "op://Private/AWS", "--region", "eu-central-1"],
    home: { profiles: {}, op: { accounts: [account({ vaults: [vault({ items: [temporary] })] })] } }
  }
]

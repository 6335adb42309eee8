import { Effect } from "effect"
import { readdirSync } from "node:fs"
import { join } from "node:path"
import { type AwsItemOptions, type OpState, readState } from "../../../simulator/op/State.ts"
import { itemsOf } from "../../../simulator/op/Store.ts"
import { defaultSerial, type StsState, stsUser, type StsUser } from "../../../simulator/sts/StsState.ts"
import { type Artifact, type Home, makeHome } from "../Program.ts"
import { Terminal } from "../Terminal.ts"

export const oldKey = "AKIAFAKE0000EXAMPLE0"
export const secondKey = "AKIAFAKE0000EXAMPLE1"
export const seed = "FAKESEEDFAKESEED"

export const daysAgo = (days: number): number => Date.now() - days * 86_400_000

export interface RotateOptions {
  readonly artifact: Artifact
  readonly item?: AwsItemOptions
  readonly op?: Partial<OpState>
  readonly sts?: Partial<StsState>
  /** What is different about the user's key. */
  readonly user?: Partial<StsUser>
  /** A second key of the user. */
  readonly second?: Partial<StsUser>
  readonly env?: Readonly<Record<string, string>>
  readonly columns?: number
  readonly term?: string
}

/** A machine with an item that has a one-time password, unless told otherwise, and a user who may do all with MFA only. */
export const rotateHome = ({ artifact, columns, env, item, op, second, sts, term, user }: RotateOptions) =>
  Effect.gen(function*() {
    const common = { mfa: { [defaultSerial]: seed }, iam: { requiresMfa: true }, createdMs: daysAgo(390), ...user }
    const terminal = yield* Terminal.open({
      ...(columns === undefined ? {} : { columns }),
      ...(term === undefined ? {} : { term })
    })
    return yield* makeHome({
      artifact,
      terminal,
      item: { seed, ...item },
      ...(op === undefined ? {} : { op }),
      ...(env === undefined ? {} : { env }),
      sts: {
        users: {
          [oldKey]: stsUser(common),
          ...(second === undefined ? {} : { [secondKey]: stsUser({ ...common, secret: "fake-secret-of-another", ...second }) })
        },
        ...sts
      }
    })
  })

const statePath = (home: Home): string => join(home.path, "1password", "state.json")

const fieldOf = (home: Home, name: RegExp): string | undefined => {
  const vault = readState(statePath(home)).accounts[0]!.vaults[0]!
  return itemsOf(statePath(home), vault)[0]?.fields.find(({ label }) => name.test(label ?? ""))?.value
}

/** What the item holds, id and secret. */
export const inItem = (home: Home) => ({
  id: fieldOf(home, /^access key id$/i) ?? "",
  secret: fieldOf(home, /^secret access key$/i) ?? ""
})

/** The user's keys in AWS, `AKIA… active`. */
export const keysOf = ({ sts }: Home): ReadonlyArray<string> =>
  Object.entries(sts.state.users).map(([id, { active = true }]) => `${id} ${active ? "active" : "inactive"}`)

/** Whether AWS takes what the item holds. */
export const heldWorks = (home: Home): boolean => {
  const { id, secret } = inItem(home)
  const user = home.sts.state.users[id]
  return user !== undefined && user.secret === secret && user.active !== false && (user.knownFromMs ?? 0) <= Date.now()
}

/** The journals of rotations that have not come to their end. */
export const journals = (home: Home): ReadonlyArray<string> => {
  try {
    return readdirSync(join(home.cache, "state")).filter((file) => file.startsWith("rotation-"))
  } catch {
    return []
  }
}

/** The actions of AWS that were asked for, in order. */
export const asked = ({ sts }: Home): ReadonlyArray<string> => sts.requests.map(({ action }) => action ?? "?")

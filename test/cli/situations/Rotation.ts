import { defaultSerial, stsUser, type StsUser } from "../../../simulator/sts/StsState.ts"
import { daysAgo, oldKey, seed } from "../rotate/RotateHome.ts"
import type { Situation } from "./Situation.ts"

const replacing = (name: string, code: number, user: Partial<StsUser>, more: Partial<Situation> = {}): Situation => ({
  name,
  code,
  talks: true,
  args: ["rotate", "dev", "--yes"],
  ...more,
  home: {
    item: { seed },
    sts: { users: { [oldKey]: stsUser({ mfa: { [defaultSerial]: seed }, createdMs: daysAgo(390), ...user }) } },
    ...more.home
  }
})

/** What keeps `rotate` from replacing a key. */
export const rotation: ReadonlyArray<Situation> = [
  replacing("the key is the root user's", 2, { arn: "arn:aws:iam::123456789012:root" }),
  replacing("`rotate` needs an MFA code and there is no terminal", 5, {}, { home: { item: {} } }),
  replacing("the item is a login", 4, {}, { home: { item: { seed, category: "LOGIN" } } }),
  replacing("the user may not do it", 6, { iam: { denied: ["CreateAccessKey"] } })
]

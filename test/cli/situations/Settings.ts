import { mkdirSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { type Home, profile } from "../Program.ts"
import type { Situation } from "./Situation.ts"

const line = { credential_process: "/usr/local/bin/op-aws-credential-process --op-vault Private" }

const without = (key: string): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(profile()).filter(([name]) => name !== key))

const configFile = (home: Home): string => join(home.path, ".aws", "config")

/** What can be refused before anybody is asked. */
export const settings: ReadonlyArray<Situation> = [
  { name: "the profile is in no config file", code: 2, args: ["--profile", "nobody"] },
  {
    name: "the same `credential_process` line stands in two profiles",
    code: 2,
    home: { profiles: { one: line, two: line } },
    args: ["--op-vault", "Private"]
  },
  {
    name: "a line of the profile cannot be read",
    code: 2,
    before: (home) => writeFileSync(configFile(home), "[profile dev]\nregion = eu-central-1\nop_vault Private\n")
  },
  {
    name: "the config file cannot be read",
    code: 2,
    before: (home) => {
      rmSync(configFile(home))
      mkdirSync(configFile(home))
    }
  },
  { name: "no vault is set", code: 2, home: { profiles: { dev: without("op_vault") } } },
  { name: "no item is set", code: 2, home: { profiles: { dev: without("op_item") } } },
  {
    name: "the item is a reference to a field",
    code: 2,
    args: ["--profile", "dev", "--op-item", "op://Private/AWS/password"]
  },
  {
    name: "reference and vault disagree",
    code: 2,
    args: ["--profile", "dev", "--op-item", "op://Private/AWS", "--op-vault", "Work"]
  },
  { name: "the duration is too short", code: 2, args: ["--profile", "dev", "--duration", "10m"] },
  { name: "the duration is too long", code: 2, home: { profiles: { dev: profile({ op_duration: "37h" }) } } },
  { name: "the duration cannot be read", code: 2, run: { place: "elsewhere", env: { OP_AWS_DURATION: "soon" } } },
  { name: "a flag has a value that it does not know", code: 2, args: ["--profile", "dev", "--mfa", "maybe"] },
  { name: "the MFA serial cannot be one", code: 2, args: ["--profile", "dev", "--mfa-serial", "my phone"] },
  {
    name: "the profile names `op` by a relative path",
    code: 2,
    home: { profiles: { dev: profile({ op_cli_path: "bin/op" }) } }
  },
  { name: "a flag is unknown", code: 2, args: ["--profile", "dev", "--nonsense"] },
  { name: "a flag lacks its value", code: 2, args: ["--profile"] },
  { name: "a word is no sub-command", code: 2, args: ["frobnicate"] },
  {
    name: "the profiles of a role lead in a circle",
    code: 2,
    home: {
      profiles: {
        dev: { role_arn: "arn:aws:iam::210987654321:role/admin", source_profile: "other" },
        other: { role_arn: "arn:aws:iam::210987654321:role/admin", source_profile: "dev" }
      }
    }
  },
  {
    name: "the roles of a profile lead through too many others",
    code: 2,
    home: {
      profiles: Object.fromEntries(Array.from({ length: 52 }, (_, at) => [
        at === 0 ? "dev" : `r${at}`,
        { role_arn: "arn:aws:iam::210987654321:role/admin", source_profile: `r${at + 1}` }
      ]))
    }
  }
]

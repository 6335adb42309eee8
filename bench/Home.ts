import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { parseAwsConfig } from "../src/domain/aws-config/AwsConfig.ts"
import { Failure } from "../src/domain/base/Failure.ts"
import { decodeEntry, encodeEntry, entryFileName } from "../src/domain/cache/CacheEntry.ts"
import { encodeRole, roleFileName, roleFolder, roleKey } from "../src/domain/cache/RoleEntry.ts"
import { resolveRoleChain } from "../src/domain/settings/RoleChain.ts"

/** How long `op` takes here (seconds). */
const opSeconds = 0.3

/** A home directory with its AWS config, an `op` of its own and a cache. */
export interface Home {
  readonly path: string
  readonly env: Readonly<Record<string, string>>
  readonly cache: string
  /** The stand-in for `op`. */
  readonly op: string
  readonly opCalls: () => number
}

/** Understood by every drop-in for the Go program. */
export const words = ["--profile", "dev", "--op-vault", "Private", "--op-item", "AWS"]

const field = (id: string, label: string, value: string) => ({ id, type: "STRING", label, value })

const key = [
  field("access", "Access key ID", "AKIAFAKE0000EXAMPLE0"),
  field("secret", "Secret access key", "fake-secret-for-tests")
]

const oneTimePassword = {
  id: "code",
  type: "OTP",
  label: "one-time password",
  value: "otpauth://totp/AWS?secret=FAKESEEDFAKESEED",
  totp: "123456"
}

/** A shell script, because the real `op` costs little processor time either. It answers in both of op's forms. */
const opScript = (withCode: boolean): string => {
  const fields = withCode ? [...key, oneTimePassword] : key
  const item = { id: "item", title: "AWS", vault: { id: "vault", name: "Private" }, category: "LOGIN", fields }
  return [
    "#!/bin/sh",
    "echo call >> \"$HOME/op-calls\"",
    `sleep ${opSeconds}`,
    "case \"$*\" in",
    `*--fields*) echo '${JSON.stringify(key)}' ;;`,
    `*) echo '${JSON.stringify(item)}' ;;`,
    "esac",
    ""
  ].join("\n")
}

/** The words of a line of the Go program's, which name no profile. */
export const bareWords = ["--op-vault", "Private", "--op-item", "item-dev"]

const section = (name: string, bare: boolean): string =>
  [
    `[profile ${name}]`,
    "region = eu-central-1",
    "mfa_serial = arn:aws:iam::123456789012:mfa/someone",
    `credential_process = /usr/local/bin/op-aws-credential-process ${(bare ? bareWords.with(3, `item-${name}`) : words.with(1, name)).join(" ")}`,
    ""
  ].join("\n")

const roleSection = "[profile admin]\nrole_arn = arn:aws:iam::210987654321:role/Admin\nsource_profile = dev\n"

export interface HomeOptions {
  /** Whether the item has a one-time password, so that nobody has to type. */
  readonly withCode: boolean
  /** Profiles besides the one that is asked for, as many before it as behind. */
  readonly others?: number
  /** Whether the profiles' lines name no profile. */
  readonly bare?: boolean
}

/** Makes a home at `path`. */
export const makeHome = (path: string, sts: string, { bare = false, others = 0, withCode }: HomeOptions): Home => {
  const names = Array.from({ length: others }, (_, index) => `p${index}`)
  const bin = join(path, "bin")
  mkdirSync(join(path, ".aws"), { recursive: true })
  mkdirSync(bin)
  const sections = names.toSpliced(others / 2, 0, "dev").map((name) => section(name, bare))
  writeFileSync(join(path, ".aws/config"), [...sections, roleSection].join("\n"))
  writeFileSync(join(bin, "op"), opScript(withCode))
  chmodSync(join(bin, "op"), 0o755)
  const calls = join(path, "op-calls")
  return {
    path,
    env: { HOME: path, PATH: `${bin}:/usr/bin:/bin`, AWS_ENDPOINT_URL_STS: sts },
    cache: join(path, ".cache/op-aws-credential-process"),
    op: join(bin, "op"),
    opCalls: () => existsSync(calls) ? readFileSync(calls, "utf8").split("\n").length - 1 : 0
  }
}

/** Caches a session of the role, with what the cache has for its base. */
export const fillRole = ({ cache, env, path }: Home): void => {
  const file = (name: string) => ({ path: name, text: existsSync(name) ? readFileSync(name, "utf8") : "" })
  const config = parseAwsConfig({ config: file(join(path, ".aws/config")), credentials: file(join(path, ".aws/credentials")) })
  const chain = resolveRoleChain({ profile: "admin", asker: "client", flags: {}, environment: env, config })
  if (chain instanceof Failure) throw chain
  const { credentials, issuedAt = 0 } = decodeEntry(readFileSync(join(cache, entryFileName("dev")), "utf8"))!
  const made = { profile: "admin", roleArn: "arn:aws:iam::210987654321:role/Admin", baseProfile: "dev", issuedAt, credentials }
  const entry = { ...roleKey(chain, 0), ...made }
  mkdirSync(join(cache, roleFolder), { recursive: true, mode: 0o700 })
  writeFileSync(join(cache, roleFolder, roleFileName(entry)), encodeRole(entry), { mode: 0o600 })
}

/** Gives each of the other profiles what the cache has for the one that was asked for. */
export const fillCache = ({ cache }: Home, others: number): void => {
  const entry = decodeEntry(readFileSync(join(cache, entryFileName("dev")), "utf8"))!
  for (let index = 0; index < others; index++) {
    const profile = `p${index}`
    writeFileSync(join(cache, entryFileName(profile)), encodeEntry({ ...entry, profile }), { mode: 0o600 })
  }
}

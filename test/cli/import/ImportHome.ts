import { Effect } from "effect"
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { account, item, type OpItem, readState, vault } from "../../../simulator/op/State.ts"
import { itemsOf } from "../../../simulator/op/Store.ts"
import { type Artifact, type Home, type HomeOptions, makeHome, type RunOptions } from "../Program.ts"

export const keyId = "AKIAFAKE0000EXAMPLE0"
/** That of the simulated user; it is what must be nowhere but in 1Password. */
export const secret = "fake-secret-for-tests"
export const usualTitle = "AWS 123456789012 user"

export const plaintext = (profile = "dev", value = secret, id = keyId): string =>
  `[${profile}]\naws_access_key_id = ${id}\naws_secret_access_key = ${value}\n`

export interface ImportHomeOptions extends Omit<HomeOptions, "artifact"> {
  /** What `~/.aws/credentials` holds. */
  readonly credentials?: string
  readonly items?: ReadonlyArray<OpItem>
}

/** A machine with a key in `~/.aws/credentials`, and a vault that holds a login and nothing else. */
export const makeImportHome = (artifact: Artifact, options: ImportHomeOptions = {}) =>
  Effect.gen(function*() {
    const { credentials = plaintext(), items = [item({ title: "Bank", category: "LOGIN" })], ...rest } = options
    const home = yield* makeHome({
      artifact,
      profiles: { other: { region: "eu-central-1" } },
      op: { accounts: [account({ vaults: [vault({ items: [...items] })] })] },
      ...rest
    })
    writeFileSync(credentialsOf(home), credentials, { mode: 0o600 })
    return home
  })

export const credentialsOf = (home: Home): string => join(home.path, ".aws", "credentials")

export const stateOf = (home: Home): string => join(home.path, "1password", "state.json")

/** All items as they stand now. */
export const opItems = (home: Home): ReadonlyArray<OpItem> =>
  readState(stateOf(home)).accounts.flatMap(({ vaults }) => vaults.flatMap((one) => itemsOf(stateOf(home), one)))

export const itemsWithKey = (home: Home): ReadonlyArray<OpItem> =>
  opItems(home).filter(({ fields }) => [keyId, secret].every((wanted) => fields.some(({ value }) => value === wanted)))

export const isInPlaintext = (home: Home): boolean =>
  existsSync(credentialsOf(home)) && readFileSync(credentialsOf(home), "utf8").includes(secret)

const filesBelow = (directory: string): ReadonlyArray<string> =>
  readdirSync(directory).flatMap((name) => {
    const path = join(directory, name)
    return lstatSync(path).isDirectory() ? filesBelow(path) : lstatSync(path).isFile() ? [path] : []
  })

/** The files of the machine that hold the secret, 1Password's own left out. */
export const filesWithSecret = (home: Home): ReadonlyArray<string> =>
  filesBelow(home.path)
    .filter((path) => !path.startsWith(join(home.path, "1password")) && readFileSync(path, "latin1").includes(secret))
    .map((path) => path.slice(home.path.length + 1))

/** Runs `import` to its end, on the home's terminal, with nobody to answer. */
export const runImport = (home: Home, words: ReadonlyArray<string>, options: RunOptions = {}) =>
  Effect.flatMap(home.run(["import", ...words], options), ({ exit }) => exit)

export const unattended = ["dev", "--yes", "--op-vault", "Private", "--remove"]

export const putFile = (home: Home, path: string, text: string): void => {
  const whole = join(home.path, path)
  mkdirSync(join(whole, ".."), { recursive: true })
  writeFileSync(whole, text, { mode: 0o600 })
}

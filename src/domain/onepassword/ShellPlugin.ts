import type { Environment } from "../base/Environment.ts"

/** An item that 1Password's own AWS plugin was set up with. */
export interface PluginItem {
  readonly accountId?: string
  readonly vaultId: string
  readonly itemId: string
}

/**
 * Where the plugin keeps what it was told, in the order in which it counts: for a directory, for all below it, up to
 * the home; then for everything; then what was used once. `configuration` is the directory that `op` takes for its own.
 */
export const pluginFiles = (
  environment: Environment,
  directory: string,
  configuration: string | undefined
): ReadonlyArray<string> => {
  const folders = [
    ...upwards(directory, environment["HOME"]).map((folder) => `${folder === "/" ? "" : folder}/.op/plugins`),
    ...configuration === undefined ? [] : [`${configuration}/plugins`, `${configuration}/plugins/used_items`]
  ]
  return folders.flatMap((folder) => wrappable.map((name) => `${folder}/${name}.json`))
}

/** A directory and those above it as far as the home; one outside of it stands alone. */
const upwards = (directory: string, home: string | undefined): ReadonlyArray<string> => {
  if (home === undefined || home === "" || directory !== home && !directory.startsWith(`${home}/`)) return [directory]
  const found = [directory]
  for (let at = directory; at !== home;) {
    at = at.slice(0, at.lastIndexOf("/"))
    found.push(at)
  }
  return found
}

/** The items that such a file names. Never fails: it is another program's, which may change its mind about its form. */
export const pluginItems = (text: string): ReadonlyArray<PluginItem> => {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return []
  }
  if (Array.isArray(json)) return json.flatMap((one) => itemOf(one, undefined))
  const file = membersOf(json)
  const credentials = Array.isArray(file["credentials"]) ? file["credentials"] : [file["credential"]]
  return credentials.flatMap((one) => {
    const plugin = membersOf(one)["plugin"]
    return plugin === undefined || plugin === "aws" ? itemOf(one, file["account_id"]) : []
  })
}

const membersOf = (json: unknown): Readonly<Record<string, unknown>> =>
  typeof json === "object" && json !== null ? json as Record<string, unknown> : {}

/** An ID that is none would be a search by name to `op`. */
const isId = (value: unknown): value is string => typeof value === "string" && /^[A-Za-z0-9]{20,40}$/.test(value)

const itemOf = (json: unknown, outer: unknown): ReadonlyArray<PluginItem> => {
  const { account_id: own, item_id: itemId, vault_id: vaultId } = membersOf(json)
  if (!isId(itemId) || !isId(vaultId)) return []
  const accountId = isId(own) ? own : outer
  return [{ vaultId, itemId, ...isId(accountId) ? { accountId } : undefined }]
}

/** Several files' items, each once. */
export const distinctItems = (items: ReadonlyArray<PluginItem>): ReadonlyArray<PluginItem> =>
  [...Map.groupBy(items, ({ itemId, vaultId }) => `${vaultId}/${itemId}`).values()].map(([first]) => first!)

/** The programs that 1Password's AWS plugin wraps (1Password/shell-plugins, plugins/aws, cdk, sam, eksctl, awslogs). */
export const wrappable = ["aws", "cdk", "sam", "eksctl", "awslogs"]

/**
 * Directories that `op` may take for its own: the first that is there (1Password/shell-plugins,
 * cmd/contrib/scripts/config_dir_getter.go).
 */
export const opDirectories = (environment: Environment): ReadonlyArray<string> => {
  const home = environment["HOME"] ?? ""
  const own = environment["OP_CONFIG_DIR"]
  if (own) return [own]
  const xdg = environment["XDG_CONFIG_HOME"]
  return [`${home}/.op`, ...xdg ? [`${xdg}/.op`] : [], `${home}/.config/op`, ...xdg ? [`${xdg}/op`] : []]
}

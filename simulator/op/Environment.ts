import type { OpState } from "./State.ts"

/** The variable by which the wrapper names the state file. */
export const stateVariable = "FAKE_OP_STATE"

/** Node's own variable for compiled code, which the wrapper sets as well. */
export const cacheVariable = "NODE_COMPILE_CACHE"

/** The environment that the caller gave, without what the wrapper added. */
export const callerEnvironment = (): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] =>
      entry[0] !== stateVariable && entry[0] !== cacheVariable && entry[1] !== undefined
    )
  )

/** The environment that `op` itself sees: a Windows program gets only what WSLENV lists (`NAME` or `NAME/flags`). */
export const visibleEnvironment = (
  state: OpState,
  env: Readonly<Record<string, string>>
): Readonly<Record<string, string>> => {
  if (state.platform !== "wsl-exe") return env
  const passed = (env["WSLENV"] ?? "").split(":").map((entry) => entry.split("/")[0])
  return Object.fromEntries(Object.entries(env).filter(([name]) => passed.includes(name)))
}

/** What the log may tell of an environment: AWS_* and OP_*, with tokens and secrets as `[set]`. */
export const loggedValues = (env: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(env).filter(([name]) => /^(AWS|OP)_/.test(name)).map(([name, value]) => [
      name,
      /TOKEN|SECRET|SESSION|PASSWORD|CODE/.test(name) ? "[set]" : value
    ])
  )

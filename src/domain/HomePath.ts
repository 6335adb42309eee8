import { type Environment, variable } from "./Environment.ts"

/** A path as people write it: with `~` for their home. */
export const homePath = (path: string, environment: Environment): string => {
  const home = variable(environment, "HOME")?.replace(/\/+$/, "")
  return home !== undefined && home !== "" && path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path
}

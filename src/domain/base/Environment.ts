/** The process's environment, handed in so that rules stay pure. An empty variable counts as unset. */
export type Environment = Readonly<Record<string, string | undefined>>

/** The first of these variables that is set to something. */
export const variable = (environment: Environment, ...names: ReadonlyArray<string>): string | undefined => {
  for (const name of names) {
    const value = environment[name]
    if (value !== undefined && value !== "") return value
  }
  return undefined
}

/** A path as people write it: with `~` for their home. */
export const homePath = (path: string, environment: Environment): string => {
  const home = variable(environment, "HOME")?.replace(/\/+$/, "")
  return home !== undefined && home !== "" && path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path
}

import type { Environment } from "../base/Environment.ts"

/**
 * Where sessions are cached: `OP_AWS_CACHE_DIR`, else the program's own directory below `XDG_CACHE_HOME` or
 * `~/.cache`. A relative or empty value is passed over, as the XDG Base Directory Specification asks. Undefined when
 * there is no home either.
 */
export const cacheDirectory = (environment: Environment): string | undefined => {
  if (namesCacheDirectory(environment)) return environment["OP_AWS_CACHE_DIR"]
  const home = absolute(environment["HOME"])
  const base = absolute(environment["XDG_CACHE_HOME"]) ?? (home === undefined ? undefined : `${home}/.cache`)
  return base === undefined ? undefined : `${base}/op-aws-credential-process`
}

/** Whether somebody chose the directory, so that there may be other things in it than ours. */
export const namesCacheDirectory = (environment: Environment): boolean =>
  absolute(environment["OP_AWS_CACHE_DIR"]) !== undefined

/** Our folder, and this user's, in a directory that is for others too. */
export const folderIn = (directory: string, user: number | undefined): string =>
  `${directory}/op-aws-credential-process-${user ?? "user"}`

/**
 * The directories that a session is looked for in, in this order: the first that has a private file of its name has it.
 * In a directory that was chosen, our folder comes first: it is the one that is written to once it is there. What is
 * in the directory itself was kept there while nothing else was in it.
 */
export const readingOrder = (directory: string, environment: Environment, user: number | undefined): ReadonlyArray<string> =>
  namesCacheDirectory(environment) ? [folderIn(directory, user), directory] : [directory]

const absolute = (path: string | undefined): string | undefined => path?.startsWith("/") ? path : undefined

import type { Environment } from "./Environment.ts"

/**
 * Where sessions are cached: `OP_AWS_CACHE_DIR`, else the program's own directory below `XDG_CACHE_HOME` or
 * `~/.cache`. A relative or empty value is passed over, as the XDG Base Directory Specification asks. Undefined when
 * there is no home either.
 */
export const cacheDirectory = (environment: Environment): string | undefined => {
  const own = absolute(environment["OP_AWS_CACHE_DIR"])
  if (own !== undefined) return own
  const home = absolute(environment["HOME"])
  const base = absolute(environment["XDG_CACHE_HOME"]) ?? (home === undefined ? undefined : `${home}/.cache`)
  return base === undefined ? undefined : `${base}/op-aws-credential-process`
}

const absolute = (path: string | undefined): string | undefined => path?.startsWith("/") ? path : undefined

import { ourName } from "../aws-config/CredentialProcessLine.ts"

/** What runs this program. */
export interface Runtime {
  readonly name: "node" | "bun"
  readonly version: string
}

/** What runs this process. Paths are real ones, which no link is a part of. */
export type RunningProgram =
  | { readonly kind: "standalone"; readonly path: string }
  | { readonly kind: "script"; readonly runtime: string; readonly path: string }

/**
 * Where the launcher is that belongs to a standalone program, if that was installed to be started by one: what is in
 * libexec is nothing that anybody should write into a configuration.
 */
export const launcherOf = (program: string): string | undefined => {
  const inLibexec = `/libexec/${ourName}/program`
  return program.endsWith(inLibexec) ? `${program.slice(0, -inLibexec.length)}/bin/${ourName}` : undefined
}

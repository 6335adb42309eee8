import { type Environment, variable } from "../../domain/base/Environment.ts"

/** Where something would be shown to a person. */
export interface Desktop {
  readonly environment: Environment
  readonly platform: NodeJS.Platform
}

/** Whether the person sits at another machine's screen. */
export const isRemote = (environment: Environment): boolean =>
  variable(environment, "SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY") !== undefined

/** Whether there is a screen of Wayland's or X's. */
export const hasDisplay = (environment: Environment): boolean =>
  variable(environment, "WAYLAND_DISPLAY", "DISPLAY") !== undefined

/**
 * GTK and Qt read their arguments in the locale's encoding: zenity shows nothing at all for a name with an umlaut in the
 * C locale, which is what programs started by a service or a job have. One that has no UTF-8 gets the plainest that does.
 */
export const inUtf8 = (environment: Environment): Environment =>
  /utf-?8/i.test(variable(environment, "LC_ALL", "LC_CTYPE", "LANG") ?? "") ? environment : { ...environment, LC_ALL: "C.UTF-8" }

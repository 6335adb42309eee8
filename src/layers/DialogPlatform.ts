import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { type Environment, variable } from "../domain/Environment.ts"
import { DialogFailed } from "../domain/MfaFailure.ts"
import { printable } from "../domain/Printable.ts"
import { Dialog } from "../services/Dialog.ts"
import { kdialog } from "./DialogKdialog.ts"
import { osascript } from "./DialogOsascript.ts"
import { powershell } from "./DialogPowershell.ts"
import { dialogTitle, type DialogTool } from "./DialogTool.ts"
import { zenity } from "./DialogZenity.ts"
import { programInPath } from "./ProgramPath.ts"
import { runProgram } from "./RunProgram.ts"

/** Where a dialog would be shown. */
export interface Desktop {
  readonly environment: Environment
  readonly platform: NodeJS.Platform
}

/** A question is a line; a profile and a serial of the usual lengths fit twice over (characters). */
const longestQuestion = 500

/** The tools that could show something to the person at this screen, best first; none for a person behind SSH. */
const toolsFor = ({ environment, platform }: Desktop): ReadonlyArray<DialogTool> => {
  const isSet = (...names: ReadonlyArray<string>): boolean => variable(environment, ...names) !== undefined
  if (isSet("SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY") || platform === "win32") return []
  if (platform === "darwin") return [osascript]
  const windows = isSet("WSL_DISTRO_NAME", "WSL_INTEROP") ? [powershell] : []
  return isSet("WAYLAND_DISPLAY", "DISPLAY") ? [...windows, zenity, kdialog] : windows
}

interface Found {
  readonly tool: DialogTool
  readonly path: string
}

const found = (desktop: Desktop): ReadonlyArray<Found> =>
  toolsFor(desktop).flatMap((tool) => {
    const path = programInPath(tool.program, desktop.environment)
    return path === undefined ? [] : [{ tool, path }]
  })

/**
 * GTK and Qt read their arguments in the locale's encoding: zenity shows nothing at all for a name with an umlaut in the
 * C locale, which is what programs started by a service or a job have. One that has no UTF-8 gets the plainest that does.
 */
const inUtf8 = (environment: Environment): Environment =>
  /utf-?8/i.test(variable(environment, "LC_ALL", "LC_CTYPE", "LANG") ?? "") ? environment : { ...environment, LC_ALL: "C.UTF-8" }

/** Dialogs on a given desktop. */
export const layerWith = (desktop: Desktop): Layer.Layer<Dialog> =>
  Layer.succeed(Dialog, {
    available: Effect.sync(() => found(desktop).length > 0),
    ask: Effect.fn("Dialog.ask")(function*(question, profile) {
      const text = printable(question, longestQuestion).trim()
      const askWith = Effect.fnUntraced(function*({ path, tool }: Found) {
        const args = tool.commandLine(text, dialogTitle(profile))
        const environment = desktop.platform === "darwin" ? desktop.environment : inUtf8(desktop.environment)
        const end = yield* Effect.mapError(
          runProgram({ program: path, args, environment, stderr: "kept", endsWithUs: true }),
          ({ reason }) => new DialogFailed(`${tool.program} ${reason}`)
        )
        const answer = tool.answer(end)
        return typeof answer === "string" ? answer : yield* Effect.fail(answer)
      })
      const [first, ...others] = found(desktop)
      if (first === undefined) {
        return yield* Effect.fail(new DialogFailed("there is no screen, or nothing to show one with"))
      }
      // A person's no is an answer; a program that shows nothing is none.
      return yield* others.reduce(
        (asked, next) =>
          Effect.catchTag(asked, "DialogFailed", (failure) =>
            Effect.andThen(Effect.logDebug(`${failure.message}; trying ${next.tool.program}`), askWith(next))),
        askWith(first)
      )
    })
  })

/** Dialogs on the desktop that this process belongs to. */
export const layer: Layer.Layer<Dialog> = layerWith({ environment: process.env, platform: process.platform })

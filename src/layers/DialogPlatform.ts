import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { type Environment, variable } from "../domain/Environment.ts"
import { DialogFailed } from "../domain/MfaFailure.ts"
import { printable } from "../domain/Printable.ts"
import { Dialog } from "../services/Dialog.ts"
import { kdialog } from "./DialogKdialog.ts"
import { osascript } from "./DialogOsascript.ts"
import { powershell } from "./DialogPowershell.ts"
import type { DialogTool } from "./DialogTool.ts"
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

const find = (desktop: Desktop): Found | undefined => {
  for (const tool of toolsFor(desktop)) {
    const path = programInPath(tool.program, desktop.environment)
    if (path !== undefined) return { tool, path }
  }
  return undefined
}

/** Dialogs on a given desktop. */
export const layerWith = (desktop: Desktop): Layer.Layer<Dialog> =>
  Layer.succeed(Dialog, {
    available: Effect.sync(() => find(desktop) !== undefined),
    ask: Effect.fn("Dialog.ask")(function*(question) {
      const found = find(desktop)
      if (found === undefined) {
        return yield* Effect.fail(new DialogFailed("there is no screen, or nothing to show one with"))
      }
      const { path, tool } = found
      const args = tool.commandLine(printable(question, longestQuestion).trim())
      const end = yield* Effect.mapError(
        runProgram({ program: path, args, environment: desktop.environment, stderr: "kept", endsWithUs: true }),
        ({ reason }) => new DialogFailed(`${tool.program} ${reason}`)
      )
      const answer = tool.answer(end)
      return typeof answer === "string" ? answer : yield* Effect.fail(answer)
    })
  })

/** Dialogs on the desktop that this process belongs to. */
export const layer: Layer.Layer<Dialog> = layerWith({ environment: process.env, platform: process.platform })

import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { kdialog } from "./DialogKdialog.ts"
import { osascript } from "./DialogOsascript.ts"
import { powershell } from "./DialogPowershell.ts"
import { dialogTitle, type DialogTool } from "./DialogTool.ts"
import { zenity } from "./DialogZenity.ts"
import { variable } from "../../domain/base/Environment.ts"
import { printable } from "../../domain/base/Printable.ts"
import { MfaFailure } from "../../domain/mfa/MfaFailure.ts"
import { type Desktop, hasDisplay, inUtf8, isRemote } from "../host/Desktop.ts"
import { programInPath } from "../host/ProgramPath.ts"
import { runProgram } from "../host/RunProgram.ts"
import { ProcessEnvironment } from "../../services/host/ProcessEnvironment.ts"
import { Dialog } from "../../services/mfa/Dialog.ts"

/** A question is a line; a profile and a serial of the usual lengths fit twice over (characters). */
const longestQuestion = 500

/** The tools that could show something to the person at this screen, best first; none for a person behind SSH. */
const toolsFor = ({ environment, platform }: Desktop): ReadonlyArray<DialogTool> => {
  if (isRemote(environment) || platform === "win32") return []
  if (platform === "darwin") return [osascript]
  const windows = variable(environment, "WSL_DISTRO_NAME", "WSL_INTEROP") === undefined ? [] : [powershell]
  return hasDisplay(environment) ? [...windows, zenity, kdialog] : windows
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

const make = (desktop: Desktop): Dialog["Service"] => ({
  available: Effect.sync(() => found(desktop).length > 0),
  ask: Effect.fn("Dialog.ask")(function*(question, profile) {
    const text = printable(question, longestQuestion).trim()
    const askWith = Effect.fnUntraced(function*({ path, tool }: Found) {
      const args = tool.commandLine(text, dialogTitle(profile))
      const environment = desktop.platform === "darwin" ? desktop.environment : inUtf8(desktop.environment)
      const end = yield* Effect.mapError(
        runProgram({ program: path, args, environment, stderr: "kept", endsWithUs: true }),
        ({ reason }) => MfaFailure.DialogFailed(`${tool.program} ${reason}`)
      )
      const answer = tool.answer(end)
      return typeof answer === "string" ? answer : yield* Effect.fail(answer)
    })
    const [first, ...others] = found(desktop)
    if (first === undefined) {
      return yield* Effect.fail(MfaFailure.DialogFailed("there is no screen, or nothing to show one with"))
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

/** Dialogs as this system shows them, on the desktop that the environment tells of. */
export const layerOn = (platform: NodeJS.Platform): Layer.Layer<Dialog, never, ProcessEnvironment> =>
  Layer.effect(Dialog, Effect.map(ProcessEnvironment, (environment) => make({ environment, platform })))

/** Dialogs on the desktop that this process belongs to. */
export const layer = layerOn(process.platform)

import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { printable } from "../../domain/base/Printable.ts"
import { type Desktop, hasDisplay, inUtf8, isRemote } from "../host/Desktop.ts"
import { programInPath } from "../host/ProgramPath.ts"
import { endingOf, runProgram } from "../host/RunProgram.ts"
import { ProcessEnvironment } from "../../services/host/ProcessEnvironment.ts"
import { Notification } from "../../services/terminal/Notification.ts"

/** A program that shows a notification. What it is to show arrives as printable lines, and no shell reads them. */
export interface NotificationTool {
  /** A bare name, looked for in PATH. */
  readonly program: string
  readonly commandLine: (heading: string, line: string) => ReadonlyArray<string>
}

const marks: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" }

/**
 * libnotify's. The body is markup (Desktop Notifications Specification, "Markup"), in which notify-send undoes backslash
 * escapes first (tools/notify-send.c: `g_strcompress`); the heading is text.
 */
export const notifySend: NotificationTool = {
  program: "notify-send",
  commandLine: (heading, line) => [
    "--app-name=op-aws-credential-process",
    "--",
    heading,
    line.replace(/[&<>]/g, (mark) => marks[mark]!).replaceAll("\\", "\\\\")
  ]
}

const script = "on run argv\ndisplay notification (item 2 of argv) with title (item 1 of argv)\nend run"

/** macOS's own. Its getopt stops at the first argument that is no option: the heading must be one. */
export const osascriptNotification: NotificationTool = {
  program: "osascript",
  commandLine: (heading, line) => ["-e", script, heading, line]
}

const toolFor = ({ environment, platform }: Desktop): NotificationTool | undefined =>
  isRemote(environment)
    ? undefined
    : platform === "darwin"
    ? osascriptNotification
    : platform === "linux" && hasDisplay(environment)
    ? notifySend
    : undefined

/** A notification is shown at once, or by no one: a session bus that does not answer takes half a minute to say so. */
const patience = "5 seconds"

const make = (desktop: Desktop): Notification["Service"] => ({
  show: Effect.fn("Notification.show")(function*(heading, line) {
    const tool = toolFor(desktop)
    const program = tool === undefined ? undefined : programInPath(tool.program, desktop.environment)
    if (tool === undefined || program === undefined) {
      yield* Effect.logDebug("there is no desktop to notify on, or nothing to do it with")
      return false
    }
    const environment = desktop.platform === "darwin" ? desktop.environment : inUtf8(desktop.environment)
    const args = tool.commandLine(printable(heading, 120), printable(line, 300))
    const failed = yield* runProgram({ program, args, environment, stderr: "ignore", endsWithUs: true }).pipe(
      Effect.timeoutOrElse({ duration: patience, orElse: () => Effect.fail({ reason: "did not end in time" }) }),
      Effect.match({
        onFailure: ({ reason }) => reason,
        onSuccess: (end) => end.exitCode === 0 ? undefined : endingOf(end)
      })
    )
    if (failed !== undefined) yield* Effect.logDebug(`no notification: ${tool.program} ${failed}`)
    return failed === undefined
  })
})

/** Notifications as this system shows them, on the desktop that the environment tells of. */
export const layerOn = (platform: NodeJS.Platform): Layer.Layer<Notification, never, ProcessEnvironment> =>
  Layer.effect(Notification, Effect.map(ProcessEnvironment, (environment) => make({ environment, platform })))

/** Notifications on the desktop that this process belongs to. */
export const layer = layerOn(process.platform)

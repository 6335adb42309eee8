import { dialogFailure, type DialogTool, typedLine } from "./DialogTool.ts"
import { MfaFailure } from "../../domain/mfa/MfaFailure.ts"

/**
 * Shows what it is given as arguments, which AppleScript takes as text. Activating osascript itself brings the dialog
 * to the front; going through "System Events" for that would make macOS ask for leave to control it.
 */
const script = [
  "on run argv",
  "try",
  "tell me to activate",
  "end try",
  "set reply to display dialog (item 2 of argv) with title (item 1 of argv) default answer \"\""
  + " buttons {\"Cancel\", \"OK\"} default button \"OK\" cancel button \"Cancel\"",
  "return text returned of reply",
  "end run"
].join("\n")

/** AppleScript's userCanceledErr; the words around it are in the person's language. */
const cancelled = "(-128)"

/** macOS's own. Its getopt stops at the first argument that is no option, so the title also guards the question. */
export const osascript: DialogTool = {
  program: "osascript",
  commandLine: (question, title) => ["-e", script, title, question],
  answer: (end) =>
    end.exitCode === 0
      ? typedLine(end)
      : end.stderr.includes(cancelled)
      ? MfaFailure.DialogDismissed()
      : dialogFailure("osascript", end)
}

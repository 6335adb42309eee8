import { answerByExitCode, dialogFailure, type DialogTool } from "./DialogTool.ts"

/**
 * GNOME's. The text of an entry dialog is never markup (`--no-markup` belongs to other dialogs), but zenity undoes
 * backslash escapes in it and GTK takes an underscore for the mark of a shortcut key (zenity 3 and 4, src/entry.c:
 * `gtk_label_set_text_with_mnemonic` over `g_strcompress`), so both are doubled.
 */
export const zenity: DialogTool = {
  program: "zenity",
  commandLine: (question, title) => [
    "--entry",
    `--title=${title}`,
    `--text=${question.replace(/[\\_]/g, "$&$&")}`
  ],
  // GTK ends a program that finds no display with the same status as zenity ends with on Cancel.
  answer: (end) => /open display/i.test(end.stderr) ? dialogFailure("zenity", end) : answerByExitCode("zenity")(end)
}

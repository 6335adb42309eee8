import { answerByExitCode, type DialogTool } from "./DialogTool.ts"

/**
 * KDE's. Qt decides by the first line of a text whether to take it for HTML (`Qt::mightBeRichText`), so the first line
 * is a constant one. kdialog undoes backslash escapes (`Utils::parseString`), and a Qt label that belongs to an input
 * field takes an ampersand for the mark of a shortcut key; both are doubled.
 */
export const kdialog: DialogTool = {
  program: "kdialog",
  commandLine: (question, title) => [
    "--title",
    title,
    "--inputbox",
    `Type the code:\n${question.replace(/[\\&]/g, "$&$&")}`
  ],
  answer: answerByExitCode("kdialog")
}

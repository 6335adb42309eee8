import type { Failure } from "../../../src/domain/base/Failure.ts"
import type { Example } from "../../fixtures/FailureExamples.ts"

/** Fit for a cell of a table; between backticks nothing but the bar has a meaning. */
const cell = (text: string): string =>
  text.replaceAll("|", "\\|").split("`").map((part, index) => index % 2 === 1 ? part : part.replaceAll("<", "&lt;"))
    .join("`").replaceAll("\n", "<br>")

/** One row of docs/situations.md. */
export const printRow = (name: string, seen: string, code: number): string => `| ${name} | ${cell(seen)} | ${code} |`

/** Of these the program says no more than what is said already, or what the person did. */
const silent: ReadonlySet<string> = new Set(["Stopped", "FindingsTold"])

/** What a person sees of a failure. */
const seenOf = ({ _tag, hint, message }: Failure): string =>
  silent.has(_tag) ? "" : _tag === "InterviewLeft" ? message : `error: ${message}\nhint: ${hint}`

/** The row of a kind of failure, from its table. */
export const printExample = ({ failure, name }: Example): string => printRow(name, seenOf(failure), failure.exitCode)

import type { Launch } from "./Terminal.ts"

/** What the leader of a terminal's session is told. */
export type Order =
  | { readonly do: "start"; readonly id: number; readonly launch: ResolvedLaunch }
  | { readonly do: "signal"; readonly id: number; readonly signal: NodeJS.Signals }
  | { readonly do: "closeStdout"; readonly id: number }

export type ResolvedLaunch = Omit<Launch, "stdout"> & { readonly stdout: "pipe" | { readonly file: string } }

/** What it tells. */
export type Report =
  | { readonly id: number; readonly did: "start"; readonly pid: number }
  | { readonly id: number; readonly did: "close" }
  | { readonly id: number; readonly did: "fail" | "stdout" | "stderr"; readonly text: string }
  | {
    readonly id: number
    readonly did: "end"
    readonly code: number | null
    readonly signal: NodeJS.Signals | null
    /** Whether the mark was written on the terminal. */
    readonly marked: boolean
  }

/** What the leader writes on the terminal after a process has ended. */
export const markOf = (id: number): string => `\0${id}\0`

/**
 * The marks that have arrived, and what everybody else wrote. What comes from a terminal comes in pieces of any length:
 * part of a mark or of an escape sequence at the end is left out until the rest of it is there.
 */
export const readMarks = (raw: string): { readonly written: string; readonly marks: ReadonlySet<number> } => {
  const marks = new Set<number>()
  const written = raw.replace(/\x1b(?:\[[\d;]*)?$/, "").replace(/\0(\d+)\0/g, (_, id: string) => {
    marks.add(Number(id))
    return ""
  })
  return { written: written.replace(/\0\d*$/, ""), marks }
}

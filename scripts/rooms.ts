import { readdirSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path/posix"

/** A file of src/: its path below src/, and its text. */
export interface Source {
  readonly path: string
  readonly text: string
}

/** One file of ours that names another in its imports, types included. */
export interface Arrow {
  readonly from: string
  readonly to: string
}

/** The rooms and what each is about, each after all those that it may use: two rooms never use each other. */
export const rooms: Readonly<Record<string, string>> = {
  "version.ts": "the version, as package.json has it",
  "domain/base": "words that every room uses: failures, time, digests, text for people",
  "domain/aws-config": "AWS's two files: read, edited, searched for keys",
  "domain/exec": "what a program becomes, and why it cannot",
  "domain/interview": "questions of the wizards: keys, lines, frames",
  "domain/aws": "STS and IAM: where they are, what their failures mean",
  "domain/host": "where programs are found, and what runs this one",
  "domain/onepassword": "items, accounts, and what op's errors mean",
  "domain/policy": "policies that narrow a session: packed, checked",
  "domain/settings": "everything that is decided before anybody is asked: flags, environment, profiles, roles",
  "domain/cache": "entries, their key, their freshness",
  "domain/mfa": "codes: where they come from, and that each is sent once",
  "domain/session": "what a session says of itself: the JSON, plans of renewal, notes between processes",
  "services/aws": "STS, IAM",
  "services/aws-config": "AWS's two files, and a line that a client would run",
  "services/cache": "cached sessions, notes, locks",
  "services/exec": "commands on PATH",
  "services/host": "this machine: disk, signals, callers",
  "services/interview": "questions of the wizards",
  "services/keychain": "the system's keychain",
  "services/mfa": "dialogs and programs that give a code",
  "services/onepassword": "op: items read, written, listed",
  "services/terminal": "the controlling terminal, progress, notifications",
  "layers/host": "processes, signals, files and directories of one's own",
  "layers/terminal": "the terminal, the standard streams, reports",
  "layers/aws": "requests to AWS: connections, trust, proxies, the SDK's clients",
  "layers/aws-config": "AWS's two files on the disk",
  "layers/exec": "one program becomes another",
  "layers/onepassword": "op as a child process",
  "layers/interview": "questions drawn in the terminal",
  "layers/keychain": "the keychain's own process, D-Bus",
  "layers/mfa": "zenity, kdialog, osascript, PowerShell, a program of the user's",
  "layers/cache": "sessions in files and in the keychain, locks in SQLite",
  "layers": "the live layers put together, the log, what effect/cli is given",
  "session": "a session acquired, shared, renewed, forgotten",
  "exec": "a session in a command or a shell",
  "rotate": "a new access key, never without one that works",
  "status": "what is there, without asking",
  "doctor": "checks, each whole in one file",
  "setup": "the wizard that writes a profile",
  "import": "the wizard that moves a key into 1Password",
  "commands": "one file a command: parse, call a room, print",
  "hit.ts": "a cached session handed out, without Effect",
  "program.ts": "the whole program: layers, reports, exit codes",
  "FirstVariables.ts": "the variables as the process got them",
  "main.ts": "the door: the hit, else the program"
}

/** The parts whose rooms are named by concept, the same word in each. */
const parts = ["domain", "services", "layers"]

/** The room of a file; the files beside the rooms stand for themselves. */
export const roomOf = (path: string): string => {
  const [first, ...rest] = path.split("/")
  return parts.includes(first!) && rest.length > 1 ? `${first}/${rest[0]}` : first!
}

/** All files of src/. */
export const sources = (): ReadonlyArray<Source> =>
  readdirSync("src", { recursive: true, encoding: "utf8" })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => path.endsWith(".ts"))
    .toSorted()
    .map((path) => ({ path, text: readFileSync(join("src", path), "utf8") }))

const statement = /^(?:import|export)\b[^"]*?\bfrom\s+"([^"]+)"|^import\s+"([^"]+)"|\bimport\("([^"]+)"\)/gm

/** What a file names in its imports, types included: our own files by their path below src/. */
export const importsOf = ({ path, text }: Source): ReadonlyArray<string> =>
  [...text.matchAll(statement)].map(([, from, bare, later]) => {
    const name = from ?? bare ?? later!
    return name.startsWith(".") ? join(dirname(path), name) : name
  })

/** Who uses whom among our own files. */
export const arrowsAmong = (files: ReadonlyArray<Source>): ReadonlyArray<Arrow> =>
  files.flatMap((source) =>
    importsOf(source).filter((name) => name.endsWith(".ts")).map((name) => ({ from: source.path, to: name }))
  )

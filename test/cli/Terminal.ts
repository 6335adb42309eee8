import { assert } from "@effect/vitest"
import { type IPty, spawn } from "@lydell/node-pty"
import { Effect, type Scope } from "effect"
import { mkdtempSync, readFileSync } from "node:fs"
import { createServer, type Socket } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { compileCache } from "../fixtures/CompileCache.ts"
import { removeTree } from "../fixtures/TemporaryDirectory.ts"
import { render, withoutColors } from "./Screen.ts"
import { type Order, readMarks, type Report, type ResolvedLaunch } from "./SessionProtocol.ts"

/** A process to start on a terminal. Its environment is what stands here and nothing else, save TERM. */
export interface Launch {
  readonly command: string
  readonly args?: ReadonlyArray<string>
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  /** `null` by default. With data, what the process left unread of it is told when it ends. */
  readonly stdin?: "tty" | "null" | { readonly data: string }
  /** `pipe` by default. */
  readonly stdout?: "pipe" | "file"
  /** `pipe` by default. */
  readonly stderr?: "tty" | "pipe"
  /** The foreground group by default; `elsewhere` is a session of its own, which has no terminal. */
  readonly place?: "foreground" | "background" | "elsewhere"
}

/** How a process ended: with `code`, or by `signal`. */
export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
  /** What it left of the data on its standard input. */
  readonly unread: string
}

/** A process on a terminal. */
export interface Run {
  readonly pid: number
  /** Waits for its end. */
  readonly exit: Effect.Effect<Ended>
  signal(signal: NodeJS.Signals): Effect.Effect<void>
  /** Stops reading its standard output, as a client that has given up. */
  readonly closeStdout: Effect.Effect<void>
  /** Waits until it has written the text to a pipe, its standard output or error. */
  wrote(text: string): Effect.Effect<void>
}

interface Known {
  pid?: number
  closed?: true
  failure?: string
  ended?: Extract<Report, { readonly did: "end" }>
  stdout: string
  stderr: string
}

/** Long enough for the slowest machine: a test that waits this long has failed. */
const patience = "60 seconds"

/**
 * A terminal with a session on it, and somebody in front of it. Every process that is started belongs to the same
 * session; those in the foreground share one process group, as the commands of one pipeline do.
 */
export class Terminal {
  readonly #pty: IPty
  readonly columns: number
  readonly #directory: string
  readonly #environment: Readonly<Record<string, string>>
  readonly #listeners = new Set<() => void>()
  readonly #known: Array<Known> = []
  #leader: Socket | undefined
  #raw = ""
  #seen = 0
  #closed = false

  private constructor(columns: number, rows: number, term: string, directory: string) {
    const socket = join(directory, "session")
    this.columns = columns
    this.#directory = directory
    this.#environment = { TERM: term }
    const server = createServer((leader) => {
      server.close()
      this.#leader = leader.on("error", () => {})
      createInterface(leader).on("line", (line) => this.#hear(JSON.parse(line) as Report))
      this.#notify()
    }).listen(socket)
    this.#pty = spawn(process.execPath, [join(import.meta.dirname, "entries/session.ts"), socket], {
      name: term,
      cols: columns,
      rows,
      cwd: directory,
      env: compileCache
    })
    this.#pty.onData((text) => {
      this.#raw += text
      this.#notify()
    })
  }

  /** A terminal with nothing running on it yet. Everything on it is killed with the scope. */
  static open(
    options: { readonly columns?: number; readonly rows?: number; readonly term?: string } = {}
  ): Effect.Effect<Terminal, never, Scope.Scope> {
    return Effect.acquireRelease(
      Effect.sync(() => {
        const directory = mkdtempSync(join(tmpdir(), "terminal-"))
        return new Terminal(options.columns ?? 80, options.rows ?? 24, options.term ?? "xterm-256color", directory)
      }),
      (terminal) => Effect.sync(() => terminal.#end())
    ).pipe(Effect.tap((terminal) => terminal.#until("a session", () => terminal.#leader)))
  }

  /** All that was written on the terminal so far, the echo of what was typed included. */
  get written(): string {
    return readMarks(this.#raw).written
  }

  /** The lines that a person sees now, whatever their colours. */
  get screen(): ReadonlyArray<string> {
    return render(withoutColors(this.written), this.columns)
  }

  /** Starts a process, and waits until it has become itself. */
  start(launch: Launch): Effect.Effect<Run> {
    return Effect.suspend(() => {
      const id = this.#known.push({ stdout: "", stderr: "" }) - 1
      const resolved = this.#resolve(id, launch)
      this.#tell({ do: "start", id, launch: resolved })
      return Effect.map(this.#until(`the start of ${launch.command}`, () => this.#of(id).pid), (pid): Run => ({
        pid,
        exit: Effect.map(this.#until(`the end of ${launch.command}`, () => this.#endOf(id)), ({ code, signal }) => ({
          code,
          signal,
          stdout: resolved.stdout === "pipe" ? this.#of(id).stdout : readFileSync(resolved.stdout.file, "utf8"),
          stderr: this.#of(id).stderr,
          unread: typeof launch.stdin === "object" ? readFileSync(this.#pathOf(id, "unread"), "utf8") : ""
        })),
        signal: (signal) => Effect.sync(() => this.#tell({ do: "signal", id, signal })),
        closeStdout: Effect.andThen(
          Effect.sync(() => this.#tell({ do: "closeStdout", id })),
          Effect.asVoid(this.#until("the closing of an output", () => this.#of(id).closed))
        ),
        wrote: (text) =>
          Effect.asVoid(this.#until(text, () => {
            const { ended, stderr, stdout } = this.#of(id)
            if (stdout.includes(text) || stderr.includes(text)) return true
            if (ended !== undefined) throw this.#missing(text)
            return undefined
          }))
      }))
    })
  }

  /**
   * Waits until the pattern is there in what was written since the last match, and gives it. Where an answer is asked
   * for twice, the second wait is for the second question. When all processes have ended, nothing is waited for.
   */
  waitFor(pattern: string | RegExp): Effect.Effect<string> {
    return this.#until(String(pattern), () => {
      const fresh = this.written.slice(this.#seen)
      const found = typeof pattern === "string" ? pattern : pattern.exec(fresh)?.[0]
      const at = found === undefined ? -1 : fresh.indexOf(found)
      if (found !== undefined && at >= 0) {
        this.#seen += at + found.length
        return found
      }
      if (this.#known.length > 0 && this.#known.every((_, id) => this.#endOf(id))) throw this.#missing(String(pattern))
      return undefined
    })
  }

  /** Waits until the screen looks as it should, or fails with what it looks like instead. */
  shows(lines: ReadonlyArray<string>): Effect.Effect<void> {
    const looksSo = (): true | undefined => JSON.stringify(this.screen) === JSON.stringify(lines) ? true : undefined
    return this.#within(looksSo, () => Effect.sync(() => assert.deepStrictEqual(this.screen, lines)))
  }

  /** Waits until the screen has this somewhere. */
  has(pattern: string | RegExp): Effect.Effect<void> {
    const found = (): true | undefined => {
      const screen = this.screen.join("\n")
      return (typeof pattern === "string" ? screen.includes(pattern) : pattern.test(screen)) ? true : undefined
    }
    return this.#until(`${pattern} on the screen`, found).pipe(Effect.asVoid)
  }

  /** Types, as a person does: `\r` is Enter, `\x03` Ctrl-C, `\x04` Ctrl-D, `\x1a` Ctrl-Z. */
  type(text: string): Effect.Effect<void> {
    return Effect.sync(() => this.#pty.write(text))
  }

  /** Makes the window as high as that. */
  resize(rows: number): Effect.Effect<void> {
    return Effect.sync(() => this.#pty.resize(this.columns, rows))
  }

  /** Closes the terminal's window. */
  readonly hangUp: Effect.Effect<void> = Effect.sync(() => {
    this.#closed = true
    ;(this.#pty as IPty & { destroy(): void }).destroy()
  })

  #resolve(id: number, launch: Launch): ResolvedLaunch {
    const unread = `"$@"; code=$?; cat >"$0"; exit "$code"`
    const { args = [], command } = launch
    return {
      ...launch,
      ...(typeof launch.stdin === "object"
        ? { command: "/bin/sh", args: ["-c", unread, this.#pathOf(id, "unread"), command, ...args] }
        : {}),
      env: { ...this.#environment, ...launch.env },
      stdout: launch.stdout === "file" ? { file: this.#pathOf(id, "stdout") } : "pipe"
    }
  }

  #pathOf(id: number, what: string): string {
    return join(this.#directory, `${what}.${id}`)
  }

  #of(id: number): Known {
    const known = this.#known[id]
    if (known?.failure === undefined && known !== undefined) return known
    throw new Error(known?.failure ?? `no process number ${id}`)
  }

  /** The end of a process, when all that it wrote on the terminal has arrived. */
  #endOf(id: number): Known["ended"] {
    const { ended } = this.#of(id)
    return ended?.marked === true && !this.#closed && !readMarks(this.#raw).marks.has(id) ? undefined : ended
  }

  #tell(order: Order): void {
    this.#leader?.write(`${JSON.stringify(order)}\n`)
  }

  #hear(report: Report): void {
    const known = this.#known[report.id]
    if (known === undefined) return
    if (report.did === "start") known.pid = report.pid
    else if (report.did === "close") known.closed = true
    else if (report.did === "end") known.ended = report
    else if (report.did === "fail") known.failure = report.text
    else known[report.did] += report.text
    this.#notify()
  }

  #notify(): void {
    for (const listener of this.#listeners) listener()
  }

  #until<A>(what: string, probe: () => A | undefined): Effect.Effect<A> {
    return this.#within(probe, () => Effect.die(this.#missing(what)))
  }

  #within<A, B>(probe: () => A | undefined, orElse: () => Effect.Effect<B>): Effect.Effect<A | B> {
    return Effect.callback<A>((resume) => {
      const listener = (): void => {
        try {
          const found = probe()
          if (found === undefined) return
          resume(Effect.succeed(found))
        } catch (error) {
          resume(Effect.die(error))
        }
        this.#listeners.delete(listener)
      }
      this.#listeners.add(listener)
      listener()
      return Effect.sync(() => this.#listeners.delete(listener))
    }).pipe(Effect.timeoutOrElse({ duration: patience, orElse }))
  }

  #missing(what: string): Error {
    const state = { written: this.written, processes: this.#known }
    return new Error(`${what} did not come: ${JSON.stringify(state, undefined, 2)}`)
  }

  #end(): void {
    for (const { ended, pid } of this.#known) {
      if (pid === undefined || ended !== undefined) continue
      try {
        process.kill(pid, "SIGKILL")
      } catch {
        // It has just ended by itself.
      }
    }
    this.#leader?.destroy()
    this.#pty.kill("SIGKILL")
    removeTree(this.#directory)
  }
}

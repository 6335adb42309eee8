import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Semaphore from "effect/Semaphore"
import { closeSync, openSync } from "node:fs"
import type { WriteStream } from "node:tty"
import { type ControllingTerminal, lineMode, throughProc, throughPs } from "./ControllingTerminal.ts"
import { MfaFailure } from "../../domain/mfa/MfaFailure.ts"
import { ProcessEnvironment } from "../../services/host/ProcessEnvironment.ts"
import { Tty } from "../../services/terminal/Tty.ts"
import { closed, longestLine, openDevice, pause, readNow, writeAll } from "./TerminalDevice.ts"

/** How often a line that is worth less than the wait is tried on a terminal that takes nothing (Ctrl-S). */
const patience = 20

/** The same for a last word: another process that is writing at this moment is worth a wait, Ctrl-S none at the end. */
const lastTries = 3

/** For a terminal that does not tell its width: the narrowest in use, less the column where the cursor rests. */
const usualWidth = 79

const bell = "\x07"
const eraseLine = "\r\x1b[2K"

/** Also Ctrl-C and Ctrl-D, which arrive as bytes where some other program has left the terminal in raw mode. */
const endsInput = (byte: number): boolean => byte === 0x03 || byte === 0x04
const endsLine = (byte: number): boolean => byte === 0x0a || byte === 0x0d

/**
 * Reads away the lines that were typed before the question, as getpass(3) does: they were meant for somebody else. A
 * line without its end stays where it is, for the person to go on with. Bounded, for a terminal that has hung up.
 */
const discardTypedAhead = (device: number): void => {
  for (let reads = 0; reads < 64 && readNow(device) !== undefined; reads++);
}

/** As much of a line as fits, where a character outside ASCII is counted as two columns wide. */
const fit = (line: string, columns: number): string => {
  let width = 0
  let fitting = ""
  for (const character of line) {
    width += character > "\x7e" ? 2 : 1
    if (width > columns) break
    fitting += character
  }
  return fitting
}

const make = Effect.fnUntraced(function*(controlling: Effect.Effect<ControllingTerminal | undefined>) {
  const byLines = lineMode()
  const oneQuestion = yield* Semaphore.make(1)
  const dumb = (yield* ProcessEnvironment)["TERM"] === "dumb"
  let opened: number | undefined
  let measured: WriteStream | undefined
  let asking = false
  let shown = ""

  /** The terminal, opened on first use and once: nothing of it is touched from the background. */
  const terminal = Effect.gen(function*() {
    const found = yield* controlling
    if (found === undefined || !found.foreground) return yield* Effect.fail(MfaFailure.NoTerminal())
    if (!(yield* byLines)) return yield* Effect.fail(MfaFailure.NoTerminal())
    const device = yield* Effect.try({
      try: () => opened ??= openDevice(),
      catch: () => MfaFailure.NoTerminal()
    })
    return { name: found.name, device }
  })

  const erase = Effect.fnUntraced(function*(device: number, tries: number) {
    if (shown !== "") yield* writeAll(device, eraseLine, tries)
    shown = ""
  })

  /** How long a line may be. WriteStream makes its descriptor blocking, so that it gets one of its own. */
  const width = Effect.tryPromise(() => import("node:tty")).pipe(
    Effect.flatMap(({ WriteStream }) => Effect.try(() => measured ??= new WriteStream(openSync("/dev/tty", "w")))),
    Effect.map((stream) => stream.getWindowSize()[0] - 1),
    Effect.orElseSucceed(() => 0),
    Effect.map((columns) => columns > 0 ? columns : usualWidth)
  )

  /** A question that was stopped with the whole job (Ctrl-Z) is asked again when the job comes back. */
  const continued = Effect.acquireRelease(
    Effect.sync(() => {
      const seen = { again: false, listen: () => void (seen.again = true) }
      process.on("SIGCONT", seen.listen)
      return seen
    }),
    (seen) => Effect.sync(() => process.off("SIGCONT", seen.listen))
  )

  const promptClosed = closed(() => MfaFailure.PromptEnded())

  /** Ctrl-D ends the question at once. On a terminal that was closed there is no end to the end of input. */
  const inputEnded = (device: number) =>
    Effect.suspend(() => readNow(device) === undefined ? Effect.fail(MfaFailure.PromptEnded()) : promptClosed)

  const readAnswer = Effect.fnUntraced(function*(device: number, question: string) {
    const job = yield* continued
    let line = Buffer.alloc(0)
    // A program that types the answer has it at once, a person after seconds.
    let wait = 1
    if (!(yield* writeAll(device, question, Infinity))) return yield* promptClosed
    for (;;) {
      const found = yield* controlling
      if (found === undefined) return yield* promptClosed
      if (found.foreground && job.again) {
        job.again = false
        yield* writeAll(device, question, Infinity)
      }
      const read = found.foreground ? readNow(device) : undefined
      if (read === undefined) {
        yield* Effect.sleep(wait)
        wait = Math.min(2 * wait, pause)
      } else if (read.length === 0 || read.some(endsInput)) return yield* inputEnded(device)
      else {
        const end = read.findIndex(endsLine)
        line = Buffer.concat([line, end < 0 ? read : read.subarray(0, end)]).subarray(0, longestLine)
        if (end >= 0) return line.toString("utf8")
      }
    }
  }, Effect.scoped)

  /** One question at a time, and nothing shown over it. */
  const whileAsking = <A, E>(question: Effect.Effect<A, E>): Effect.Effect<A, E> =>
    Effect.acquireUseRelease(
      Effect.sync(() => {
        asking = true
      }),
      () => question,
      () =>
        Effect.sync(() => {
          asking = false
        })
    ).pipe(oneQuestion.withPermits(1))

  yield* Effect.addFinalizer(Effect.fnUntraced(function*() {
    // To look at the terminal may take a process of its own, which only a line that is still shown is worth.
    if (shown !== "") yield* Effect.ignore(Effect.flatMap(terminal, ({ device }) => erase(device, lastTries)))
    measured?.destroy()
    if (opened !== undefined) closeSync(opened)
  }))

  return Tty.of({
    available: Effect.match(terminal, { onFailure: () => false, onSuccess: () => true }),

    device: Effect.map(terminal, ({ name }) => name),

    ask: Effect.fn("TtyDevice.ask")(function*(question) {
      const { device } = yield* terminal
      yield* erase(device, Infinity)
      discardTypedAhead(device)
      return yield* readAnswer(device, question).pipe(
        // Whatever comes next, the shell's prompt or our error, does not belong behind the question.
        Effect.onError(() => Effect.ignore(Effect.andThen(terminal, ({ device }) => writeAll(device, "\n", lastTries))))
      )
    }, whileAsking),

    print: (line) =>
      Effect.ignore(Effect.gen(function*() {
        const { device } = yield* terminal
        yield* erase(device, patience)
        yield* writeAll(device, `${line}\n`, patience)
      })),

    ring: Effect.ignore(Effect.flatMap(terminal, ({ device }) => writeAll(device, bell, patience))),

    show: (line) =>
      Effect.ignore(Effect.gen(function*() {
        const { device } = yield* terminal
        const columns = yield* width
        if (dumb || asking || line === shown) return
        if (line === "") return yield* erase(device, patience)
        shown = line
        yield* writeAll(device, eraseLine + fit(line, columns), patience)
      }))
  })
})

/** The terminal of this process, as POSIX's own `ps` describes it: for macOS, and anywhere without a Linux `/proc`. */
export const layerPs: Layer.Layer<Tty, never, ProcessEnvironment> = Layer.effect(Tty, Effect.flatMap(throughPs(), make))

/**
 * The terminal of this process. Nothing is opened before it is first used. The terminal's mode is never changed, so
 * that there is nothing to restore, however the process ends.
 */
export const layer: Layer.Layer<Tty, never, ProcessEnvironment> = process.platform === "linux" ? Layer.effect(Tty, make(throughProc)) : layerPs

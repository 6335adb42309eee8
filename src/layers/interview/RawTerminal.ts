import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { closeSync, openSync } from "node:fs"
import type { ReadStream, WriteStream } from "node:tty"
import { InterviewFailure } from "../../domain/interview/InterviewFailure.ts"
import { decodeKeystrokes, type Keystroke } from "../../domain/interview/Keystroke.ts"
import type { ControllingTerminal } from "../terminal/ControllingTerminal.ts"
import { closed, openDevice, pause, readNow, writeAll } from "../terminal/TerminalDevice.ts"

export interface Size {
  readonly columns: number
  readonly rows: number
}

/** Both runtimes look at the window anew only for a stream that is their standard output, or when told so by this. */
interface Measuring extends WriteStream {
  _refreshSize(): void
}

/** For a terminal that does not tell. */
const usualSize: Size = { columns: 80, rows: 24 }

/** For how many looks at the terminal an Escape may turn out to be the beginning of another key: a quarter of a second. */
const escapePatience = 25

const continueGrace = "50 millis"

/** A terminal in raw mode: every key arrives as it is pressed, and nothing is shown but what is written. */
export interface RawTerminal {
  readonly size: Effect.Effect<Size>
  write(text: string): Effect.Effect<void>
  /**
   * Waits for keys. `redraw` where the window has changed its size; `afresh` where the program was stopped meanwhile, and
   * what it has shown may be gone. Fails where the terminal is gone.
   */
  readonly next: Effect.Effect<ReadonlyArray<Keystroke> | "redraw" | "afresh", InterviewFailure<"InterviewLeft">>
  /** Stops the job as Ctrl-Z does, until it is continued; `next` is `afresh` then. */
  readonly suspend: Effect.Effect<void>
}

export interface Device {
  readonly available: Effect.Effect<boolean>
  readonly size: Effect.Effect<Size>
  /** Writes without waiting for longer than a moment; false without a terminal. */
  print(text: string): Effect.Effect<boolean>
  /** Uses the terminal in raw mode; it is as it was afterwards, however that ended. */
  raw<A, E>(use: (terminal: RawTerminal) => Effect.Effect<A, E>): Effect.Effect<A, E | InterviewFailure<"NobodyToAsk">>
}

/** A listener of a signal that only takes notice of it. */
const noticing = (signal: NodeJS.Signals): Effect.Effect<{ seen: boolean }, never, Scope.Scope> =>
  Effect.map(
    Effect.acquireRelease(
      Effect.sync(() => {
        const notice = { seen: false, listen: () => void (notice.seen = true) }
        process.on(signal, notice.listen)
        return notice
      }),
      (notice) => Effect.sync(() => process.off(signal, notice.listen))
    ),
    (notice) => notice
  )

/** The terminal of this process; nothing of it is touched before its first use. `controlling` tells where we stand on it. */
export const make = Effect.fnUntraced(function*(
  controlling: Effect.Effect<ControllingTerminal | undefined>
): Effect.fn.Return<Device, never, Scope.Scope> {
  let device: number | undefined
  let mode: ReadStream | undefined
  let measured: Measuring | undefined
  let isRaw = false

  // Left by process.exit, as a second signal makes it: nothing else of ours runs then.
  const atExit = (): void => setRaw(false)

  /** Switches the mode. The stream is only ever used for that: its bytes are read from a descriptor of our own. */
  const setRaw = (raw: boolean): void => {
    if (raw === isRaw) return
    mode?.setRawMode(raw)
    isRaw = raw
    if (raw) process.on("exit", atExit)
    else process.off("exit", atExit)
  }

  const terminal = Effect.gen(function*() {
    const found = yield* controlling
    if (found === undefined || !found.foreground) return yield* Effect.fail(InterviewFailure.NobodyToAsk())
    return yield* Effect.try({ try: () => device ??= openDevice(), catch: () => InterviewFailure.NobodyToAsk() })
  })

  const modeSwitch = Effect.tryPromise({
    try: async () => {
      const { ReadStream } = await import("node:tty")
      mode ??= new ReadStream(openSync("/dev/tty", "r")).on("error", () => {})
    },
    catch: () => InterviewFailure.NobodyToAsk()
  })

  const size = Effect.tryPromise(async () => {
    const { WriteStream } = await import("node:tty")
    // One for good, as its descriptor outlives it. It makes that blocking, so that it has its own.
    measured ??= new WriteStream(openSync("/dev/tty", "w")) as Measuring
    measured._refreshSize()
    const [columns, rows] = measured.getWindowSize()
    return columns > 0 && rows > 0 ? { columns, rows } : usualSize
  }).pipe(Effect.orElseSucceed(() => usualSize))

  const isOurs = Effect.map(controlling, (found) => found?.foreground === true)

  /** From the background the kernel would stop us for it; whoever is in the foreground has a mode of their own. */
  const restore = Effect.flatMap(isOurs, (ours) =>
    Effect.sync(() => {
      if (ours) setRaw(false)
      isRaw = false
      process.off("exit", atExit)
    }))

  const gone = closed(() => InterviewFailure.InterviewLeft())

  const listening = Effect.fnUntraced(function*(opened: number): Effect.fn.Return<RawTerminal, never, Scope.Scope> {
    const continued = yield* noticing("SIGCONT")
    const resized = yield* noticing("SIGWINCH")
    const decoder = new TextDecoder()
    let rest = ""

    const next: RawTerminal["next"] = Effect.gen(function*() {
      for (let looks = 0;; looks++) {
        const found = yield* controlling
        if (found === undefined) return yield* gone
        if (!found.foreground) {
          yield* Effect.sleep(pause)
          continue
        }
        if (continued.seen) {
          continued.seen = false
          // Whoever was in the foreground meanwhile may have set another mode.
          setRaw(false)
          setRaw(true)
          return "afresh"
        }
        if (resized.seen) {
          resized.seen = false
          return "redraw"
        }
        const read = readNow(opened)
        if (read?.length === 0) return yield* gone
        if (read === undefined && (rest === "" || looks < escapePatience)) {
          yield* Effect.sleep(pause)
          continue
        }
        const sent = rest + (read === undefined ? "" : decoder.decode(read, { stream: true }))
        const decoded = decodeKeystrokes(sent, read === undefined)
        rest = decoded.rest
        looks = 0
        if (decoded.strokes.length > 0) return decoded.strokes
      }
    })

    return {
      size,
      next,
      write: (text) => Effect.asVoid(writeAll(opened, text, Infinity)),
      suspend: Effect.gen(function*() {
        setRaw(false)
        process.kill(0, "SIGTSTP")
        // Without anybody to continue it the kernel does not stop a job; else SIGCONT is here by then.
        yield* Effect.sleep(continueGrace)
        continued.seen = true
      })
    }
  })

  yield* Effect.addFinalizer(() =>
    Effect.sync(() => {
      mode?.destroy()
      measured?.destroy()
      if (device !== undefined) closeSync(device)
    })
  )

  return {
    available: Effect.match(terminal, { onFailure: () => false, onSuccess: () => true }),
    size,
    print: (text) =>
      Effect.match(Effect.flatMap(terminal, (opened) => writeAll(opened, text, 100)), {
        onFailure: () => false,
        onSuccess: () => true
      }),
    raw: Effect.fnUntraced(function*(use) {
      const opened = yield* terminal
      yield* modeSwitch
      const listener = yield* listening(opened)
      // Before anything is shown, as the kernel would show what is typed until then.
      yield* Effect.acquireRelease(Effect.sync(() => setRaw(true)), () => restore)
      // What was typed before the question was meant for something else. Bounded, for a terminal that has hung up.
      for (let reads = 0; reads < 64 && readNow(opened) !== undefined; reads++);
      return yield* use(listener)
    }, Effect.scoped)
  }
})

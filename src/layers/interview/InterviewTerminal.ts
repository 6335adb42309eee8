import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Semaphore from "effect/Semaphore"
import { variable } from "../../domain/base/Environment.ts"
import { widthOf } from "../../domain/base/TerminalText.ts"
import { choiceQuestion } from "../../domain/interview/ChoiceQuestion.ts"
import { confirmQuestion } from "../../domain/interview/ConfirmQuestion.ts"
import {
  drawn,
  erased,
  fitting,
  type Frame,
  nothingTyped,
  replacedBy,
  settledLines,
  typeOn,
  type View,
  wholeLine
} from "../../domain/interview/Frame.ts"
import { InterviewFailure } from "../../domain/interview/InterviewFailure.ts"
import { lineQuestion } from "../../domain/interview/LineQuestion.ts"
import { plainChoice, plainConfirm, plainLine, type PlainQuestion } from "../../domain/interview/PlainQuestion.ts"
import { type Question, toldLines } from "../../domain/interview/Question.ts"
import * as RawTerminal from "./RawTerminal.ts"
import { ProcessEnvironment } from "../../services/host/ProcessEnvironment.ts"
import { Interview } from "../../services/interview/Interview.ts"
import { type ControllingTerminal, throughProc, throughPs } from "../terminal/ControllingTerminal.ts"
import { outputLook } from "../terminal/OutputTerminal.ts"
import { writeText } from "../terminal/WriteText.ts"

/** A question whose look is drawn anew with each key. */
const askInPlace = <State, A>(question: Question<State, A>, look: Pick<View, "color" | "unicode">) =>
  Effect.fnUntraced(function*(terminal: RawTerminal.RawTerminal) {
    const measured = Effect.map(terminal.size, ({ columns, rows }): View => ({ ...look, columns: columns - 1, rows }))
    let view = yield* measured
    let state = question.start
    let shown: Frame | undefined

    const settle = Effect.fnUntraced(function*(answer: string) {
      yield* terminal.write(replacedBy(settledLines(question.text, answer, view), shown, view))
      shown = undefined
    })

    const converse = Effect.gen(function*() {
      for (let isSuspended = false;;) {
        if (!isSuspended) {
          const frame = fitting(question.frame(state, view), view)
          yield* terminal.write(drawn(frame, shown, view))
          shown = frame
        }
        isSuspended = false
        const strokes = yield* terminal.next
        if (strokes === "afresh") shown = undefined
        if (strokes === "afresh" || strokes === "redraw") {
          view = yield* measured
          continue
        }
        for (const stroke of strokes) {
          if ("key" in stroke && stroke.key === "leave") return yield* Effect.fail(InterviewFailure.InterviewLeft())
          if ("key" in stroke && stroke.key === "suspend") {
            yield* terminal.write(erased(shown, view))
            shown = undefined
            yield* terminal.suspend
            isSuspended = true
            break
          }
          const turn = question.press(state, stroke, view)
          if ("state" in turn) {
            state = turn.state
            continue
          }
          yield* settle(turn.shown)
          return turn.answer
        }
      }
    })
    // Whatever comes next, the shell's prompt or our error, does not belong into the question.
    return yield* Effect.onError(converse, () => Effect.suspend(() => shown === undefined ? Effect.void : settle("")))
  })

/** A question on a terminal that cannot go back: what is typed is echoed as a terminal does it. */
const askLineByLine = <A>(make: (view: Pick<View, "columns">) => PlainQuestion<A>) =>
  Effect.fnUntraced(function*(terminal: RawTerminal.RawTerminal) {
    const { columns } = yield* terminal.size
    let question = make({ columns: columns - 1 })
    const lines = (all: ReadonlyArray<string>) => terminal.write(all.map((line) => `${line}\r\n`).join(""))

    const typed = Effect.gen(function*() {
      let line = nothingTyped
      yield* terminal.write(question.prompt)
      for (;;) {
        const strokes = yield* terminal.next
        if (strokes === "redraw") continue
        if (strokes === "afresh") {
          yield* terminal.write(question.prompt + (question.hidden ? "" : wholeLine(line)))
          continue
        }
        for (const stroke of strokes) {
          if ("key" in stroke && stroke.key === "leave") return yield* Effect.fail(InterviewFailure.InterviewLeft())
          if ("key" in stroke && stroke.key === "enter") return wholeLine(line)
          if ("key" in stroke && stroke.key === "suspend") yield* terminal.suspend
          if ("key" in stroke && !["backspace", "eraseLine", "eraseWord"].includes(stroke.key)) continue
          const before = wholeLine(line)
          line = typeOn(line, stroke)
          const after = wholeLine(line)
          if (question.hidden) continue
          yield* terminal.write(
            after.startsWith(before) ? after.slice(before.length) : "\b \b".repeat(widthOf(before) - widthOf(after))
          )
        }
      }
    })

    yield* lines(question.lines)
    for (;;) {
      const read = question.read(yield* Effect.onExit(typed, () => terminal.write("\r\n")))
      if ("next" in read && read.next !== undefined) question = read.next
      yield* lines("again" in read ? read.again : read.shown === undefined ? [] : [read.shown])
      if ("answer" in read) return read.answer
    }
  })

const make = Effect.fnUntraced(function*(controlling: Effect.Effect<ControllingTerminal | undefined>) {
  const environment = yield* ProcessEnvironment
  const device = yield* RawTerminal.make(controlling)
  const oneQuestion = yield* Semaphore.make(1)
  const isPlain = environment["TERM"] === "dumb"
  const look = {
    color: variable(environment, "NO_COLOR") === undefined && !isPlain,
    unicode: outputLook(environment).unicode
  }

  const ask = <State, A>(inPlace: Question<State, A>, lineByLine: (view: Pick<View, "columns">) => PlainQuestion<A>) =>
    oneQuestion.withPermits(1)(device.raw(isPlain ? askLineByLine(lineByLine) : askInPlace(inPlace, look)))

  const askLine = (asked: Parameters<typeof lineQuestion>[0]) => ask(lineQuestion(asked), (view) => plainLine(asked, view))

  return Interview.of({
    available: device.available,
    attended: true,

    choose: ({ choices, question }) =>
      Effect.map(
        ask(choiceQuestion(question, choices), (view) => plainChoice(question, choices, view)),
        (position) => choices[position]!.value
      ),

    confirm: (question, usual) => ask(confirmQuestion(question, usual), () => plainConfirm(question, usual)),

    text: ({ check, question, usual }) => askLine({ question, usual, check, hidden: false }),

    secret: ({ check, question }) => Effect.map(askLine({ question, check, hidden: true }), (answer) => Redacted.make(answer)),

    tell: Effect.fnUntraced(function*(text) {
      const { columns } = yield* device.size
      const lines = toldLines(text, { columns: columns - 1, color: look.color })
      if (yield* device.print(lines.map((line) => `${line}\n`).join(""))) return
      writeText(2, toldLines(text, { columns: undefined, color: false }).map((line) => `${line}\n`).join(""))
    })
  })
})

/** The terminal of this process, as POSIX's own `ps` describes it: for macOS, and anywhere without a Linux `/proc`. */
export const layerPs: Layer.Layer<Interview, never, ProcessEnvironment> = Layer.effect(Interview, Effect.flatMap(throughPs(), make))

/**
 * A conversation on the terminal of this process, in raw mode while a question is open: after SIGKILL a shell without
 * line editing may be left in it, and `stty sane` mends that. Not to be used without its turn (session/InterviewTurn).
 */
export const layer: Layer.Layer<Interview, never, ProcessEnvironment> =
  process.platform === "linux" ? Layer.effect(Interview, make(throughProc)) : layerPs

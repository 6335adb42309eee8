import { Context, type Duration, Effect, Layer, type Scope, Semaphore } from "effect"
import { render } from "../../cli/Screen.ts"
import { MfaFailure } from "../../../src/domain/mfa/MfaFailure.ts"
import { Tty } from "../../../src/services/terminal/Tty.ts"

/** What the person does about a question: types a line, after a while or at once, ends the input, or nothing. */
export type Reaction =
  | { readonly type: string; readonly after?: Duration.Input }
  | { readonly endInput: true; readonly after?: Duration.Input }
  | { readonly ignore: true }

/** Whoever sits in front of the terminal. Questions are counted from 1. */
export type Person = (question: string, count: number) => Reaction | Effect.Effect<Reaction>

export interface Entry {
  readonly what: "asked" | "typed" | "printed" | "rung" | "shown" | "erased"
  readonly text: string
}

interface Shape {
  /** What happened on the terminal, oldest first. */
  readonly transcript: Effect.Effect<ReadonlyArray<Entry>>
  /** The questions among it. */
  readonly questions: Effect.Effect<ReadonlyArray<string>>
  /** The lines that a person sees now. */
  readonly screen: Effect.Effect<ReadonlyArray<string>>
  /** How many questions were open at one time at most: with more than one, their answers would have been mixed up. */
  readonly mostAtOnce: Effect.Effect<number>
  /** Lets somebody else sit down. */
  seat(person: Person): Effect.Effect<void>
  /** Takes the terminal away from every process, or gives it back. */
  setPresent(present: boolean): Effect.Effect<void>
  /** The terminal as another process on it has it, until that ends. */
  readonly attach: Effect.Effect<Tty["Service"], never, Scope.Scope>
}

/** Somebody who gives these answers one after the other, and is not there any more when they are used up. */
export const answering = (...reactions: ReadonlyArray<Reaction | string>): Person => (_, count) => {
  const reaction = reactions[count - 1] ?? { ignore: true }
  return typeof reaction === "string" ? { type: reaction } : reaction
}

const columns = 80

const make = (options: { readonly person?: Person; readonly present?: boolean; readonly device?: string }): Shape => {
  const entries: Array<Entry> = []
  let person = options.person ?? answering()
  let present = options.present ?? true
  let written = ""
  let open = 0
  let mostAtOnce = 0
  let asked = 0

  const add = (what: Entry["what"], text: string, bytes: string): void => {
    entries.push({ what, text })
    written += bytes
  }

  const attach = Effect.gen(function*() {
    const oneQuestion = yield* Semaphore.make(1)
    let asking = false
    let shown = ""

    const terminal = Effect.suspend(() => present ? Effect.void : Effect.fail(MfaFailure.NoTerminal()))
    const erase = Effect.sync(() => {
      if (shown !== "") add("erased", shown, "\r\x1b[2K")
      shown = ""
    })

    const react = Effect.fnUntraced(function*(question: string) {
      const reaction = person(question, ++asked)
      const chosen = Effect.isEffect(reaction) ? yield* reaction : reaction
      if ("ignore" in chosen) return yield* Effect.never
      if (chosen.after !== undefined) yield* Effect.sleep(chosen.after)
      if ("endInput" in chosen) return yield* Effect.fail(MfaFailure.PromptEnded())
      add("typed", chosen.type, `${chosen.type}\r\n`)
      return chosen.type
    })

    const opened = Effect.sync(() => {
      asking = true
      mostAtOnce = Math.max(mostAtOnce, ++open)
    })
    const closed = Effect.sync(() => {
      asking = false
      open--
    })

    yield* Effect.addFinalizer(() => erase)

    return Tty.of({
      available: Effect.sync(() => present),
      device: Effect.as(terminal, options.device ?? "tty-fake"),
      ask: Effect.fn("TtyFake.ask")(function*(question) {
        yield* terminal
        yield* erase
        add("asked", question, question)
        return yield* react(question).pipe(
          Effect.onError(() => Effect.sync(() => {
            written += "\r\n"
          }))
        )
      }, (question) => oneQuestion.withPermits(1)(Effect.acquireUseRelease(opened, () => question, () => closed))),
      print: (line) =>
        Effect.ignore(Effect.gen(function*() {
          yield* terminal
          yield* erase
          add("printed", line, `${line}\r\n`)
        })),
      ring: Effect.ignore(Effect.andThen(terminal, Effect.sync(() => add("rung", "", "\x07")))),
      show: (line) =>
        Effect.ignore(Effect.gen(function*() {
          yield* terminal
          if (asking || line === shown) return
          if (line === "") return yield* erase
          shown = line
          add("shown", line, `\r\x1b[2K${line.slice(0, columns - 1)}`)
        }))
    })
  })

  return {
    transcript: Effect.sync(() => [...entries]),
    questions: Effect.sync(() => entries.filter(({ what }) => what === "asked").map(({ text }) => text)),
    screen: Effect.sync(() => render(written, columns)),
    mostAtOnce: Effect.sync(() => mostAtOnce),
    seat: (next) =>
      Effect.sync(() => {
        person = next
      }),
    setPresent: (next) =>
      Effect.sync(() => {
        present = next
      }),
    attach
  }
}

/** A terminal with a scripted person in front of it. Time passes on Effect's Clock. */
export class TtyFake extends Context.Service<TtyFake, Shape>()("test/fakes/TtyFake") {
  /** Without options: a terminal with nobody in front of it, where every question is left standing. */
  static layer(options: Parameters<typeof make>[0] = {}): Layer.Layer<Tty | TtyFake> {
    return Layer.effectContext(Effect.gen(function*() {
      const fake = TtyFake.of(make(options))
      return Context.make(TtyFake, fake).pipe(Context.add(Tty, yield* fake.attach))
    }))
  }
}

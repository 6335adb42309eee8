import { assert, describe, it } from "@effect/vitest"
import { Effect, type Scope } from "effect"
import type { Step } from "./TtySteps.ts"

/** A program on a terminal, and what the person in front of it does. */
export interface Scene {
  readonly steps: ReadonlyArray<Step>
  /** Each is typed once its question is there, in order. A question without an answer is left standing. */
  readonly answers?: ReadonlyArray<{ readonly to: string; readonly type: string }>
  readonly terminal?: "foreground" | "background" | "none"
}

/** What came of the steps, and what the person sees in the end. */
export interface Played {
  readonly outcomes: ReadonlyArray<string>
  readonly screen: ReadonlyArray<string>
}

const question = "MFA code for dev (arn:aws:iam::123456789012:mfa/me): "

const scenes: ReadonlyArray<{ readonly name: string; readonly scene: Scene; readonly played: Played }> = [
  {
    name: "a line is read without its end, and the question stays as it was given",
    scene: { steps: [{ ask: question }], answers: [{ to: question, type: "123456\r" }] },
    played: { outcomes: ["answered \"123456\""], screen: [`${question}123456`] }
  },
  {
    name: "an empty line and one with spaces are answers like any other",
    scene: {
      steps: [{ ask: "first: " }, { ask: "second: " }],
      answers: [{ to: "first: ", type: "\r" }, { to: "second: ", type: " 12 34 \r" }]
    },
    played: { outcomes: ["answered \"\"", "answered \" 12 34 \""], screen: ["first:", "second:  12 34"] }
  },
  {
    name: "each of three questions in a row gets its own line",
    scene: {
      steps: [{ ask: "one: " }, { ask: "two: " }, { ask: "three: " }],
      answers: [{ to: "one: ", type: "111\r" }, { to: "two: ", type: "222\r" }, { to: "three: ", type: "333\r" }]
    },
    played: {
      outcomes: ["answered \"111\"", "answered \"222\"", "answered \"333\""],
      screen: ["one: 111", "two: 222", "three: 333"]
    }
  },
  {
    name: "the end of input ends the question, and the next line starts afresh",
    scene: {
      steps: [{ ask: question }, { print: "over" }],
      answers: [{ to: question, type: "\x04" }]
    },
    played: { outcomes: ["PromptEnded", "printed"], screen: [question.trimEnd(), "over"] }
  },
  {
    name: "a question that took too long is given up at once, and the next one gets the next line",
    scene: {
      // The look comes first because it may take a while, and whoever has just looked asks at once.
      steps: [{ look: "available" }, { ask: "first: ", within: "300 millis" }, { ask: "second: " }],
      answers: [{ to: "second: ", type: "222\r" }]
    },
    played: { outcomes: ["available", "too late", "answered \"222\""], screen: ["first:", "second: 222"] }
  },
  {
    name: "a line that is shown replaces the one before and leaves nothing when it is erased",
    scene: { steps: [{ show: "waiting for a long time" }, { show: "waiting" }, { show: "" }, { print: "done" }] },
    played: { outcomes: ["shown", "shown", "shown", "printed"], screen: ["done"] }
  },
  {
    name: "a question, a printed line and the end of the program take the place of what is shown",
    scene: {
      steps: [{ show: "waiting" }, { print: "kept" }, { show: "waiting again" }, { ask: "code: " }, { show: "after" }],
      answers: [{ to: "code: ", type: "1\r" }]
    },
    played: {
      outcomes: ["shown", "printed", "shown", "answered \"1\"", "shown"],
      screen: ["kept", "code: 1"]
    }
  },
  {
    name: "two questions at once are asked one after the other",
    scene: {
      steps: [{ together: [[{ ask: "first: " }], [{ ask: "second: " }]] }],
      answers: [{ to: "first: ", type: "111\r" }, { to: "second: ", type: "222\r" }]
    },
    played: { outcomes: ["answered \"111\" and answered \"222\""], screen: ["first: 111", "second: 222"] }
  },
  {
    name: "nothing is shown over a question",
    scene: {
      steps: [
        { look: "available" },
        { together: [[{ ask: "code: ", within: "600 millis" }], [{ pause: "200 millis" }, { show: "waiting" }]] }
      ]
    },
    played: { outcomes: ["available", "too late and paused and shown"], screen: ["code:"] }
  },
  {
    name: "a shown line that does not fit is cut, so that it can be erased",
    scene: { steps: [{ show: "x".repeat(300) }, { show: "" }, { print: "done" }] },
    played: { outcomes: ["shown", "shown", "printed"], screen: ["done"] }
  },
  {
    name: "in the foreground there is a terminal",
    scene: { steps: [{ look: "available" }] },
    played: { outcomes: ["available"], screen: [] }
  },
  ...(["background", "none"] as const).map((terminal) => ({
    name: terminal === "none" ? "without a terminal nothing is asked or shown" : "nor is anything in the background",
    scene: {
      steps: [{ look: "available" }, { look: "device" }, { ask: "code: " }, { show: "waiting" }, { print: "kept" }],
      terminal
    } as const,
    played: { outcomes: ["not available", "NoTerminal", "NoTerminal", "shown", "printed"], screen: [] }
  }))
]

/** A scene in which it matters where on the terminal the program runs. */
export const looksAround = ({ steps, terminal }: Scene): boolean => terminal !== undefined || steps.some((step) => "look" in step)

/** What Tty promises, for whatever can play a scene; in all of them, or in those that are wanted. */
export const ttySuite = (
  name: string,
  play: (scene: Scene) => Effect.Effect<Played, never, Scope.Scope>,
  wanted: (scene: Scene) => boolean = () => true
): void => {
  describe(`Tty over ${name}`, () => {
    for (const { name, played, scene } of scenes.filter(({ scene }) => wanted(scene))) {
      it.live(name, () => Effect.map(play(scene), (actual) => assert.deepStrictEqual(actual, played)))
    }
  })
}

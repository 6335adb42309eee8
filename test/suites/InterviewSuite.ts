import { assert, describe, it } from "@effect/vitest"
import { Effect, type Scope } from "effect"
import type { Answer } from "../fakes/terminal/InterviewFake.ts"
import type { Step } from "./InterviewSteps.ts"

/** A wizard, and what the person answers to its questions, in order. */
export interface Scene {
  readonly steps: ReadonlyArray<Step>
  readonly answers?: ReadonlyArray<Answer>
  readonly terminal?: "none"
}

/** What came of the steps, and the lines that stay: questions with their answers, and what was told. */
export interface Played {
  readonly outcomes: ReadonlyArray<string>
  readonly lines: ReadonlyArray<string>
}

const vaults: Step = { choose: "Vault", from: [["Private", "me@example.com"], ["Shared", "Team A"], ["Shared too", "Team B"]] }

const scenes: ReadonlyArray<{ readonly name: string; readonly scene: Scene; readonly played: Played }> = [
  {
    name: "the first choice is taken by Enter",
    scene: { steps: [vaults], answers: ["enter"] },
    played: { outcomes: ["0: Private"], lines: ["? Vault  Private"] }
  },
  {
    name: "a choice is found by its label, and by its detail",
    scene: { steps: [vaults, vaults], answers: [{ choose: "Shared too" }, { choose: "Team A" }] },
    played: { outcomes: ["2: Shared too", "1: Shared"], lines: ["? Vault  Shared too", "? Vault  Shared"] }
  },
  {
    name: "a text is taken without the blanks around it",
    scene: { steps: [{ text: "Profile" }], answers: [{ text: "  my profile " }] },
    played: { outcomes: ["my profile"], lines: ["? Profile  my profile"] }
  },
  {
    name: "the usual answer is what nothing and blanks stand for",
    scene: { steps: [{ text: "Region", usual: "eu-west-1" }, { text: "Region", usual: "eu-west-1" }], answers: ["enter", { text: "  " }] },
    played: { outcomes: ["eu-west-1", "eu-west-1"], lines: ["? Region  eu-west-1", "? Region  eu-west-1"] }
  },
  {
    name: "an answer that will not do is asked for again, with what was typed",
    scene: { steps: [{ text: "Name", least: 3 }, { secret: "Key", least: 3 }], answers: ["enter", { text: "abc" }, "enter", { secret: "FAKE" }] },
    played: { outcomes: ["abc", "FAKE"], lines: ["? Name  abc", "? Key  ****"] }
  },
  {
    name: "a secret leaves nothing of itself on the terminal, not even its length",
    scene: { steps: [{ secret: "Key" }, { secret: "Key" }], answers: [{ secret: "F" }, { secret: "FAKE/secret".repeat(4) }] },
    played: { outcomes: ["F", "FAKE/secret".repeat(4)], lines: ["? Key  ****", "? Key  ****"] }
  },
  {
    name: "yes, no, and what is usual",
    scene: {
      steps: [true, false, true, false].map((usual) => ({ confirm: "Sure?", usual })),
      answers: [{ confirm: false }, { confirm: true }, "enter", "enter"]
    },
    played: { outcomes: ["no", "yes", "yes", "no"], lines: ["no", "yes", "yes", "no"].map((answer) => `? Sure?  ${answer}`) }
  },
  ...([vaults, { text: "Name" }, { secret: "Key" }, { confirm: "Sure?", usual: true }] as const).map((step) => ({
    name: `a wizard is left at any question (${Object.keys(step)[0]})`,
    scene: { steps: [{ tell: "Hello" }, step, { tell: "never told" }], answers: ["leave"] } as const,
    played: { outcomes: ["told", "InterviewLeft"], lines: ["Hello", `? ${Object.values(step)[0]}`] }
  })),
  {
    name: "what is told stays in its order among the questions",
    scene: { steps: [{ tell: "One.\n  two\n" }, { text: "Name" }, { tell: "\nThree." }], answers: [{ text: "a" }] },
    played: { outcomes: ["told", "a", "told"], lines: ["One.", "  two", "? Name  a", "", "Three."] }
  },
  {
    name: "with a terminal a question could be asked",
    scene: { steps: [{ look: "available" }] },
    played: { outcomes: ["available"], lines: [] }
  },
  ...([vaults, { text: "Name", usual: "a" }, { secret: "Key" }, { confirm: "Sure?", usual: true }] as const).map((step) => ({
    name: `without a terminal there is nobody to ask (${Object.keys(step)[0]})`,
    scene: { steps: [{ look: "available" }, step], terminal: "none" } as const,
    played: { outcomes: ["not available", "NobodyToAsk"], lines: [] }
  })),
  {
    name: "without a terminal what is told is still told",
    scene: { steps: [{ tell: "One.\n  two" }], terminal: "none" },
    played: { outcomes: ["told"], lines: ["One.", "  two"] }
  }
]

/** A scene in which it matters where on the terminal the program runs. */
export const looksAround = ({ steps, terminal }: Scene): boolean => terminal !== undefined || steps.some((step) => "look" in step)

/** What Interview promises, for whatever can play a scene; in all of them, or in those that are wanted. */
export const interviewSuite = (
  name: string,
  play: (scene: Scene) => Effect.Effect<Played, never, Scope.Scope>,
  wanted: (scene: Scene) => boolean = () => true
): void => {
  describe(`a conversation with ${name}`, () => {
    for (const { name, played, scene } of scenes.filter(({ scene }) => wanted(scene))) {
      it.live(name, () => Effect.map(play(scene), (actual) => assert.deepStrictEqual(actual, played)))
    }
  })
}

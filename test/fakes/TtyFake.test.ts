import { Effect } from "effect"
import { runSteps } from "../suites/TtySteps.ts"
import { type Scene, ttySuite } from "../suites/TtySuite.ts"
import { type Person, TtyFake } from "./TtyFake.ts"

/** Waits for the question that each answer is to, as somebody in front of a real terminal does. */
const personOf = ({ answers = [] }: Scene): Person => {
  const left = [...answers]
  return (question) => {
    const next = left[0]
    if (next === undefined || next.to !== question) return { ignore: true }
    left.shift()
    return next.type === "\x04" ? { endInput: true } : { type: next.type.slice(0, -1) }
  }
}

const play = Effect.fnUntraced(function*(scene: Scene) {
  const present = (scene.terminal ?? "foreground") === "foreground"
  const { fake, outcomes } = yield* Effect.all({ outcomes: runSteps(scene.steps), fake: TtyFake }).pipe(
    Effect.provide(TtyFake.layer({ person: personOf(scene), present }))
  )
  return { outcomes, screen: yield* fake.screen }
})

ttySuite("the fake", play)

import { Effect } from "effect"
import { suite } from "../../suites/OpItemsSuite.ts"
import { makeWorld } from "./OpCliFake.ts"
import { layerOver } from "./OpItemsFake.ts"

suite(
  "the fake",
  Effect.sync(() => {
    const world = makeWorld()
    return {
      layer: layerOver(world),
      cliPath: "op",
      set: (parts) => void Object.assign(world, parts),
      commands: () => world.runs.map(({ command }) => command)
    }
  })
)

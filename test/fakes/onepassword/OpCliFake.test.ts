import { Effect } from "effect"
import * as OpCliFake from "./OpCliFake.ts"
import * as OpCliSuite from "../../suites/OpCliSuite.ts"

OpCliSuite.suite(
  "OpCliFake",
  Effect.sync(() => {
    const world = OpCliFake.makeWorld()
    return {
      layer: OpCliFake.layerOver(world),
      cliPath: "op",
      set: (parts) => void Object.assign(world, parts),
      items: () => world.runs.map(({ reference }) => reference.item)
    }
  })
)

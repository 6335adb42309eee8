/** The door of the launcher: when this comes back, it becomes the program. */
import "./Host.ts"
import { hit } from "../../src/hit.ts"

Object.assign(globalThis, { process: { geteuid: () => host.user } })

const outcome = hit(host.words, host.environment, host.now)
if (outcome._tag === "Served") host.serve(outcome.output)

import { writeFileSync } from "node:fs"
import { join } from "node:path"
import type { Situation } from "./Situation.ts"

const device = { item: { seed: "FAKESEEDFAKESEED" } }

/** What keeps the other commands from their work. */
export const commands: ReadonlyArray<Situation> = [
  { name: "`login` is to keep a session in no cache", code: 2, args: ["login", "dev", "--cache", "none"] },
  { name: "there is no such command", code: 127, args: ["exec", "dev", "--", "nonesuch"], home: device },
  {
    name: "the command may not be executed",
    code: 126,
    args: ["exec", "dev", "--", "./script"],
    home: device,
    before: (home) => writeFileSync(join(home.path, "script"), "#!/bin/sh\n", { mode: 0o644 })
  },
  {
    name: "`doctor` finds something, and has said so",
    code: 1,
    talks: true,
    args: ["doctor"],
    home: { profiles: { dev: { op_item: "op://Private/AWS", region: "Frankfurt" } } }
  }
]

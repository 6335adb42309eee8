import { spawnSync } from "node:child_process"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import type { Doctor } from "./Figures.ts"
import { makeHome } from "./Home.ts"
import { spread } from "./Statistics.ts"
import type { Subject } from "./Subjects.ts"

const profiles = 10_000
const rounds = 5

/** What it may take (milliseconds): a person waits for it. */
const most = 3000

const opScript = "#!/bin/sh\ncase $1 in\n--version) echo 2.31.1 ;;\naccount) echo '[]' ;;\n*) exit 1 ;;\nesac\n"

/** `doctor` with all profiles that anybody may have, of which each is looked at. */
export const measureDoctor = ({ command, name }: Subject, place: string, sts: string): Doctor => {
  const home = makeHome(`${place}/doctor-${name}`, sts, { withCode: true, others: profiles - 1 })
  writeFileSync(join(home.path, "bin", "op"), opScript)
  const [program = "", ...words] = [...command, "doctor"]
  const times = Array.from({ length: rounds }, () => {
    const began = performance.now()
    const { status, stderr } = spawnSync(program, words, { env: home.env, encoding: "utf8", maxBuffer: 1 << 28 })
    if (status !== 1) throw new Error(`doctor ended with ${status}: ${stderr}`)
    return performance.now() - began
  })
  return { name, profiles, milliseconds: spread(times), most }
}

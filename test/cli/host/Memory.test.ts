import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { script } from "../../fixtures/Programs.ts"
import { artifacts, type Home, makeHome, profile } from "../Program.ts"

const mebibyte = 1024 * 1024

/** The most memory that the program had until a child of its was through, in bytes, as the child has noted it. */
const peakNotedIn = (home: Home): number => {
  const [, kilobytes = ""] = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(join(home.path, "peak"), "utf8")) ?? []
  return Number(kilobytes) * 1024
}

/** Lines of shell that write so many MiB to a descriptor, and note what memory the program has had by then. */
const writing = (home: Home, mebibytes: number, descriptor: 1 | 2): ReadonlyArray<string> => [
  `head -c ${mebibytes * mebibyte} /dev/zero >&${descriptor}`,
  `grep VmHWM "/proc/$PPID/status" >'${home.path}/peak'`,
  "exit 1"
]

describe.skipIf(process.platform !== "linux").each(artifacts)("the memory of $name", (artifact) => {
  it.live("does not grow with what op says on its stderr", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact, profiles: { dev: profile() } })
      const peaks: Array<number> = []
      // Node lets some 64 MiB of what was read lie about before it collects: that much is there with either.
      for (const size of [100, 400]) {
        script(join(home.path, "bin", "op"), ...writing(home, size, 2))
        const { code, stdout } = yield* (yield* home.run(["--profile", "dev"], { place: "elsewhere" })).exit
        assert.deepStrictEqual({ code, stdout }, { code: 3, stdout: "" })
        peaks.push(peakNotedIn(home))
      }
      assert.isAbove(peaks[0]!, 0)
      assert.isBelow(peaks[1]! - peaks[0]!, 60 * mebibyte)
    }))
})

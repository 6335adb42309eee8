import { availableParallelism } from "node:os"
import { defineConfig } from "vitest/config"
import { compileCache } from "./test/fixtures/CompileCache.ts"

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // What a person is shown is in the machine's own zone.
    env: { TZ: "UTC", ...compileCache },
    // Processes, terminals and properties on few cores: what hangs is ended by its own limit long before this one.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    pool: "forks",
    // Files share what they load: loading Effect and our own modules for each anew takes longer than most of them run.
    isolate: false,
    // Tests of terminals, signals and deadlines wait for most of their time: one more than cores keeps these at work.
    maxWorkers: availableParallelism() + 1
  }
})

import { defineConfig } from "vitest/config"

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Processes, terminals and properties on two cores: what hangs is ended by its own limit long before this one.
    // What a person is shown is in the machine's own zone.
    env: { TZ: "UTC" },
    testTimeout: 600_000,
    hookTimeout: 600_000,
    pool: "forks",
    maxWorkers: 2
  }
})

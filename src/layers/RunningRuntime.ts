import type { Runtime } from "../domain/doctor/RuntimeCheck.ts"

const bun = process.versions["bun"]

/** What runs this process. Bun names a version of Node as well, whose part it plays. */
export const runtime: Runtime = bun === undefined
  ? { name: "node", version: process.versions.node }
  : { name: "bun", version: bun }

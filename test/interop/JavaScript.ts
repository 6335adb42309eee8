import { join } from "node:path"
import type { Command } from "./Machine.ts"

/** Prints who we are for AWS, asking as often as told, all at once, with one client of the SDK for JavaScript. */
export const javaScript = (profile: string, calls = 1): Command => ({
  command: process.execPath,
  args: [join(import.meta.dirname, "javascript/identity.ts"), String(calls)],
  env: { AWS_PROFILE: profile }
})

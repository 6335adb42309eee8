/** Makes the standalone executable for this platform: Bun and the program in one file. */
import { spawnSync } from "node:child_process"

const compiled = spawnSync("bun", [
  "build",
  "src/main.ts",
  "--compile",
  "--minify",
  "--bytecode",
  "--format=esm",
  "--splitting",
  "--no-compile-autoload-dotenv",
  "--no-compile-autoload-bunfig",
  "--no-compile-autoload-tsconfig",
  "--no-compile-autoload-package-json",
  "--outfile=dist/bin/op-aws-credential-process"
], { stdio: "inherit" })
process.exit(compiled.status ?? 1)

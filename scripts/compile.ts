import { spawnSync } from "node:child_process"
import { resolve } from "node:path"

/**
 * Compiles an ES module with Bun into one executable for this platform. It reads no .env, bunfig, tsconfig or
 * package.json from the working directory. Functions become machine code ten times later than usual: a call of
 * ours is over before that pays.
 */
export const compile = (entry: string, executable: string): void => {
  const { status } = spawnSync(resolve("node_modules/.bin/bun"), [
    "build",
    entry,
    "--compile",
    "--minify",
    "--bytecode",
    "--format=esm",
    "--splitting",
    "--compile-jit-policy=10",
    "--no-compile-autoload-dotenv",
    "--no-compile-autoload-bunfig",
    "--no-compile-autoload-tsconfig",
    "--no-compile-autoload-package-json",
    `--outfile=${executable}`
  ], { stdio: "inherit" })
  if (status !== 0) throw new Error(`bun could not compile ${entry}`)
}

import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { spawnSync } from "node:child_process"
import { existsSync } from "node:fs"
import { join } from "node:path"
import { allArtifacts } from "../cli/Program.ts"
import { temporaryDirectory } from "../fixtures/TemporaryDirectory.ts"

/** Starts a program with one variable twice, which no shell lets through. */
const starter = String.raw`
#include <stdio.h>
#include <unistd.h>
int main(int argc, char **argv) {
  char first[4096], second[4096];
  snprintf(first, 4096, "AWS_CONFIG_FILE=%s", argv[1]);
  snprintf(second, 4096, "AWS_CONFIG_FILE=%s", argv[2]);
  char *variables[] = { first, "PATH=/usr/bin:/bin", "HOME=/nonexistent", second, 0 };
  return execve(argv[3], argv + 3, variables);
}`

const hasCompiler = spawnSync("cc", ["--version"]).status === 0

describe.skipIf(!hasCompiler || process.platform !== "linux").each(allArtifacts)("a variable that stands twice, with $name", ({ args, command }) => {
  it.live("counts as its first", () =>
    Effect.gen(function*() {
      const path = yield* temporaryDirectory
      const place = join(path, "starter")
      assert.isTrue(existsSync(command))
      assert.strictEqual(spawnSync("cc", ["-xc", "-", "-o", place], { input: starter }).status, 0)
      const { stderr } = spawnSync(place, [path, "/nonexistent/second", command, ...args, "--profile", "dev"], { encoding: "utf8" })
      assert.include(stderr, `error: cannot read ${path}: it is a directory\n`)
    }))
})

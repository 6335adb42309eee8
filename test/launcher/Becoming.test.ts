import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { spawnSync } from "node:child_process"
import { chmodSync, copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { bytecode } from "../../scripts/buildLauncher.ts"
import { script } from "../fixtures/Programs.ts"
import { goodEntry, install, type Installed, isInstalled, words } from "./Installed.ts"

/** What shows how a process was started. */
const hasProc = isInstalled && process.platform === "linux"

/** Starts the launcher with words, variables and a disposition of signals as they stand here, which no shell lets through. */
const starter = String.raw`
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>
int main(int argc, char **argv) {
  char *words[] = { "any name", argv[2], 0 };
  char *variables[] = { "A", "A=first", "HOME=/h", "A=second", "odd", "=x", "=y", "A", "B=\xff", "HOME=/i", 0 };
  for (int file = 3; file < 1024; file++) close(file);
  sigset_t blocked;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGUSR1);
  sigprocmask(SIG_BLOCK, &blocked, 0);
  signal(SIGUSR2, SIG_IGN);
  if (argv[3] && !strcmp(argv[3], "ignoring")) signal(SIGPIPE, SIG_IGN);
  if (argv[3] && !strcmp(argv[3], "gone")) {
    int file = open(argv[1], O_RDONLY | O_CLOEXEC);
    unlink(argv[1]);
    return fexecve(file, words, variables);
  }
  return execve(argv[1], words, variables);
}`

/** The signals of a line of /proc/…/status. */
const signals = (status: string, name: string): bigint => BigInt(`0x${new RegExp(`${name}:\\s+([0-9a-f]+)`).exec(status)?.[1]}`)
const bit = (signal: number): bigint => 1n << BigInt(signal - 1)

describe.skipIf(!hasProc)("the launcher becomes the program", () => {
  it.live("with the arguments as they came, the first of them as well", () =>
    Effect.gen(function*() {
      const { launcher, path } = yield* install
      const place = join(path, "starter")
      assert.strictEqual(spawnSync("cc", ["-xc", "-", "-o", place], { input: starter }).status, 0)
      const started = (file: string, ...more: ReadonlyArray<string>) => spawnSync(place, [launcher, file, ...more], { encoding: "latin1" })
      assert.strictEqual(started("/proc/self/cmdline").stdout, "any name\0/proc/self/cmdline\0")
      assert.strictEqual(started("/proc/self/environ").stdout, ["A", "A=first", "HOME=/h", "odd", "=x", "B=\xff", ""].join("\0"))
      const [status, ignoring] = [started("/proc/self/status").stdout, started("/proc/self/status", "ignoring").stdout]
      assert.strictEqual(signals(status, "SigBlk"), bit(10))
      assert.strictEqual(signals(status, "SigIgn") & (bit(12) | bit(13)), bit(12))
      assert.strictEqual(signals(ignoring, "SigIgn") & (bit(12) | bit(13)), bit(12) | bit(13))
    }))

  it.live("with bytes that are no UTF-8, its working directory and its open files", () =>
    Effect.gen(function*() {
      const { home, run } = yield* install
      const bytes = run(`cd "${home}"; printf right > "$(printf '\\377')"; exec "$0" "$(printf '\\377')"`)
      assert.deepStrictEqual(bytes, { code: 0, signal: null, stdout: "right", stderr: "" })
      assert.strictEqual(run("echo text | exec \"$0\"").stdout, "text\n")
      assert.strictEqual(run("exec \"$0\" /dev/fd/7 7<<END\ntext\nEND").stdout, "text\n")
      const listed = run("exec \"$0\" /proc/self/stat").stdout.split(" ")
      assert.strictEqual(listed[1], "(program)")
    }))

  it.live("and no other, whatever PATH and environment say, or the name by which it was started", () =>
    Effect.gen(function*() {
      const { home, launcher, path, run } = yield* install
      const trap = join(path, "trap/libexec/op-aws-credential-process/program")
      script(trap, "echo trapped")
      script(join(path, "trap/bin/program"), "echo trapped")
      const there = `cd "${path}/trap/bin"; PATH="${path}/trap/bin" LD_LIBRARY_PATH=. `
      assert.strictEqual(run(`${there} exec "$0" /dev/null`).stdout, "")
      symlinkSync(launcher, join(path, "trap/bin/op-aws-credential-process"))
      const linked = run(`${there} "${path}/trap/bin/op-aws-credential-process" "${home}/.aws/config"`)
      assert.strictEqual(linked.stdout, readFileSync(join(home, ".aws/config"), "utf8"))
      symlinkSync(join(path, "opt"), join(path, "link to all"))
      assert.deepInclude(run(`"${path}/link to all/bin/op-aws-credential-process" /dev/null`), { code: 0, stdout: "" })
    }))

  it.live("that is there now, where it was itself replaced a moment ago", () =>
    Effect.gen(function*() {
      const { launcher, path } = yield* install
      const place = join(path, "starter")
      assert.strictEqual(spawnSync("cc", ["-xc", "-", "-o", place], { input: starter }).status, 0)
      const { status, stdout } = spawnSync(place, [launcher, "/proc/self/stat", "gone"], { encoding: "latin1" })
      assert.deepStrictEqual([status, stdout.split(" ")[1]], [0, "(program)"])
      assert.isFalse(existsSync(launcher))
    }))

  it.live("where it has too little memory for the files", () =>
    Effect.gen(function*() {
      const { config, run } = yield* install
      truncateSync(config, 60 << 20)
      for (const kibibytes of [30_000, 70_000, 100_000]) {
        assert.deepInclude(run(`ulimit -v ${kibibytes}; exec "$0" ${words}`), { code: 1, stdout: "" }, `${kibibytes}`)
      }
    }))

  it.live("where it has too little stack for the entry, which is enough for the program", () =>
    Effect.gen(function*() {
      const { entry, run } = yield* install
      writeFileSync(entry, "[".repeat(30_000) + "]".repeat(30_000))
      for (const kibibytes of [256, 1024, 8192]) {
        assert.deepInclude(run(`ulimit -s ${kibibytes}; exec "$0" ${words}`), { code: 1, signal: null, stdout: "" }, `${kibibytes}`)
      }
    }))

  const damages: Record<string, (installed: Installed) => void> = {
    "its bytecode is of another version": ({ launcher }) => changeBytecode(launcher, (code) => code.writeUInt8(code[0]! ^ 0x40, 0)),
    "its bytecode is damaged": ({ launcher }) => changeBytecode(launcher, (code) => code.fill(0x55, 2000, 2100)),
    "one bit of its bytecode is": ({ launcher }) => changeBytecode(launcher, (code) => code.writeUInt8(code[9000]! ^ 1, 9000))
  }

  it.live.each(Object.keys(damages))("and serves nothing when %s", (what) =>
    Effect.gen(function*() {
      const installed = yield* install
      assert.match(installed.run(`exec "$0" ${words}`).stdout, /^\{"Version":1/)
      damages[what]!(installed)
      assert.deepInclude(installed.run(`exec "$0" ${words}`), { code: 1, stdout: "" })
      assert.deepInclude(installed.run("exec \"$0\" /dev/null"), { code: 0, stdout: "" })
    }))
})

/** Changes the bytecode where it lies in the file. */
const changeBytecode = (launcher: string, change: (code: Buffer) => void): void => {
  const file = readFileSync(launcher)
  const code = readFileSync(bytecode)
  const at = file.indexOf(code)
  assert.isAbove(at, 0)
  change(file.subarray(at, at + code.length))
  rmSync(launcher)
  writeFileSync(launcher, file, { mode: 0o755 })
}

describe.skipIf(!isInstalled)("a launcher without its program", () => {
  const missing = /^error: the launcher ".*" cannot become the program that belongs to it, ".*\/libexec\/op-aws-credential-process\/program": .*\nhint: install bin\/ and libexec\/ side by side; .*\n$/

  it.live("says in two lines what is missing, and still serves a session", () =>
    Effect.gen(function*() {
      const { launcher, path, program, run } = yield* install
      const alone = join(path, "alone")
      copyFileSync(launcher, alone)
      chmodSync(program, 0o644)
      for (const command of [alone, launcher]) {
        const { code, stderr, stdout } = run(`exec "${command}" status`)
        assert.deepStrictEqual({ code, stdout }, { code: 2, stdout: "" })
        assert.match(stderr, missing)
        assert.match(run(`exec "${command}" ${words}`).stdout, /^\{"Version":1/)
      }
      assert.include(run(`exec "${launcher}" status`).stderr, "Permission denied")
      assert.deepInclude(run(`exec "${alone}" status 2>&-`), { code: 2, stdout: "" })
    }))

  it.live("does not go in a circle where it was installed in the program's place", () =>
    Effect.gen(function*() {
      const { launcher, program, run } = yield* install
      copyFileSync(launcher, program)
      assert.match(run("exec \"$0\" status", { timeout: 20_000 }).stderr, missing)
    }))

  it.live("shows no control characters of its path's", () =>
    Effect.gen(function*() {
      const { path, run } = yield* install
      const odd = join(path, "odd \x1b[31m\n")
      mkdirSync(dirname(odd), { recursive: true })
      cpSync(join(path, "opt/bin"), odd, { recursive: true })
      const { stderr } = run(`exec "${odd}/op-aws-credential-process" status`)
      assert.notInclude(stderr, "\x1b")
      assert.lengthOf(stderr.split("\n"), 3)
    }))
})

describe.skipIf(!hasProc)("the launcher prints", () => {
  it.live("nothing and ends well where nobody reads it any more, or could", () =>
    Effect.gen(function*() {
      const { run } = yield* install
      assert.strictEqual(run(`{ "$0" ${words}; echo $? >&2; } | true`).stderr.trim(), "0")
      assert.deepInclude(run(`exec "$0" ${words} >&-`), { code: 0, signal: null, stderr: "" })
    }))

  it.live("everything to a reader that is slow, through a pipe that does not block", () =>
    Effect.gen(function*() {
      const { entry, path, program, run } = yield* install
      writeFileSync(entry, goodEntry(yield* Effect.clockWith((clock) => clock.currentTimeMillis), "t".repeat(6000)))
      renameSync(program, `${program}.cat`)
      script(program, "printf program")
      const full = join(path, "full")
      const source = String.raw`
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
/* A pipe that does not block, with so many bytes of room; a line of a shell writes into it, and what comes out goes on. */
int main(int argc, char **argv) {
  int ends[2], room = atoi(argv[1]);
  char byte = '.';
  pipe(ends);
  fcntl(ends[1], F_SETPIPE_SZ, 4096);
  fcntl(ends[1], F_SETFL, O_NONBLOCK);
  for (int n = 0; n < 4096 - room; n++) write(ends[1], &byte, 1);
  if (fork() == 0) { dup2(ends[1], 1); close(ends[0]); close(ends[1]); return execl("/bin/sh", "sh", "-c", argv[2], 0); }
  close(ends[1]);
  usleep(300000);
  while (read(ends[0], &byte, 1) == 1) if (byte != '.') putchar(byte);
}`
      assert.strictEqual(spawnSync("cc", ["-w", "-xc", "-", "-o", full], { input: source }).status, 0)
      const started = `exec "$LAUNCHER" ${words}`
      const through = (room: number) => run(`LAUNCHER="$0" exec "${full}" ${room} '${started}'`, { timeout: 60_000 }).stdout
      const whole = run(`exec "$0" ${words}`).stdout
      assert.isAbove(whole.length, 6000)
      assert.strictEqual(through(4096), whole)
      // Where nothing was written yet, the program goes on, which knows how long to wait. This one does not even try.
      assert.strictEqual(through(0), "")
    }))
})

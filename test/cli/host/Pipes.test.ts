import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { execFileSync, spawn } from "node:child_process"
import { closeSync, constants, openSync, readFileSync, readSync, writeSync } from "node:fs"
import { join } from "node:path"
import { eventually } from "../Eventually.ts"
import { keepSession, keptSession } from "../KeepSession.ts"
import { isAlive, signalNow } from "../Processes.ts"
import { type Artifact, artifacts, type Home, makeHome, onInstalled, profile } from "../Program.ts"

const seed = { item: { seed: "FAKESEEDFAKESEED" } }
const words = ["--profile", "dev"]

const call = (home: Home, args: ReadonlyArray<string>, env: Readonly<Record<string, string>> = {}) =>
  Effect.flatMap(home.run(args, { place: "elsewhere", env }), ({ exit }) => exit)

const fifo = (home: Home, name: string): string => {
  const path = join(home.path, name)
  execFileSync("mkfifo", [path])
  return path
}

/** Writes it into a FIFO once, to whoever reads it first. */
const writeOnce = (path: string, text: string) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const writer = spawn("/bin/sh", ["-c", "printf %s \"$1\" >\"$0\"", path, text], { stdio: "ignore" })
      return writer
    }),
    (writer) => Effect.sync(() => writer.kill("SIGKILL"))
  )

describe.each(artifacts)("a FIFO in the place of a file of $name", (artifact) => {
  const alike = onInstalled(artifact)
  for (const name of ["config", "credentials"]) {
    it.live(`that nobody writes does not outlive the time-out (${name})`, () =>
      Effect.gen(function*() {
        const home = yield* makeHome({ artifact, ...seed })
        const path = fifo(home, name)
        const variable = name === "config" ? "AWS_CONFIG_FILE" : "AWS_SHARED_CREDENTIALS_FILE"
        const { code, stderr, stdout } = yield* call(home, [...words, "--timeout", "1s"], { [variable]: path })
        assert.deepStrictEqual({ code, stdout }, { code: 8, stdout: "" })
        assert.match(stderr, /^error: no credentials after 1s: still waiting for whoever writes the AWS config/)
      }))
  }

  alike("that nobody writes gets five seconds where there is no time-out", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact, ...seed })
      const env = { AWS_CONFIG_FILE: fifo(home, "config") }
      const { code, stderr } = yield* call(home, ["status"], env)
      assert.strictEqual(code, 2)
      assert.match(stderr, /^error: cannot read .*config: nobody has written it to its end within 5 seconds\n/)
    }))

  it.live("is waited for no longer than until a signal", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact, ...seed })
      const path = fifo(home, "config")
      const run = yield* home.run([...words, "--timeout", "10m"], { place: "elsewhere", env: { AWS_CONFIG_FILE: path } })
      // Whoever can open it without waiting has somebody at the other end.
      const writer = yield* eventually("a reader", () => {
        try {
          return openSync(path, constants.O_WRONLY | constants.O_NONBLOCK)
        } catch {
          return undefined
        }
      })
      yield* Effect.addFinalizer(() => Effect.sync(() => closeSync(writer)))
      yield* run.signal("SIGTERM")
      assert.deepInclude(yield* run.exit, { code: 143, stdout: "", stderr: "" })
    }))

  for (const level of ["warning", "debug"]) {
    alike(`is read once, by all who want to know what is in it (${level})`, () =>
      Effect.gen(function*() {
        const home = yield* makeHome({ artifact, ...seed })
        const path = fifo(home, "once")
        const text = readFileSync(join(home.path, ".aws", "config"), "utf8")
        yield* writeOnce(path, text)
        const { code, stderr } = yield* call(home, [...words, "--log-level", level], { AWS_CONFIG_FILE: path })
        assert.strictEqual(code, 0, stderr)
        const [sent] = home.sts.requests
        assert.deepInclude(sent, { region: "eu-central-1", hasTokenCode: true })
        assert.strictEqual(sent?.params["SerialNumber"], profile()["mfa_serial"])
        // The next reader of the same FIFO has another writer, and is served what is kept.
        yield* writeOnce(path, text)
        const again = yield* call(home, words, { AWS_CONFIG_FILE: path })
        assert.deepInclude(again, { code: 0, stderr: "" })
        assert.lengthOf(home.sts.requests, 1)
      }))
  }

  for (const place of ["AWS_CA_BUNDLE", "ca_bundle"]) {
    alike(`that nobody writes does not outlive the time-out as ${place}`, () =>
      Effect.gen(function*() {
        const home = yield* makeHome({ artifact, ...seed })
        const path = fifo(home, "authorities")
        home.configure({ dev: profile(place === "ca_bundle" ? { ca_bundle: path } : {}) })
        const env: Readonly<Record<string, string>> = place === "ca_bundle" ? {} : { [place]: path }
        const { code, stderr, stdout } = yield* call(home, [...words, "--timeout", "2s"], env)
        assert.deepStrictEqual({ code, stdout }, { code: 8, stdout: "" }, stderr)
        assert.match(stderr, /^error: no credentials after 2s: /)
        assert.strictEqual(home.sts.count(), 0)
      }))
  }

  for (const command of [["doctor"], ["import", "old", "--yes"]]) {
    alike(`is left by ${command[0]} at the first signal`, () =>
      Effect.gen(function*() {
        const home = yield* makeHome({ artifact, ...seed })
        const path = fifo(home, "config")
        const run = yield* home.run(command, { place: "elsewhere", env: { AWS_CONFIG_FILE: path } })
        const writer = yield* eventually("a reader", () => {
          try {
            return openSync(path, constants.O_WRONLY | constants.O_NONBLOCK)
          } catch {
            return undefined
          }
        })
        yield* Effect.addFinalizer(() => Effect.sync(() => closeSync(writer)))
        yield* run.signal("SIGTERM")
        assert.deepInclude(yield* run.exit, { code: 143, stdout: "" })
      }))
  }

  alike("is there for each part of a sub-command", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact, ...seed })
      const path = fifo(home, "once")
      yield* writeOnce(path, readFileSync(join(home.path, ".aws", "config"), "utf8"))
      const { stdout } = yield* call(home, ["doctor"], { AWS_CONFIG_FILE: path })
      assert.include(stdout, `${path} is read alike by all clients`)
      assert.match(stdout, /profiles: dev/)
    }))

  it.live("is not read where it is the standard input, which is the client's", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact, ...seed })
      const text = readFileSync(join(home.path, ".aws", "config"), "utf8")
      for (const path of ["/dev/stdin", "/proc/self/fd/0"]) {
        const run = yield* home.run(words, { place: "elsewhere", stdin: { data: text }, env: { AWS_CONFIG_FILE: path } })
        const { code, stderr, unread } = yield* run.exit
        assert.strictEqual(code, 2)
        assert.include(stderr, "it is the standard input, which is a client's and is never read")
        assert.strictEqual(unread, text)
      }
    }))
})

describe.each(artifacts)("a file without end or measure does not fill the memory of $name:", (artifact) => {
  const alike = onInstalled(artifact)
  it.live("it is refused at 16 MiB", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact, ...seed })
      const large = join(home.path, "large")
      // Sparse: it takes no room on the disk.
      execFileSync("truncate", ["-s", "300M", large])
      for (const command of [words, ["status"], ["setup", "dev", "--print", "--yes"]]) {
        const { code, stderr } = yield* call(home, command, { AWS_CONFIG_FILE: large })
        assert.strictEqual(code, 2)
        assert.match(stderr, /large: it is larger than 16 MiB\n/)
      }
      const { code, stderr } = yield* call(home, words, { AWS_SHARED_CREDENTIALS_FILE: "/dev/zero" })
      assert.strictEqual(code, 2)
      assert.match(stderr, /^error: cannot read \/dev\/zero: it gives more than 16 MiB\n/)
      const authorities = yield* call(home, words, { AWS_CA_BUNDLE: large })
      assert.notStrictEqual(authorities.code, 0)
      assert.include(authorities.stderr, large)
    }))

  alike("and one that holds nothing is served from as any other", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact, ...seed })
      const first = yield* call(home, words)
      assert.deepInclude(first, { code: 0, stderr: "" })
      assert.deepStrictEqual(yield* call(home, words, { AWS_SHARED_CREDENTIALS_FILE: "/dev/null" }), first)
    }))
})

/** A pipe that is full and does not block, and its two ends. */
const fullPipe = (home: Home) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const path = fifo(home, "output")
      const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
      const writer = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK)
      assert.throws(() => {
        for (;;) writeSync(writer, Buffer.alloc(4096))
      }, /EAGAIN/)
      assert.throws(() => {
        for (;;) writeSync(writer, Buffer.alloc(1))
      }, /EAGAIN/)
      return { path, reader, writer, closed: false }
    }),
    ({ closed, reader, writer }) =>
      Effect.sync(() => {
        if (!closed) closeSync(reader)
        closeSync(writer)
      })
  )

/** Starts it with that end of the pipe as its standard output, by a shell, as Node makes the first three blocking; its shell tells how much of the processor it took. */
const startInto = (home: Home, artifact: Artifact, args: ReadonlyArray<string>, stdout: number) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const child = spawn(
        "/bin/sh",
        ["-c", "\"$@\" >&3 3>&-; code=$?; times >&2; exit $code", "sh", artifact.command, ...artifact.args, ...args],
        { cwd: home.path, env: { ...home.env }, stdio: ["ignore", "ignore", "pipe", stdout], detached: true }
      )
      let stderr = ""
      child.stderr?.on("data", (chunk) => {
        stderr += String(chunk)
      })
      const ended = new Promise<{ readonly code: number | null; readonly stderr: string }>((resolve) => {
        child.on("close", (code) => resolve({ code, stderr }))
      })
      return { pid: child.pid!, ended: Effect.promise(() => ended) }
    }),
    ({ pid }) => Effect.sync(() => isAlive(pid) ? signalNow(-pid, "SIGKILL") : undefined)
  )

/** Seconds of the processor that the children of the shell took, the last line of its `times`. */
const secondsOf = (stderr: string): number =>
  [...(stderr.trim().split("\n").at(-1) ?? "").matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, minutes, seconds]) => sum + 60 * Number(minutes) + Number(seconds),
    0
  )

describe.each(artifacts)("a full output of $name that does not block", (artifact) => {
  const alike = onInstalled(artifact)
  for (const kept of [true, false]) {
    it.live(`is waited for until the time is over, without a busy loop (${kept ? "a hit" : "a miss"})`, () =>
      Effect.gen(function*() {
        const home = yield* makeHome({ artifact, ...seed })
        if (kept) keepSession(home, { minutesOld: 10, minutesLeft: 600 })
        const pipe = yield* fullPipe(home)
        const run = yield* startInto(home, artifact, [...words, "--timeout", "3s"], pipe.writer)
        const { code, stderr } = yield* run.ended
        assert.strictEqual(code, 8, stderr)
        assert.match(stderr, /^error: no credentials after 3s: still waiting for whoever reads the output\nhint: /)
        assert.isBelow(secondsOf(stderr), 2)
        assert.isDefined(keptSession(home))
      }))

    it.live(`is all there for a reader that is late (${kept ? "a hit" : "a miss"})`, () =>
      Effect.gen(function*() {
        const home = yield* makeHome({ artifact, ...seed })
        if (kept) keepSession(home, { minutesOld: 10, minutesLeft: 600 })
        const pipe = yield* fullPipe(home)
        const run = yield* startInto(home, artifact, words, pipe.writer)
        yield* eventually("a session", () => keptSession(home))
        yield* Effect.sleep("300 millis")
        let text = ""
        const reading = yield* Effect.forkChild(eventually("all of the output", () => {
          const chunk = Buffer.alloc(64 * 1024)
          try {
            text += chunk.toString("latin1", 0, readSync(pipe.reader, chunk))
          } catch {
            // Nothing there for the moment.
          }
          return text.endsWith("}\n") ? true : undefined
        }))
        assert.strictEqual((yield* run.ended).code, 0)
        yield* Fiber.join(reading)
        const answer = JSON.parse(text.slice(text.indexOf("{")))
        assert.strictEqual(answer.Version, 1)
        assert.strictEqual(answer.SessionToken, keptSession(home)?.credentials.sessionToken)
      }))
  }

  alike("is no failure where nobody reads it any more", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact, ...seed })
      const pipe = yield* fullPipe(home)
      const run = yield* startInto(home, artifact, words, pipe.writer)
      yield* eventually("a session", () => keptSession(home))
      pipe.closed = true
      closeSync(pipe.reader)
      const { code, stderr } = yield* run.ended
      assert.strictEqual(code, 0, stderr)
    }))

  for (const command of ["status", "env"]) {
    it.live(`is left at a signal (${command})`, () =>
      Effect.gen(function*() {
        const home = yield* makeHome({ artifact, ...seed })
        keepSession(home, { minutesOld: 10, minutesLeft: 600 })
        const pipe = yield* fullPipe(home)
        const run = yield* home.terminal.start({
          command: "/bin/sh",
          args: ["-c", "exec \"$@\" >\"$0\"", pipe.path, artifact.command, ...artifact.args, command, "--profile", "dev"],
          env: home.env,
          place: "elsewhere"
        })
        yield* eventually("the end", () => {
          if (!isAlive(run.pid)) return true
          signalNow(run.pid, "SIGTERM")
          return undefined
        })
        assert.notStrictEqual((yield* run.exit).code, 0)
      }))
  }
})

import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { spawnSync } from "node:child_process"
import { createSocket, type Socket } from "node:dgram"
import { once } from "node:events"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { artifacts, type Home, makeHome } from "../Program.ts"

const address = "127.0.0.77"

/** A server that takes questions and never answers; undefined where nobody lets us have one. */
const silentServer = async (): Promise<Socket | undefined> => {
  const socket = createSocket("udp4").bind(53, address)
  return once(socket, "listening").then(() => socket, () => undefined)
}

const probe = await silentServer()
probe?.close()
const isPossible = probe !== undefined && spawnSync("unshare", ["--map-root-user", "--mount", "true"]).status === 0

/** Five minutes, in which getaddrinfo(3) cannot be called off: resolv.conf(5). */
const resolver = `nameserver ${address}\noptions timeout:30 attempts:5\n`

/** Starts the program where the names of AWS are asked of that server. */
const startIn = (home: Home, artifact: (typeof artifacts)[number], ...words: ReadonlyArray<string>) => {
  const file = join(home.path, "resolv.conf")
  writeFileSync(file, resolver)
  const script = `mount --bind "${file}" /etc/resolv.conf && exec "$@"`
  return home.terminal.start({
    command: "/usr/bin/env",
    args: [
      ...["unshare", "--map-root-user", "--mount", "/bin/sh", "-c", script, "sh"],
      ...[artifact.command, ...artifact.args, "--profile", "dev", "--mfa", "none", ...words]
    ],
    env: { ...home.env, AWS_ENDPOINT_URL_STS: "" },
    place: "elsewhere"
  })
}

const title = `a DNS server that never answers${isPossible ? "" : " (skipped: none can be made here)"}`

describe.skipIf(!isPossible)(title, () => {
  const server = Effect.acquireRelease(
    Effect.promise(silentServer),
    (socket) => Effect.sync(() => socket?.close())
  )
  /** Far less than five minutes, and time enough for a machine that is busy. */
  const soon = 100_000

  it.live.each(artifacts)("does not keep $name past its deadline", (artifact) =>
    Effect.gen(function*() {
      yield* server
      const home = yield* makeHome({ artifact })
      const startedAt = Date.now()
      const run = yield* startIn(home, artifact, "--timeout", "4s")
      const { code, stderr, stdout } = yield* run.exit
      assert.deepStrictEqual({ code, stdout }, { code: 8, stdout: "" })
      assert.include(stderr, "still waiting for AWS STS")
      assert.isBelow(Date.now() - startedAt, soon)
    }))

  it.live.each(artifacts)("does not keep $name from ending when it is told to", (artifact) =>
    Effect.gen(function*() {
      const socket = yield* server
      const home = yield* makeHome({ artifact })
      const startedAt = Date.now()
      const asked = once(socket!, "message")
      const run = yield* startIn(home, artifact)
      yield* Effect.promise(() => asked)
      yield* run.signal("SIGTERM")
      assert.deepInclude(yield* run.exit, { code: 143, stdout: "" })
      assert.isBelow(Date.now() - startedAt, soon)
    }))
})

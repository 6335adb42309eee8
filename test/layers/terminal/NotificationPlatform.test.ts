import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { temporaryDirectory } from "../../fixtures/TemporaryDirectory.ts"
import { inEnvironment } from "../../fixtures/Variables.ts"
import type { Environment } from "../../../src/domain/base/Environment.ts"
import * as NotificationPlatform from "../../../src/layers/terminal/NotificationPlatform.ts"
import { notifySend, osascriptNotification } from "../../../src/layers/terminal/NotificationPlatform.ts"
import { Notification } from "../../../src/services/terminal/Notification.ts"

const places = [
  { tool: notifySend, platform: "linux", environment: { DISPLAY: ":0" } },
  { tool: osascriptNotification, platform: "darwin", environment: {} }
] as const

/** The program in a folder of its own, which notes its arguments and its environment. */
const install = Effect.fnUntraced(function*(name: string, script: string) {
  const directory = yield* temporaryDirectory
  const path = join(directory, name)
  writeFileSync(path, `#!/bin/sh\nprintf '%s\\0' "$@" > "$0.argv"; /usr/bin/env > "$0.env"\n${script}\n`)
  chmodSync(path, 0o755)
  return directory
})

const show = (directory: string, platform: NodeJS.Platform, environment: Environment, line = "dev needs an MFA code") =>
  Effect.flatMap(Notification, (notification) => notification.show("heading", line)).pipe(
    Effect.provide(inEnvironment(NotificationPlatform.layerOn(platform), { PATH: directory, ...environment }))
  )

/** What a person reads, from the arguments: each tool as its sources have it. */
const read = (directory: string, { program }: { readonly program: string }): string => {
  const last = readFileSync(join(directory, `${program}.argv`), "utf8").split("\0").at(-2) ?? ""
  if (program === "osascript") return last
  assert.notMatch(last, /[<>]|&(?!amp;|lt;|gt;)/)
  return last
    .replace(/\\(.)/gs, (_, escaped: string) => escaped === "\\" ? "\\" : assert.fail(`an escape in ${last}`))
    .replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&")
}

describe.each(places)("$tool.program", ({ environment, platform, tool }) => {
  it.live("is given nothing of AWS's, and a locale that has every name", () =>
    Effect.gen(function*() {
      const directory = yield* install(tool.program, "exit 0")
      const secret = { AWS_SECRET_ACCESS_KEY: "fake-secret-for-tests", LANG: "C" }
      assert.isTrue(yield* show(directory, platform, { ...environment, ...secret }))
      const seen = readFileSync(join(directory, `${tool.program}.env`), "utf8")
      assert.notMatch(seen, /^AWS_/m)
      if (platform === "linux") assert.match(seen, /^LC_ALL=C\.UTF-8$/m)
    }))

  it.live.each([
    "<b>bold</b> &lt;i&gt; R&D",
    "<img src=\"file:///etc/passwd\"/> <a href=\"https://x.example\">here</a>",
    "back\\slash \\n \\x41",
    "--help",
    "$(touch /tmp/never) `touch /tmp/never` \"quoted\"",
    "näme 名前"
  ])("shows %j as it stands", (line) =>
    Effect.gen(function*() {
      const directory = yield* install(tool.program, "exit 0")
      assert.isTrue(yield* show(directory, platform, environment, line))
      assert.strictEqual(read(directory, tool), line)
    }))

  it.live("that fails, or is not there, has shown nothing, and that is all", () =>
    Effect.gen(function*() {
      assert.isFalse(yield* show(yield* install(tool.program, "exit 1"), platform, environment))
      assert.isFalse(yield* show(yield* temporaryDirectory, platform, environment))
    }))

  it.live.each(["SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY"])("is not started where %s is set", (name) =>
    Effect.gen(function*() {
      const directory = yield* install(tool.program, "exit 0")
      assert.isFalse(yield* show(directory, platform, { ...environment, [name]: "192.0.2.1" }))
      assert.isFalse(existsSync(join(directory, `${tool.program}.argv`)))
    }))
})

describe("notify-send", () => {
  it.live("is not started without a screen", () =>
    Effect.gen(function*() {
      const directory = yield* install("notify-send", "exit 0")
      assert.isFalse(yield* show(directory, "linux", {}))
      assert.isFalse(existsSync(join(directory, "notify-send.argv")))
    }))
})

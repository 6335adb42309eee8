import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { execFileSync } from "node:child_process"
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  utimesSync,
  writeFileSync
} from "node:fs"
import { join } from "node:path"
import { canMount, tinyDisk } from "../../fixtures/TinyDisk.ts"
import { temporaryDirectory } from "../../fixtures/TemporaryDirectory.ts"
import { artifacts, type Home, type HomeOptions, installed, makeHome, onInstalled, profile } from "../Program.ts"

const root = process.geteuid?.() === 0
const nobody = 65534
const user = process.geteuid?.() ?? 0
const folder = `op-aws-credential-process-${user}`

/** Nobody has to be asked. */
const askingNobody = { OP_AWS_MFA: "none" }

const place = (path: string, text: string, owner = user, mode = 0o600): void => {
  writeFileSync(path, text)
  chmodSync(path, mode)
  chownSync(path, owner, owner)
}

const aged = (path: string): void => utimesSync(path, 1, 1)

const modeOf = (path: string): string => (statSync(path).mode & 0o7777).toString(8)

/** Everything in a directory but our own folder, with what others see of it. */
const othersIn = (directory: string): ReadonlyArray<string> =>
  readdirSync(directory).filter((name) => name !== folder).sort().map((name) => {
    const { mode, uid } = statSync(join(directory, name))
    return `${name} ${uid} ${(mode & 0o7777).toString(8)} ${readFileSync(join(directory, name), "utf8")}`
  })

const call = (home: Home, args: ReadonlyArray<string> = ["--profile", "dev"]) =>
  Effect.flatMap(home.run(args, { place: "elsewhere" }), ({ exit }) => exit)

/** A call that has to work, and how often 1Password was asked by it. */
const served = Effect.fn(function*(home: Home, args?: ReadonlyArray<string>) {
  const before = home.opCalls().length
  const ended = yield* call(home, args)
  assert.deepInclude(ended, { code: 0, stderr: "" })
  return home.opCalls().length - before
})

/** A machine whose cache directory is at this place. */
const homeWith = (directory: string, options: HomeOptions) =>
  makeHome({ ...options, env: { ...askingNobody, OP_AWS_CACHE_DIR: directory, ...options.env } })

/** A user that has nothing here, whom a process may become. */
const stranger = 54_321

describe.each(artifacts)("a directory that OP_AWS_CACHE_DIR names, with $name", (artifact) => {
  const alike = onInstalled(artifact)
  alike.skipIf(!root)("stays as it is where it is everybody's, and ours is a folder in it (needs root for others' files)", () =>
    Effect.gen(function*() {
      const directory = join(yield* temporaryDirectory, "shared")
      mkdirSync(directory)
      chmodSync(directory, 0o1777)
      place(join(directory, "dev.json"), "theirs", nobody, 0o644)
      place(join(directory, ".tmp-mine"), "half", nobody)
      place(join(directory, ".tmp-1-abc"), "half", nobody)
      place(join(directory, ".tmp-mine-too"), "half")
      for (const name of readdirSync(directory)) aged(join(directory, name))
      const before = othersIn(directory)
      const home = yield* homeWith(directory, { artifact })
      assert.isAbove(yield* served(home), 0)
      assert.strictEqual(yield* served(home), 0)
      assert.strictEqual(modeOf(directory), "1777")
      assert.deepStrictEqual(othersIn(directory), before)
      assert.strictEqual(modeOf(join(directory, folder)), "700")
      assert.strictEqual(modeOf(join(directory, folder, "dev.json")), "600")
      assert.includeMembers(readdirSync(join(directory, folder)), ["dev.json", "state"])
      assert.match((yield* call(home, ["status"])).stdout, /left, until/)
      assert.notMatch((yield* call(home, ["doctor"])).stdout, /in the cache|in its place|no directory of yours/)
      assert.match((yield* call(home, ["clear", "dev"])).stdout, /dev/)
      assert.isFalse(existsSync(join(directory, folder, "dev.json")))
      assert.deepStrictEqual(othersIn(directory), before)
      assert.isAbove(yield* served(home), 0)
    }))

  it.live("is used itself while it is new or has nothing but ours in it, and is closed to others", () =>
    Effect.gen(function*() {
      const directory = join(yield* temporaryDirectory, "new", "cache")
      const home = yield* homeWith(directory, { artifact })
      assert.isAbove(yield* served(home), 0)
      assert.sameMembers(readdirSync(directory), ["dev.json", "state"])
      assert.strictEqual(modeOf(directory), "700")
      chmodSync(directory, 0o755)
      assert.isAbove(yield* served(home, ["--profile", "dev", "--refresh"]), 0)
      assert.sameMembers(readdirSync(directory), ["dev.json", "state"])
      assert.strictEqual(modeOf(directory), "700")
      assert.strictEqual(yield* served(home), 0)
    }))

  alike("is left to others once there is something of theirs in it, and what we kept in it is found and cleared", () =>
    Effect.gen(function*() {
      const directory = join(yield* temporaryDirectory, "cache")
      const home = yield* homeWith(directory, { artifact })
      assert.isAbove(yield* served(home), 0)
      place(join(directory, "package.json"), "{}", user, 0o644)
      chmodSync(directory, 0o755)
      assert.strictEqual(yield* served(home), 0)
      assert.match((yield* call(home, ["status"])).stdout, /left, until/)
      assert.match((yield* call(home, ["clear", "dev"])).stdout, /dev/)
      assert.isFalse(existsSync(join(directory, "dev.json")))
      place(join(directory, "dev.json"), "{\"name\":\"mine, and no session\"}")
      assert.isAbove(yield* served(home), 0)
      assert.strictEqual(yield* served(home), 0)
      yield* call(home, ["clear", "dev"])
      assert.deepStrictEqual(readdirSync(directory).sort(), ["dev.json", folder, "package.json", "state"])
      assert.match(readFileSync(join(directory, "dev.json"), "utf8"), /no session/)
      assert.strictEqual(modeOf(directory), "755")
    }))

  it.live("is the same for all that come at once while it is new: one reads the item, and all have its session", () =>
    Effect.gen(function*() {
      const directory = join(yield* temporaryDirectory, "cache")
      const home = yield* homeWith(directory, { artifact })
      const all = yield* Effect.all(Array.from({ length: 12 }, () => call(home)), { concurrency: 12 })
      assert.deepStrictEqual([...new Set(all.map(({ code, stderr }) => `${code} ${stderr}`))], ["0 "])
      assert.lengthOf([...new Set(all.map(({ stdout }) => stdout))], 1)
      assert.lengthOf(home.opCalls(), 1)
      assert.notInclude(readdirSync(directory), folder)
    }))

  alike.each(["HOME", "XDG_CACHE_HOME"])("is never a home (%s), even an empty one", (variable) =>
    Effect.gen(function*() {
      const directory = join(yield* temporaryDirectory, "home")
      mkdirSync(directory)
      chmodSync(directory, 0o755)
      const home = yield* homeWith(directory, {
        artifact,
        env: { [variable]: directory, AWS_CONFIG_FILE: join(directory, "../config") }
      })
      renameSync(join(home.path, ".aws/config"), join(directory, "../config"))
      assert.isAbove(yield* served(home), 0)
      assert.strictEqual(yield* served(home), 0)
      assert.strictEqual(modeOf(directory), "755")
      assert.deepStrictEqual(readdirSync(directory), [folder])
    }))

  alike.skipIf(!root)("has no cache for us where somebody else made our folder, and that is said (needs root for others' files)", () =>
    Effect.gen(function*() {
      const directory = join(yield* temporaryDirectory, "shared")
      mkdirSync(join(directory, folder), { recursive: true })
      chmodSync(directory, 0o1777)
      chownSync(join(directory, folder), nobody, nobody)
      const home = yield* homeWith(directory, { artifact })
      const ended = yield* Effect.flatMap(home.run(["--profile", "dev"]), ({ exit }) => exit)
      assert.deepInclude(ended, { code: 0, stderr: "" })
      assert.match(home.terminal.screen.join(""), /warning: the session could not be kept in .*belongs to another user/)
      assert.deepStrictEqual(readdirSync(join(directory, folder)), [])
      assert.deepStrictEqual(readdirSync(directory), [folder])
    }))
})

describe.each(installed)("somebody else's home, with $name", (artifact) => {
  const roles = {
    dev: profile(),
    admin: { region: "eu-central-1", role_arn: "arn:aws:iam::210987654321:role/admin", source_profile: "dev" }
  }

  it.live.skipIf(!root)("gets nothing of ours, which is said once, and the call works (needs root for others' files)", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact, item: { seed: "FAKESEEDFAKESEED" }, profiles: roles })
      chownSync(home.path, nobody, nobody)
      const ended = yield* Effect.flatMap(home.run(["--profile", "admin"]), ({ exit }) => exit)
      assert.deepInclude(ended, { code: 0, stderr: "" })
      const screen = home.terminal.screen.join("")
      assert.lengthOf(screen.match(/warning:/g) ?? [], 1, screen)
      assert.match(screen, /belongs to another user \(id 65534\), and nothing is made in somebody else's home/)
      assert.isFalse(existsSync(join(home.path, ".cache")))
      const doctor = yield* call(home, ["doctor"])
      assert.match(doctor.stdout, /belongs to another user \(id 65534\)/)
      assert.isFalse(existsSync(join(home.path, ".cache")))
    }))

  it.live.skipIf(!root)("gets nothing below XDG_CACHE_HOME either, there or not there yet (needs root for others' files)", () =>
    Effect.gen(function*() {
      const theirs = join(yield* temporaryDirectory, "theirs")
      mkdirSync(theirs)
      chownSync(theirs, nobody, nobody)
      for (const path of [theirs, join(theirs, "not/there")]) {
        const home = yield* makeHome({ artifact, env: { ...askingNobody, XDG_CACHE_HOME: path } })
        assert.isAbove(yield* served(home), 0)
        assert.isAbove(yield* served(home), 0)
        assert.deepStrictEqual(readdirSync(theirs), [])
      }
    }))

  it.live.skipIf(!root)("that root was in before is given back by what doctor says (needs root for others' files)", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact, env: askingNobody })
      mkdirSync(join(home.path, ".cache"), { mode: 0o700 })
      chownSync(home.path, nobody, nobody)
      const before = JSON.parse((yield* call(home, ["doctor", "--json"])).stdout) as ReadonlyArray<{ mend: string }>
      const cure = before.flatMap(({ mend }) => mend.split("\n")).find((line) => line.startsWith("chown"))
      assert.isDefined(cure)
      execFileSync("/bin/sh", ["-c", cure])
      assert.strictEqual(statSync(join(home.path, ".cache")).uid, nobody)
    }))

  it.live.skipIf(!root)("is no home where everybody may write (needs root)", () =>
    Effect.gen(function*() {
      const everybodys = join(yield* temporaryDirectory, "tmp")
      mkdirSync(everybodys)
      chmodSync(everybodys, 0o1777)
      chownSync(everybodys, nobody, nobody)
      const home = yield* makeHome({ artifact, env: { ...askingNobody, XDG_CACHE_HOME: everybodys } })
      assert.isAbove(yield* served(home), 0)
      assert.strictEqual(yield* served(home), 0)
      assert.strictEqual(modeOf(everybodys), "1777")
    }))
})

describe.each(artifacts)("what cannot be written, with $name", (artifact) => {
  it.live.skipIf(!canMount)("has a hint that fits a full disk (needs a mount)", () =>
    Effect.gen(function*() {
      const directory = yield* tinyDisk
      const home = yield* homeWith(directory, { artifact })
      assert.isAbove(yield* served(home), 0)
      // The disk's own directory is everybody's as soon as there is something of somebody's in it.
      const filler = join(directory, folder, "filler")
      mkdirSync(join(directory, folder))
      assert.throws(() => writeFileSync(filler, Buffer.alloc(128 * 1024)), /ENOSPC/)
      const ended = yield* call(home, ["login", "dev", "--refresh"])
      assert.strictEqual(ended.code, 2)
      assert.match(ended.stderr, /error: .* was made and not kept.*the disk is full\nhint: make room on the disk/)
      assert.notMatch(ended.stderr, /yours and writable/)
    }))

  it.live("has a hint that fits a file size limit", () =>
    Effect.gen(function*() {
      const home = yield* makeHome({ artifact, env: askingNobody })
      const op = join(home.path, "limited/op")
      mkdirSync(join(home.path, "limited"))
      place(op, `#!/bin/sh\nulimit -S -f unlimited\nexec '${home.path}/bin/op' "$@"\n`, user, 0o700)
      const words = [artifact.command, ...artifact.args, "login", "dev"].map((word) => `'${word}'`).join(" ")
      const run = yield* home.terminal.start({
        command: "/bin/sh",
        args: ["-c", `ulimit -S -f 0; exec ${words} --op-cli-path '${op}'`],
        env: home.env,
        cwd: home.path,
        place: "elsewhere"
      })
      const ended = yield* run.exit
      assert.strictEqual(ended.code, 2, JSON.stringify(ended))
      assert.match(ended.stderr, /the file size limit is too low\nhint: raise the file size limit/)
    }))
})

describe.each(installed)("locks without a directory, with $name", (artifact) => {
  it.live.skipIf(!root)("are said to be off where somebody else made the folder in /tmp first (needs root to be another)", () =>
    Effect.gen(function*() {
      const taken = `/tmp/op-aws-credential-process-${stranger}`
      yield* Effect.acquireRelease(
        Effect.sync(() => {
          mkdirSync(taken, { recursive: true })
          chownSync(taken, nobody, nobody)
        }),
        () => Effect.sync(() => execFileSync("rm", ["-r", taken]))
      )
      const home = yield* makeHome({ artifact, env: askingNobody })
      execFileSync("chmod", ["-R", "a+rwX", home.path])
      const run = yield* home.terminal.start({
        command: "setpriv",
        args: [
          `--reuid=${stranger}`,
          `--regid=${stranger}`,
          "--clear-groups",
          artifact.command,
          ...artifact.args,
          "--profile",
          "dev"
        ],
        env: { ...home.env, HOME: "", AWS_CONFIG_FILE: join(home.path, ".aws/config") },
        cwd: "/"
      })
      assert.deepInclude(yield* run.exit, { code: 0, stderr: "" })
      const screen = home.terminal.screen.join("")
      assert.lengthOf(screen.match(/warning:/g) ?? [], 1, screen)
      assert.match(screen, /warning: calls at the same time may each ask, because no lock can be had in \/tmp\/op-aws-credential-process-54321/)
      assert.deepStrictEqual(readdirSync(taken), [])
    }))
})

import { Effect } from "effect"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { listen, type Wire } from "../../fixtures/SecretServiceWire.ts"
import type { Home } from "../Program.ts"
import { keepSession } from "../KeepSession.ts"
import type { Run } from "../Terminal.ts"
import type { Situation } from "./Situation.ts"

const brief = ["--profile", "dev", "--timeout", "3s"]
/** Time enough for 1Password to answer first. */
const longer = ["--profile", "dev", "--timeout", "8s"]
const device = { item: { seed: "FAKESEEDFAKESEED" } }

const signalled = (signal: NodeJS.Signals) => (home: Home, run: Run) =>
  Effect.andThen(home.terminal.waitFor("MFA code for dev"), run.signal(signal))

const inKeychain = ["--profile", "dev", "--cache", "keyring"]

/** Calls whose keychain is like this. They run in the home, which the path of its D-Bus is from. */
const keychain = (wire: Wire): Pick<Situation, "args" | "before" | "home" | "run"> => ({
  home: device,
  args: inKeychain,
  before: (home) => void listen(join(home.path, "bus"), wire),
  run: { place: "elsewhere", env: { DBUS_SESSION_BUS_ADDRESS: "unix:path=bus" } }
})

/** Time, signals and the cache. */
export const limits: ReadonlyArray<Situation> = [
  { name: "1Password does not answer in time", code: 8, args: brief, home: { op: { faults: [{ fault: "hang" }] } } },
  { name: "nobody types the MFA code in time", code: 8, args: longer, run: {} },
  {
    name: "STS does not answer in time",
    code: 8,
    args: longer,
    home: { ...device, sts: { faults: [{ kind: "hang", count: 100 }] } }
  },
  {
    name: "another process does not get the session in time",
    code: 8,
    args: brief,
    before: (home) =>
      Effect.andThen(home.run(["--profile", "dev"]), Effect.asVoid(home.terminal.waitFor("MFA code for dev")))
  },
  { name: "the terminal is closed", code: 129, run: {}, meanwhile: signalled("SIGHUP") },
  { name: "the program is told to end", code: 143, run: {}, meanwhile: signalled("SIGTERM") },
  {
    name: "the session cannot be cached",
    code: 0,
    home: device,
    before: (home) => writeFileSync(join(home.path, ".cache"), "a file in the place of the directory"),
    run: {}
  },
  {
    name: "`login` cannot keep the session that it made",
    code: 2,
    args: ["login", "dev"],
    home: device,
    before: (home) => writeFileSync(join(home.path, ".cache"), "a file in the place of the directory")
  },
  {
    name: "there is no D-Bus session to have a keychain on",
    code: 2,
    home: device,
    args: inKeychain,
    run: { place: "elsewhere", env: { DBUS_SESSION_BUS_ADDRESS: "unix:path=/nonexistent/bus" } }
  },
  { name: "there is no keychain", code: 2, ...keychain("no service") },
  { name: "the keychain has no default collection", code: 2, ...keychain("no default collection") },
  { name: "somebody does not want to unlock the keychain", code: 2, ...keychain("locked") },
  {
    name: "the keychain is not unlocked in time, or does not answer",
    code: 8,
    ...keychain("silent"),
    args: [...inKeychain, "--timeout", "3s"]
  },
  {
    name: "the session cannot be renewed and lives for some minutes yet",
    code: 0,
    home: { ...device, op: { prompt: { answer: "dismiss" } } },
    before: (home) => keepSession(home, { minutesOld: 710, minutesLeft: 10 }),
    run: {}
  }
]

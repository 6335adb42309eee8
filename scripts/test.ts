/**
 * The whole proof, as `npm test` runs it: types and lint, both artifacts, the other programs that the tests meet (an
 * old Node, Python's AWS clients), then every test. The last line counts: `N passed, N failed, N skipped`.
 */
import { spawnSync } from "node:child_process"
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join, resolve } from "node:path"

const cache = resolve(".cache")
const environment: NodeJS.ProcessEnv = { ...process.env }

const run = (command: string, words: ReadonlyArray<string>, quiet = false): boolean =>
  spawnSync(command, words, { stdio: quiet ? "ignore" : "inherit", env: environment }).status === 0

const must = (what: string, command: string, words: ReadonlyArray<string>): void => {
  console.log(`\n# ${what}`)
  if (run(command, words)) return
  console.log(`${what} failed\n0 passed, 1 failed, 0 skipped`)
  process.exit(1)
}

/** Does a set-up step once, and again whenever `version` changes; says why it could not. */
const once = (name: string, version: string, step: () => boolean): boolean => {
  const mark = join(cache, `${name}.done`)
  if (existsSync(mark) && readFileSync(mark, "utf8") === version) return true
  rmSync(join(cache, name), { recursive: true, force: true })
  console.log(`\n# setting up ${name}`)
  if (!step()) return false
  writeFileSync(mark, version)
  return true
}

mkdirSync(cache, { recursive: true })

// The machine of a continuous integration is ours to set up; a person's is not.
if (process.env["CI"] === "true" && process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")) {
  const packages = ["zsh", "fish", "gnome-keyring", "dbus", "openssl", "procps", "gcc", "libc6-dev"]
  once("packages", packages.join(), () =>
    run("apt-get", ["update", "-qq"], true) && run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...packages], true))
  // Another keychain, which not every release has; its tests are skipped by name then.
  once("keepassxc", "1", () => run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "keepassxc"], true))
}

must("types and lint", "npm", ["run", "--silent", "check"])
must("dist/main.js", "npm", ["run", "--silent", "build"])
must("dist/bin", "npm", ["run", "--silent", "build:binary"])

const oldNode = "22.19.0"
const platform = `${process.platform}-${process.arch}`
const hasOldNode = once("node-22", oldNode, () =>
  run("npm", ["install", "--silent", "--no-save", "--no-package-lock", "--prefix", join(cache, "node-22"), `node-${platform}@${oldNode}`], true))
if (hasOldNode) environment["TEST_NODE_22"] = join(cache, `node-22/node_modules/node-${platform}/bin/node`)

const pythonPackages = ["moto[server]==5.2.2", "awscli==1.45.11", "boto3==1.43.11", "jeepney==0.9.0"]
const hasPython = once("python", pythonPackages.join(), () =>
  run("python3", ["-m", "venv", join(cache, "python")]) &&
  run(join(cache, "python/bin/pip"), ["install", "--quiet", "--disable-pip-version-check", ...pythonPackages]))
if (hasPython) environment["TEST_PYTHON"] = join(cache, "python/bin/python")

// Of a later model than the AWS CLI is pinned to: it knows GetScopedCredentials.
const laterBotocore = "botocore==1.44.8"
const hasBotocore = hasPython && once("botocore", laterBotocore, () =>
  run(join(cache, "python/bin/pip"), ["install", "--quiet", "--disable-pip-version-check", "--no-deps", "--target", join(cache, "botocore"), laterBotocore]))
if (hasBotocore) environment["TEST_BOTOCORE"] = join(cache, "botocore")

if (!existsSync("dist/libexec")) console.log("# the launcher could not be built, as said above: its tests are skipped")
if (!hasOldNode) console.log("# no Node 22.19 could be installed: its tests are skipped")
if (!hasBotocore) console.log(`# ${laterBotocore} could not be installed: what it says of narrowed sessions is not looked at`)
if (!hasPython) console.log("# Python's AWS clients and moto could not be installed: their tests are skipped")

const report = join(cache, "vitest.json")
rmSync(report, { force: true })
console.log("\n# tests")
const passed = run("vitest", ["run", "--reporter=default", "--reporter=json", `--outputFile.json=${report}`, ...process.argv.slice(2)])
const counts = existsSync(report) ? JSON.parse(readFileSync(report, "utf8")) : {}
const failed = counts.numFailedTests ?? 0
const broken = passed || failed > 0 ? failed : 1
console.log(`\n${counts.numPassedTests ?? 0} passed, ${broken} failed, ${(counts.numPendingTests ?? 0) + (counts.numTodoTests ?? 0)} skipped`)
process.exit(passed ? 0 : 1)

import { type Environment, variable } from "../../domain/base/Environment.ts"
import { printable } from "../../domain/base/Printable.ts"
import type { Runtime } from "../../domain/host/RunningProgram.ts"
import { type Examined, type Finding, fineUnless, type Severity } from "../Finding.ts"

export interface RuntimeFacts {
  readonly environment: Environment
  readonly runtime: Runtime
  /** Of this program. */
  readonly version: string
  /** Why the file that NODE_EXTRA_CA_CERTS names cannot be read, where it names one. */
  readonly extraCertificates: string | undefined
}

/** `engines` in package.json: older versions warn on stderr where they load `node:sqlite`, or lack it. */
const oldestNode = [22, 19] as const

const finding = (severity: Severity, what: string, why: string, mend: string): Finding => ({
  check: "runtime",
  severity,
  what,
  why,
  mend
})

/** What the runtime, and variables that it reads, do to this program. */
export const checkRuntime = (facts: RuntimeFacts): Examined => {
  const { runtime, version } = facts
  const inside = runtime.name === "node" ? `on Node ${runtime.version}` : "standalone"
  return fineUnless(
    [...tooOld(facts), ...options(facts), ...trust(facts)],
    `op-aws-credential-process ${version}, ${inside}`
  )
}

const tooOld = ({ runtime: { name, version } }: RuntimeFacts): ReadonlyArray<Finding> => {
  const [major = 0, minor = 0] = version.split(".").map(Number)
  const [oldMajor, oldMinor] = oldestNode
  return name !== "node" || major > oldMajor || major === oldMajor && minor >= oldMinor ? [] : [finding(
    "error",
    `Node is ${printable(version)}`,
    `this program is made for ${oldestNode.join(".")} and newer`,
    "update Node, or use the standalone executable, which needs none"
  )]
}

/** The values may hold anything, so they are not shown. */
const options = ({ environment, runtime }: RuntimeFacts): ReadonlyArray<Finding> => {
  const ours = runtime.name === "node" ? ["NODE_OPTIONS"] : ["BUN_OPTIONS"]
  const set = ours.filter((name) => variable(environment, name) !== undefined)
  return [
    ...set.map((name) =>
      finding(
        "warning",
        `${name} is set`,
        "this program obeys it too: it can make every call slow, or load other code into the process that holds the key",
        `set it for the tool that needs it alone\nunset ${name}`
      )
    ),
    ...variable(environment, "BUN_BE_BUN") === undefined ? [] : [finding(
      "error",
      "BUN_BE_BUN is set",
      "it turns the standalone executable into Bun itself: no client gets credentials from it",
      "set it for the tool that needs it alone\nunset BUN_BE_BUN"
    )]
  ]
}

const trust = ({ environment, extraCertificates }: RuntimeFacts): ReadonlyArray<Finding> => [
  ...environment["NODE_TLS_REJECT_UNAUTHORIZED"] !== "0" ? [] : [finding(
    "warning",
    "NODE_TLS_REJECT_UNAUTHORIZED is 0",
    "AWS's JavaScript SDK, and whatever else runs on Node or Bun, checks no certificate then; this program does all the same",
    "name the certificate authority that is missing, with AWS_CA_BUNDLE, instead\nunset NODE_TLS_REJECT_UNAUTHORIZED"
  )],
  ...extraCertificates === undefined ? [] : [finding(
    "warning",
    `the file that NODE_EXTRA_CA_CERTS names cannot be read: ${extraCertificates}`,
    "Node says so on stderr at each start, and clients that merge stderr into the answer then cannot read it",
    "correct the path, or\nunset NODE_EXTRA_CA_CERTS"
  )]
]

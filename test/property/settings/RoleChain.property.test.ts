import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Schema } from "effect"
import { resolve, roleArn } from "../../fixtures/Chains.ts"
import { ExitCode, Failure } from "../../../src/domain/base/Failure.ts"

const most = 8

const someProfile = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: most }))

/** What a profile says of itself; together they are a graph of any shape. */
const Node = Schema.Struct({
  /** Where its credentials come from, apart from a role. */
  own: Schema.Literals(["key", "nothing", "line"]),
  /** Whom its line names, when it has one. */
  named: someProfile,
  role: Schema.Boolean,
  source: Schema.optionalKey(someProfile),
  hours: Schema.Literals([1, 1, 1, 2])
})

type Node = typeof Node.Type
type Graph = ReadonlyArray<Node>

/** One profile may be named that is not there. */
const graphs: Arbitrary.Arbitrary<Graph> = Arbitrary.map(
  Arbitrary.array(Arbitrary.schema(Node), { minLength: 1, maxLength: most }),
  (nodes) =>
    nodes.map((node): Node => ({
      ...node,
      named: node.named % (nodes.length + 1),
      ...(node.source === undefined ? undefined : { source: node.source % (nodes.length + 1) })
    }))
)

const print = (graph: Graph): string =>
  graph.map((node, index) =>
    [
      `[profile p${index}]`,
      "region = eu-west-1",
      ...(node.own === "key" ? ["op_vault = v", `op_item = i${index}`] : []),
      ...(node.own === "line" ? [`credential_process = op-aws-credential-process --profile p${node.named}`] : []),
      ...(node.role ? [`role_arn = ${roleArn(`r${index}`)}`, `duration_seconds = ${node.hours * 3600}`] : []),
      ...(node.source === undefined ? [] : [`source_profile = p${node.source}`]),
      ""
    ].join("\n")
  ).join("")

type Expected =
  | { readonly end: number; readonly roles: ReadonlyArray<number> }
  | { readonly wrong: "loop" | "missing" | "foreign"; readonly way: ReadonlyArray<number> }

/**
 * The same rules told another way: as a walk that keeps what it has seen. `called` is whether a command line of ours
 * names the profile where the walk stands, which leaves a role over the profile's own process line to the client.
 */
const walk = (graph: Graph, start: number): Expected => {
  const way = [start]
  let roles: Array<number> = []
  let called = false
  for (;;) {
    const at = way.at(-1)!
    const node = graph[at]
    if (node === undefined) return { wrong: "missing", way }
    const { source } = node
    if (node.role && source !== undefined && source !== at) {
      roles = [at, ...roles]
      if (way.includes(source)) return { wrong: "loop", way: [...way, source] }
      way.push(source)
      called = false
      continue
    }
    if (node.own === "nothing" && node.role && source === at) return { wrong: "loop", way: [...way, at] }
    if (called) {
      const ours = node.role && source === at && node.own !== "line"
      return { end: at, roles: ours ? [at, ...roles] : roles }
    }
    if (node.own === "nothing" && way.length > 1) return { wrong: "foreign", way }
    if (node.role) roles = [at, ...roles]
    if (node.own !== "line" || node.named === at) return { end: at, roles }
    if (way.includes(node.named)) return { wrong: "loop", way: [...way, node.named] }
    way.push(node.named)
    called = true
  }
}

const tags = { loop: "RoleLoop", missing: "RoleProfileMissing", foreign: "RoleSourceForeign" }

describe("the roles of any set of profiles", () => {
  it.prop("are those on the way to the key, in their order, or the walk to the fault is shown", [graphs], ([graph]) => {
    const text = print(graph)
    for (const start of graph.keys()) {
      const expected = walk(graph, start)
      const chain = resolve(text, { profile: `p${start}` })
      if ("wrong" in expected) {
        if (!(chain instanceof Failure)) throw new Error("it resolves")
        assert.deepStrictEqual([chain._tag, chain.exitCode], [tags[expected.wrong], ExitCode.usage])
        assert.strictEqual(chain.message.split(": ").at(-1), expected.way.map((index) => `p${index}`).join(" -> "))
        continue
      }
      if (chain instanceof Failure) assert.notStrictEqual(chain._tag, "RoleLoop")
      if (graph[expected.end]?.own !== "key") {
        const lacking = graph[expected.end]?.role === true && graph[expected.end]?.own === "nothing" ? "RoleWithoutSource" : "SettingMissing"
        assert.strictEqual(chain instanceof Failure && chain._tag, lacking)
      } else if (expected.roles.slice(1).some((index) => graph[index]?.hours === 2)) {
        assert.strictEqual(chain instanceof Failure && chain._tag, "ChainedRoleTooLong")
      } else {
        if (chain instanceof Failure) throw chain
        assert.deepStrictEqual(chain.hops.map(({ profile }) => profile), expected.roles.map((index) => `p${index}`))
        assert.deepStrictEqual([chain.settings.profile, chain.settings.item], [`p${expected.end}`, `i${expected.end}`])
      }
    }
  }, { arbitrary: { runs: 2000 } })

  it.prop("are the same for a client and for a person, but over the profile's own session", [graphs], ([graph]) => {
    const text = print(graph)
    for (const [start, { own, role, source }] of graph.entries()) {
      if (own !== "key" || role && (source === undefined || source === start)) continue
      const asked = (asker: "client" | "person") => {
        const chain = resolve(text, { profile: `p${start}`, asker })
        return chain instanceof Failure ? chain.message : chain.hops
      }
      assert.deepStrictEqual(asked("client"), asked("person"))
    }
  }, { arbitrary: { runs: 500 } })
})

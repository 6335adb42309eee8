/** Of a policy as much as it takes to say whether it allows a call of STS or IAM: no conditions, no principals. */
interface Statement {
  readonly Effect: string
  readonly Action?: string | ReadonlyArray<string>
  readonly NotAction?: string | ReadonlyArray<string>
  readonly Resource?: string | ReadonlyArray<string>
  readonly NotResource?: string | ReadonlyArray<string>
}

/** Why a text is no policy, in the words of AWS; undefined where it is one. */
export const policyTrouble = (text: string): string | undefined => {
  let policy: unknown
  try {
    policy = JSON.parse(text)
  } catch {
    return "This policy contains invalid Json"
  }
  const statements = statementsOf(policy)
  const isSound = statements.length > 0 && statements.every((statement) =>
    (statement.Effect === "Allow" || statement.Effect === "Deny") &&
    (statement.Action === undefined) !== (statement.NotAction === undefined)
  )
  if (!isSound) return "Syntax errors in policy."
  return statements.every(({ NotResource, Resource }) => (Resource === undefined) !== (NotResource === undefined))
    ? undefined
    : "Policy statement must contain resources."
}

const statementsOf = (policy: unknown): ReadonlyArray<Statement> => {
  if (typeof policy !== "object" || policy === null || !("Statement" in policy)) return []
  return [policy.Statement].flat().filter((statement): statement is Statement => typeof statement === "object" && statement !== null)
}

/** Whether all of these policies, one over another, let a call through. */
export const allows = (policies: ReadonlyArray<string>, action: string, resource: string): boolean =>
  policies.every((text) => {
    const fitting = statementsOf(JSON.parse(text)).filter((statement) => speaksOf(statement, action, resource))
    return fitting.some(({ Effect }) => Effect === "Allow") && !fitting.some(({ Effect }) => Effect === "Deny")
  })

const speaksOf = ({ Action, NotAction, NotResource, Resource }: Statement, action: string, resource: string): boolean =>
  (NotAction === undefined ? matchesAny(Action, action, "i") : !matchesAny(NotAction, action, "i")) &&
  (NotResource === undefined ? matchesAny(Resource, resource, "") : !matchesAny(NotResource, resource, ""))

const matchesAny = (patterns: string | ReadonlyArray<string> = [], text: string, flags: string): boolean =>
  [patterns].flat().some((pattern) => {
    const source = pattern.replaceAll(/[.+^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*").replaceAll("?", ".")
    return new RegExp(`^${source}$`, flags).test(text)
  })

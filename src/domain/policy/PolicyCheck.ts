import type { FoundPolicy } from "./PackedPolicy.ts"
import { PolicyFailure } from "./PolicyFailure.ts"
import { type JsonMember, type JsonPart, readJson } from "./PolicyJson.ts"

/** STS GetScopedCredentials, `Policy`: so many characters, of U+0020 to U+00FF (botocore 1.44.8, `sessionPolicyDocumentType`). */
export const longestPolicy = 2048
const untaken = /[^\x20-\xff]/u

/** AWS's two versions of the policy language (IAM User Guide, "IAM JSON policy elements: Version"). */
const versions = ["2012-10-17", "2008-10-17"]

const shape = "a policy is {\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Action\": …, \"Resource\": …}]}"

/** Why AWS would not take this policy, as far as that shows before it is asked; undefined where nothing speaks against it. */
export const policyTrouble = ({ file, packed, written }: Omit<FoundPolicy, "path">): PolicyFailure | undefined => {
  const trouble = (line: number | undefined, what: string, hint: string) => PolicyFailure.PolicyUnusable(file, line, what, hint)
  if (written.startsWith("\ufeff")) return trouble(1, "a byte order mark stands before the policy", "save the file as UTF-8 without a byte order mark")
  if (written.trim() === "") return trouble(undefined, "the policy is empty", shape)
  // Whatever it is, nobody has written so much.
  const isEndless = written.length > 32 * longestPolicy
  const root = isEndless ? undefined : readJson(written)
  if (root !== undefined && "brokenAt" in root) return trouble(root.brokenAt, "this is no JSON", "mend it there or in the line above; comments and commas at the end of a list are no part of JSON")
  const odd = untaken.exec(packed)?.[0]
  if (odd !== undefined) {
    const line = written.slice(0, written.indexOf(odd)).split("\n").length
    const code = odd.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")
    return trouble(line, `AWS takes no character like U+${code} in a policy`, "write only characters up to U+00FF, others as * or ?")
  }
  if (root === undefined || packed.length > longestPolicy) {
    return trouble(
      undefined,
      `the policy has ${packed.length} characters without its blanks, and AWS takes ${longestPolicy}`,
      "make it shorter: one statement with a list of actions, wildcards (s3:Get*), no Sid"
    )
  }
  const twice = repeated(root)
  if (twice !== undefined) {
    return trouble(twice.line, `"${twice.name}" stands there a second time, and readers differ in which one they take`, "leave one of them, or make one list of both")
  }
  const [line, what] = noPolicy(root) ?? []
  return what === undefined ? undefined : trouble(line, what, shape)
}

/** The first member whose name its object has twice. AWS does not tell most of them apart by case. */
const repeated = (part: JsonPart): JsonMember | undefined => {
  if (part.kind === "array") return firstOf(part.items, repeated)
  if (part.kind !== "object") return undefined
  const names = new Set<string>()
  return firstOf(part.members, (member) => {
    const name = member.name.toLowerCase()
    if (names.has(name)) return member
    names.add(name)
    return repeated(member.value)
  })
}

const firstOf = <A, B>(list: ReadonlyArray<A>, find: (one: A) => B | undefined): B | undefined => {
  for (const one of list) {
    const found = find(one)
    if (found !== undefined) return found
  }
  return undefined
}

type Trouble = readonly [line: number, what: string]

const memberOf = (part: JsonPart, name: string): JsonPart | undefined =>
  part.kind === "object" ? part.members.find((member) => member.name === name)?.value : undefined

/** A list's parts, or the one that stands where a list may. */
const itemsOf = (part: JsonPart | undefined): ReadonlyArray<JsonPart> =>
  part === undefined ? [] : part.kind === "array" ? part.items : [part]

/** What a policy must have and this has not. The rest is for AWS to say. */
const noPolicy = (root: JsonPart): Trouble | undefined => {
  if (root.kind !== "object") return [root.line, "this is JSON, but no policy"]
  const version = memberOf(root, "Version")
  if (version === undefined) return [root.line, "the policy has no Version"]
  if (version.kind !== "string" || !versions.includes(version.text)) return [version.line, `Version must be "${versions[0]}"`]
  const statement = memberOf(root, "Statement")
  if (statement === undefined) return [root.line, "the policy has no Statement"]
  const statements = itemsOf(statement)
  if (statements.length === 0) return [statement.line, "the list of statements is empty"]
  return firstOf(statements, noStatement)
}

const noStatement = (statement: JsonPart): Trouble | undefined => {
  if (statement.kind !== "object") return [statement.line, "this is no statement"]
  const effect = memberOf(statement, "Effect")
  if (effect === undefined) return [statement.line, "the statement has no Effect"]
  if (effect.kind !== "string" || effect.text !== "Allow" && effect.text !== "Deny") return [effect.line, "Effect must be \"Allow\" or \"Deny\""]
  const actions = ["Action", "NotAction"].flatMap((name) => memberOf(statement, name) ?? [])
  const [action, other] = actions
  if (action === undefined) return [statement.line, "the statement has neither Action nor NotAction"]
  if (other !== undefined) return [other.line, "the statement has both Action and NotAction"]
  const listed = itemsOf(action)
  return listed.length > 0 && listed.every(({ kind }) => kind === "string")
    ? undefined
    : [action.line, "the actions must be a text or a list of texts"]
}

/**
 * Whether a policy that is sound leaves everything as it was: a statement without conditions allows every action on
 * everything, and nothing is denied.
 */
export const narrowsNothing = (packed: string): boolean => {
  const root = readJson(packed)
  if ("brokenAt" in root) return false
  const statements = itemsOf(memberOf(root, "Statement"))
  const texts = (part: JsonPart | undefined): ReadonlyArray<string> =>
    itemsOf(part).flatMap((one) => one.kind === "string" ? [one.text] : [])
  const isAll = (list: ReadonlyArray<string>): boolean => list.some((text) => /^\*+$|^\*+:\*+$/.test(text))
  const says = (one: JsonPart, effect: string): boolean => texts(memberOf(one, "Effect")).includes(effect)
  return !statements.some((one) => says(one, "Deny")) && statements.some((one) =>
    says(one, "Allow") && isAll(texts(memberOf(one, "Action"))) && isAll(texts(memberOf(one, "Resource"))) &&
    memberOf(one, "Condition") === undefined
  )
}

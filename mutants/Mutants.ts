import { stripTypeScriptTypes } from "node:module"
import { parseAst } from "rolldown/parseAst"
import type { ESTree } from "rolldown/utils"
import { expressionEdits, isDropped, isEmptied, type Operator } from "./Operators.ts"

/** One rewriting of a source file. Offsets are those of its JavaScript, which has its types blanked out. */
export interface Mutant {
  /** The function, the operator, the rewritten text: what stays when a file moves or its other functions change. */
  readonly name: string
  readonly operator: Operator
  readonly path: string
  readonly line: number
  readonly kind: "expression" | "block" | "statement"
  readonly start: number
  readonly end: number
  /** The whole text in its place. */
  readonly text: string
  readonly before: string
  readonly after: string
}

/** A source file as the engine would run it: types blanked out, every offset and line where it was. */
export const javaScriptOf = (text: string): string => stripTypeScriptTypes(text)

const oneLine = (text: string): string => text.replace(/\s+/g, " ").trim()

/** So much of a text as tells one rewriting from another, and does not change with what is far into a long function. */
const head = (text: string): string => oneLine(text).slice(0, 60)

const isNode = (value: unknown): value is ESTree.Node => typeof value === "object" && value !== null && "type" in value && "start" in value

/** A function, and what `Effect.fn` makes of one: a function is called the same in both dialects. */
const isFunction = (node: ESTree.Node | null | undefined): boolean => {
  if (node?.type !== "CallExpression") return node?.type === "ArrowFunctionExpression" || node?.type === "FunctionExpression"
  const { callee } = node
  if (callee.type === "CallExpression") return isFunction(callee) || isEffectFn(callee)
  return isEffectFn(node) && node.arguments.some(isFunction)
}

const isEffectFn = ({ callee }: ESTree.CallExpression): boolean =>
  callee.type === "MemberExpression" && callee.property.type === "Identifier" && /^fn(?:Untraced)?$/.test(callee.property.name)

/** What a node adds to the name of the functions within it. */
const nameOf = (node: ESTree.Node, outermost: boolean): string | undefined => {
  if (node.type === "VariableDeclarator" && node.id.type === "Identifier" && (outermost || isFunction(node.init))) return node.id.name
  if (node.type === "FunctionDeclaration" || node.type === "ClassDeclaration") return node.id?.name
  const isMember = node.type === "MethodDefinition" || node.type === "PropertyDefinition" || (node.type === "Property" && isFunction(node.value))
  return isMember && node.key.type === "Identifier" && !node.computed ? node.key.name : undefined
}

/** The calls and members that a `?.` among them cuts short together: they are rewritten as a whole. */
const spineOf = (chain: ESTree.ChainExpression): ReadonlySet<ESTree.Node> => {
  const spine = new Set<ESTree.Node>()
  let node: ESTree.Node = chain.expression
  while (node.type === "MemberExpression" || node.type === "CallExpression" || node.type === "TSNonNullExpression") {
    spine.add(node)
    node = node.type === "MemberExpression" ? node.object : node.type === "CallExpression" ? node.callee : node.expression
  }
  return spine
}

/** Members of a node that hold no expression to be computed. */
const isSkipped = (node: ESTree.Node, key: string): boolean => {
  if (node.type === "ImportDeclaration" || node.type === "ExportAllDeclaration") return true
  if (node.type === "ExportNamedDeclaration") return key !== "declaration"
  if (node.type === "MemberExpression") return key === "property" && !node.computed
  if (node.type === "Property" || node.type === "MethodDefinition" || node.type === "PropertyDefinition") return key === "key" && !node.computed
  if (node.type === "TaggedTemplateExpression") return key === "quasi"
  if (node.type === "ExpressionStatement") return "directive" in node && typeof node.directive === "string"
  return false
}

/** Nodes that are told where to put something, and cannot be chosen between. */
const isTarget = (node: ESTree.Node, parent: ESTree.Node | undefined, key: string): boolean =>
  (parent?.type === "AssignmentExpression" && key === "left") || parent?.type === "UpdateExpression" ||
  ((parent?.type === "ForOfStatement" || parent?.type === "ForInStatement") && key === "left") ||
  (parent?.type === "UnaryExpression" && parent.operator === "delete") || (node.type === "ObjectExpression" && parent?.type === "Property" && parent.value !== node)

/** Every mutant of one file, in the order of their text; `name` without the number that tells two alike apart. */
const mutantsOfFile = (path: string, source: string): ReadonlyArray<Mutant> => {
  const code = javaScriptOf(source)
  const textOf = ({ end, start }: { readonly start: number; readonly end: number }): string => code.slice(start, end)
  const mutants: Array<Mutant> = []
  const starts = [0]
  for (let at = code.indexOf("\n"); at >= 0; at = code.indexOf("\n", at + 1)) starts.push(at + 1)
  const lineOf = (offset: number): number => starts.findLastIndex((start) => start <= offset) + 1

  const walk = (node: ESTree.Node, parent: ESTree.Node | undefined, key: string, names: ReadonlyArray<string>, chain: Chain | undefined): void => {
    const put = (kind: Mutant["kind"], operator: Operator, change: string, at: ESTree.Node, text: string, shown = textOf(node), after = text) =>
      mutants.push({
        name: `${names.join(".") || "(module)"}: ${operator} ${change}: ${head(shown)}`,
        operator, path, line: lineOf(node.start), kind, start: at.start, end: at.end, text, before: oneLine(shown), after: oneLine(after)
      })

    if (node.type === "ChainExpression") chain = { node, spine: spineOf(node) }
    if (!isTarget(node, parent, key)) {
      for (const { change, operator, text } of expressionEdits({ node, parent, textOf })) {
        if (chain?.spine.has(node) === true) {
          const whole = code.slice(chain.node.start, node.start) + text + code.slice(node.end, chain.node.end)
          put("expression", operator, change, chain.node, whole, textOf(node), text)
        } else put("expression", operator, change, node, text)
      }
    }
    if (node.type === "BlockStatement" && isEmptied(node, parent, textOf)) put("block", "block", "emptied", node, "{}")
    if (node.type === "ExpressionStatement" && !isSkipped(node, "") && isDropped(node)) put("statement", "statement", "dropped", node, "", textOf(node), "(nothing)")

    const name = nameOf(node, names.length === 0)
    const within = name === undefined ? names : [...names, name]
    for (const [member, value] of Object.entries(node)) {
      if (isSkipped(node, member)) continue
      for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) walk(child, node, member, within, chain)
    }
  }
  interface Chain {
    readonly node: ESTree.ChainExpression
    readonly spine: ReadonlySet<ESTree.Node>
  }

  walk(parseAst(code) as ESTree.Node, undefined, "", [], undefined)
  return mutants.sort((one, other) => one.start - other.start || other.end - one.end)
}

/** Every mutant of these files, each with a name of its own: the second of two alike ends in " #2". */
export const mutantsOf = (files: ReadonlyArray<{ readonly path: string; readonly text: string }>): ReadonlyArray<Mutant> => {
  const counts = new Map<string, number>()
  return files.flatMap(({ path, text }) => mutantsOfFile(path, text)).map((mutant) => {
    const count = (counts.get(mutant.name) ?? 0) + 1
    counts.set(mutant.name, count)
    return count === 1 ? mutant : { ...mutant, name: `${mutant.name} #${count}` }
  })
}

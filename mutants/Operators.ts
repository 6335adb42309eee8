import type { ESTree } from "rolldown/utils"
import { patternEdits } from "./RegexEdits.ts"

/** A rewriting of one node: the whole text that stands in its place. */
export interface Edit {
  readonly operator: Operator
  /** What is told of it, and a part of the mutant's name: "< to <=". */
  readonly change: string
  readonly text: string
}

export type Operator =
  | "condition" | "logical" | "nullish" | "equality" | "relational" | "arithmetic" | "unary" | "boolean" | "string" | "words"
  | "chaining" | "literal" | "block" | "return" | "statement" | "method" | "regex" | "effect"

/** What an operator may look at: the node, the one around it, and the source text of any node. */
export interface Site {
  readonly node: ESTree.Node
  readonly parent: ESTree.Node | undefined
  readonly textOf: (node: { readonly start: number; readonly end: number }) => string
}

const swapped: Readonly<Record<string, readonly [operator: Operator, others: ReadonlyArray<string>]>> = {
  "===": ["equality", ["!=="]], "!==": ["equality", ["==="]], "==": ["equality", ["!="]], "!=": ["equality", ["=="]],
  "<": ["relational", ["<=", ">="]], "<=": ["relational", ["<", ">"]],
  ">": ["relational", [">=", "<="]], ">=": ["relational", [">", "<"]],
  "+": ["arithmetic", ["-"]], "-": ["arithmetic", ["+"]], "*": ["arithmetic", ["/"]], "/": ["arithmetic", ["*"]],
  "%": ["arithmetic", ["*"]], "**": ["arithmetic", ["*"]],
  "&": ["arithmetic", ["|"]], "|": ["arithmetic", ["&"]], "^": ["arithmetic", ["&"]], "<<": ["arithmetic", [">>"]], ">>": ["arithmetic", ["<<"]], ">>>": ["arithmetic", ["<<"]],
  "+=": ["arithmetic", ["-="]], "-=": ["arithmetic", ["+="]], "*=": ["arithmetic", ["/="]], "/=": ["arithmetic", ["*="]]
}

const methods = new Map(Object.entries({
  some: "every", every: "some", startsWith: "endsWith", endsWith: "startsWith", min: "max", max: "min", find: "findLast", findLast: "find",
  indexOf: "lastIndexOf", lastIndexOf: "indexOf", findIndex: "findLastIndex", findLastIndex: "findIndex", trimStart: "trimEnd", trimEnd: "trimStart",
  toLowerCase: "toUpperCase", toUpperCase: "toLowerCase", padStart: "padEnd", padEnd: "padStart", shift: "pop", pop: "shift", floor: "ceil", ceil: "floor"
}))

/** Methods that give something of their own receiver's kind, which is then taken as it is. */
const droppable = new Set([
  "filter", "slice", "trim", "trimStart", "trimEnd", "sort", "toSorted", "reverse", "toReversed", "concat", "replace", "replaceAll",
  "substring", "padStart", "padEnd", "toLowerCase", "toUpperCase", "normalize"
])

/** How many arguments these have when the effect is the first of them; one less, and they are a step of a pipe. */
const effects = new Map(Object.entries({
  catch: 2, catchTag: 3, catchTags: 2, catchIf: 3, catchCause: 2, orElseSucceed: 2, mapError: 2, tap: 2, tapError: 2, tapErrorTag: 3, tapCause: 2,
  ensuring: 2, onExit: 2, onError: 2, onInterrupt: 2, retry: 2, repeat: 2, delay: 2, timeoutOrElse: 2, timeoutOption: 2, raceFirst: 2,
  filterOrFail: 3, uninterruptible: 1, interruptible: 1, ignore: 1
}))

const isCapital = (name: string): boolean => /^[A-Z]/.test(name)

const isText = (node: ESTree.Node): boolean =>
  node.type === "TemplateLiteral" || (node.type === "Literal" && typeof node.value === "string") ||
  (node.type === "BinaryExpression" && node.operator === "+" && (isText(node.left) || isText(node.right)))

/** A sentence for a person, told from a name by the blank between two words of it. */
const isSentence = (text: string): boolean => /[\p{L}\p{P}] +\p{L}/u.test(text)

const isUndefined = (node: ESTree.Node): boolean => node.type === "Identifier" && node.name === "undefined"

/** `Effect.catchTag` for a call of it; undefined for a call of anything that is no function of a module. */
const moduleFunction = (node: ESTree.CallExpression): { readonly module: string; readonly name: string } | undefined =>
  node.callee.type === "MemberExpression" && !node.callee.computed && node.callee.object.type === "Identifier" &&
    node.callee.property.type === "Identifier" && isCapital(node.callee.object.name)
    ? { module: node.callee.object.name, name: node.callee.property.name }
    : undefined

const isGenerator = (node: ESTree.Node): boolean => {
  const called = node.type === "CallExpression" ? moduleFunction(node) : undefined
  return called?.module === "Effect" && called.name === "gen"
}

/** Whether giving `undefined` instead says anything that another operator does not. */
const isWorthReturning = (node: ESTree.Node): boolean => node.type !== "Literal" && !isUndefined(node) && !isGenerator(node)

const conditionEdits = ({ node, parent, textOf }: Site): ReadonlyArray<Edit> => {
  const isTest = parent !== undefined && "test" in parent && parent.test === node
  if (!isTest || node.type === "Literal") return []
  const never: Edit = { operator: "condition", change: "never", text: "false" }
  // An endless loop tells nothing that its end, or its body, does not.
  if (parent.type === "WhileStatement" || parent.type === "ForStatement") return [never]
  if (parent.type !== "IfStatement" && parent.type !== "ConditionalExpression") return []
  const plain = node.type !== "BinaryExpression" && node.type !== "LogicalExpression" && node.type !== "UnaryExpression"
  return [
    { operator: "condition", change: "always", text: "true" },
    never,
    ...plain ? [{ operator: "condition", change: "negated", text: `!(${textOf(node)})` } as const] : []
  ]
}

const literalEdits = ({ node, parent }: Site): ReadonlyArray<Edit> => {
  if (node.type !== "Literal") return []
  if (typeof node.value === "boolean") return [{ operator: "boolean", change: `${node.value} to ${!node.value}`, text: `${!node.value}` }]
  if ("regex" in node) {
    const { flags, pattern } = node.regex
    return patternEdits(pattern, flags).map((edit): Edit => ({ operator: "regex", change: edit.change, text: `/${edit.pattern}/${flags}` }))
  }
  if (typeof node.value !== "string") return []
  // The name of a span, which only a trace shows.
  if (parent?.type === "CallExpression" && parent.arguments[0] === node && ["fn", "withSpan", "fnUntraced"].includes(moduleFunction(parent)?.name ?? "")) return []
  return node.value === ""
    ? [{ operator: "string", change: "filled", text: "\"something\"" }]
    : [{ operator: isSentence(node.value) ? "words" : "string", change: "emptied", text: "\"\"" }]
}

const callEdits = (node: ESTree.CallExpression, { textOf }: Site): ReadonlyArray<Edit> => {
  const { callee } = node
  if (callee.type !== "MemberExpression" || callee.computed || callee.property.type !== "Identifier") return []
  const name = callee.property.name
  const rest = textOf({ start: callee.property.end, end: node.end })
  const ofModule = moduleFunction(node)
  const edits: Array<Edit> = []
  const other = methods.get(name)
  if (other !== undefined && (ofModule === undefined || ofModule.module === "Math")) {
    edits.push({ operator: "method", change: `${name} to ${other}`, text: `${textOf({ start: node.start, end: callee.property.start })}${other}${rest}` })
  }
  if (ofModule === undefined && droppable.has(name) && !callee.optional) {
    edits.push({ operator: "method", change: `${name} dropped`, text: textOf(callee.object) })
  }
  const arity = ofModule?.module === "Effect" ? effects.get(name) : undefined
  const given = node.arguments.length
  if (arity !== undefined && (given === arity || (given === arity - 1 && arity > 1))) {
    edits.push({ operator: "effect", change: `${name} dropped`, text: given === arity ? textOf(node.arguments[0]!) : "(effect) => effect" })
  }
  if (ofModule?.module === "Effect" && name === "acquireRelease" && given === 2) {
    edits.push({ operator: "effect", change: "release dropped", text: textOf(node.arguments[0]!) })
  }
  if (ofModule?.module === "Effect" && name === "addFinalizer") edits.push({ operator: "effect", change: "addFinalizer dropped", text: "Effect.void" })
  return edits
}

const binaryEdits = (node: ESTree.BinaryExpression | ESTree.AssignmentExpression, { textOf }: Site): ReadonlyArray<Edit> => {
  const rule = swapped[node.operator]
  if (rule === undefined) return []
  // Text is put together, not added.
  if (node.operator.startsWith("+") && (isText(node.left) || isText(node.right))) return []
  const between = textOf({ start: node.left.end, end: node.right.start })
  return rule[1].map((other): Edit => ({
    operator: rule[0],
    change: `${node.operator} to ${other}`,
    text: `${textOf({ start: node.start, end: node.left.end })}${between.replace(node.operator, () => other)}${textOf({ start: node.right.start, end: node.end })}`
  }))
}

const logicalEdits = (node: ESTree.LogicalExpression, { textOf }: Site): ReadonlyArray<Edit> => {
  const [left, right] = [textOf({ start: node.start, end: node.left.end }), textOf({ start: node.right.start, end: node.end })]
  const sides: ReadonlyArray<Edit> = [
    { operator: node.operator === "??" ? "nullish" : "logical", change: `left of ${node.operator}`, text: textOf(node.left) },
    { operator: node.operator === "??" ? "nullish" : "logical", change: `right of ${node.operator}`, text: textOf(node.right) }
  ]
  if (node.operator === "??") return sides
  const other = node.operator === "&&" ? "||" : "&&"
  const between = textOf({ start: node.left.end, end: node.right.start }).replace(node.operator, () => other)
  return [{ operator: "logical", change: `${node.operator} to ${other}`, text: `${left}${between}${right}` }, ...sides]
}

/** What an expression is rewritten to, one mutant each. */
export const expressionEdits = (site: Site): ReadonlyArray<Edit> => {
  const { node, parent, textOf } = site
  const edits: Array<Edit> = [...conditionEdits(site), ...literalEdits(site)]
  if ((node.type === "BinaryExpression" && node.operator !== "in") || node.type === "AssignmentExpression") edits.push(...binaryEdits(node, site))
  if (node.type === "LogicalExpression") edits.push(...logicalEdits(node, site))
  if (node.type === "CallExpression") edits.push(...callEdits(node, site))
  if (node.type === "UnaryExpression" && (node.operator === "!" || (node.operator === "-" && node.argument.type !== "Literal"))) {
    edits.push({ operator: "unary", change: `${node.operator} dropped`, text: textOf(node.argument) })
  }
  if (node.type === "UpdateExpression") {
    const other = node.operator === "++" ? "--" : "++"
    edits.push({ operator: "unary", change: `${node.operator} to ${other}`, text: textOf(node).replace(node.operator, other) })
  }
  if (node.type === "TemplateLiteral") {
    const words = node.quasis.map(({ value }) => value.raw).join("x")
    edits.push({ operator: isSentence(words) ? "words" : "string", change: "emptied", text: "\"\"" })
  }
  if ((node.type === "MemberExpression" || node.type === "CallExpression") && node.optional) {
    const head = node.type === "MemberExpression" ? node.object : node.callee
    edits.push({
      operator: "chaining",
      change: "?. dropped",
      text: textOf({ start: node.start, end: head.end }) +
        textOf({ start: head.end, end: node.end }).replace("?.", node.type === "MemberExpression" && !node.computed ? "." : "")
    })
  }
  if (node.type === "ArrayExpression" && node.elements.length > 0) edits.push({ operator: "literal", change: "array emptied", text: "[]" })
  if (node.type === "ObjectExpression" && node.properties.length > 0) edits.push({ operator: "literal", change: "object emptied", text: "{}" })
  const returned = (parent?.type === "ReturnStatement" && parent.argument === node) ||
    (parent?.type === "ArrowFunctionExpression" && parent.expression && parent.body === node)
  if (returned && isWorthReturning(node)) edits.push({ operator: "return", change: "undefined", text: "undefined" })
  return edits
}

/** Whether a block is left out as a whole: the body of a function or a loop, and what no condition already skips. */
export const isEmptied = (block: ESTree.BlockStatement | ESTree.FunctionBody, parent: ESTree.Node | undefined, textOf: Site["textOf"]): boolean => {
  const [first] = block.body
  if (first === undefined || (block.body.length === 1 && (first.type === "ReturnStatement" || first.type === "ExpressionStatement"))) return false
  // A condition that never holds leaves out the first block of an `if`.
  if (parent?.type === "IfStatement" && parent.consequent === block) return false
  return !/\bsuper\(/.test(textOf(block))
}

/** Whether a statement is left out: one that is there for what it does. */
export const isDropped = ({ expression }: ESTree.ExpressionStatement): boolean =>
  !(expression.type === "CallExpression" && expression.callee.type === "Super")

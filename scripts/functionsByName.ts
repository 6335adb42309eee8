import type { Plugin } from "rolldown"

/** Whether a function says `this` or `arguments`, which mean something else in an arrow. */
const asksItsCaller = (syntax: object): boolean =>
  /"ThisExpression"|"name":"arguments"/.test(JSON.stringify(syntax, (_, value) => typeof value === "bigint" ? `${value}` : value))

/**
 * Writes `const name = (…) => …` at the top of a module as a function declaration. V8 reads over a function that does
 * not run yet, but an arrow costs it twice as much: what is in its parentheses might also be an expression.
 */
export const functionsByName: Plugin = {
  name: "functions-by-name",
  renderChunk(code) {
    let written = ""
    let from = 0
    for (const statement of this.parse(code).body) {
      if (statement.type !== "VariableDeclaration" || statement.kind !== "const" || statement.declarations.length !== 1) continue
      const { id, init } = statement.declarations[0]!
      if (id.type !== "Identifier" || init?.type !== "ArrowFunctionExpression" || init.async) continue
      const [first] = init.params
      const last = init.params.at(-1)
      const params = first === undefined || last === undefined ? "" : code.slice(first.start, last.end)
      const body = code.slice(init.body.start, init.body.end)
      if (asksItsCaller(init)) continue
      written += `${code.slice(from, statement.start)}function ${id.name}(${params}) `
      written += init.body.type === "BlockStatement" ? body : `{ return (${body}) }`
      from = statement.end
    }
    return from === 0 ? null : written + code.slice(from)
  }
}

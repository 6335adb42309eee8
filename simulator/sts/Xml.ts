import type { StsError } from "./StsError.ts"

/** Elements by name: text or more elements. */
export interface XmlNode {
  readonly [name: string]: string | XmlNode
}

const namespace = "https://sts.amazonaws.com/doc/2011-06-15/"

const escape = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;")

const print = (node: XmlNode, indent: string): string =>
  Object.entries(node).map(([name, content]) =>
    typeof content === "string"
      ? `${indent}<${name}>${escape(content)}</${name}>\n`
      : `${indent}<${name}>\n${print(content, `${indent}  `)}${indent}</${name}>\n`
  ).join("")

/** The answer to an action that went well. */
export const printResult = (action: string, result: XmlNode, requestId: string): string => {
  const content = { [`${action}Result`]: result, ResponseMetadata: { RequestId: requestId } }
  return `<${action}Response xmlns="${namespace}">\n${print(content, "  ")}</${action}Response>\n`
}

/** The answer to one that did not. */
export const printError = (error: StsError, requestId: string): string => {
  const type = error.status < 500 ? "Sender" : "Receiver"
  const content = { Error: { Type: type, Code: error.code, Message: error.message }, RequestId: requestId }
  return `<ErrorResponse xmlns="${namespace}">\n${print(content, "  ")}</ErrorResponse>\n`
}

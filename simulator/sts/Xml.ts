import type { StsError } from "./StsError.ts"

/** Elements by name: text, more elements, or a list, each element of which is a `member`. */
export interface XmlNode {
  readonly [name: string]: string | XmlNode | ReadonlyArray<XmlNode>
}

/** Which service answers. */
export type Service = "sts" | "iam"

const namespaces: Record<Service, string> = {
  sts: "https://sts.amazonaws.com/doc/2011-06-15/",
  iam: "https://iam.amazonaws.com/doc/2010-05-08/"
}

const escape = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;")

const isList = (content: XmlNode | ReadonlyArray<XmlNode>): content is ReadonlyArray<XmlNode> => Array.isArray(content)

const print = (node: XmlNode, indent: string): string =>
  Object.entries(node).map(([name, content]) => {
    if (typeof content === "string") return `${indent}<${name}>${escape(content)}</${name}>\n`
    const inner = isList(content)
      ? content.map((member) => print({ member }, `${indent}  `)).join("")
      : print(content, `${indent}  `)
    return `${indent}<${name}>\n${inner}${indent}</${name}>\n`
  }).join("")

/** The answer to an action that went well. */
export const printResult = (service: Service, action: string, result: XmlNode | undefined, requestId: string): string => {
  const content = {
    ...(result === undefined ? {} : { [`${action}Result`]: result }),
    ResponseMetadata: { RequestId: requestId }
  }
  return `<${action}Response xmlns="${namespaces[service]}">\n${print(content, "  ")}</${action}Response>\n`
}

/** The answer to one that did not. */
export const printError = (service: Service, error: StsError, requestId: string): string => {
  const type = error.status < 500 ? "Sender" : "Receiver"
  const content = { Error: { Type: type, Code: error.code, Message: error.message }, RequestId: requestId }
  return `<ErrorResponse xmlns="${namespaces[service]}">\n${print(content, "  ")}</ErrorResponse>\n`
}

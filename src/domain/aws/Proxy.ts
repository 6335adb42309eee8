import { type Environment, variable } from "../base/Environment.ts"
import { isLoopback } from "./ConfiguredEndpoint.ts"

export interface ProxyServer {
  /** The connection to the proxy itself is TLS. */
  readonly secure: boolean
  readonly host: string
  readonly port: number
  /** The value of a `Proxy-Authorization` header. It is a secret. */
  readonly authorization?: string
}

/** The variable names a proxy that cannot be used, by its scheme or because it is no address. */
export interface ProxyUnusable {
  readonly unusable: string
}

/**
 * The proxy that a request to this URL takes, by the rules of the Go SDK (golang.org/x/net/http/httpproxy), whose
 * behaviour users of proxies already rely on: HTTPS_PROXY for https, HTTP_PROXY for http, each in lower case too;
 * an address without a scheme is an http one; NO_PROXY makes exceptions; loopback never takes a proxy.
 */
export const proxyFor = (url: URL, environment: Environment): ProxyServer | ProxyUnusable | undefined => {
  const names = url.protocol === "https:" ? ["HTTPS_PROXY", "https_proxy"] : ["HTTP_PROXY", "http_proxy"]
  const name = names.find((name) => variable(environment, name) !== undefined)
  if (name === undefined || isThisMachine(url.hostname)) return undefined
  if (isExcepted(url, variable(environment, "NO_PROXY", "no_proxy") ?? "")) return undefined
  return serverAt(environment[name] ?? "") ?? { unusable: name }
}

/** Whether a variable of proxies holds something that is none, which is an error for whatever would go through it. */
export const hasUnusableProxy = (environment: Environment): boolean =>
  ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"].some((name) => {
    const address = variable(environment, name)
    return address !== undefined && serverAt(address) === undefined
  })

const isThisMachine = (host: string): boolean => isLoopback(host) || host.endsWith(".localhost")

/**
 * Entries are separated by commas or spaces: `*`, or a host that stands for itself and everything below it, or
 * `.host` and `*.host` for everything below it only; each with a port if it is meant for that port alone.
 */
const isExcepted = (url: URL, list: string): boolean => {
  const host = url.hostname.toLowerCase()
  const port = portOf(url)
  return list.toLowerCase().split(/[\s,]+/).filter((entry) => entry !== "").some((entry) => {
    if (entry === "*") return true
    const [, name = "", itsPort] = /^(.*?)(?::(\d+))?$/.exec(bracketed(entry)) ?? []
    if (itsPort !== undefined && Number(itsPort) !== port) return false
    const below = name.replace(/^\*?\./, "")
    return host.endsWith(`.${below}`) || below === name && host === name
  })
}

/** An IPv6 address as URLs write it; it may stand bare in NO_PROXY. */
const bracketed = (entry: string): string => /^[0-9a-f:]*:[0-9a-f:]*:[0-9a-f:.]*$/.test(entry) ? `[${entry}]` : entry

const serverAt = (address: string): ProxyServer | undefined => {
  const text = userEncoded(/^[a-z][a-z0-9+.-]*:\/\//i.test(address) ? address : `http://${address}`)
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || url.hostname === "" || url.protocol !== "http:" && url.protocol !== "https:") return undefined
  return {
    secure: url.protocol === "https:",
    host: url.hostname.replace(/^\[|\]$/g, ""),
    port: portOf(url),
    ...(url.username === "" && url.password === "" ? undefined : { authorization: basic(url.username, url.password) })
  }
}

/**
 * In the user and the password, which end at the last `@`, a backslash (`corp\\user`) and what ends a host elsewhere
 * stand for themselves; a URL would take the part before them for the host.
 */
const userEncoded = (address: string): string => {
  const start = address.indexOf("://") + 3
  const end = address.lastIndexOf("@")
  if (end < start) return address
  const user = address.slice(start, end).replaceAll(/[\\/?#]/g, encodeURIComponent)
  return `${address.slice(0, start)}${user}${address.slice(end)}`
}

const basic = (username: string, password: string): string =>
  `Basic ${Buffer.from(`${decoded(username)}:${decoded(password)}`).toString("base64")}`

/** A percent sign that encodes nothing stands for itself: passwords are often pasted as they are. */
const decoded = (part: string): string =>
  part.replaceAll(/(?:%[0-9a-f]{2})+/gi, (encoded) => {
    try {
      return decodeURIComponent(encoded)
    } catch {
      return encoded
    }
  })

/** The port of a URL in which the scheme's own is left out. */
export const portOf = (url: URL): number => url.port === "" ? url.protocol === "https:" ? 443 : 80 : Number(url.port)

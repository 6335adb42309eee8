import { consistsOf } from "./ConsistsOf.ts"

const digits = "0123456789"
const ofNames = "abcdefghijklmnopqrstuvwxyz0123456789-"

/**
 * Whether what follows the scheme of a URL begins with a host in plain lower-case letters or an IPv4 address, perhaps
 * with a port, so that every URL parser takes it. `URL` itself, which the launcher's engine does not have and which
 * costs the others more than all of this, is for the rest.
 */
export const isPlainAfterScheme = (text: string): boolean => {
  const slash = text.indexOf("/")
  const authority = slash === -1 ? text : text.slice(0, slash)
  const colon = authority.indexOf(":")
  const host = colon === -1 ? authority : authority.slice(0, colon)
  return (isName(host) || isAddress(host)) && (colon === -1 || isNumber(authority.slice(colon + 1), 65_535))
}

/** A last part that begins with a letter keeps a name from being an address; `xn--` may be wrong in itself. */
const isName = (host: string): boolean => {
  const labels = host.split(".")
  for (const label of labels) if (label === "" || label.startsWith("xn--") || !consistsOf(label, ofNames)) return false
  return labels.at(-1)!.charCodeAt(0) >= 0x61
}

const isAddress = (host: string): boolean => {
  const parts = host.split(".")
  for (const part of parts) if (!isNumber(part, 255)) return false
  return parts.length === 4
}

/** Without a zero in front, which would make it octal. */
const isNumber = (text: string, largest: number): boolean =>
  text !== "" && text.length <= 5 && consistsOf(text, digits) && (text === "0" || text[0] !== "0") && Number(text) <= largest

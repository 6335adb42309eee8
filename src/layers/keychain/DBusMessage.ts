/**
 * D-Bus messages, as far as the Secret Service needs them (D-Bus Specification, "Type System" and "Message Protocol").
 * Runs in a process that is to start at once: node's builtins only.
 */

/** A value of one of the types that are written: `s`, `o`, `ao` and `a{ss}`. */
export type Written =
  | { readonly type: "s" | "o"; readonly value: string }
  | { readonly type: "ao"; readonly value: ReadonlyArray<string> }
  | { readonly type: "a{ss}"; readonly value: Readonly<Record<string, string>> }

export interface MethodCall {
  readonly destination: string
  readonly path: string
  readonly interface: string
  readonly member: string
  readonly args: ReadonlyArray<Written>
}

/** What came over the bus: an answer to the call with this serial, or a signal. */
export interface Received {
  readonly kind: "return" | "error" | "signal" | "other"
  readonly replyTo: number | undefined
  readonly path: string | undefined
  readonly member: string | undefined
  readonly error: string | undefined
  /** Decoded as far as its types are known here, which is said by `signature`. */
  readonly body: ReadonlyArray<unknown>
}

/** Message types and header fields by their numbers in the specification. */
const methodCall = 1
const kinds: Readonly<Record<number, Received["kind"]>> = { 2: "return", 3: "error", 4: "signal" }
const fields = { path: 1, interface: 2, member: 3, error: 4, replyTo: 5, destination: 6, signature: 8 } as const

/** No message that we can use is longer (bytes); the specification allows 128 MiB. */
const longest = 1024 * 1024

class Writer {
  private readonly bytes: Array<number> = []

  get length(): number {
    return this.bytes.length
  }

  align(to: number): void {
    while (this.bytes.length % to !== 0) this.bytes.push(0)
  }

  byte(value: number): void {
    this.bytes.push(value)
  }

  u32(value: number): void {
    this.align(4)
    this.bytes.push(value & 255, value >>> 8 & 255, value >>> 16 & 255, value >>> 24 & 255)
  }

  string(value: string): void {
    const text = Buffer.from(value)
    this.u32(text.length)
    this.bytes.push(...text, 0)
  }

  signature(value: string): void {
    const text = Buffer.from(value)
    this.bytes.push(text.length, ...text, 0)
  }

  /** An array's length counts from its first element on, so that it is known afterwards. */
  array(alignment: number, elements: () => void): void {
    this.u32(0)
    const at = this.bytes.length - 4
    this.align(alignment)
    const start = this.bytes.length
    elements()
    const length = this.bytes.length - start
    for (let index = 0; index < 4; index++) this.bytes[at + index] = length >>> (8 * index) & 255
  }

  append(other: Buffer): void {
    this.bytes.push(...other)
  }

  take(): Buffer {
    return Buffer.from(this.bytes)
  }
}

const writeValue = (writer: Writer, written: Written): void => {
  switch (written.type) {
    case "ao":
      return writer.array(4, () => written.value.forEach((path) => writer.string(path)))
    case "a{ss}":
      return writer.array(8, () => {
        for (const [key, value] of Object.entries(written.value)) {
          writer.align(8)
          writer.string(key)
          writer.string(value)
        }
      })
    default:
      return writer.string(written.value)
  }
}

export const encodeCall = (serial: number, call: MethodCall): Buffer => {
  const body = new Writer()
  for (const arg of call.args) writeValue(body, arg)
  const writer = new Writer()
  writer.byte("l".charCodeAt(0))
  writer.byte(methodCall)
  writer.byte(0)
  writer.byte(1)
  writer.u32(body.length)
  writer.u32(serial)
  writer.array(8, () => {
    const field = (code: number, type: "o" | "s" | "g", value: string): void => {
      writer.align(8)
      writer.byte(code)
      writer.signature(type)
      if (type === "g") writer.signature(value)
      else writer.string(value)
    }
    field(fields.path, "o", call.path)
    field(fields.interface, "s", call.interface)
    field(fields.member, "s", call.member)
    field(fields.destination, "s", call.destination)
    if (call.args.length > 0) field(fields.signature, "g", call.args.map(({ type }) => type).join(""))
  })
  writer.align(8)
  writer.append(body.take())
  return writer.take()
}

class Reader {
  private readonly bytes: Buffer
  private readonly little: boolean
  at: number

  constructor(bytes: Buffer, little: boolean, at: number) {
    this.bytes = bytes
    this.little = little
    this.at = at
  }

  align(to: number): void {
    this.at = Math.ceil(this.at / to) * to
  }

  byte(): number {
    this.at += 1
    return this.bytes.readUInt8(this.at - 1)
  }

  u32(): number {
    this.align(4)
    this.at += 4
    return this.little ? this.bytes.readUInt32LE(this.at - 4) : this.bytes.readUInt32BE(this.at - 4)
  }

  text(length: number): string {
    if (this.at + length + 1 > this.bytes.length) throw new RangeError("a text is longer than its message")
    const text = this.bytes.toString("utf8", this.at, this.at + length)
    this.at += length + 1
    return text
  }

  value(type: string): unknown {
    switch (type) {
      case "y":
        return this.byte()
      case "b":
        return this.u32() !== 0
      case "u":
        return this.u32()
      case "s":
      case "o":
        return this.text(this.u32())
      case "g":
        return this.text(this.byte())
      case "v":
        return this.value(this.text(this.byte()))
      case "ao":
      case "as": {
        const paths: Array<unknown> = []
        const length = this.u32()
        for (const end = this.at + length; this.at < end;) paths.push(this.value(type.slice(1)))
        return paths
      }
      default:
        throw new RangeError(`a value of type ${type} is not read here`)
    }
  }
}

/** The types in a signature, as far as they are read here: an array takes its element's type along. */
const typesIn = (signature: string): ReadonlyArray<string> => signature.match(/a*[a-z(){}]/g) ?? []

/** The values up to the first of a type that nobody here asks for. */
const readBody = (reader: Reader, signature: string): ReadonlyArray<unknown> => {
  const body: Array<unknown> = []
  try {
    for (const type of typesIn(signature)) body.push(reader.value(type))
  } catch {
    // What was read until here is all that there is.
  }
  return body
}

/**
 * The first message in these bytes, and how many it takes; undefined while it is not all there. Throws where the bytes
 * are none.
 */
export const decode = (bytes: Buffer): { readonly message: Received; readonly size: number } | undefined => {
  if (bytes.length < 16) return undefined
  const little = bytes[0] === "l".charCodeAt(0)
  if (!little && bytes[0] !== "B".charCodeAt(0)) throw new RangeError("this is no message of D-Bus")
  const header = new Reader(bytes, little, 4)
  const bodyLength = header.u32()
  header.u32()
  const fieldsLength = header.u32()
  const bodyAt = Math.ceil((16 + fieldsLength) / 8) * 8
  const size = bodyAt + bodyLength
  if (size > longest) throw new RangeError("a message is too long")
  if (bytes.length < size) return undefined
  const whole = bytes.subarray(0, size)
  const reader = new Reader(whole, little, 16)
  const found = new Map<number, unknown>()
  while (reader.at < 16 + fieldsLength) {
    reader.align(8)
    const code = reader.byte()
    found.set(code, reader.value("v"))
  }
  const text = (code: number): string | undefined => {
    const value = found.get(code)
    return typeof value === "string" ? value : undefined
  }
  const replyTo = found.get(fields.replyTo)
  return {
    size,
    message: {
      kind: kinds[bytes[1] ?? 0] ?? "other",
      replyTo: typeof replyTo === "number" ? replyTo : undefined,
      path: text(fields.path),
      member: text(fields.member),
      error: text(fields.error),
      body: readBody(new Reader(whole, little, bodyAt), text(fields.signature) ?? "")
    }
  }
}

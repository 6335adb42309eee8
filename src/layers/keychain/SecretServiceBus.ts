import { connect, type Socket } from "node:net"
import { decode, encodeCall, type MethodCall, type Received, type Written } from "./DBusMessage.ts"
import type { KeychainState } from "../../domain/cache/KeychainState.ts"

/**
 * What the Secret Service says of itself over D-Bus (freedesktop.org's Secret Service API): whether there is one, whether
 * it has a default collection, whether that is locked; and the one dialog that unlocks it. Secrets do not go this way.
 * Runs in a process that is to start at once: node's builtins only.
 */

/** Where a session's bus is: the first address of a kind that can be connected to; undefined where there is none. */
export const busPath = (variables: Readonly<Record<string, string | undefined>>): string | undefined => {
  const address = variables["DBUS_SESSION_BUS_ADDRESS"]
  if (address === undefined || address === "") {
    const runtime = variables["XDG_RUNTIME_DIR"]
    return runtime === undefined || runtime === "" ? undefined : `${runtime}/bus`
  }
  for (const one of address.split(";")) {
    const match = /^unix:(?:.*,)?(path|abstract)=([^,]*)/.exec(one)
    if (match === null) continue
    try {
      const name = decodeURIComponent(match[2] ?? "")
      return match[1] === "abstract" ? `\0${name}` : name
    } catch {
      continue
    }
  }
  return undefined
}

/** The service said no, or there is none. `message` is one line for a terminal. */
export class BusError extends Error {}

const bus = { destination: "org.freedesktop.DBus", path: "/org/freedesktop/DBus", interface: "org.freedesktop.DBus" }
const destination = "org.freedesktop.secrets"
const service = { destination, path: "/org/freedesktop/secrets", interface: "org.freedesktop.Secret.Service" }
const prompts = "org.freedesktop.Secret.Prompt"
const none = "/"

const s = (value: string): Written => ({ type: "s", value })

/** A connection that has said who it is. */
class Bus {
  private readonly socket: Socket
  private serial = 0
  private bytes: Buffer = Buffer.alloc(0)
  private readonly waiting = new Map<number, (answer: Received | Error) => void>()
  private readonly early: Array<Received> = []
  private awaited: { readonly path: string; readonly done: (answer: Received | Error) => void } | undefined
  private ended: Error | undefined

  constructor(socket: Socket) {
    this.socket = socket
    socket.on("data", (chunk: Buffer) => this.receive(chunk))
    socket.on("close", () => this.end(new BusError("the connection to D-Bus was closed")))
    void this.call({ ...bus, member: "Hello", args: [] }).catch(() => undefined)
  }

  call(call: MethodCall): Promise<ReadonlyArray<unknown>> {
    return new Promise((resolve, reject) => {
      if (this.ended !== undefined) return reject(this.ended)
      this.serial += 1
      this.waiting.set(this.serial, (answer) => {
        if (answer instanceof Error) return reject(answer)
        if (answer.kind === "return") return resolve(answer.body)
        const [said] = answer.body
        reject(new BusError(typeof said === "string" && said !== "" ? said : answer.error ?? "an error without a word"))
      })
      this.socket.write(encodeCall(this.serial, call))
    })
  }

  /** The signal that tells how a dialog ended: true when it was dismissed. It may have come already. */
  completed(path: string): Promise<boolean> {
    return new Promise((resolve, reject) => {
      const done = (answer: Received | Error) => answer instanceof Error ? reject(answer) : resolve(answer.body[0] !== false)
      const come = this.early.find((signal) => signal.path === path)
      if (come !== undefined) return done(come)
      if (this.ended !== undefined) return reject(this.ended)
      this.awaited = { path, done }
    })
  }

  private receive(chunk: Buffer): void {
    this.bytes = Buffer.concat([this.bytes, chunk])
    try {
      for (let next = decode(this.bytes); next !== undefined; next = decode(this.bytes)) {
        this.bytes = this.bytes.subarray(next.size)
        this.take(next.message)
      }
    } catch (error) {
      this.end(error as Error)
      this.socket.destroy()
    }
  }

  private take(message: Received): void {
    if (message.replyTo !== undefined) {
      this.waiting.get(message.replyTo)?.(message)
      this.waiting.delete(message.replyTo)
    } else if (message.kind === "signal" && message.member === "Completed") {
      if (this.awaited?.path === message.path) this.awaited?.done(message)
      else this.early.push(message)
    }
  }

  private end(error: Error): void {
    this.ended ??= error
    for (const tell of this.waiting.values()) tell(error)
    this.waiting.clear()
    this.awaited?.done(error)
  }
}

/** What a bus may say before it is one (characters). */
const longestLine = 1024

/** Connects and says who we are, by the user ID that the kernel vouches for (SASL's EXTERNAL). */
const open = (path: string): Promise<Bus> =>
  new Promise((resolve, reject) => {
    const shown = path.replace("\0", "@")
    const socket = connect({ path })
    let answer = ""
    socket.on("error", (error: NodeJS.ErrnoException) => reject(new BusError(`no D-Bus answers at ${shown} (${error.code ?? error.message})`)))
    socket.on("close", () => reject(new BusError(`the D-Bus at ${shown} wants nothing to do with us`)))
    const hear = (chunk: Buffer): void => {
      answer += chunk.toString("latin1")
      if (!answer.includes("\n") && answer.length < longestLine) return
      if (!answer.startsWith("OK ")) return void socket.destroy()
      socket.off("data", hear)
      socket.write("BEGIN\r\n")
      resolve(new Bus(socket))
    }
    socket.on("data", hear)
    socket.write(`\0AUTH EXTERNAL ${Buffer.from(String(process.geteuid?.() ?? 0)).toString("hex")}\r\n`)
  })

/** What the default collection is like. */
export interface Standing {
  readonly state: Exclude<KeychainState, "unknown" | "unreachable">
  /** Its path; empty where there is none. */
  readonly collection: string
}

/** The Secret Service of this session. Every call rejects with why there is none, or what it says. */
export class SecretService {
  private readonly opening: Promise<Bus>
  private shown: string | undefined

  constructor(path: string) {
    this.opening = open(path)
    // Whoever calls hears of it.
    this.opening.catch(() => undefined)
  }

  async standing(): Promise<Standing> {
    const bus = await this.opening
    const [collection] = await bus.call({ ...service, member: "ReadAlias", args: [s("default")] })
    if (typeof collection !== "string" || collection === none) return { state: "no default collection", collection: "" }
    const [locked] = await bus.call({
      destination,
      path: collection,
      interface: "org.freedesktop.DBus.Properties",
      member: "Get",
      args: [s("org.freedesktop.Secret.Collection"), s("Locked")]
    })
    return { state: locked === false ? "unlocked" : "locked", collection }
  }

  /** Whether there is a secret with these attributes that nobody can have without being asked. */
  async holdsLocked(attributes: Readonly<Record<string, string>>): Promise<boolean> {
    const bus = await this.opening
    const [, locked] = await bus.call({ ...service, member: "SearchItems", args: [{ type: "a{ss}", value: attributes }] })
    return Array.isArray(locked) && locked.length > 0
  }

  /** Unlocks the collection, with the service's own dialog where it takes one. */
  async unlock(collection: string): Promise<void> {
    const connection = await this.opening
    const match = `type='signal',interface='${prompts}',member='Completed'`
    await connection.call({ ...bus, member: "AddMatch", args: [s(match)] })
    const [, path] = await connection.call({ ...service, member: "Unlock", args: [{ type: "ao", value: [collection] }] })
    if (typeof path !== "string" || path === none) return
    const ended = connection.completed(path)
    ended.catch(() => undefined)
    this.shown = path
    await connection.call({ destination, path, interface: prompts, member: "Prompt", args: [s("")] })
    await ended
    this.shown = undefined
  }

  /** Takes our dialog off the screen: the service leaves it there when nobody waits for it any more. */
  async dismiss(): Promise<void> {
    const path = this.shown
    if (path !== undefined) await (await this.opening).call({ destination, path, interface: prompts, member: "Dismiss", args: [] })
  }
}

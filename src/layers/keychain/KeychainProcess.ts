import type { KeychainState } from "../../domain/cache/KeychainState.ts"
import { busPath, SecretService } from "./SecretServiceBus.ts"
import { writeText } from "../terminal/WriteText.ts"

/**
 * The process that holds the keychain's library, which may wait for a dialog or for nobody in particular, and cannot be
 * called off. Whoever asks it ends it when the time is over; it ends by itself when nobody can ask any more. One line of
 * JSON each way, over pipes. Loads nothing but the library and node's builtins, because a cached session waits for it.
 */

/** What is wanted of the keychain: secrets by account, below one service name. */
export type KeychainTask =
  | { readonly task: "state" }
  | { readonly task: "get"; readonly account: string }
  | { readonly task: "set"; readonly account: string; readonly secret: string }
  | { readonly task: "delete"; readonly account: string }
  | { readonly task: "find" }

export type KeychainRequest = KeychainTask & {
  readonly service: string
  /**
   * Whether the keychain's dialog may be shown to have it unlocked: `now`, or `later`, where being locked is the answer,
   * or `never`, where nothing is touched that might show one.
   */
  readonly dialog: "now" | "later" | "never"
}

/** `asked`: a dialog was shown. A state is what keeps the task from being done. */
export type KeychainReply = { readonly asked: boolean } & (
  | { readonly value: unknown }
  | { readonly state: Exclude<KeychainState, "unlocked">; readonly reason?: string }
  | { readonly refusal: string }
)

/** What the library or the system said. */
const said = (error: unknown): string => error instanceof Error ? error.message : String(error)

let session: SecretService | undefined

/** Undefined where this system's keychain cannot be asked about itself. */
const secretService = (): SecretService | undefined => {
  if (process.platform !== "linux") return undefined
  const path = busPath(process.env)
  if (path !== undefined) return session ??= new SecretService(path)
  if (process.env["DBUS_SESSION_BUS_ADDRESS"]) return undefined
  throw new Error("there is no D-Bus session (DBUS_SESSION_BUS_ADDRESS is not set)")
}

interface Standing {
  readonly state: KeychainState
  readonly asked: boolean
  readonly reason?: string
}

/** Sees to it that the keychain is unlocked, with one dialog at most. */
const standing = async ({ dialog, service }: KeychainRequest): Promise<Standing> => {
  let asked = false
  try {
    const secrets = secretService()
    if (secrets === undefined) return { state: "unknown", asked }
    let { collection, state } = await secrets.standing()
    if (state === "unlocked" && dialog === "never" && await secrets.holdsLocked({ service })) state = "locked"
    if (state === "locked" && dialog === "now") {
      asked = true
      await secrets.unlock(collection)
      state = (await secrets.standing()).state
    }
    return { state, asked }
  } catch (error) {
    return { state: asked ? "locked" : "unreachable", asked, reason: said(error) }
  }
}

const library = () => import("@napi-rs/keyring").catch(() => undefined)

const perform = async (request: KeychainRequest): Promise<KeychainReply> => {
  // The library is loaded while the bus answers.
  const looking = standing(request)
  const loading = library()
  const { asked, reason, state } = await looking
  if (state !== "unlocked" && (state !== "unknown" || request.dialog === "never")) {
    return { asked, state, ...(reason === undefined ? undefined : { reason }) }
  }
  const keyring = await loading
  if (keyring === undefined) {
    return { asked, state: "unreachable", reason: "the package @napi-rs/keyring is not installed, or not for this platform" }
  }
  const { service } = request
  // The kernel's own keyring, which the library falls back on under Linux, forgets at logout and is not what was asked for.
  const entryOf = (account: string) => new keyring.AsyncEntry(service, account, { linux: { store: "secret-service" } })
  try {
    switch (request.task) {
      case "state":
        return { asked, value: state }
      case "get":
        return { asked, value: await entryOf(request.account).getPassword() }
      case "set":
        await entryOf(request.account).setPassword(request.secret)
        return { asked, value: null }
      case "delete":
        return { asked, value: await entryOf(request.account).deleteCredential() }
      case "find":
        return { asked, value: await keyring.findCredentialsAsync(service) }
    }
  } catch (error) {
    // Where nothing is known, there may have been a dialog.
    return { asked: asked || state === "unknown", refusal: said(error) }
  }
}

/** Not even a call of the library that waits keeps it from ending, as it would an ordinary exit. */
const kill = (): void => {
  process.kill(process.pid, "SIGKILL")
}

/** How long a dialog may take to go away (milliseconds). */
const patience = 150

/** Nobody asks any more, nor waits for a dialog. */
const end = (): void => {
  setTimeout(kill, patience)
  void Promise.resolve(session?.dismiss()).catch(() => undefined).then(kill)
}

let text = ""
let queue: Promise<void> = Promise.resolve()
process.stdin.setEncoding("utf8")
process.stdin.on("data", (chunk: string) => {
  text += chunk
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n")) {
    const line = text.slice(0, at)
    text = text.slice(at + 1)
    queue = queue.then(async () => {
      const reply = await perform(JSON.parse(line) as KeychainRequest)
      if (!writeText(1, `${JSON.stringify(reply)}\n`)) end()
    }).catch(end)
  }
})
process.stdin.on("end", end)
process.stdin.on("error", end)

/**
 * The leader of a terminal's session, as a shell is: `session.ts SOCKET`. Starts processes on the terminal when told
 * so and reports what becomes of them; both as lines of JSON over the socket. Signals that the terminal sends to its
 * foreground group are for the others; a hang-up is passed on to them, as bash does.
 */
import { type ChildProcess, spawn } from "node:child_process"
import { openSync, writeSync } from "node:fs"
import { connect } from "node:net"
import { createInterface } from "node:readline"
import { markOf, type Order, type Report } from "../SessionProtocol.ts"

const socket = connect(process.argv[2] ?? "")
const report = (line: Report): void => void socket.write(`${JSON.stringify(line)}\n`)
/** Closes descriptor 3 as a sign that the group is its own. */
const intoBackground = "setpgrp(0, 0); open(my $sign, '>&=', 3); close($sign); exec(@ARGV) or die"

const lastWordsMillis = 1000
const running = new Map<number, ChildProcess>()

const start = ({ id, launch }: Extract<Order, { readonly do: "start" }>): void => {
  const { args = [], command, cwd, env = {}, place, stderr = "pipe", stdin = "null", stdout } = launch
  const child = spawn(
    place === "background" ? "perl" : command,
    place === "background" ? ["-e", intoBackground, command, ...args] : args,
    {
      cwd,
      env,
      detached: place === "elsewhere",
      stdio: [
        stdin === "tty" ? "inherit" : stdin === "null" ? "ignore" : "pipe",
        stdout === "pipe" ? "pipe" : openSync(stdout.file, "w"),
        stderr === "tty" ? "inherit" : "pipe",
        ...(place === "background" ? ["pipe" as const] : [])
      ]
    }
  )
  running.set(id, child)
  child.stdout?.setEncoding("utf8").on("data", (text: string) => report({ id, did: "stdout", text }))
  child.stderr?.setEncoding("utf8").on("data", (text: string) => report({ id, did: "stderr", text }))
  // A program may leave its standard input unread or close it at once: that is its own affair.
  child.stdin?.on("error", () => {})
  if (typeof stdin === "object") child.stdin?.end(stdin.data)
  const started = (): void => report({ id, did: "start", pid: child.pid ?? 0 })
  if (place === "background") child.stdio[3]?.on("close", started).on("data", () => {})
  else child.on("spawn", started)
  child.on("error", (error) => report({ id, did: "fail", text: error.message }))
  const end = (): void => {
    if (!running.delete(id)) return
    mark(Buffer.from(markOf(id)), (marked) =>
      report({ id, did: "end", code: child.exitCode, signal: child.signalCode, marked }))
  }
  // What the process left behind may hold its output open for as long as it likes: it is not waited for. All that has
  // arrived by then is read first, also where we were held up for longer than that.
  child.on("exit", () => setTimeout(() => setImmediate(end), lastWordsMillis))
  child.on("close", end)
}

/**
 * Follows the last words of a process on the terminal, so that they are known to be the last. A terminal that is busy with
 * somebody else's may take it a moment later only, where one of those that share it has made it non-blocking.
 */
const mark = (bytes: Buffer, done: (marked: boolean) => void): void => {
  let rest = bytes
  try {
    rest = bytes.subarray(writeSync(1, bytes))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EAGAIN") return done(false)
  }
  if (rest.length === 0) return done(true)
  setTimeout(() => mark(rest, done), 5)
}

for (const signal of ["SIGINT", "SIGQUIT", "SIGTSTP", "SIGTTOU"] as const) process.on(signal, () => {})
process.on("SIGHUP", () => {
  for (const child of running.values()) child.kill("SIGHUP")
})
createInterface(socket).on("line", (line) => {
  const order = JSON.parse(line) as Order
  if (order.do === "start") start(order)
  else if (order.do === "signal") running.get(order.id)?.kill(order.signal)
  else {
    running.get(order.id)?.stdout?.destroy()
    report({ id: order.id, did: "close" })
  }
})
socket.on("close", () => process.exit(0))

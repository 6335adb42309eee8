import { spawn } from "node:child_process"
import { randomUUID } from "node:crypto"
import { writeSync } from "node:fs"
import { type Arguments, parseArguments } from "./Arguments.ts"
import { type Call, isOn, option } from "./Call.ts"
import { run } from "./Commands.ts"
import { callerEnvironment, loggedValues, stateVariable, visibleEnvironment } from "./Environment.ts"
import { type ErrorContext, OpError, opError, panicText, readingFailed } from "./Errors.ts"
import { type Fault, faultFor } from "./Faults.ts"
import { append, callNumbers } from "./Log.ts"
import { processPlace, retryWhenFull, sleep, stdinKind } from "./Process.ts"
import { readState } from "./State.ts"

const statePath = process.env[stateVariable] ?? ""
const state = readState(statePath)
const id = randomUUID()
const env = callerEnvironment()
const now = (): number => Date.now() + state.clock_offset_ms

const write = (descriptor: 1 | 2, text: string): void => {
  let rest = Buffer.from(state.crlf ? text.replaceAll("\n", "\r\n") : text)
  while (rest.length > 0) {
    const chunk = rest
    rest = chunk.subarray(retryWhenFull(() => writeSync(descriptor, chunk)))
  }
}

const end = (exit: number): never => {
  append(statePath, { event: "done", id, exit, time: Date.now() })
  process.exit(exit)
}

const stamp = (): string => {
  const date = new Date(now())
  const local = new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString()
  return `${local.slice(0, 10).replaceAll("-", "/")} ${local.slice(11, 19)}`
}

const fail = (error: OpError): never => {
  for (const line of error.preamble) write(2, `${line}\n`)
  if (error.exit !== 2) write(2, `[ERROR] ${stamp()} ${error.message}\n`)
  return end(error.exit)
}

const hang = (fault: Fault): never => {
  if (fault.ignore_signals === true) {
    for (const signal of ["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT"] as const) process.on(signal, () => {})
  }
  if (fault.spawn_child === true) {
    const child = spawn("sleep", ["3600"], { stdio: ["ignore", "inherit", "inherit"] })
    append(statePath, { event: "child", id, pid: child.pid ?? 0 })
  }
  for (;;) sleep(3_600_000)
}

const die = (fault: Fault): never => {
  append(statePath, { event: "done", id, exit: null, signal: "SIGKILL", time: Date.now() })
  process.kill(process.pid, "SIGKILL")
  return hang(fault)
}

const contextOf = (call: Call): ErrorContext => {
  const [query] = call.arguments.positionals
  const [vault, item, field] = query?.startsWith("op://") === true ? query.slice(5).split("/") : []
  const known = {
    item: item ?? query,
    vault: vault ?? option(call, "vault"),
    field: field ?? option(call, "fields")?.replace(/^(label|type)=/, ""),
    filter: option(call, "account", "OP_ACCOUNT"),
    reference: query
  }
  return Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined))
}

const suffer = (call: Call, fault: Fault): string => {
  sleep(fault.delay_ms ?? 0)
  switch (fault.fault) {
    case "none":
      return run(call)
    case "hang":
      return hang(fault)
    case "silent":
      return end(1)
    case "panic":
      return fail(new OpError("", { preamble: [panicText], exit: 2 }))
    case "killed":
      return die(fault)
    case "truncated": {
      const whole = run(call)
      return whole.slice(0, Math.floor(whole.length / 2))
    }
    case "empty":
      run(call)
      return ""
    case "forgets":
      return run({ ...call, arguments: { ...call.arguments, switches: new Set([...call.arguments.switches, "dry-run"]) } })
    case "killed-after":
      run(call)
      return die(fault)
    case "message":
      throw new OpError(fault.message ?? "", { exit: fault.exit ?? 1 })
    case "raw-stderr":
      write(2, fault.message ?? "")
      return end(fault.exit ?? 1)
    default:
      throw opError(fault.fault, contextOf(call))
  }
}

const parse = (): Arguments | OpError => {
  try {
    return parseArguments(process.argv.slice(2), state.version)
  } catch (error) {
    if (error instanceof OpError) return error
    throw error
  }
}

const parsed = parse()
const place = processPlace()
const stdin = stdinKind()
append(statePath, {
  event: "start",
  id,
  command: parsed instanceof OpError ? "" : parsed.command,
  argv: process.argv.slice(2),
  env: Object.keys(env).sort(),
  values: loggedValues(env),
  stdin,
  ...place,
  cwd: process.cwd(),
  at: now(),
  time: Math.round(performance.timeOrigin)
})
if (parsed instanceof OpError) fail(parsed)
else {
  const call: Call = { id, statePath, state, arguments: parsed, env: visibleEnvironment(state, env), place, stdin, now }
  sleep(state.latency_ms - performance.now())
  if (state.stderr_bytes > 0) write(2, `${"x".repeat(state.stderr_bytes - 1)}\n`)
  if (isOn(call, "debug", "OP_DEBUG")) write(2, `[DEBUG] ${stamp()} ${parsed.command}\n`)
  if (state.warn !== undefined) write(2, `${state.warn}\n`)
  try {
    const fault = faultFor(state.faults, parsed.command, callNumbers(statePath, id))
    const output = fault === undefined ? run(call) : suffer(call, fault)
    write(1, state.bom ? `\uFEFF${output}` : output)
    end(0)
  } catch (error) {
    if (!(error instanceof OpError)) throw error
    fail(parsed.command === "read" && error.exit === 1 ? readingFailed(parsed.positionals[0] ?? "", error) : error)
  }
}

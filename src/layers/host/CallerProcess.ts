import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { execFile } from "node:child_process"
import { readFileSync } from "node:fs"
import { Caller } from "../../services/host/Caller.ts"

/** Nobody else can say this, so that a system that tells us nothing makes us nobody's sibling. */
const alone = `process:${process.pid}`

const groupOf = (leader: string, started: string | undefined): string => `${leader}:${started ?? "gone"}`

/** The fields of a `/proc/<pid>/stat` after the command, which may hold anything (proc_pid_stat(5), fields 3 on). */
const statOf = (process: string): ReadonlyArray<string> | undefined => {
  try {
    const stat = readFileSync(`/proc/${process}/stat`, "utf8")
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")
  } catch {
    return undefined
  }
}

/** Linux: field 5 of our own stat is the process group, field 22 of the leader's its start in ticks after boot. */
const groupByProc = Effect.sync(() => {
  const leader = statOf("self")?.[2]
  return leader === undefined ? alone : groupOf(leader, statOf(leader)?.[19])
})

/** One value of a process from `ps`; undefined when there is no such process. It gets nothing of our environment. */
const ask = (column: string, process: string): Effect.Effect<string | undefined> =>
  Effect.callback((resume) => {
    const options = { env: { LC_ALL: "C", TZ: "UTC" }, timeout: 2000 }
    const child = execFile("/bin/ps", ["-o", `${column}=`, "-p", process], options, (error, stdout) => {
      const value = stdout.trim()
      resume(Effect.succeed(error !== null || value === "" ? undefined : value))
    })
    return Effect.sync(() => child.kill())
  })

const groupByPs = Effect.gen(function*() {
  const leader = yield* ask("pgid", String(process.pid))
  return leader === undefined ? alone : groupOf(leader, yield* ask("lstart", leader))
})

const layerOf = (group: Effect.Effect<string>): Layer.Layer<Caller> =>
  Layer.effect(Caller, Effect.map(Effect.cached(group), (group) => Caller.of({ pid: process.pid, group })))

/** This process, as POSIX's own `ps` describes it: for macOS, and anywhere without a Linux `/proc`. */
export const layerPs: Layer.Layer<Caller> = layerOf(groupByPs)

/** This process, as the system it runs on describes it. Asked once, when somebody wants to know. */
export const layer: Layer.Layer<Caller> = process.platform === "linux" ? layerOf(groupByProc) : layerPs

/**
 * Starts programs and measures them. Bun runs this one: it starts a process three times faster than Node, and tells what
 * it cost. A job comes as JSON on stdin, its result goes as JSON to stdout.
 */
import { readFileSync, rmSync } from "node:fs"
import type { Job, Launch, Measured, Results } from "./Job.ts"

interface Child {
  readonly pid: number
  readonly exited: Promise<number>
  readonly stdout: ReadableStream<Uint8Array>
}

interface Options {
  readonly env: Readonly<Record<string, string>>
  readonly stdio: readonly ["ignore", "ignore" | "pipe", "ignore"]
}

declare const Bun: {
  readonly spawn: (command: ReadonlyArray<string>, options: Options) => Child
  readonly spawnSync: (command: ReadonlyArray<string>, options: Options) => {
    readonly exitCode: number
    readonly resourceUsage: { readonly cpuTime: { readonly total: bigint } }
  }
}

const quiet = ({ env }: Launch): Options => ({ env, stdio: ["ignore", "ignore", "ignore"] })

const prepare = ({ forgets }: Launch): void => {
  for (const path of forgets ?? []) rmSync(path, { recursive: true, force: true })
}

const failed = ({ command }: Launch, code: number): never => {
  throw new Error(`${command.join(" ")} ended with ${code}`)
}

const once = (launch: Launch): Measured => {
  prepare(launch)
  const from = performance.now()
  const { exitCode, resourceUsage } = Bun.spawnSync(launch.command, quiet(launch))
  const milliseconds = performance.now() - from
  return exitCode === 0 ? { milliseconds, cpu: Number(resourceUsage.cpuTime.total) / 1000 } : failed(launch, exitCode)
}

const shuffled = <A>(items: ReadonlyArray<A>): ReadonlyArray<A> =>
  items.map((item) => ({ item, at: Math.random() })).toSorted((one, other) => one.at - other.at).map(({ item }) => item)

/** Each of them once a round, in another order every time, so that whatever else the machine does hits all alike. */
const rounds = (launches: ReadonlyArray<Launch>, count: number): Results["rounds"] => {
  launches.forEach(once)
  return Array.from({ length: count }, () => {
    const measured = new Map(shuffled(launches).map((launch) => [launch, once(launch)]))
    return launches.map((launch) => measured.get(launch)!)
  })
}

/**
 * The most memory that a process had at any time (MiB): the kernel's own high-water mark, looked at until the process
 * is gone, so that of several runs the highest is right. Undefined where the system shows none. What `wait4` tells
 * includes this process itself, whose memory the child shares until it is another program.
 */
const peak = async (launch: Launch): Promise<number | undefined> => {
  prepare(launch)
  const child = Bun.spawn(launch.command, quiet(launch))
  let kibibytes: number | undefined
  for (;;) {
    const found = /VmHWM:\s+(\d+)/.exec(statusOf(child.pid))
    if (found === null) break
    kibibytes = Number(found[1])
  }
  await child.exited
  return kibibytes === undefined ? undefined : kibibytes / 1024
}

const statusOf = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/status`, "latin1")
  } catch {
    return ""
  }
}

/** So many at once: when each of them ended, in milliseconds from the start, and what they printed. */
const together = async (launch: Launch, count: number): Promise<Results["together"]> => {
  prepare(launch)
  const from = performance.now()
  const children = Array.from({ length: count }, () => Bun.spawn(launch.command, { ...quiet(launch), stdio: ["ignore", "pipe", "ignore"] }))
  return Promise.all(children.map(async ({ exited, stdout }) => {
    const [code, output] = await Promise.all([
      exited.then((code) => ({ code, milliseconds: performance.now() - from })),
      new Response(stdout).text()
    ])
    return { ...code, output }
  }))
}

const results = async (job: Job): Promise<Results[Job["kind"]]> => {
  switch (job.kind) {
    case "rounds":
      return rounds(job.launches, job.count)
    case "peaks": {
      const found: Array<number | undefined> = []
      for (const launch of job.launches) found.push(await peak(launch))
      return found
    }
    case "together":
      return together(job.launch, job.count)
  }
}

const job = JSON.parse(await new Response(process.stdin as never).text()) as Job
process.stdout.write(JSON.stringify(await results(job)))

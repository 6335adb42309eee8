import { Effect } from "effect"
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join, resolve } from "node:path"
import type { Command } from "./Machine.ts"
import { type Ended, runTool } from "./Tool.ts"

const source = join(import.meta.dirname, "java")
const target = resolve(import.meta.dirname, "../../.cache/interop/java")
const jars = join(target, "jars", "*")
const classes = join(target, "classes")

const run = (command: string, ...words: ReadonlyArray<string>): Promise<Ended> => runTool(command, words, { cwd: source })

/** Downloads the SDK once, and again when the list of what is needed changes. */
const download = async (): Promise<string | undefined> => {
  const mark = join(target, "done")
  const wanted = readFileSync(join(source, "pom.xml"), "utf8")
  if (existsSync(mark) && readFileSync(mark, "utf8") === wanted) return undefined
  rmSync(target, { recursive: true, force: true })
  const copied = await run(
    "mvn",
    "--quiet",
    "--batch-mode",
    `-Dmaven.repo.local=${join(target, "repository")}`,
    "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies",
    `-DoutputDirectory=${join(target, "jars")}`
  )
  if (copied.failed) return `the SDK for Java could not be downloaded: ${copied.reason}`
  writeFileSync(mark, wanted)
  return undefined
}

/** Why the client cannot be run here; undefined where it can. Downloads the SDK. */
export const lacking = async (): Promise<string | undefined> => {
  const compiler = await run("javac", "-version")
  return compiler.failed ? `no Java compiler: ${compiler.reason}` : await download()
}

/** Compiles the client and gives the command that runs it. Dies when it does not compile. */
export const client: Effect.Effect<Command> = Effect.promise(async () => {
  const compiled = await run("javac", "-cp", jars, "-d", classes, "Identity.java")
  if (compiled.failed) throw new Error(`Identity.java could not be compiled: ${compiled.output}`)
  const { output } = await run("java", "-XshowSettings:properties", "-version")
  const home = /java\.home = (.+)/.exec(output)?.[1] ?? ""
  // So short a run gains nothing from the second compiler, and two cores are few.
  return { command: join(home, "bin/java"), args: ["-XX:TieredStopAtLevel=1", "-cp", `${classes}:${jars}`, "Identity"] }
})

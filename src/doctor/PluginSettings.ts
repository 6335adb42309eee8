import * as Effect from "effect/Effect"
import type { Environment } from "../domain/base/Environment.ts"
import { distinctItems, opDirectories, pluginFiles, pluginItems, wrappable } from "../domain/onepassword/ShellPlugin.ts"
import { Disk } from "../services/host/Disk.ts"

/** The items that 1Password's own AWS plugin was set up with, the one that it would use here first. */
export const itemsOfPlugin = Effect.fnUntraced(function*(environment: Environment, directory: string) {
  const disk = yield* Disk
  let configuration: string | undefined
  for (const one of opDirectories(environment)) {
    if (configuration === undefined && (yield* disk.look(one)).kind !== "missing") configuration = one
  }
  const texts = yield* Effect.forEach(pluginFiles(environment, directory, configuration), (path) => disk.read(path))
  return distinctItems(texts.flatMap((read) => read !== undefined && "text" in read ? pluginItems(read.text) : []))
})

/** The aliases and items of 1Password's plugins, in the first directory of its own that is there. */
export const pluginFacts = Effect.fnUntraced(function*(environment: Environment) {
  const disk = yield* Disk
  for (const directory of opDirectories(environment)) {
    if ((yield* disk.look(directory)).kind === "missing") continue
    const path = `${directory}/plugins.sh`
    const content = yield* disk.read(path)
    const files = yield* disk.list(`${directory}/plugins`)
    return {
      aliases: content !== undefined && "text" in content ? { path, text: content.text } : undefined,
      configured: wrappable.filter((name) => files.includes(`${name}.json`))
    }
  }
  return { aliases: undefined, configured: [] }
})

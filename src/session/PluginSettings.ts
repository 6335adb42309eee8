import * as Effect from "effect/Effect"
import { opDirectories } from "../domain/doctor/PluginCheck.ts"
import type { Environment } from "../domain/Environment.ts"
import { distinctItems, pluginFiles, pluginItems } from "../domain/setup/PluginItems.ts"
import { Disk } from "../services/Disk.ts"

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

import { Clock, Context, Effect, Layer } from "effect"
import type { Texts } from "./AwsConfigFileMemory.ts"
import type { Thing, Things } from "../host/DiskMemory.ts"
import { parseAwsConfig } from "../../../src/domain/aws-config/AwsConfig.ts"
import { ConfigFailure } from "../../../src/domain/aws-config/ConfigFailure.ts"
import { AwsConfigFile } from "../../../src/services/aws-config/AwsConfigFile.ts"
import { AwsFiles, type Replacement } from "../../../src/services/aws-config/AwsFiles.ts"

export const configPath = "/home/me/.aws/config"
export const credentialsPath = "/home/me/.aws/credentials"

interface Shape {
  /** What stands where; a `DiskMemory.layerOver` the same shows it too. */
  readonly things: Things
  /** What the file holds now, its links followed. */
  text(path: string): Effect.Effect<string | undefined>
  /** Somebody else writes to a file. */
  put(path: string, text: string): Effect.Effect<void>
  /** From now on, writing fails for this reason; undefined lets it succeed again. */
  refuse(reason: string | undefined): Effect.Effect<void>
  /** What was replaced, oldest first, refused ones left out. */
  readonly replaced: Effect.Effect<ReadonlyArray<Replacement>>
}

const stamp = (now: number): string => new Date(now).toISOString().replace(/[-:]|\.\d+/g, "")

const make = (things: Things) => {
  let refusal: string | undefined
  const replaced: Array<Replacement> = []

  /** Where the links lead. */
  const target = (path: string, links = 8): string => {
    const thing = things.get(path)
    return thing !== undefined && "link" in thing && links > 0 ? target(thing.link, links - 1) : path
  }
  const at = (path: string): Thing | undefined => things.get(target(path))
  const textAt = (path: string): string | undefined => {
    const thing = at(path)
    return thing !== undefined && "text" in thing ? thing.text : undefined
  }
  const place = (path: string, text: string): void => {
    const thing = at(path)
    things.set(target(path), { ...(thing !== undefined && "text" in thing ? thing : { mode: 0o600 }), text })
  }

  const freeName = (path: string, count = 1): string => {
    const name = count === 1 ? path : `${path}-${count}`
    return things.has(name) ? freeName(path, count + 1) : name
  }

  const files = AwsFiles.of({
    read: (path) =>
      Effect.suspend(() => {
        const thing = at(path)
        return thing === undefined || "text" in thing
          ? Effect.succeed(thing?.text)
          : Effect.fail(ConfigFailure.ConfigUnreadable(path, "it is no file"))
      }),
    replace: Effect.fnUntraced(function*(replacement) {
      const { after, backup, before, path } = replacement
      const thing = at(path)
      const mode = thing !== undefined && "text" in thing ? thing.mode ?? 0o600 : 0o600
      const trouble = refusal ?? (thing !== undefined && !("text" in thing)
        ? "it is no file"
        : (mode & 0o200) === 0
        ? "permission denied"
        : undefined)
      if (trouble !== undefined) return yield* Effect.fail(ConfigFailure.AwsFileUnwritable(path, { reason: trouble }))
      if (textAt(path) !== before) return yield* Effect.fail(ConfigFailure.AwsFileChanged(path))
      const backupPath = backup && before !== undefined
        ? freeName(`${path}.backup-${stamp(yield* Clock.currentTimeMillis)}`)
        : undefined
      if (before === after) return undefined
      if (backupPath !== undefined) things.set(backupPath, { text: before!, mode: 0o600 })
      if (after === undefined) things.delete(target(path))
      else place(path, after)
      replaced.push(replacement)
      return backupPath
    })
  })

  const config = AwsConfigFile.of({
    load: Effect.sync(() =>
      parseAwsConfig({
        config: { path: configPath, text: textAt(configPath) ?? "" },
        credentials: { path: credentialsPath, text: textAt(credentialsPath) ?? "" }
      })
    )
  })

  const fake: Shape = {
    things,
    text: (path) => Effect.sync(() => textAt(path)),
    put: (path, text) => Effect.sync(() => place(path, text)),
    refuse: (reason) => Effect.sync(() => void (refusal = reason)),
    replaced: Effect.sync(() => [...replaced])
  }
  return Context.make(AwsFiles, files).pipe(
    Context.add(AwsConfigFile, config),
    Context.add(AwsFilesMemory, AwsFilesMemory.of(fake))
  )
}

/** AWS's two files in memory, for reading as for writing. */
export class AwsFilesMemory extends Context.Service<AwsFilesMemory, Shape>()("test/fakes/AwsFilesMemory") {
  /** Over things that outlive it. */
  static layerOver(things: Things): Layer.Layer<AwsFiles | AwsConfigFile | AwsFilesMemory> {
    return Layer.effectContext(Effect.sync(() => make(things)))
  }

  /** With these texts; a file that is left out does not exist. */
  static layer(texts: Texts = {}): Layer.Layer<AwsFiles | AwsConfigFile | AwsFilesMemory> {
    return Layer.effectContext(Effect.sync(() => {
      const things: Things = new Map()
      if (texts.config !== undefined) things.set(configPath, { text: texts.config, mode: 0o600 })
      if (texts.credentials !== undefined) things.set(credentialsPath, { text: texts.credentials, mode: 0o600 })
      return make(things)
    }))
  }
}

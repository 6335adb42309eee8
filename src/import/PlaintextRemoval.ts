import * as Effect from "effect/Effect"
import type { AwsConfig } from "../domain/aws-config/AwsConfig.ts"
import type { ConfigText } from "../domain/aws-config/AwsConfigSections.ts"
import { type AwsTexts, type PlaintextKey, variablesOf } from "../domain/aws-config/PlaintextKeys.ts"
import { type Environment, homePath } from "../domain/base/Environment.ts"
import { Failure } from "../domain/base/Failure.ts"
import { printable } from "../domain/base/Printable.ts"
import { type DiffLine, diffText, textDiff } from "../domain/base/TextDiff.ts"
import { isOurs } from "../domain/settings/ProfileChoice.ts"
import { ImportFailure } from "./ImportFailure.ts"
import type { ImportRequest } from "./ImportRequest.ts"
import {
  type CopyKind,
  copyKind,
  type FileLines,
  fileLinesWords,
  linesWith,
  linesWithSecret,
  lossWords,
  removeKey,
  settingLines,
  shellFiles,
  variablesWords,
  withoutSecret
} from "./KeyRemoval.ts"
import { AwsFiles, type FileChange } from "../services/aws-config/AwsFiles.ts"
import { Disk } from "../services/host/Disk.ts"
import { orFail } from "../session/OrFail.ts"
import { readAwsTexts } from "../setup/PlaintextSearch.ts"

type Which = keyof AwsTexts

/** A file beside one of AWS's two that holds the secret as well. */
export interface SecretCopy extends FileLines {
  readonly kind: CopyKind
  /** How to take the secret out of it; undefined where that is for its owner to do. */
  readonly change: FileChange | undefined
}

const both: ReadonlyArray<Which> = ["credentials", "config"]

const changeOf = (file: ConfigText, key: PlaintextKey, which: Which): FileChange | undefined | Failure => {
  const after = removeKey(file, key, which)
  if (after instanceof Failure) return after
  return after === file.text ? undefined : { path: file.path, before: file.text, after }
}

/** What taking the key out of AWS's two files comes to, as they are now, and where else it stands. */
export interface PlannedRemoval {
  readonly changes: ReadonlyArray<FileChange>
  readonly copies: ReadonlyArray<SecretCopy>
  /** What AWS's clients lose by it. */
  readonly loss: string | undefined
  /** What is to be said of variables. */
  readonly variables: string | undefined
}

export const plannedRemoval = Effect.fnUntraced(function*({ environment, workingDirectory }: ImportRequest, config: AwsConfig, key: PlaintextKey) {
  const texts = yield* readAwsTexts(config)
  const changes = yield* Effect.forEach(both, (which) => orFail(changeOf(texts[which], key, which)))
  const planned: PlannedRemoval = {
    changes: changes.flatMap((change) => change === undefined ? [] : [change]),
    copies: yield* copiesOf(config, key),
    loss: lossWords(key, (profile) => isOurs(config.profile(profile))),
    variables: variablesWords(key, yield* shellLines(environment, workingDirectory, key))
  }
  return planned
})

/** What is different about a file, without the secret. */
const changeShown = ({ after, before = "" }: FileChange, key: PlaintextKey): ReadonlyArray<DiffLine> =>
  textDiff(withoutSecret(before, key), withoutSecret(after, key))

/** Every file with what goes from it. */
export const changesShown = (
  changes: ReadonlyArray<FileChange>,
  key: PlaintextKey,
  { environment, look }: Pick<ImportRequest, "environment" | "look">
): string =>
  changes.map((change) => `${printable(homePath(change.path, environment))}:\n${diffText(changeShown(change, key), look)}`).join("\n")

/** Replaces one file, in one step, and keeps nothing of what it held. */
export const removeFrom = (change: FileChange) => Effect.flatMap(AwsFiles, (files) => files.replace({ ...change, backup: false }))

/** Fails where one of AWS's two files still holds the secret, whatever for. */
export const verifyRemoved = Effect.fnUntraced(function*(config: AwsConfig, key: PlaintextKey, environment: Environment) {
  const texts = yield* readAwsTexts(config)
  const left = both.map((which) => ({ path: homePath(texts[which].path, environment), lines: linesWithSecret(texts[which].text, key) }))
    .filter(({ lines }) => lines.length > 0)
  if (left.length > 0) return yield* Effect.fail(ImportFailure.SecretStays(left.map(fileLinesWords)))
})

const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf("/"))) || "."

const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1)

/** Files beside AWS's two, by the names that editors, people and `setup` give to copies, that hold the secret too. */
const copiesOf = Effect.fnUntraced(function*({ configPath, credentialsPath }: AwsConfig, key: PlaintextKey) {
  const disk = yield* Disk
  const files = yield* AwsFiles
  const real = (path: string) => Effect.map(disk.real(path), (found) => found ?? path)
  const originals: Array<readonly [which: Which, path: string]> = []
  for (const [which, path] of [["credentials", credentialsPath], ["config", configPath]] as const) {
    // Editors, and whoever replaces a file, may work beside what a link leads to.
    for (const place of new Set([path, yield* real(path)])) originals.push([which, place])
  }
  const seen = new Set(originals.map(([, path]) => path))
  const found: Array<SecretCopy> = []
  for (const [which, of] of originals) {
    for (const name of yield* disk.list(folderOf(of))) {
      const kind = copyKind(name, nameOf(of))
      const path = `${folderOf(of)}/${name}`
      if (kind === undefined) continue
      const place = yield* real(path)
      if (seen.has(place)) continue
      seen.add(place)
      const read = yield* disk.read(path)
      if (read === undefined || !("text" in read)) continue
      const lines = linesWithSecret(read.text, key)
      if (lines.length === 0) continue
      // An editor's swap file is no text, and cannot be replaced by one.
      const text = yield* Effect.orElseSucceed(files.read(path), () => undefined)
      const change = text === undefined || text.includes("\0") ? undefined : changeOf({ path, text }, key, which)
      const clean = change === undefined || change instanceof Failure || linesWithSecret(change.after, key).length > 0
      found.push({ path, lines: text?.includes("\0") === false ? lines : [], kind, change: clean ? undefined : change })
    }
  }
  return found
})

/**
 * The lines of shells' files that set a variable of the key, or hold either half of it: an ID that stays behind without
 * its secret is an error to AWS's clients. Nothing of them is ever changed.
 */
const shellLines = Effect.fnUntraced(function*(environment: Environment, workingDirectory: string, key: PlaintextKey) {
  const disk = yield* Disk
  const found: Array<FileLines> = []
  for (const path of shellFiles(environment, workingDirectory)) {
    const read = yield* disk.read(path)
    if (read === undefined || !("text" in read)) continue
    const numbers = [
      ...settingLines(read.text, variablesOf(key)).map(({ number }) => number),
      ...linesWith(read.text, key.accessKeyId),
      ...linesWithSecret(read.text, key)
    ]
    const lines = [...new Set(numbers)].sort((one, other) => one - other)
    if (lines.length > 0) found.push({ path: homePath(path, environment), lines })
  }
  return found
})

import { type TerminalStyle, wrapped } from "../domain/base/TerminalText.ts"
import { printable } from "../domain/base/Printable.ts"
import { type EpochMillis, formatTimeLeft, formatTimestamp } from "../domain/base/Time.ts"
import type { RotationStep, UserKey } from "./RotationStep.ts"

/** What a person is shown before anything is changed. */
export interface RotationScene {
  readonly profile: string
  /** Whose key it is. */
  readonly arn: string
  readonly item: string
  readonly vault: string
  readonly held: string
  readonly keys: ReadonlyArray<UserKey>
  readonly step: RotationStep
  /** When the rotation that is not finished began. */
  readonly begunAt: EpochMillis | undefined
}

/** Something that a rotation has done. */
export type RotationDeed =
  | { readonly _tag: "Made" | "Known" | "Stored" | "Proved" | "Deactivated" | "Deleted"; readonly key: string }
  | { readonly _tag: "Undone" | "PutBack" | "Activated"; readonly key: string }

const widest = 76
const indent = "  "
const labelWidth = 6

/** When a key was made, and how long ago that is. */
const madeText = ({ createdAt }: UserKey, now: EpochMillis): string =>
  `made ${formatTimestamp(createdAt).slice(0, 10)} (${formatTimeLeft(now - createdAt)} ago)`

/** When a key was used last, as far as AWS knows. */
const lastUseText = ({ lastUse }: UserKey, now: EpochMillis): string =>
  lastUse === "never"
    ? "never used"
    : lastUse === "unknown"
    ? "last use not known"
    : `last used ${formatTimeLeft(now - lastUse)} ago`

/** The same of the key that is to go: who sees that something used it a moment ago knows that something will miss it. */
const usedText = (key: UserKey, now: EpochMillis): ReadonlyArray<string> => key.lastUse === "unknown" ? [] : [lastUseText(key, now)]

/** All of it in half a sentence. */
export const keyText = (key: UserKey, now: EpochMillis): string =>
  [printable(key.accessKeyId), key.active ? "active" : "inactive", madeText(key, now), lastUseText(key, now)].join(", ")

/** Whose key is about to be replaced, and what will be done. Ends with a line break. */
export const rotationText = (scene: RotationScene, now: EpochMillis, { columns }: Pick<TerminalStyle, "columns">): string => {
  // The last column is left free: what a terminal does with it differs.
  const width = columns === undefined ? undefined : Math.min(widest, columns - 1)
  const fitted = (text: string, room = width): ReadonlyArray<string> => room === undefined ? [text] : wrapped(text, room)
  const own = scene.keys.find(({ accessKeyId }) => accessKeyId === scene.held)
  const row = (label: string, value: string): ReadonlyArray<string> =>
    fitted(printable(value, 300), width === undefined ? undefined : Math.max(10, width - indent.length - labelWidth))
      .map((line, index) => indent + (index === 0 ? label : "").padEnd(labelWidth) + line)
  return [
    ...fitted(`The access key of profile ${printable(scene.profile)}:`),
    ...row("user", scene.arn),
    ...row("item", `${scene.item} in ${scene.vault}`),
    ...row("key", own === undefined ? scene.held : [own.accessKeyId, madeText(own, now), ...usedText(own, now)].join(", ")),
    "",
    ...fitted(intention(scene, now)),
    "",
    ""
  ].join("\n")
}

const intention = ({ begunAt, held, step }: RotationScene, now: EpochMillis): string => {
  const begun = begunAt === undefined ? "" : ` ${formatTimeLeft(now - begunAt)} ago`
  switch (step._tag) {
    case "Make":
      return replacement(held)
    case "DropOrphan":
      return `A rotation that was begun${begun} was interrupted. The key that it made, ${step.key.accessKeyId}, is in no item and is deleted first. ${replacement(held)}`
    case "MakeRoom":
      return `The user has a second key, and AWS allows two: ${keyText(step.key, now)}. It has to be deleted first. ${replacement(held)}`
    case "Retire":
      return `A rotation that was begun${begun} was interrupted: the item has the new key already. What is left is to ${
        step.key.active ? "deactivate and delete" : "delete"
      } the old one, ${step.key.accessKeyId}. ${elsewhere}`
    case "Close":
      return `A rotation that was begun${begun} was interrupted at its very end: the item has the new key, and the old one is gone. Nothing is left to do.`
  }
}

const elsewhere = "Whatever else uses the old key stops working."

const replacement = (held: string): string =>
  `A new key is made, tried, put into the item and tried again. Then the old one, ${held}, is deactivated and deleted. ${elsewhere} Cached sessions go on.`

/** What has to be answered with yes or no before it is done; undefined where there is nothing to agree to. */
export const rotationQuestion = (step: RotationStep): { readonly question: string; readonly usual: boolean } | undefined => {
  switch (step._tag) {
    case "Make":
    case "DropOrphan":
      return { question: "Replace the key?", usual: false }
    case "MakeRoom":
      return { question: `Delete ${printable(step.key.accessKeyId)}, and replace the other?`, usual: false }
    case "Retire":
      return { question: "Finish it?", usual: true }
    case "Close":
      return undefined
  }
}

const deeds: Readonly<Record<RotationDeed["_tag"], (key: string) => string>> = {
  Made: (key) => `made ${key}`,
  Known: () => "AWS takes it",
  Stored: () => "put it into the item",
  Proved: () => "AWS takes what 1Password returns",
  Deactivated: (key) => `deactivated ${key}`,
  Deleted: (key) => `deleted ${key}`,
  Undone: (key) => `deleted ${key} again`,
  PutBack: (key) => `put ${key} back into the item`,
  Activated: (key) => `activated ${key} again`
}

/** One line for something that is done. */
export const deedText = ({ _tag, key }: RotationDeed, { unicode }: Pick<TerminalStyle, "unicode">): string =>
  `${unicode ? "\u2713" : "-"} ${deeds[_tag](printable(key))}`

/** What came of a rotation. */
export interface RotationOutcome {
  readonly profile: string
  readonly held: string
  readonly deleted: string | undefined
}

/** The last line, for stdout. */
export const outcomeText = ({ deleted, held, profile }: RotationOutcome): string =>
  `${printable(profile)}: the item has ${printable(held)}${deleted === undefined ? "" : `; ${printable(deleted)} is deleted`}\n`

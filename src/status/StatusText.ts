import { type TerminalStyle, wrapped } from "../domain/base/TerminalText.ts"
import { formatDuration } from "../domain/base/GoDuration.ts"
import { printable } from "../domain/base/Printable.ts"
import { wordSh } from "../domain/base/ShellQuoting.ts"
import { type EpochMillis, formatTimeLeft, shownTime } from "../domain/base/Time.ts"
import type { Trouble } from "../domain/session/FlightNote.ts"
import type { Scope } from "../domain/settings/Narrowing.ts"
import type { CachedLife, KeyPlace, LeftoverStatus, NextCall, ProfileStatus, RoleStatus, Status } from "./Status.ts"

type Paint = "bold" | "green" | "yellow" | "red"

interface Row {
  readonly label: string
  readonly value: string
  readonly paint?: Paint
}

interface Block {
  readonly title: string
  readonly rows: ReadonlyArray<Row>
}

const codes: Readonly<Record<Paint, number>> = { bold: 1, red: 31, green: 32, yellow: 33 }

const indent = "  "
const labelWidth = 9
const barWidth = 12

/** Every profile, session and role with what is known of it, for a person. */
export const statusText = (status: Status, look: TerminalStyle): string => {
  const blocks = [
    ...status.profiles.flatMap((profile) => [
      profileBlock(profile, status.at, look),
      ...status.roles
        .filter((role) => isBelow(role, status) && role.profile === profile.name)
        .map((role) => roleBlock(role, status.at, look))
    ]),
    ...status.roles.filter((role) => !isBelow(role, status)).map((role) => roleBlock(role, status.at, look)),
    ...status.leftovers.map((leftover) => leftoverBlock(leftover, status.at, look))
  ]
  const keychain = status.keychain === undefined ? [] : lines(keychainText(status.keychain), look)
  const head = [
    ...lines(`profile in use: ${inUse(status)}`, look),
    ...keychain,
    ...(blocks.length > 0 ? [] : ["", "no profile uses 1Password, and nothing is cached", "`op-aws-credential-process setup` makes one"])
  ]
  return `${[head, ...blocks.map((block) => blockLines(block, look))].map((part) => part.join("\n")).join("\n\n")}\n`
}

const keychainText = ({ problem }: NonNullable<Status["keychain"]>): string =>
  problem === undefined ? "the keychain is unlocked" : printable(problem, 300)

const inUse = ({ inUse: { direnv, from, profile, standing } }: Status): string => {
  const name = printable(profile)
  const source = from === "default"
    ? "as AWS_PROFILE is not set"
    : direnv === undefined
    ? "named by AWS_PROFILE"
    : `named by AWS_PROFILE, which direnv set in ${printable(direnv)}`
  const odd = standing === "missing" ? "; no file has it" : standing === "other" ? "; it does not use 1Password" : ""
  return `${name}, ${source}${odd}`
}

/** What was narrowed for one call stands below the profile that was narrowed. */
const isBelow = ({ narrowed, profile }: RoleStatus, { profiles }: Status): boolean =>
  narrowed !== undefined && profiles.some(({ name }) => name === profile)

const profileBlock = (profile: ProfileStatus, now: EpochMillis, look: TerminalStyle): Block => ({
  title: titleOf(profile.name, profile.role?.baseProfile, profile.narrowed),
  rows: [
    ...(profile.role === undefined ? [] : [{ label: "role", value: profile.role.arn }]),
    ...(profile.key === undefined || profile.role !== undefined ? [] : keyRows(profile.key)),
    ...scopeRows(profile.narrowed),
    ...(profile.parent === undefined ? [] : [{ ...sessionRow(profile.parent, now, look), label: "whole" }]),
    ...(profile.key === undefined
      ? []
      : profile.unseen
      ? [{ label: "session", value: "not known, it would be in the keychain" }]
      : profile.session === undefined && profile.sharesWith !== undefined
      ? [{ label: "session", value: "none of its own" }]
      : [sessionRow(profile.session, now, look)]),
    { label: "next", value: nextText(profile), ...(profile.next === "fail" ? { paint: "red" } : undefined) },
    ...(profile.problem === undefined ? [] : [{ label: "hint", value: profile.problem.hint }]),
    ...(profile.rotatingSince === undefined ? [] : [rotationRow(profile.name, now - profile.rotatingSince)]),
    ...troubleRows(profile, now)
  ]
})

const roleBlock = (role: RoleStatus, now: EpochMillis, look: TerminalStyle): Block => ({
  title: titleOf(role.profile, role.roleArn === undefined ? undefined : role.baseProfile, role.narrowed),
  rows: [
    ...(role.roleArn === undefined ? [] : [{ label: "role", value: role.roleArn }]),
    ...scopeRows(role.narrowed),
    sessionRow(role.session, now, look)
  ]
})

/** `base` is the profile that a role rests on; undefined where there is no role. */
const titleOf = (name: string, base: string | undefined, narrowed: Scope | undefined): string => {
  const role = base === undefined ? [] : [name === base ? "a role" : `a role over ${printable(base)}`]
  const marks = [...role, ...(narrowed === undefined ? [] : ["narrowed"])]
  return marks.length === 0 ? printable(name) : `${printable(name)} (${marks.join(", ")})`
}

const scopeRows = (scope: Scope | undefined): ReadonlyArray<Row> => {
  if (scope === undefined) return []
  const policy = scope.policyFile === undefined ? [] : [`to ${scope.policyFile}`]
  const duration = scope.duration === undefined ? [] : [`to ${formatDuration(scope.duration)} at most`]
  return [{ label: "narrowed", value: [...policy, ...duration].join(", ") }]
}

const leftoverBlock = (leftover: LeftoverStatus, now: EpochMillis, look: TerminalStyle): Block => ({
  title: `${printable(leftover.profile)} (cached; no profile of this name uses 1Password)`,
  rows: [...keyRows(leftover.key), sessionRow(leftover.session, now, look)]
})

const keyRows = ({ account, item, itemTitle = item, mfaSerial, vault, vaultName = vault }: KeyPlace): ReadonlyArray<Row> => [
  { label: "item", value: `${itemTitle} in ${vaultName}${account === undefined ? "" : ` of ${account}`}` },
  {
    label: "device",
    value: mfaSerial === undefined ? "as the item says" : mfaSerial === "" ? "none, no MFA" : mfaSerial
  }
]

const sessionRow = (session: CachedLife | undefined, now: EpochMillis, look: TerminalStyle): Row => {
  if (session === undefined) return { label: "session", value: "none" }
  const left = session.expiration - now
  const place = session.place === "keyring" ? ", in the keychain" : ""
  if (left <= 0) return { label: "session", value: `ended ${formatTimeLeft(-left)} ago${place}` }
  const bar = barOf(session, left, look)
  return {
    label: "session",
    value: `${bar}${formatTimeLeft(left)} left, until ${shownTime(session.expiration, look)}${place}${
      session.servable ? "" : ", due for renewal"
    }`,
    paint: session.servable ? "green" : "yellow"
  }
}

/** How much of the session's life is left, and a space; nothing where that is not known or there is no terminal. */
const barOf = ({ expiration, issuedAt }: CachedLife, left: number, { columns, unicode }: TerminalStyle): string => {
  if (columns === undefined || issuedAt === undefined || expiration <= issuedAt) return ""
  const full = Math.max(0, Math.min(barWidth, Math.ceil(left / (expiration - issuedAt) * barWidth)))
  const [on, off] = unicode ? ["\u2588", "\u2591"] : ["#", "-"]
  return `${on.repeat(full)}${off.repeat(barWidth - full)} `
}

const nexts: Readonly<Record<Exclude<NextCall, "fail">, string>> = {
  "serve": "served from the cache",
  "renew": "a new session, without a code to type",
  "ask": "a new session, asks for an MFA code",
  "unlock": "opens the keychain, which may ask you to unlock it",
  "renew-or-ask": "a new session; asks for an MFA code unless the item has a one-time password"
}

const nextText = ({ next, problem, sharesWith }: ProfileStatus): string =>
  next === "fail"
    ? `fails: ${problem?.message ?? ""}`
    : sharesWith === undefined
    ? nexts[next]
    : `served with the session of ${sharesWith}`

const rotationRow = (name: string, age: number): Row => ({
  label: "rotate",
  value: `begun ${formatTimeLeft(age)} ago and not finished: \`op-aws-credential-process rotate ${wordSh(name)}\` sees to it`,
  paint: "yellow"
})

const troubleRows = (
  { failure, warning }: { readonly failure?: Trouble; readonly warning?: Trouble },
  now: EpochMillis
): ReadonlyArray<Row> =>
  [["failed", failure, "red"], ["warned", warning, "yellow"]].flatMap((row) => {
    const [label, trouble, paint] = row as [string, Trouble | undefined, Paint]
    if (trouble === undefined) return []
    const ago = formatTimeLeft(now - trouble.at)
    return [{ label, value: `${ago} ago: ${trouble.message}`, paint }, { label: "", value: trouble.hint }]
  })

const blockLines = ({ rows, title }: Block, look: TerminalStyle): ReadonlyArray<string> => [
  ...lines(title, look).map((line) => painted(line, "bold", look)),
  ...rows.flatMap(({ label, paint, value }) => {
    const room = look.columns === undefined ? undefined : Math.max(10, look.columns - indent.length - labelWidth)
    return fitted(printable(value, 1000), room).map((line, index) => {
      const shown = paint === undefined ? line : painted(line, paint, look)
      return indent + (index === 0 ? label : "").padEnd(labelWidth) + shown
    })
  })
]

const lines = (text: string, { columns }: TerminalStyle): ReadonlyArray<string> => fitted(text, columns)

const fitted = (text: string, columns: number | undefined): ReadonlyArray<string> =>
  columns === undefined ? [text] : wrapped(text, columns)

const painted = (text: string, paint: Paint, { color }: TerminalStyle): string =>
  color ? `\x1b[${codes[paint]}m${text}\x1b[0m` : text

import { ExitCode, type Failure, type FailureOf, failures } from "../domain/base/Failure.ts"
import { printable } from "../domain/base/Printable.ts"

const { refused, usage } = ExitCode

export const SetupFailure = failures({
  /** The account has no item at all that could be chosen. */
  NoItems: (where: string) => [
    refused,
    `there is no item in ${printable(where)}`,
    "put the access key into 1Password first: `op-aws-credential-process import` does, or \"New item\" in the app"
  ],
  /** A profile that has nothing to do with a key of its own. */
  ProfileLeftAlone: (profile: string, because: string) => [
    usage,
    `profile ${printable(profile)} ${printable(because)}, and is left alone`,
    "name another profile, or a new one, with --profile"
  ],
  /** A profile that another program is for. */
  ProfileTaken: (profile: string, program: string) => [
    usage,
    `profile ${printable(profile)} gets its credentials from ${printable(program)}`,
    "name another profile with --profile, or delete its credential_process line first"
  ],
  /** A profile beside which no narrower one can be written, or that cannot be the narrower one. */
  AgentUnfit: (profile: string, because: string) => [
    usage,
    `profile ${printable(profile)} ${printable(because)}`,
    "name a whole profile of this program with --profile, and the new one with --agent-name; `op-aws-credential-process status` lists them"
  ],
  /** No policy can be made from what was said. `why` is a sentence. */
  PolicyNotReady: (only: string, why: string) => [
    usage,
    `no policy is ready for "${printable(only, 100)}"`,
    printable(why.replace(/\.$/, ""), 300)
  ],
  ProfileNameUnusable: (name: string) => [
    usage,
    `not every AWS client finds a profile called "${printable(name)}"`,
    "call it by letters, digits and _ - / . % @ : + alone"
  ],
  /** A path that no quotes make the same to all clients. */
  LineUnwritable: (word: string) => [
    usage,
    `"${printable(word)}" cannot stand in a credential_process line`,
    "install the program in /usr/local/bin, or link it there, and run setup again"
  ],
  /** There is nothing in the profile that `setup` could have written. */
  NothingToTakeBack: (profile: string) => [
    usage,
    `profile ${printable(profile)} has nothing of op-aws-credential-process in it`,
    "`op-aws-credential-process status` shows the profiles that have"
  ],
  /** The item holds a key that is over soon. */
  TemporaryKey: (title: string) => [
    refused,
    `the item "${printable(title)}" holds a temporary key (ASIA…)`,
    "create an access key for the IAM user (AKIA…) and put that into the item, both fields"
  ],
  /** The credentials file says something else, and its word goes first. */
  KeyShadowed: (profile: string, key: string, place: string) => [
    usage,
    `${printable(place)} has a ${printable(key)} for profile ${printable(profile)}, which goes before the config file's`,
    "delete it from there, and run setup again"
  ],
  /** The profile is written, and a client that runs its line gets no session. */
  ProofFailed: (message: string, hint: string, exitCode: ExitCode) => [exitCode, printable(message, 1000), printable(hint, 1000)],
  /** AWS's clients would never come to what is set up; `moved` where the person has just said that it is to be moved. */
  PlaintextFirst: (profile: string, moved = false) => [
    usage,
    `profile ${printable(profile)} has a key in plaintext, which AWS's clients use before anything in 1Password`,
    `\`op-aws-credential-process import ${printable(profile)}\` moves it into 1Password and takes it out of the file`,
    { profile, moved }
  ],
  /** The person keeps a profile that does not work yet. */
  NotProven: (profile: string, { exitCode }: Failure) => [
    exitCode,
    `profile ${printable(profile)} is written, and nothing has come of it yet`,
    `\`op-aws-credential-process doctor --profile ${printable(profile)} --online\` looks for what is wrong`
  ],
  /** Nothing came of it, and everything is as it was before. */
  PutBack: (profile: string, { exitCode, hint, message }: Failure) => [
    exitCode,
    `profile ${printable(profile)} gets no session, and everything is as it was before: ${message}`,
    hint
  ]
})

export type SetupFailure<Tag extends keyof typeof SetupFailure = keyof typeof SetupFailure> = FailureOf<typeof SetupFailure, Tag>

import { ExitCode, Failure } from "../domain/base/Failure.ts"
import { printable } from "../domain/base/Printable.ts"

/** The account has no item at all that could be chosen. */
export class NoItems extends Failure {
  override readonly _tag = "NoItems"
  override readonly exitCode = ExitCode.refused

  constructor(where: string) {
    super(
      `there is no item in ${printable(where)}`,
      "put the access key into 1Password first: `op-aws-credential-process import` does, or \"New item\" in the app"
    )
  }
}

/** A profile that has nothing to do with a key of its own. */
export class ProfileLeftAlone extends Failure {
  override readonly _tag = "ProfileLeftAlone"
  override readonly exitCode = ExitCode.usage

  constructor(profile: string, because: string) {
    super(
      `profile ${printable(profile)} ${printable(because)}, and is left alone`,
      "name another profile, or a new one, with --profile"
    )
  }
}

/** A profile that another program is for. */
export class ProfileTaken extends Failure {
  override readonly _tag = "ProfileTaken"
  override readonly exitCode = ExitCode.usage

  constructor(profile: string, program: string) {
    super(
      `profile ${printable(profile)} gets its credentials from ${printable(program)}`,
      "name another profile with --profile, or delete its credential_process line first"
    )
  }
}

/** A profile beside which no narrower one can be written, or that cannot be the narrower one. */
export class AgentUnfit extends Failure {
  override readonly _tag = "AgentUnfit"
  override readonly exitCode = ExitCode.usage

  constructor(profile: string, because: string) {
    super(
      `profile ${printable(profile)} ${printable(because)}`,
      "name a whole profile of this program with --profile, and the new one with --agent-name; `op-aws-credential-process status` lists them"
    )
  }
}

/** No policy can be made from what was said. `why` is a sentence. */
export class PolicyNotReady extends Failure {
  override readonly _tag = "PolicyNotReady"
  override readonly exitCode = ExitCode.usage

  constructor(only: string, why: string) {
    super(`no policy is ready for "${printable(only, 100)}"`, printable(why.replace(/\.$/, ""), 300))
  }
}

export class ProfileNameUnusable extends Failure {
  override readonly _tag = "ProfileNameUnusable"
  override readonly exitCode = ExitCode.usage

  constructor(name: string) {
    super(
      `not every AWS client finds a profile called "${printable(name)}"`,
      "call it by letters, digits and _ - / . % @ : + alone"
    )
  }
}

/** A path that no quotes make the same to all clients. */
export class LineUnwritable extends Failure {
  override readonly _tag = "LineUnwritable"
  override readonly exitCode = ExitCode.usage

  constructor(word: string) {
    super(
      `"${printable(word)}" cannot stand in a credential_process line`,
      "install the program in /usr/local/bin, or link it there, and run setup again"
    )
  }
}

/** There is nothing in the profile that `setup` could have written. */
export class NothingToTakeBack extends Failure {
  override readonly _tag = "NothingToTakeBack"
  override readonly exitCode = ExitCode.usage

  constructor(profile: string) {
    super(
      `profile ${printable(profile)} has nothing of op-aws-credential-process in it`,
      "`op-aws-credential-process status` shows the profiles that have"
    )
  }
}

/** The item holds a key that is over soon. */
export class TemporaryKey extends Failure {
  override readonly _tag = "TemporaryKey"
  override readonly exitCode = ExitCode.refused

  constructor(title: string) {
    super(
      `the item "${printable(title)}" holds a temporary key (ASIA…)`,
      "create an access key for the IAM user (AKIA…) and put that into the item, both fields"
    )
  }
}

/** The credentials file says something else, and its word goes first. */
export class KeyShadowed extends Failure {
  override readonly _tag = "KeyShadowed"
  override readonly exitCode = ExitCode.usage

  constructor(profile: string, key: string, place: string) {
    super(
      `${printable(place)} has a ${printable(key)} for profile ${printable(profile)}, which goes before the config file's`,
      "delete it from there, and run setup again"
    )
  }
}

/** The profile is written, and a client that runs its line gets no session. */
export class ProofFailed extends Failure {
  override readonly _tag = "ProofFailed"
  override readonly exitCode: ExitCode

  constructor(message: string, hint: string, exitCode: ExitCode) {
    super(printable(message, 1000), printable(hint, 1000))
    this.exitCode = exitCode
  }
}

/** AWS's clients would never come to what is set up. */
export class PlaintextFirst extends Failure {
  override readonly _tag = "PlaintextFirst"
  override readonly exitCode = ExitCode.usage
  readonly profile: string
  /** The person has just said that it is to be moved now. */
  readonly moved: boolean

  constructor(profile: string, moved = false) {
    super(
      `profile ${printable(profile)} has a key in plaintext, which AWS's clients use before anything in 1Password`,
      `\`op-aws-credential-process import ${printable(profile)}\` moves it into 1Password and takes it out of the file`
    )
    this.profile = profile
    this.moved = moved
  }
}

/** The person keeps a profile that does not work yet. */
export class NotProven extends Failure {
  override readonly _tag = "NotProven"
  override readonly exitCode: ExitCode

  constructor(profile: string, { exitCode }: ProofFailed) {
    super(
      `profile ${printable(profile)} is written, and nothing has come of it yet`,
      `\`op-aws-credential-process doctor --profile ${printable(profile)} --online\` looks for what is wrong`
    )
    this.exitCode = exitCode
  }
}

/** Nothing came of it, and everything is as it was before. */
export class PutBack extends Failure {
  override readonly _tag = "PutBack"
  override readonly exitCode: ExitCode

  constructor(profile: string, { exitCode, hint, message }: ProofFailed) {
    super(`profile ${printable(profile)} gets no session, and everything is as it was before: ${message}`, hint)
    this.exitCode = exitCode
  }
}

import { ExitCode, Failure, type FailureOf, failures } from "../base/Failure.ts"
import { printable } from "../base/Printable.ts"

const { usage } = ExitCode

export const LoginFailure = failures({
  /** There is no cache that a session could be kept in for the calls to come. */
  NowhereToKeep: (profile: string, chosen: boolean) => {
    const why = chosen ? "--cache none keeps nothing" : "there is no directory to keep it in"
    return [
      usage,
      `\`login\` keeps the session of profile "${printable(profile)}" for later calls, and ${why}`,
      chosen ? "use --cache file or --cache keyring" : "set HOME, or OP_AWS_CACHE_DIR to an absolute path"
    ]
  },
  /** The session was made, and the cache did not take it. `why` is what the cache said to it, if anything. */
  SessionNotKept: (profile: string, directory: string, why?: Failure) => [
    usage,
    `the session of profile "${printable(profile)}" was made and not kept, so that no other call will find it${
      why === undefined ? "" : `: ${why.message}`
    }`,
    why?.hint ?? `make ${printable(directory)} yours and writable, or set OP_AWS_CACHE_DIR`
  ],
  /** A new session that nobody would be given, as the clock says that it is over, or not there yet. */
  AlreadyDue: () => [
    usage,
    "the new session is out of date already, so the clock of this machine must be wrong",
    "set the clock, or let it be set by the network"
  ],
  /** `--all` could not do its work for all; what was wrong with each has been said already. The exit code is the first one's. */
  ProfilesFailed: (profiles: ReadonlyArray<string>, exitCode: ExitCode) => {
    const names = printable(profiles.join(", "), 300)
    return [exitCode, `no session for ${names}`, "do what is said above, and run it again: the sessions that are there stay"]
  },
  /** `--all` was asked for, and there is nothing that it could mean. */
  NoProfiles: (path: string) => [
    usage,
    `no profile in ${printable(path)} uses 1Password`,
    "`op-aws-credential-process setup` makes one; or add op_item = op://<vault>/<item> to a profile"
  ]
})

export type LoginFailure<Tag extends keyof typeof LoginFailure = keyof typeof LoginFailure> = FailureOf<typeof LoginFailure, Tag>

import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import type { Environment } from "../domain/base/Environment.ts"
import { houseSettings } from "../domain/settings/HouseSettings.ts"
import { namedProfile } from "../domain/settings/SubcommandProfile.ts"
import { UsageFailure } from "../domain/settings/UsageFailure.ts"
import { importKey } from "../import/Import.ts"
import { rehearseImport } from "../import/ImportRehearsal.ts"
import { type ImportRequest, importTrouble, type KeySource } from "../import/ImportRequest.ts"
import * as CredentialProcessShell from "../layers/aws-config/CredentialProcessShell.ts"
import * as IamAws from "../layers/aws/IamAws.ts"
import * as DiskNode from "../layers/host/DiskNode.ts"
import { runningProgram } from "../layers/host/RunningProgram.ts"
import * as Log from "../layers/Log.ts"
import * as OpItemsProcess from "../layers/onepassword/OpItemsProcess.ts"
import * as OpStatusProcess from "../layers/onepassword/OpStatusProcess.ts"
import { outputLook } from "../layers/terminal/OutputTerminal.ts"
import { print } from "../layers/terminal/StandardOutput.ts"
import * as InterviewUnattended from "../session/interview/InterviewUnattended.ts"
import { orFail } from "../session/OrFail.ts"
import { givenFlags, profileWord, tableFlags, toggle } from "./TableFlags.ts"

/** Brings a key from plaintext into 1Password. */
export const importKeys = (environment: Environment) =>
  Command.make(
    "import",
    {
      word: profileWord,
      env: toggle("env", "the key in the environment, such as AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"),
      typed: toggle("typed", "a key that you type or paste; the secret is not shown"),
      title: Flag.optional(Flag.String("title").pipe(
        Flag.withMetavar("<title>"),
        Flag.withDescription("what a new item is called [AWS <account> <user>]")
      )),
      mfaSerial: Flag.optional(Flag.String("mfa-serial").pipe(
        Flag.withMetavar("<serial>"),
        Flag.withDescription("the MFA device that a new item names: ARN or hardware serial [that of the profile]")
      )),
      setup: toggle("setup", "set up the profile that has the key, as `setup` does, before the key is taken out"),
      replace: toggle("replace", "replace the key that the item holds"),
      remove: toggle("remove", "take the key out of ~/.aws/credentials and ~/.aws/config, once it is proven in 1Password"),
      yes: toggle("yes", "ask nothing; needs --op-vault where there are several"),
      dryRun: toggle("dry-run", "show what would be done, and do nothing"),
      ...tableFlags([
        "profile",
        "op-vault",
        "op-item",
        "op-account",
        "op-cli-path",
        "op-access-key-id-field",
        "op-secret-access-key-field",
        "log-level"
      ])
    },
    Effect.fnUntraced(function*({ dryRun, env, mfaSerial, remove, replace, setup, title, typed, word, yes, ...told }) {
      const flags = givenFlags(told)
      const profile = yield* orFail(namedProfile(flags.profile, Option.getOrUndefined(word)))
      if ([env, typed, profile !== undefined].filter(Boolean).length > 1) {
        return yield* Effect.fail(UsageFailure.BadUsage("a profile, --env and --typed each name another key: give one of them"))
      }
      const source: KeySource = env
        ? { kind: "environment" }
        : typed
        ? { kind: "typed" }
        : profile === undefined
        ? { kind: "any" }
        : { kind: "profile", profile }
      const request: ImportRequest = {
        environment,
        workingDirectory: process.cwd(),
        source,
        flags,
        region: undefined,
        title: Option.getOrUndefined(title)?.trim(),
        mfaSerial: Option.getOrUndefined(mfaSerial),
        replace,
        remove,
        setup,
        running: runningProgram(),
        // What is told in a conversation loses its colours where there may be none.
        look: dryRun ? outputLook(environment) : { ...outputLook(environment), color: true }
      }
      const trouble = importTrouble(request)
      if (trouble !== undefined) return yield* Effect.fail(trouble)
      const { logLevel } = yield* orFail(houseSettings(flags, environment))
      yield* (dryRun ? Effect.flatMap(rehearseImport(request), print) : importKey(request)).pipe(
        Effect.provide([
          InterviewUnattended.layer("import", yes, dryRun ? "asks nothing" : { instead }),
          Log.layer(logLevel)
        ])
      )
    })
  ).pipe(
    Command.provide(
      Layer.mergeAll(
        CredentialProcessShell.layer,
        DiskNode.layer,
        IamAws.layer,
        OpStatusProcess.layer,
        OpItemsProcess.layer
      )
    ),
    Command.withDescription(
      "Brings an access key that stands in plaintext (in AWS's files, in the environment, or as you type it) into a 1Password item. The key is proven at AWS before anything is written, and again as 1Password returns it; only then is it offered to be taken out of AWS's files. The secret reaches 1Password's program through a pipe, never as an argument or in a file. Whatever goes wrong, the key is in plaintext or safe in 1Password."
    ),
    Command.withShortDescription("bring a key from plaintext into 1Password"),
    Command.withExamples([
      { command: "op-aws-credential-process import dev", description: "The key of profile dev in ~/.aws/credentials" },
      { command: "op-aws-credential-process import --dry-run", description: "What there is, and what would be done" },
      {
        command: "op-aws-credential-process import dev --yes --op-vault Private --setup --remove",
        description: "Without questions"
      }
    ])
  )

const instead =
  "say it all with flags: `import <profile> --yes --op-vault <vault>`, and --remove to remove the plaintext"

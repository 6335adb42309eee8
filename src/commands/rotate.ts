import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { inCacheOf, patientChain } from "./ChosenChain.ts"
import { iamTarget } from "../domain/aws/IamTarget.ts"
import type { Partition } from "../domain/aws/Region.ts"
import type { Environment } from "../domain/base/Environment.ts"
import { Failure } from "../domain/base/Failure.ts"
import { type FlagName, roleFlags } from "../domain/settings/Flags.ts"
import * as IamAws from "../layers/aws/IamAws.ts"
import * as OpItemsProcess from "../layers/onepassword/OpItemsProcess.ts"
import { outputLook } from "../layers/terminal/OutputTerminal.ts"
import { print } from "../layers/terminal/StandardOutput.ts"
import * as Rotate from "../rotate/Rotate.ts"
import { outcomeText } from "../rotate/RotationText.ts"
import * as InterviewUnattended from "../session/interview/InterviewUnattended.ts"
import { AwsConfigFile } from "../services/aws-config/AwsConfigFile.ts"
import { allFlags, givenFlags, profileWord, tableFlags, toggle } from "./TableFlags.ts"

/** Roles have no keys of their own: what shapes them is no use here. */
const ofRoles: ReadonlyArray<FlagName> = roleFlags

const keyFlags = allFlags.filter((name) => !ofRoles.includes(name))

/** Replaces the access key of a profile, in AWS and in 1Password. */
export const rotate = (environment: Environment) =>
  Command.make(
    "rotate",
    {
      word: profileWord,
      yes: toggle("yes", "ask nothing: for jobs and scripts"),
      dryRun: toggle("dry-run", "only look, and say what would be done"),
      deleteKey: Flag.String("delete-key").pipe(
        Flag.withMetavar("<id>"),
        Flag.withDescription("the user's second key, which may be deleted to make room: AWS allows two"),
        Flag.optional
      ),
      withoutPasskey: toggle("without-passkey", "the item is a login and has no passkey, which writing to it would delete"),
      ...tableFlags(keyFlags, { patient: true })
    },
    Effect.fnUntraced(function*({ deleteKey, dryRun, withoutPasskey, word, yes, ...told }) {
      const flags = givenFlags(told)
      const { settings } = yield* patientChain(flags, Option.getOrUndefined(word), environment)
      const config = yield* (yield* AwsConfigFile).load
      const profile = config.profile(settings.profile)
      const outcome = yield* Rotate.rotate({
        settings,
        iamTarget: (partition: Partition) =>
          profile instanceof Failure
            ? profile
            : iamTarget({ config, environment, partition, ...(profile === undefined ? undefined : { profile }) }),
        dryRun,
        deleteKey: Option.getOrUndefined(deleteKey),
        withoutPasskey,
        look: outputLook(environment)
      }).pipe(
        Effect.provide(InterviewUnattended.layer("rotate", yes, dryRun ? "asks nothing" : { instead: "pass --yes" })),
        inCacheOf(settings)
      )
      if (outcome !== undefined) yield* print(outcomeText(outcome))
    })
  ).pipe(
    Command.provide(Layer.mergeAll(OpItemsProcess.layer, IamAws.layer)),
    Command.withDescription(
      "Replaces the profile's access key: makes a new one in AWS, puts it into the 1Password item, proves that it works, and then deactivates and deletes the old one. There is no moment in which the item holds a key that does not work. Run it again after an interruption: it finishes what was begun, or undoes it. Cached sessions go on."
    ),
    Command.withShortDescription("replace the access key, in AWS and in 1Password"),
    Command.withExamples([
      { command: "op-aws-credential-process rotate dev", description: "Show what will be done, ask once, and do it" },
      { command: "op-aws-credential-process rotate dev --yes", description: "From a job: asks nothing, as long as a session is cached or the item has a one-time password" }
    ])
  )

import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type { Environment } from "../domain/Environment.ts"
import { houseSettings } from "../domain/HouseSettings.ts"
import { namedProfile } from "../domain/SubcommandProfile.ts"
import * as CredentialProcessShell from "../layers/CredentialProcessShell.ts"
import * as DiskNode from "../layers/DiskNode.ts"
import * as IamAws from "../layers/IamAws.ts"
import * as Log from "../layers/Log.ts"
import * as OpItemsProcess from "../layers/OpItemsProcess.ts"
import * as OpStatusProcess from "../layers/OpStatusProcess.ts"
import { outputLook } from "../layers/OutputTerminal.ts"
import { runningProgram } from "../layers/RunningProgram.ts"
import { print as printOut } from "../layers/StandardOutput.ts"
import { orFail } from "../session/OrFail.ts"
import { setupOrImport } from "../session/setup/SetupOrImport.ts"
import { setupFlags } from "../session/setup/SetupRequest.ts"
import { givenFlags, profileWord, tableFlags, toggle } from "./TableFlags.ts"

/** Finds the key in 1Password, and writes the profile that uses it. */
export const setup = (environment: Environment) =>
  Command.make(
    "setup",
    {
      word: profileWord,
      region: Flag.String("region").pipe(
        Flag.withMetavar("<region>"),
        Flag.withDescription("the profile's AWS region"),
        Flag.optional
      ),
      yes: toggle("yes", "ask nothing: take what flags say and what is certain, and write it"),
      print: toggle("print", "only print the section that would be written"),
      ...tableFlags(["profile", ...setupFlags, "log-level"])
    },
    Effect.fnUntraced(function*({ print, region, word, yes, ...told }) {
      const flags = givenFlags(told)
      const profile = yield* orFail(namedProfile(flags.profile, Option.getOrUndefined(word)))
      const { logLevel } = yield* orFail(houseSettings(flags, environment))
      const printed = yield* setupOrImport({
        profile,
        region: Option.getOrUndefined(region),
        flags,
        yes,
        print,
        environment,
        running: runningProgram(),
        directory: process.cwd(),
        look: outputLook(environment)
      }).pipe(Effect.provide(Log.layer(logLevel)))
      if (printed !== "") yield* printOut(printed)
    })
  ).pipe(
    Command.provide(
      Layer.mergeAll(
        CredentialProcessShell.layer,
        DiskNode.layer,
        IamAws.layer,
        OpItemsProcess.layerWith(environment),
        OpStatusProcess.layerWith(environment)
      )
    ),
    Command.withDescription(
      "Finds the access key in 1Password, asks for what it cannot find out, shows what it would write to ~/.aws/config, and tries the profile as an AWS client would. What is there already (this program's profiles, the Go program's, aws-vault's, the settings of 1Password's plugin) is taken over. Leaving changes nothing; running it again edits."
    ),
    Command.withShortDescription("find the key in 1Password and write the profile"),
    Command.withExamples([
      { command: "op-aws-credential-process setup", description: "Ask for everything" },
      {
        command: "op-aws-credential-process setup dev --op-item op://Private/AWS --region eu-central-1 --yes",
        description: "Ask nothing"
      },
      { command: "op-aws-credential-process setup dev --print", description: "Only show the section" }
    ])
  )

import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import type { Environment } from "../domain/base/Environment.ts"
import { clearedText } from "../domain/session/ClearedText.ts"
import { houseSettings } from "../domain/settings/HouseSettings.ts"
import { namedProfile } from "../domain/settings/SubcommandProfile.ts"
import { UsageFailure } from "../domain/settings/UsageFailure.ts"
import { setupOrImport } from "../import/SetupOrImport.ts"
import * as CredentialProcessShell from "../layers/aws-config/CredentialProcessShell.ts"
import * as IamAws from "../layers/aws/IamAws.ts"
import * as DiskNode from "../layers/host/DiskNode.ts"
import { runningProgram } from "../layers/host/RunningProgram.ts"
import * as Live from "../layers/Live.ts"
import * as Log from "../layers/Log.ts"
import * as OpItemsProcess from "../layers/onepassword/OpItemsProcess.ts"
import * as OpStatusProcess from "../layers/onepassword/OpStatusProcess.ts"
import { outputLook } from "../layers/terminal/OutputTerminal.ts"
import { print as printOut } from "../layers/terminal/StandardOutput.ts"
import { Interview } from "../services/interview/Interview.ts"
import { forgetProfile } from "../session/Forget.ts"
import * as InterviewUnattended from "../session/interview/InterviewUnattended.ts"
import { orFail } from "../session/OrFail.ts"
import { setupAgent } from "../setup/agent/SetupAgent.ts"
import { removeSetup } from "../setup/SetupRemoval.ts"
import { setupFlags } from "../setup/SetupRequest.ts"
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
      remove: toggle("remove", "take out of a profile what setup has written there"),
      print: toggle("print", "only print the section that would be written"),
      agent: toggle("agent", "write a narrower profile beside one that is there, for a coding agent"),
      only: Flag.String("only").pipe(
        Flag.withMetavar("<what>"),
        Flag.withDescription("with --agent: what it may do (look, s3://bucket, or a service such as dynamodb)"),
        Flag.optional
      ),
      agentName: Flag.String("agent-name").pipe(
        Flag.withMetavar("<name>"),
        Flag.withDescription("with --agent: what the narrower profile is called [<profile>-agent]"),
        Flag.optional
      ),
      ...tableFlags(["profile", ...setupFlags, "log-level"])
    },
    Effect.fnUntraced(function*({ agent, agentName, only, print, region, remove, word, yes, ...told }) {
      const flags = givenFlags(told)
      const profile = yield* orFail(namedProfile(flags.profile, Option.getOrUndefined(word)))
      const { logLevel } = yield* orFail(houseSettings(flags, environment))
      const besides = [
        ...print ? ["--print"] : [],
        ...Option.isSome(region) ? ["--region"] : [],
        ...setupFlags.filter((name) => flags[name] !== undefined).map((name) => `--${name}`)
      ]
      if (agent) {
        const odd = remove ? "--remove" : besides[0]
        if (odd !== undefined) {
          return yield* Effect.fail(UsageFailure.BadUsage(`--agent takes nothing but a profile, --only, --agent-name and --yes, and ${odd} is there`))
        }
        return yield* setupAgent({
          profile,
          only: Option.getOrUndefined(only),
          name: Option.getOrUndefined(agentName),
          environment,
          running: runningProgram(),
          look: outputLook(environment)
        }).pipe(
          Effect.provide([InterviewUnattended.layer("setup --agent", yes, { instead: "pass --yes" }), Log.layer(logLevel)])
        )
      }
      if (Option.isSome(only) || Option.isSome(agentName)) {
        return yield* Effect.fail(UsageFailure.BadUsage("--only and --agent-name are for --agent, and that is not there"))
      }
      if (remove) {
        if (besides[0] !== undefined) {
          return yield* Effect.fail(UsageFailure.BadUsage(`--remove takes nothing but a profile and --yes, and ${besides[0]} is there`))
        }
        if (profile === undefined) {
          return yield* Effect.fail(UsageFailure.BadUsage("--remove is for a profile, and none is named"))
        }
        return yield* takenBack(profile, environment).pipe(
          Effect.provide([InterviewUnattended.layer("setup --remove", yes, { instead: "pass --yes" }), Log.layer(logLevel)])
        )
      }
      const missing = ["--yes", ...flags["op-item"] === undefined ? ["--op-item op://<vault>/<item>"] : []]
      const printed = yield* setupOrImport({
        profile,
        region: Option.getOrUndefined(region),
        flags,
        print,
        environment,
        running: runningProgram(),
        directory: process.cwd(),
        look: outputLook(environment)
      }).pipe(
        Effect.provide([
          InterviewUnattended.layer("setup", yes, print ? "unanswered" : { instead: `pass ${missing.join(" and ")}` }),
          Log.layer(logLevel)
        ])
      )
      if (printed !== "") yield* printOut(printed)
    })
  ).pipe(
    Command.provide(
      Layer.mergeAll(
        CredentialProcessShell.layer,
        DiskNode.layer,
        IamAws.layer,
        OpItemsProcess.layer,
        OpStatusProcess.layer
      )
    ),
    Command.withDescription(
      "Finds the access key in 1Password, asks for what it cannot find out, shows what it would write to ~/.aws/config, and tries the profile as an AWS client would. What is there already (this program's profiles, the Go program's, aws-vault's, the settings of 1Password's plugin) is taken over. Leaving changes nothing; running it again edits. With --remove it takes back what it wrote, and nothing else."
    ),
    Command.withShortDescription("find the key in 1Password and write the profile"),
    Command.withExamples([
      { command: "op-aws-credential-process setup", description: "Ask for everything" },
      {
        command: "op-aws-credential-process setup dev --op-item op://Private/AWS --region eu-central-1 --yes",
        description: "Ask nothing"
      },
      { command: "op-aws-credential-process setup dev --print", description: "Only show the section" },
      { command: "op-aws-credential-process setup dev --agent", description: "A narrower profile beside it, for a coding agent" },
      { command: "op-aws-credential-process setup dev --remove", description: "Take back what setup has written" }
    ])
  )

/** Takes a profile back, and forgets its sessions where the person wants that. */
const takenBack = Effect.fnUntraced(function*(profile: string, environment: Environment) {
  const settings = yield* removeSetup({ profile, environment, look: outputLook(environment) })
  if (Option.isNone(settings)) return
  const forgotten = yield* forgetProfile(settings.value, { rolesOnly: false }).pipe(
    Effect.provide(Live.layerCache(settings.value.cache))
  )
  yield* (yield* Interview).tell(clearedText([forgotten], profile, yield* Clock.currentTimeMillis))
})

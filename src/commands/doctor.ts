import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Command from "effect/cli/Command"
import { examine } from "../doctor/Examination.ts"
import { DoctorFailure } from "../doctor/DoctorFailure.ts"
import { findingsJson, findingText } from "../doctor/FindingText.ts"
import type { Environment } from "../domain/base/Environment.ts"
import { Failure } from "../domain/base/Failure.ts"
import { globalSettings } from "../domain/settings/GlobalSettings.ts"
import { namedProfile } from "../domain/settings/SubcommandProfile.ts"
import * as IamAws from "../layers/aws/IamAws.ts"
import * as CachePlace from "../layers/cache/CachePlace.ts"
import * as DiskNode from "../layers/host/DiskNode.ts"
import { runtime } from "../layers/host/RunningProgram.ts"
import * as KeychainStatusProcess from "../layers/keychain/KeychainStatusProcess.ts"
import * as Live from "../layers/Live.ts"
import * as Log from "../layers/Log.ts"
import * as OpStatusProcess from "../layers/onepassword/OpStatusProcess.ts"
import { outputLook } from "../layers/terminal/OutputTerminal.ts"
import { print } from "../layers/terminal/StandardOutput.ts"
import { Signals } from "../services/host/Signals.ts"
import { orFail } from "../session/OrFail.ts"
import { givenFlags, profileWord, tableFlags, toggle } from "./TableFlags.ts"
import { version } from "../version.ts"

/** Checks everything that goes wrong in practice, and says how to mend it. */
export const doctor = (environment: Environment) =>
  Command.make(
    "doctor",
    {
      word: profileWord,
      json: toggle("json", "the findings as one JSON array"),
      online: toggle("online", "also read the item and ask STS for the time, which may ask you for an approval"),
      ...tableFlags(["profile"])
    },
    Effect.fnUntraced(function*({ json, online, word, ...told }) {
      const profile = yield* orFail(namedProfile(givenFlags(told).profile, Option.getOrUndefined(word)))
      const house = globalSettings({}, environment)
      // A level that is none is no reason to examine nothing: the profiles' findings name it.
      const examining = examine({ profile, online, environment, runtime, version })
      const examined = yield* Effect.raceFirst(examining, (yield* Signals).stopped).pipe(
        Effect.provide(Log.layer(house instanceof Failure ? "warning" : house.logLevel))
      )
      yield* print(
        json ? findingsJson(examined.findings) : findingText(examined, { look: outputLook(environment), online })
      )
      if (examined.findings.length > 0) return yield* Effect.fail(DoctorFailure.FindingsTold(examined.findings.length))
    })
  ).pipe(
    // What is in the keychain is not looked at, only whether it is locked.
    Command.provide(
      Layer.mergeAll(
        DiskNode.layer,
        IamAws.layer,
        CachePlace.layer,
        KeychainStatusProcess.layer,
        OpStatusProcess.layer,
        Live.layerCache("file")
      )
    ),
    Command.withDescription(
      "Checks what goes wrong in practice: the AWS config as every client reads it, keys in plaintext, variables in the way, 1Password CLI and its accounts, the cache, the way to STS. Each finding says what, why it matters and how to mend it. Nobody is asked without --online. Ends with 1 where there are findings."
    ),
    Command.withShortDescription("find out what is wrong, and how to mend it"),
    Command.withExamples([
      { command: "op-aws-credential-process doctor", description: "Every profile that uses 1Password" },
      {
        command: "op-aws-credential-process doctor dev --online",
        description: "One profile, with its item, STS and the clock"
      }
    ])
  )

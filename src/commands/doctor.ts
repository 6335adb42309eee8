import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { findingsJson, findingText } from "../domain/doctor/FindingText.ts"
import type { Environment } from "../domain/Environment.ts"
import { Failure } from "../domain/Failure.ts"
import { FindingsTold } from "../domain/FindingsTold.ts"
import { houseSettings } from "../domain/HouseSettings.ts"
import { namedProfile } from "../domain/SubcommandProfile.ts"
import * as CachePlace from "../layers/CachePlace.ts"
import * as DiskNode from "../layers/DiskNode.ts"
import * as KeychainStatusProcess from "../layers/KeychainStatusProcess.ts"
import * as Live from "../layers/Live.ts"
import * as Log from "../layers/Log.ts"
import * as OpStatusProcess from "../layers/OpStatusProcess.ts"
import { outputLook } from "../layers/OutputTerminal.ts"
import { runtime } from "../layers/RunningRuntime.ts"
import { print } from "../layers/StandardOutput.ts"
import { examine } from "../session/doctor/Examination.ts"
import { orFail } from "../session/OrFail.ts"
import { version } from "../version.ts"
import { givenFlags, profileWord, tableFlags, toggle } from "./TableFlags.ts"

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
      const house = houseSettings({}, environment)
      // A level that is none is no reason to examine nothing: the profiles' findings name it.
      const examined = yield* examine({ profile, online, environment, runtime, version }).pipe(
        Effect.provide(Log.layer(house instanceof Failure ? "warning" : house.logLevel))
      )
      yield* print(
        json ? findingsJson(examined.findings) : findingText(examined, { look: outputLook(environment), online })
      )
      if (examined.findings.length > 0) return yield* Effect.fail(new FindingsTold(examined.findings.length))
    })
  ).pipe(
    // What is in the keychain is not looked at, only whether it is locked.
    Command.provide(
      Layer.mergeAll(
        DiskNode.layer,
        CachePlace.layer(environment),
        KeychainStatusProcess.layer,
        OpStatusProcess.layerWith(environment),
        Live.layerCache("file", environment)
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

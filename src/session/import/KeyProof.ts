import * as Effect from "effect/Effect"
import type { AwsConfig } from "../../domain/AwsConfig.ts"
import type { Environment } from "../../domain/Environment.ts"
import { Failure } from "../../domain/Failure.ts"
import { PlaintextKeyRefused } from "../../domain/import/ImportFailure.ts"
import { placesWords } from "../../domain/import/KeyWords.ts"
import type { LongLivedKey } from "../../domain/OpItem.ts"
import type { PlaintextKey } from "../../domain/import/PlaintextKeys.ts"
import type { KeyUnknown, SignatureRefused } from "../../domain/StsFailure.ts"
import { configuredSts, stsTarget } from "../../domain/StsSettings.ts"
import { Sts } from "../../services/Sts.ts"
import { orFail } from "../OrFail.ts"
import { waitingForSts } from "../Waiting.ts"

/** Where a key is to be tried: as the profile says that has it, if any, and as the environment says. */
export interface ProvingGround {
  readonly config: AwsConfig
  readonly environment: Environment
  readonly profile: string | undefined
  readonly region: string | undefined
  readonly mfaSerial: string | undefined
}

/**
 * Whose key it is, by AWS's own word, which is the proof that it works. No policy can deny the question, it takes no
 * MFA code and it changes nothing.
 */
export const proveKey = (key: LongLivedKey, ground: ProvingGround) =>
  Effect.gen(function*() {
    const { config, environment, mfaSerial, profile: name, region } = ground
    const profile = name === undefined ? undefined : config.profile(name)
    // A profile that is hard to read says nothing of the region, and is no reason to leave its key in plaintext.
    const readable = profile instanceof Failure ? undefined : profile
    const settings = yield* orFail(configuredSts({ profile: readable, config, environment }))
    const target = yield* orFail(stsTarget(settings, mfaSerial, region))
    return yield* waitingForSts(target)((yield* Sts).callerIdentity(key, target))
  })

/** The same of a key as it stands in plaintext: what is wrong with it is to be mended there, and in no item. */
export const provePlaintextKey = (key: PlaintextKey, ground: ProvingGround) => {
  const refused = ({ message }: KeyUnknown | SignatureRefused) => Effect.fail(new PlaintextKeyRefused(message, placesWords(key)))
  return proveKey(key, ground).pipe(Effect.catchTags({ KeyUnknown: refused, SignatureRefused: refused }))
}

import * as Effect from "effect/Effect"
import type { AwsConfig } from "../domain/aws-config/AwsConfig.ts"
import { placesWords, type PlaintextKey } from "../domain/aws-config/PlaintextKeys.ts"
import type { StsFailure } from "../domain/aws/StsFailure.ts"
import { configuredSts, stsTarget } from "../domain/aws/StsTarget.ts"
import type { Environment } from "../domain/base/Environment.ts"
import { Failure } from "../domain/base/Failure.ts"
import type { LongLivedKey } from "../domain/onepassword/OpItem.ts"
import { ImportFailure } from "./ImportFailure.ts"
import { type CallerIdentity, Sts } from "../services/aws/Sts.ts"
import { orFail } from "../session/OrFail.ts"
import { waitingForSts } from "../session/terminal/Waiting.ts"

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
export const proveKey = Effect.fnUntraced(function*(key: LongLivedKey, ground: ProvingGround) {
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
  const refused = ({ message }: StsFailure<"KeyUnknown" | "SignatureRefused">) =>
    Effect.fail(ImportFailure.PlaintextKeyRefused(message, placesWords(key)))
  return proveKey(key, ground).pipe(Effect.catchTags({ KeyUnknown: refused, SignatureRefused: refused }))
}

/** The account itself owns the key, and no policy limits what it may do. */
export const isRoot = ({ arn }: CallerIdentity): boolean => arn.endsWith(":root")

/** The user's own name, without the path before it. */
export const userName = (owner: CallerIdentity): string =>
  isRoot(owner) ? "root" : owner.arn.slice(owner.arn.lastIndexOf(":") + 1).split("/").at(-1) ?? ""

/** What the item is called, unless somebody says otherwise. */
export const usualTitle = (owner: CallerIdentity): string => `AWS ${owner.account} ${userName(owner)}`

/** Whether two answers speak of the same user. */
export const sameOwner = (one: CallerIdentity, other: CallerIdentity): boolean =>
  one.account === other.account && one.userId === other.userId

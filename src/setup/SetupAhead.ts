import * as Effect from "effect/Effect"
import type { LongLivedKey, OpItem } from "../domain/onepassword/OpItem.ts"
import type { FlagValues } from "../domain/settings/Flags.ts"
import type { Begun } from "./Setup.ts"
import { chooseDevice } from "./SetupDevice.ts"
import { chooseRegion, codesOf, saidOf } from "./SetupPlan.ts"
import type { SetupRequest } from "./SetupRequest.ts"

/** A key that is in no item yet, the item as it will be, and whose key it is. */
export interface KeyToBe {
  readonly key: LongLivedKey
  readonly item: OpItem
  readonly arn: string
}

/** The answers to what a profile is asked about beside its item, as flags give them. */
export interface AnsweredAhead {
  readonly region: string | undefined
  readonly flags: FlagValues
}

/** Asks about a profile what can be asked before its key is in 1Password: whoever leaves then leaves nothing there. */
export const answerAhead = Effect.fnUntraced(function*(
  { chosen: { borrower, target }, config, manner }: Begun,
  request: SetupRequest,
  { arn, item, key }: KeyToBe
) {
  const { environment, flags } = request
  const given: AnsweredAhead = { region: request.region, flags }
  if (borrower !== undefined && target.kind === "ours") return given
  const said = saidOf(config, target)
  const region = yield* chooseRegion(manner, request, said, item, config)
  const { serialField, source } = codesOf(request, said)
  if (source === "none") return { region, flags } satisfies AnsweredAhead
  const device = yield* chooseDevice(manner, {
    key,
    item,
    serial: flags["mfa-serial"],
    codes: source,
    serialField,
    present: said.get("mfa_serial"),
    arn,
    profile: target.kind === "new" ? undefined : target.profile,
    config,
    environment
  })
  const answer: FlagValues = device === "item" ? {} : device === "none" ? { mfa: "none" } : { "mfa-serial": device.serial }
  return { region, flags: { ...flags, ...answer } } satisfies AnsweredAhead
})

import * as Effect from "effect/Effect"
import { variable } from "../../domain/Environment.ts"
import { itemAddress } from "../../domain/ItemAddress.ts"
import { usualFields } from "../../domain/OpItem.ts"
import { PlaintextFirst } from "../../domain/setup/SetupFailure.ts"
import { importKey, type ImportWish } from "../import/Import.ts"
import { orFail } from "../OrFail.ts"
import { setup } from "./Setup.ts"
import type { SetupRequest } from "./SetupRequest.ts"

/** `setup`, or `import` in its place where that is what the person wants once they see that the key is in plaintext. */
export const setupOrImport = (request: SetupRequest) =>
  setup(request).pipe(
    Effect.catchIf(
      (failure) => failure instanceof PlaintextFirst && failure.moved,
      (failure) => Effect.as(Effect.flatMap(wishOf(request, (failure as PlaintextFirst).profile), importKey), "")
    )
  )

/** How `import` is asked for the key of a profile. It sets the profile up as well. */
const wishOf = Effect.fnUntraced(function*(
  { directory, environment, flags, look, region, running }: SetupRequest,
  profile: string
) {
  const given = flags["op-account"] ?? variable(environment, "OP_AWS_ACCOUNT")
  const { account = given, ...address } = yield* orFail(itemAddress(flags["op-vault"], flags["op-item"], given))
  const wish: ImportWish = {
    environment,
    workingDirectory: directory,
    source: { kind: "profile", profile },
    place: {
      cliPath: flags["op-cli-path"] ?? variable(environment, "OP_AWS_CLI_PATH") ?? "op",
      ...account === undefined ? undefined : { account }
    },
    address,
    fields: {
      accessKeyIdField: flags["op-access-key-id-field"] ?? usualFields.accessKeyIdField,
      secretAccessKeyField: flags["op-secret-access-key-field"] ?? usualFields.secretAccessKeyField
    },
    title: undefined,
    mfaSerial: flags["mfa-serial"],
    replace: false,
    remove: false,
    unattended: false,
    setup: true,
    wanted: { flags, region },
    running,
    look
  }
  return wish
})

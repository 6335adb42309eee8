import * as Effect from "effect/Effect"
import type { Failure } from "../domain/base/Failure.ts"
import { onePasswordPlace } from "../domain/settings/OnePasswordPlace.ts"
import { importKey } from "./Import.ts"
import type { ImportWish } from "./ImportRequest.ts"
import { orFail } from "../session/OrFail.ts"
import { setup } from "../setup/Setup.ts"
import type { SetupFailure } from "../setup/SetupFailure.ts"
import type { SetupRequest } from "../setup/SetupRequest.ts"

/** `setup`, or `import` in its place where that is what the person wants once they see that the key is in plaintext. */
export const setupOrImport = (request: SetupRequest) =>
  setup(request).pipe(
    Effect.catchIf(
      isToBeMoved,
      (failure) => Effect.as(Effect.flatMap(wishOf(request, failure.profile), importKey), "")
    )
  )

const isToBeMoved = (failure: Failure): failure is SetupFailure<"PlaintextFirst"> & { readonly moved: true } =>
  failure._tag === "PlaintextFirst" && "moved" in failure && failure.moved === true

/** How `import` is asked for the key of a profile. It sets the profile up as well. */
const wishOf = Effect.fnUntraced(function*(
  { directory, environment, flags, look, region, running }: SetupRequest,
  profile: string
) {
  const { address, fields, ...place } = yield* orFail(onePasswordPlace({ flags, environment, profile }))
  const wish: ImportWish = {
    environment,
    workingDirectory: directory,
    source: { kind: "profile", profile },
    place,
    address,
    fields,
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

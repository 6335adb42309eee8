import * as Effect from "effect/Effect"
import type { Failure } from "../domain/base/Failure.ts"
import { importKey } from "./Import.ts"
import { setup } from "../setup/Setup.ts"
import type { SetupFailure } from "../setup/SetupFailure.ts"
import type { SetupRequest } from "../setup/SetupRequest.ts"

/**
 * `setup`, or `import` in its place where that is what the person wants once they see that the key is in plaintext. It
 * sets the profile up as well.
 */
export const setupOrImport = ({ directory: workingDirectory, ...request }: SetupRequest) =>
  setup({ ...request, directory: workingDirectory }).pipe(
    Effect.catchIf(isToBeMoved, ({ profile }) =>
      Effect.as(
        importKey({
          ...request,
          workingDirectory,
          source: { kind: "profile", profile },
          title: undefined,
          mfaSerial: request.flags["mfa-serial"],
          replace: false,
          remove: false,
          setup: true
        }),
        ""
      ))
  )

const isToBeMoved = (failure: Failure): failure is SetupFailure<"PlaintextFirst"> & { readonly moved: true } =>
  failure._tag === "PlaintextFirst" && "moved" in failure && failure.moved === true

import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import { printable } from "../domain/Printable.ts"
import { print } from "../layers/StandardOutput.ts"
import { AwsConfigFile } from "../services/AwsConfigFile.ts"

/** Prints the names of all profiles, one a line, for completion scripts: what cannot be typed is left out. */
export const profiles = Command.make(
  "profiles",
  {},
  Effect.fnUntraced(function*() {
    const names = (yield* (yield* AwsConfigFile).load).profileNames()
    yield* print(names.filter((name) => printable(name, name.length) === name).map((name) => `${name}\n`).join(""))
  })
).pipe(Command.unlisted, Command.withDescription("The names of all profiles in the AWS config, one a line."))

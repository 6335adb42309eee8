import * as Effect from "effect/Effect"
import * as Command from "effect/cli/Command"
import { printable } from "../domain/base/Printable.ts"
import { print } from "../layers/terminal/StandardOutput.ts"
import { AwsConfigFile } from "../services/aws-config/AwsConfigFile.ts"

/** Prints the names of all profiles, one a line, for completion scripts: what cannot be typed is left out. */
export const profiles = Command.make(
  "profiles",
  {},
  Effect.fnUntraced(function*() {
    const names = (yield* (yield* AwsConfigFile).load).profileNames()
    yield* print(names.filter((name) => printable(name, name.length) === name).map((name) => `${name}\n`).join(""))
  })
).pipe(Command.unlisted, Command.withDescription("The names of all profiles in the AWS config, one a line."))

import { assert, describe, it } from "@effect/vitest"
import { splitCredentialProcess } from "../../src/domain/aws-config/CredentialProcessLine.ts"
import { awsVaultLine } from "../../src/setup/OtherLines.ts"

const read = (line: string) => awsVaultLine(splitCredentialProcess(line) ?? [])

describe("a line of aws-vault's", () => {
  const lines: ReadonlyArray<readonly [string, unknown]> = [
    ["aws-vault exec home --json", { named: "home" }],
    ["aws-vault exec --json home", { named: "home" }],
    ["/opt/homebrew/bin/aws-vault exec --no-session --json home", { named: "home" }],
    ["aws-vault --backend file exec --json --duration 2h home", { named: "home", duration: "2h" }],
    ["aws-vault exec home --json --duration=1h30m --prompt=ykman", { named: "home", duration: "1h30m" }],
    ["aws-vault exec home -j -d 90m -t 123456", { named: "home", duration: "90m" }],
    ["aws-vault export --format=json home", { named: "home" }],
    ["aws-vault export --format json --region eu-west-1 home", { named: "home" }],
    // Longer or shorter than sessions can be: the usual length then.
    ["aws-vault exec home --json --duration=5m", { named: "home" }],
    ["aws-vault exec home --json --duration=long", { named: "home" }],
    ["aws-vault exec home", undefined],
    ["aws-vault export home", undefined],
    ["aws-vault exec home --json aws", undefined],
    ["aws-vault exec --json", undefined],
    ["granted exec home --json", undefined],
    ["my-aws-vault exec home --json", undefined],
    ["", undefined]
  ]
  it.each(lines)("%j", (line, expected) => assert.deepStrictEqual(read(line), expected))
})

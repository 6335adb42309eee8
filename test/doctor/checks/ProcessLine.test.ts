import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { checkProcessLine } from "../../../src/doctor/checks/ProcessLine.ts"
import { checkMissingLine, checkMissingProfile, linesOfOurs } from "../../../src/doctor/checks/Profile.ts"
import type { Finding } from "../../../src/doctor/Finding.ts"
import { parseAwsConfig } from "../../../src/domain/aws-config/AwsConfig.ts"
import { splitCredentialProcess } from "../../../src/domain/aws-config/CredentialProcessLine.ts"
import { Failure } from "../../../src/domain/base/Failure.ts"
import { canonicalLine } from "../../../src/domain/settings/CanonicalLine.ts"
import { resolveRoleChain } from "../../../src/domain/settings/RoleChain.ts"

const rewritten = (
  words: ReadonlyArray<string> | undefined,
  pathOf: (name: string) => string | undefined = () => undefined
) => canonicalLine({ profile: "dev", words, home: "/home/me", pathOf })

const check = (written: string): Finding | undefined => {
  const [only, ...more] = checkProcessLine({ profile: "dev", place: "/c:2", written, rewritten })
  assert.deepStrictEqual(more, [])
  return only
}

const program = "/usr/local/bin/op-aws-credential-process"

describe("checkProcessLine", () => {
  it.each([
    `${program} --profile dev`,
    `${program} --op-item op://Private/AWS --duration=1h30m`,
    "op-aws-credential-process --op-vault Private --op-item a#b",
    "/home/me/.local/bin/op-aws-credential-process --profile %a%/x@y:z+1"
  ])("lets pass what every client splits alike: %s", (line) => assert.isUndefined(check(line)))

  const cases: ReadonlyArray<readonly [string, "error" | "warning", RegExp]> = [
    [program, "warning", /^minio-go\S* .*refuses a line without an argument$/],
    [
      `"/a b/op-aws-credential-process" --profile dev`,
      "warning",
      /^minio-go.*; programs built on the first Go SDK do not run/
    ],
    ["/a\\ b/op-aws-credential-process --profile dev", "warning", /^minio-go/],
    [`${program} --op-vault "My Vault" --profile dev`, "warning", /^minio-go[^;]*$/],
    [`${program} --op-vault 'My Vault' --profile dev`, "warning", /^minio-go[^;]*$/],
    [
      `"/a b/op-aws-credential-process" --op-vault "My Vault"`,
      "error",
      /Go programs .* take the first and the last quote away/
    ],
    [
      `'/a b/op-aws-credential-process' --op-vault 'My Vault'`,
      "error",
      /Go programs .* take the first and the last quote away/
    ],
    [`"/a b/op-aws-credential-process"`, "error", /Go programs/],
    [
      "$HOME/bin/op-aws-credential-process --profile dev",
      "error",
      /the AWS CLI and boto3 leave \$ and ` as they stand/
    ],
    ["${HOME}/bin/op-aws-credential-process --profile dev", "error", /the AWS CLI and boto3 leave \$/],
    [`${program} --op-item "$ITEM" x`, "error", /the AWS CLI and boto3 leave \$/],
    ["~/bin/op-aws-credential-process --profile dev", "error", /the AWS CLI and boto3 leave ~/],
    [`${program} --op-item AW*`, "error", /the AWS CLI and boto3 leave \* \? and \[/],
    ["`which op-aws-credential-process` --profile dev", "error", /the AWS CLI and boto3 leave \$ and `/],
    [`${program} --profile dev | cat`, "error", /the AWS CLI and boto3 run no shell/],
    [`cd /; ${program} --profile dev`, "error", /the AWS CLI and boto3 run no shell/],
    [`OP_ACCOUNT=x ${program} --profile dev`, "error", /the AWS CLI and boto3 look for a program/],
    [`${program} --profile dev # mine`, "error", /the AWS CLI and boto3 pass the comment/],
    [`${program} --op-item "a #b" x`, "error", /^Go, JavaScript, Java, Rust and C\+\+ end the value at a #/],
    [`${program} --op-item "a`, "error", /no client can run it/],
    [`${program} --profile dev\\`, "error", /no client can run it/],
    ["bin/op-aws-credential-process --profile dev", "error", /another program in each directory/],
    ["./op-aws-credential-process --profile dev", "error", /another program in each directory/]
  ]
  it.each(cases)("says which clients stumble over %s", (line, severity, why) => {
    const finding = check(line)
    assert.strictEqual(finding?.severity, severity)
    assert.match(finding?.why ?? "", why)
    assert.match(finding?.what ?? "", /^\/c:2: .*\[profile dev\]$/)
  })

  it("leaves alone what single quotes and backslashes keep from the shell", () => {
    assert.notInclude(check(`${program} --op-item '$x ~ *;' y`)?.why ?? "", "the AWS CLI")
    assert.notInclude(check(`${program} --op-item \\$x\\; y`)?.why ?? "", "the AWS CLI")
    assert.notInclude(check(`${program} --op-item a~b~ y`)?.why ?? "", "the AWS CLI")
  })
})

describe("canonicalLine", () => {
  const cases: ReadonlyArray<readonly [string, ReadonlyArray<string>]> = [
    [`"/opt/op/op-aws-credential-process" --op-vault "My Vault" --op-item AWS`, [
      "write in [profile dev]",
      "op_vault = My Vault",
      "op_item = AWS",
      "credential_process = /opt/op/op-aws-credential-process --profile dev"
    ]],
    [`${program} --op-item op://Private/AWS --no-prompt --timeout 20s --role-arn arn:aws:iam::123456789012:role/R`, [
      "write in [profile dev]",
      "op_item = op://Private/AWS",
      `credential_process = ${program} --no-prompt --timeout 20s --role-arn arn:aws:iam::123456789012:role/R --profile dev`
    ]],
    ["\"/a b/op-aws-credential-process\" --profile other", [
      "link the program to a path without a space, and write in [profile dev]",
      `sudo ln -s '/a b/op-aws-credential-process' ${program}`,
      `credential_process = ${program} --profile other`
    ]],
    ["~/bin/op-aws-credential-process --profile dev", [
      "write in [profile dev]",
      "credential_process = /home/me/bin/op-aws-credential-process --profile dev"
    ]],
    [
      "/usr/bin/node /opt/op-aws-credential-process/dist/main.js --op-cli-path '/mnt/c/Program Files/1Password CLI/op.exe'",
      [
        "write in [profile dev]",
        "op_cli_path = /mnt/c/Program Files/1Password CLI/op.exe",
        "credential_process = /usr/bin/node /opt/op-aws-credential-process/dist/main.js --profile dev"
      ]
    ]
  ]
  it.each(cases)("says %s in a form that every client splits alike", (line, expected) => {
    assert.deepStrictEqual(rewritten(splitCredentialProcess(line)).split("\n"), expected)
  })

  it("takes the path of a bare name from where it was found", () => {
    const line = rewritten(["op-aws-credential-process"], (name) => `/opt/bin/${name}`)
    assert.include(line, "credential_process = /opt/bin/op-aws-credential-process --profile dev")
  })

  it("leaves to the person what it cannot read", () => {
    assert.include(
      rewritten(undefined),
      "op_item = …\ncredential_process = /usr/local/bin/op-aws-credential-process --profile dev"
    )
    assert.include(rewritten([program, "--unknown"]), "op_item = …")
    assert.include(rewritten([program, "--op-item", "a #b"]), "op_item = <its ID>")
  })

  const Name = Schema.String.check(
    Schema.isPattern(/^[!-~]([ -~]{0,12}[!-~])?$/),
    Schema.isPattern(/^(?![#;-]|op:\/\/)(?!.*\s[#;])/)
  )

  it.effect.prop("means the same, and nobody stumbles over it", [Name, Name], ([vault, item]) =>
    Effect.sync(() => {
      const line = [program, "--op-vault", vault, "--op-item", item].map((word) => `'${word.replaceAll("'", "'\\''")}'`)
        .join(" ")
      const settingsOf = (keys: string) => {
        const config = parseAwsConfig({
          config: { path: "/c", text: `[profile dev]\n${keys}\n` },
          credentials: { path: "/k", text: "" }
        })
        const chain = resolveRoleChain({
          profile: "dev",
          asker: "person",
          flags: {},
          environment: { HOME: "/home/me" },
          config
        })
        return chain instanceof Failure
          ? assert.fail(chain.message)
          : { vault: chain.settings.vault, item: chain.settings.item }
      }
      const [, ...keys] = rewritten(splitCredentialProcess(line)).split("\n")
      assert.deepStrictEqual(settingsOf(keys.join("\n")), { vault, item })
      assert.isUndefined(check(keys.at(-1)!.replace("credential_process = ", "")))
    }), { arbitrary: { runs: 200 } })
})

const profilesOf = (text: string) =>
  parseAwsConfig({ config: { path: "/c", text }, credentials: { path: "/k", text: "" } })

const missing = (text: string, name = "dev") => {
  const config = profilesOf(text)
  const profile = config.profile(name)
  if (profile === undefined || profile instanceof Failure) return assert.fail("no such profile")
  return checkMissingProfile({ config, lines: linesOfOurs(config), profile, place: "/c:2", rewritten: "the new line" })
}

describe("checkMissingProfile", () => {
  const line = `credential_process = ${program} --op-vault v --op-item i`

  it("asks for --profile where [default] would be taken instead", () => {
    const [finding] = missing(`[profile dev]\n${line}\n[default]\nmfa_serial = GAHT12345678\n`)
    assert.match(finding?.why ?? "", /\[default\] has an mfa_serial/)
    assert.strictEqual(finding?.mend, "the new line")
  })

  it("asks for it where several profiles have the same line, quoted alike or not", () => {
    const text =
      `[profile dev]\n${line}\n[profile b]\ncredential_process = /opt/op-aws-credential-process --op-vault 'v' --op-item i\n`
    assert.match(missing(text)[0]?.why ?? "", /it stands in b as well/)
    assert.lengthOf(missing(text, "b"), 1)
  })

  it.each([
    `[profile dev]\n${line}\n[profile b]\n${line}x\n`,
    `[profile dev]\n${line} --profile dev\n[default]\nmfa_serial = GAHT12345678\n`,
    `[profile dev]\ncredential_process = /bin/other --op-item i\n[default]\nmfa_serial = GAHT12345678\n`,
    `[profile dev]\n${line}\n[default]\nregion = eu-west-1\n`
  ])("has no objection to %s", (text) => assert.deepStrictEqual(missing(text), []))

  it("has none to [default] itself", () => {
    assert.deepStrictEqual(missing(`[default]\nmfa_serial = GAHT12345678\n${line}\n`, "default"), [])
  })
})

describe("checkMissingLine", () => {
  const values = (keys: Record<string, string>) => ({ name: "dev", values: new Map(Object.entries(keys)) })

  it("tells of a profile that no client could use", () => {
    const [finding] = checkMissingLine(values({ op_item: "op://Private/AWS" }), "the line")
    assert.deepInclude(finding, { check: "process-line", severity: "warning", mend: "the line" })
  })

  it("is content with a line, or with a role", () => {
    assert.deepStrictEqual(checkMissingLine(values({ op_item: "i", credential_process: "x" }), ""), [])
    assert.deepStrictEqual(checkMissingLine(values({ op_item: "i", role_arn: "x" }), ""), [])
  })
})

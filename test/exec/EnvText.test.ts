import { assert, describe, it } from "@effect/vitest"
import { spawnSync } from "node:child_process"
import { shellHome } from "../fixtures/ShellHome.ts"
import { type EnvFormat, envText, formatOfShell } from "../../src/exec/EnvText.ts"
import { sessionVariables, withoutSession } from "../../src/exec/ExecEnvironment.ts"

const credentials = {
  accessKeyId: "ASIAFAKE0000EXAMPLE0",
  secretAccessKey: "fake/secret+for'tests",
  sessionToken: "fake\\session $token==",
  expiration: Date.parse("2026-11-23T10:00:00.900Z")
}

const before = {
  AWS_PROFILE: "other",
  AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://localhost/",
  AWS_CONFIG_FILE: "/here"
}

const variables = sessionVariables(before, { profile: "my dev", credentials, region: "eu-central-1", settings: [["AWS_CA_BUNDLE", "/ca.pem"]] })

const expected = {
  AWS_ACCESS_KEY_ID: "ASIAFAKE0000EXAMPLE0",
  AWS_SECRET_ACCESS_KEY: "fake/secret+for'tests",
  AWS_SESSION_TOKEN: "fake\\session $token==",
  AWS_CREDENTIAL_EXPIRATION: "2026-11-23T10:00:00Z",
  AWS_REGION: "eu-central-1",
  AWS_DEFAULT_REGION: "eu-central-1",
  AWS_CA_BUNDLE: "/ca.pem",
  OP_AWS_EXEC_PROFILE: "my dev"
}

interface Shell {
  readonly name: string
  readonly format: EnvFormat
  readonly args: ReadonlyArray<string>
}

const shells: ReadonlyArray<Shell> = [
  { name: "sh", format: "sh", args: ["-c", "eval \"$TEXT\"; unset TEXT; exec env -0"] },
  { name: "bash", format: "bash", args: ["-c", "eval \"$TEXT\"; unset TEXT; exec env -0"] },
  { name: "zsh", format: "zsh", args: ["-f", "-c", "eval \"$TEXT\"; unset TEXT; exec env -0"] },
  { name: "fish", format: "fish", args: ["--no-config", "-c", "printf '%s' $TEXT | source; set -e TEXT; exec env -0"] },
  {
    name: "pwsh",
    format: "powershell",
    args: ["-NoProfile", "-Command", "Invoke-Expression $env:TEXT; Remove-Item Env:TEXT; & env -0"]
  }
]

for (const { args, format, name } of shells) {
  const missing = spawnSync(name, ["-c", "exit"]).error !== undefined
  describe.skipIf(missing)(`what env prints for ${name}${missing ? " (it is not installed)" : ""}`, () => {
    it("leaves that shell with the session, and without what would stand in its way", () => {
      const { status, stdout } = spawnSync(name, args, {
        env: { PATH: "/usr/bin:/bin", HOME: shellHome, ...before, TEXT: envText(format, variables) },
        encoding: "utf8"
      })
      assert.strictEqual(status, 0)
      const after = Object.fromEntries(stdout.split("\0").filter((line) => /^(?:OP_)?AWS_/.test(line)).map((line) => {
        const equals = line.indexOf("=")
        return [line.slice(0, equals), line.slice(equals + 1)]
      }))
      assert.deepStrictEqual(after, { ...expected, AWS_CONFIG_FILE: "/here" })
    })
  })
}

describe("what env prints", () => {
  const plain = { ...credentials, secretAccessKey: "fake/secret", sessionToken: "fake+token==" }
  const given = sessionVariables(before, { profile: "dev", credentials: plain, region: "eu-central-1", settings: [] })

  it.each(["bash", "dash"])("sets everything in %s where it is evaluated without quotes, which makes one line of it", (shell) => {
    const { stdout } = spawnSync(shell, ["-c", "eval $TEXT; unset TEXT; exec env"], {
      env: { PATH: "/usr/bin:/bin", AWS_PROFILE: "other", TEXT: envText("sh", given) },
      encoding: "utf8"
    })
    assert.include(stdout, "AWS_SESSION_TOKEN=fake+token==\n")
    assert.include(stdout, "OP_AWS_EXEC_PROFILE=dev\n")
    assert.notInclude(stdout, "AWS_PROFILE=")
  })

  it("takes the same out again", () => {
    const inside = { ...Object.fromEntries(given.set), AWS_CA_BUNDLE: "/ca.pem", AWS_ENDPOINT_URL: "http://mine", PATH: "/bin" }
    const settings = [["AWS_CA_BUNDLE", "/ca.pem"], ["AWS_ENDPOINT_URL", "http://profile"]] as const
    const { set, unset } = withoutSession(inside, settings)
    assert.deepStrictEqual(set, [])
    assert.sameMembers([...unset], [...given.set.map(([name]) => name), "AWS_CA_BUNDLE"])
    assert.strictEqual(envText("sh", { set: [], unset: ["A", "B"] }), "unset A;\nunset B;\n")
  })
})

describe("what env prints for a program", () => {
  it("is one JSON object", () => {
    assert.deepStrictEqual(JSON.parse(envText("json", variables)), expected)
  })

  it("is a line for each variable in a .env file", () => {
    const usual = { ...credentials, secretAccessKey: "fake/secret", sessionToken: "fake+token==" }
    const plain = sessionVariables({}, { profile: "dev", credentials: usual, region: undefined, settings: [] })
    assert.deepStrictEqual(envText("dotenv", plain).split("\n"), [
      "AWS_ACCESS_KEY_ID=ASIAFAKE0000EXAMPLE0",
      "AWS_SECRET_ACCESS_KEY=fake/secret",
      "AWS_SESSION_TOKEN=fake+token==",
      "AWS_CREDENTIAL_EXPIRATION=2026-11-23T10:00:00Z",
      "OP_AWS_EXEC_PROFILE=dev",
      ""
    ])
  })
})

describe("the format without --format", () => {
  it("is that of the shell in SHELL, and sh's for one that is not known", () => {
    const shellPaths = ["/bin/bash", "/usr/bin/zsh", "/opt/bin/fish", "/usr/bin/pwsh", "/bin/ksh", undefined]
    for (const name of ["constructor", "__proto__", "toString"]) assert.strictEqual(formatOfShell({ SHELL: `/x/${name}` }), "sh")
    const formats = shellPaths.map((shell) => formatOfShell({ SHELL: shell }))
    assert.deepStrictEqual(formats, ["bash", "zsh", "fish", "powershell", "sh", "sh"])
  })
})

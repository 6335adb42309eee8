import { assert, describe, it } from "@effect/vitest"
import { settingLines, shellFiles } from "../../src/import/KeyRemoval.ts"

const names = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]
const numbers = (text: string) => settingLines(text, names).map(({ number }) => number)

describe("settingLines", () => {
  it.each([
    "export AWS_SECRET_ACCESS_KEY=x",
    "  AWS_SECRET_ACCESS_KEY=\"x\"",
    "declare -x AWS_SECRET_ACCESS_KEY='x'",
    "set -gx AWS_SECRET_ACCESS_KEY x",
    "set --export --global AWS_SECRET_ACCESS_KEY x",
    "setenv AWS_SECRET_ACCESS_KEY x",
    "[ -n \"$PS1\" ] && export AWS_SECRET_ACCESS_KEY=x"
  ])("takes a line that sets a variable: %s", (line) => {
    assert.deepStrictEqual(numbers(`# first\n${line}\n`), [2])
  })

  it.each([
    "# export AWS_SECRET_ACCESS_KEY=x",
    "unset AWS_SECRET_ACCESS_KEY",
    "set -e AWS_SECRET_ACCESS_KEY",
    "export MY_AWS_SECRET_ACCESS_KEY=x",
    "export AWS_SECRET_ACCESS_KEY_FILE=x",
    "echo \"$AWS_SECRET_ACCESS_KEY=\"",
    "echo ${AWS_SECRET_ACCESS_KEY}"
  ])("takes no other for one: %s", (line) => {
    assert.deepStrictEqual(numbers(line), [])
  })

  it("tells both variables of one line", () => {
    assert.deepStrictEqual(settingLines("export AWS_ACCESS_KEY_ID=x AWS_SECRET_ACCESS_KEY=y", names), [
      { number: 1, name: "AWS_ACCESS_KEY_ID" },
      { number: 1, name: "AWS_SECRET_ACCESS_KEY" }
    ])
  })
})

describe("shellFiles", () => {
  it("goes by the variables that shells go by", () => {
    const files = shellFiles({ HOME: "/h", ZDOTDIR: "/z", XDG_CONFIG_HOME: "/x" }, "/project")
    assert.includeMembers([...files], ["/h/.bashrc", "/h/.profile", "/z/.zshrc", "/z/.zshenv", "/x/fish/config.fish", "/project/.envrc"])
    assert.deepStrictEqual(shellFiles({}, "/project"), ["/project/.envrc", "/project/.env"])
    assert.strictEqual(new Set(shellFiles({ HOME: "/h" }, "/h")).size, shellFiles({ HOME: "/h" }, "/h").length)
  })
})

import { assert, describe, it } from "@effect/vitest"
import { argumentsOfOurs, splitCredentialProcess } from "../../../src/domain/aws-config/CredentialProcessLine.ts"

describe("a credential_process line", () => {
  for (
    const [line, words] of [
      ["", []],
      ["  \t ", []],
      ["a b\tc  d", ["a", "b", "c", "d"]],
      [" a ", ["a"]],
      ["\"/a b/x\" arg end", ["/a b/x", "arg", "end"]],
      ["'/a b/x' arg", ["/a b/x", "arg"]],
      ["/a\\ b/x arg", ["/a b/x", "arg"]],
      ["\"/a b/x\" get \"a b\"", ["/a b/x", "get", "a b"]],
      ["x --a='b c'\"d e\"f", ["x", "--a=b cd ef"]],
      ["x '' \"\" y", ["x", "", "", "y"]],
      ["'a\\b' \"a\\b\" a\\b", ["a\\b", "a\\b", "ab"]],
      ["\"a\\\"b\\\\c\\'d\"", ["a\"b\\c\\'d"]],
      ["'it''s' \"it's\" it\\'s", ["its", "it's", "it's"]],
      ["x $HOME ~/y *.z a;b | c # d", ["x", "$HOME", "~/y", "*.z", "a;b", "|", "c", "#", "d"]],
      ["é\u00a0日 👩", ["é\u00a0日", "👩"]],
      ["a\\\nb", ["a\nb"]]
    ] as const
  ) {
    it(`splits ${JSON.stringify(line)} as a POSIX shell's words`, () => {
      assert.deepStrictEqual(splitCredentialProcess(line), [...words])
    })
  }

  for (const line of ["\"a", "a'", "a \"b 'c'", "a\\", "\"a\\", "\"a\\\"", "'a\\''"]) {
    it(`cannot be split as ${JSON.stringify(line)}`, () => {
      assert.isUndefined(splitCredentialProcess(line))
    })
  }
})

const ours = (line: string) => argumentsOfOurs(splitCredentialProcess(line) ?? [])

describe("our own program in a credential_process line", () => {
  for (
    const [line, words] of [
      ["op-aws-credential-process", []],
      ["op-aws-credential-process --op-vault V --op-item I", ["--op-vault", "V", "--op-item", "I"]],
      ["/usr/local/bin/op-aws-credential-process --profile dev", ["--profile", "dev"]],
      ["\"/Program Files/x/op-aws-credential-process.exe\" --profile dev", ["--profile", "dev"]],
      ["'C:\\tools\\op-aws-credential-process.exe' --profile dev", ["--profile", "dev"]],
      ["./op-aws-credential-process.js a", ["a"]],
      ["node /opt/lib/node_modules/op-aws-credential-process/dist/main.js --profile dev", ["--profile", "dev"]],
      ["/usr/bin/node /usr/local/bin/op-aws-credential-process --profile dev", ["--profile", "dev"]],
      ["bun /x/op-aws-credential-process/dist/main.js", []],
      ["node.exe 'C:\\x\\op-aws-credential-process\\dist\\main.js' a", ["a"]],
      [
        "op-aws-credential-process --op-vault V --op-item=I --op-cli-path /mnt/c/Program\\ Files/1Password\\ CLI/op.exe",
        ["--op-vault", "V", "--op-item=I", "--op-cli-path", "/mnt/c/Program Files/1Password CLI/op.exe"]
      ]
    ] as const
  ) {
    it(`is found, with its arguments, in ${line}`, () => {
      assert.deepStrictEqual(ours(line), [...words])
    })
  }

  for (
    const line of [
      "",
      "''",
      "aws-vault exec dev",
      "op-aws-credential-process2 a",
      "my-op-aws-credential-process a",
      "/opt/op-aws-credential-process/other a",
      "echo op-aws-credential-process",
      "node",
      "node /opt/other/main.js op-aws-credential-process",
      "node /opt/not-op-aws-credential-process/main.js",
      "nodes /opt/op-aws-credential-process/dist/main.js"
    ]
  ) {
    it(`is not found in ${JSON.stringify(line)}`, () => {
      assert.isUndefined(ours(line))
    })
  }
})

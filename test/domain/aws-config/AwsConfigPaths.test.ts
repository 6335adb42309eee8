import { assert, describe, it } from "@effect/vitest"
import { awsConfigPaths, readConfigText } from "../../../src/domain/aws-config/AwsConfigPaths.ts"
import { Failure } from "../../../src/domain/base/Failure.ts"

describe("AWS's two files", () => {
  for (
    const [what, environment, config, credentials] of [
      ["in the home directory", { HOME: "/home/me" }, "/home/me/.aws/config", "/home/me/.aws/credentials"],
      ["in a home with a slash behind it", { HOME: "/home/me/" }, "/home/me/.aws/config", "/home/me/.aws/credentials"],
      ["in the root for a home that is it", { HOME: "/" }, "/.aws/config", "/.aws/credentials"],
      [
        "where the variables say",
        { HOME: "/home/me", AWS_CONFIG_FILE: "/etc/a", AWS_SHARED_CREDENTIALS_FILE: "b/c" },
        "/etc/a",
        "b/c"
      ],
      [
        "in the home directory for variables that are empty",
        { HOME: "/home/me", AWS_CONFIG_FILE: "", AWS_SHARED_CREDENTIALS_FILE: "" },
        "/home/me/.aws/config",
        "/home/me/.aws/credentials"
      ],
      [
        "below the home directory for `~/`, and nothing else is expanded",
        { HOME: "/home/me", AWS_CONFIG_FILE: "~/a~/b", AWS_SHARED_CREDENTIALS_FILE: "$HOME/~/c" },
        "/home/me/a~/b",
        "$HOME/~/c"
      ],
      [
        "where both variables say, without a home",
        { AWS_CONFIG_FILE: "/a", AWS_SHARED_CREDENTIALS_FILE: "/b" },
        "/a",
        "/b"
      ]
    ] as const
  ) {
    it(`are ${what}`, () => {
      assert.deepStrictEqual(awsConfigPaths(environment), { config, credentials })
    })
  }

  it("are unknown where a home is needed and there is none", () => {
    assert.isUndefined(awsConfigPaths({}))
    assert.isUndefined(awsConfigPaths({ HOME: "" }))
    assert.isUndefined(awsConfigPaths({ AWS_CONFIG_FILE: "/a" }))
    assert.isUndefined(awsConfigPaths({ AWS_CONFIG_FILE: "/a", AWS_SHARED_CREDENTIALS_FILE: "~/b" }))
  })
})

describe("reading one of them", () => {
  const failing = (code: string) => () => {
    throw Object.assign(new Error(`${code}: something`), { code })
  }

  it("gives the text as it is", () => {
    assert.deepStrictEqual(readConfigText("/a", (path) => `text of ${path}`), { path: "/a", text: "text of /a" })
  })

  for (const code of ["ENOENT", "ENOTDIR"]) {
    it(`takes a file that is not there (${code}) for an empty one`, () => {
      assert.deepStrictEqual(readConfigText("/a", failing(code)), { path: "/a", text: "" })
    })
  }

  for (
    const [code, reason] of [
      ["EACCES", "permission denied"],
      ["EISDIR", "it is a directory"],
      ["ELOOP", "its symbolic links go in a circle"],
      ["EXYZ", "error EXYZ"]
    ] as const
  ) {
    it(`says in plain words what ${code} is`, () => {
      const failure = readConfigText("/a", failing(code))
      assert.instanceOf(failure, Failure)
      assert.strictEqual("message" in failure ? failure.message : "", `cannot read /a: ${reason}`)
    })
  }

  it("does not take a failure without a code for an empty file", () => {
    assert.instanceOf(readConfigText("/a", () => {
      throw new Error("out of memory")
    }), Failure)
  })
})

describe("a file that is not UTF-8 text", () => {
  const config = "[profile dev]\nregion = eu-west-1\n"
  const little = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(config, "utf16le")])
  const big = Buffer.from(little).swap16()

  it.each([["little-endian", little], ["big-endian", big], ["unmarked", Buffer.from(config, "utf16le")]])(
    "is an error, and not an empty one: UTF-16, %s",
    (name, bytes) => {
      const read = readConfigText("/home/me/it's", () => bytes.toString("utf8"))
      assert.instanceOf(read, Failure)
      if (!(read instanceof Failure)) return
      assert.match(read.message, name === "unmarked" ? /not UTF-8 text, / : /not UTF-8 text but UTF-16/)
      assert.include(read.hint, "iconv")
    }
  )

  it("is no error where only the byte order mark of UTF-8 is there", () => {
    assert.deepStrictEqual(readConfigText("c", () => `\ufeff${config}`), { path: "c", text: `\ufeff${config}` })
  })
})

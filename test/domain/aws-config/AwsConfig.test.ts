import { assert, describe, it } from "@effect/vitest"
import { parseAwsConfig, type Profile } from "../../../src/domain/aws-config/AwsConfig.ts"
import type { ConfigFailure } from "../../../src/domain/aws-config/ConfigFailure.ts"
import { Failure } from "../../../src/domain/base/Failure.ts"

const read = (config: string, credentials = "") =>
  parseAwsConfig({
    config: { path: "/aws/config", text: config },
    credentials: { path: "/aws/credentials", text: credentials }
  })

const plain = (found: Profile | ConfigFailure<"ConfigLineUnreadable"> | undefined): unknown =>
  found instanceof Failure ? `${found.path}:${found.line}` : found && Object.fromEntries(found.values)

/** The settings of a profile, or `file:line` of what cannot be read. */
const profile = (name: string, config: string, credentials?: string): unknown =>
  plain(read(config, credentials).profile(name))

describe("a section header", () => {
  for (
    const [what, header, name] of [
      ["in its plain form", "[profile x]", "x"],
      ["with a tab after `profile`", "[profile\tx]", "x"],
      ["with two blanks after `profile`", "[profile  x]", "x"],
      ["with blanks inside the brackets", "[ profile x ]", "x"],
      ["with blanks behind the bracket", "[profile x] \t", "x"],
      ["with CRLF", "[profile x]\r", "x"],
      ["with a comment behind a blank", "[profile x] # c ]", "x"],
      ["with a comment behind a tab", "[profile x]\t; c", "x"],
      ["with a comment right behind the bracket", "[profile x]# c", "x"],
      ["in double quotes", "[profile \"x\"]", "x"],
      ["in single quotes", "[profile 'x']", "x"],
      ["with a byte order mark", "\ufeff[profile x]", "x"],
      ["with a byte order mark and a blank", "\ufeff [profile x]", "x"],
      ["with all the signs that clients let pass", "[profile Az09_-/.%@:+]", "Az09_-/.%@:+"],
      ["with signs that only some clients let pass", "[profile a=b,(&é日本]", "a=b,(&é日本"],
      ["with a number sign inside the name", "[profile a#b]", "a#b"],
      ["with a blank inside the name", "[profile my p]", "my p"],
      ["with a bracket for a name", "[profile []", "["],
      ["with a quoted blank inside the name", "[profile \"my p\"]", "my p"],
      ["with one quote only", "[profile \"x]", "\"x"],
      ["named __proto__", "[profile __proto__]", "__proto__"],
      ["named constructor", "[profile constructor]", "constructor"],
      ["named toString", "[profile toString]", "toString"],
      ["named profile", "[profile profile]", "profile"],
      ["of the default profile", "[default]", "default"],
      ["of the default profile with blanks", "[ default ]", "default"],
      ["of the default profile with the prefix", "[profile default]", "default"]
    ] as const
  ) {
    it(`is read ${what}`, () => {
      const config = `${header}\nregion = eu-west-1\n`
      assert.deepStrictEqual(profile(name, config), { region: "eu-west-1" })
      assert.deepStrictEqual(read(config).profileNames(), [name])
    })
  }

  for (const header of ["[x]", "[profile.x]", "[profilex]", "[Profile x]", "[sso-session x]", "[profile]", "[]"]) {
    it(`makes no profile as ${header} in the config file`, () => {
      assert.deepStrictEqual(profile("x", `${header}\nregion = a\n`), undefined)
      assert.deepStrictEqual(read(`${header}\nregion = a\n`).profileNames(), [])
    })
  }

  it("needs no prefix in the credentials file, and makes no profile with one", () => {
    const config = read("", "[x]\nregion = a\n[ y y ]\nregion = b\n[profile z]\nregion = c\n[services s]\nregion = d")
    assert.deepStrictEqual(config.profileNames(), ["x", "y y"])
    assert.deepStrictEqual(plain(config.profile("y y")), { region: "b" })
    assert.isUndefined(config.profile("z"))
    assert.isUndefined(config.profile("profile z"))
  })

  it("ends the section before it, of whatever kind it is", () => {
    for (const header of ["[x]", "[plugins]", "[sso-session s]", "[services s]", "[", "[profile", "[]"]) {
      assert.deepStrictEqual(profile("x", `[profile x]\na = 1\n${header}\nb = 2\n`), { a: "1" })
    }
  })

  it("is none inside a comment, a value or a nested value", () => {
    const config = "[profile x]\n# [profile y]\na = [profile y]\ns3 =\n  b = [profile y]\n  # [profile y]\nc = 1"
    assert.deepStrictEqual(profile("x", config), { a: "[profile y]", "s3.b": "[profile y]", c: "1" })
    assert.isUndefined(profile("y", config))
  })

  for (
    const [what, header] of [
      ["has no closing bracket", "[profile y"],
      ["has its closing bracket in a comment", "[profile y # ]"],
      ["has text behind it", "[profile y] z"],
      ["is quoted and has no closing bracket", "[profile \"y\""],
      ["is indented below a key", "  [profile y]"]
    ] as const
  ) {
    it(`is an error for the profile it names when it ${what}`, () => {
      const config = `[profile w]\na = 1\n\n[profile x]\na = 1\n${header}\nb = 2\n[profile z]\na = 1\n`
      assert.deepStrictEqual(profile("y", config), "/aws/config:6")
      assert.deepStrictEqual(profile("w", config), { a: "1" })
      assert.deepStrictEqual(profile("z", config), { a: "1" })
      assert.deepStrictEqual(read(config).profileNames(), ["w", "x", "y", "z"])
    })
  }

  it("is an error for a profile that has a sound section too", () => {
    assert.deepStrictEqual(profile("x", "[profile x]\na = 1\n[profile x\nb = 2\n"), "/aws/config:3")
  })

  it("is an error for the profile before it when it is indented below that profile's keys", () => {
    const config = "[profile x]\na = 1\n  [profile y]\n  a = 2\n  [profile z]\n  a = 3\n[profile w]\n  a = 4\n"
    assert.deepStrictEqual(profile("x", config), "/aws/config:3")
    assert.deepStrictEqual(profile("y", config), "/aws/config:3")
    assert.deepStrictEqual(profile("z", config), "/aws/config:5")
    assert.deepStrictEqual(profile("w", config), { a: "4" })
  })

  it("may be indented as the whole file is", () => {
    const config = "  # mine\n  [profile x]\n  a = 1\n\n# note\n  [profile y]\n  a = 2\n"
    assert.deepStrictEqual(profile("x", config), { a: "1" })
    assert.deepStrictEqual(profile("y", config), { a: "2" })
    assert.deepStrictEqual(profile("y", "\t[profile x]\n\t[profile y]\n\ta = 2\n"), { a: "2" })
  })
})

describe("a line", () => {
  for (
    const [what, line, values] of [
      ["key = value", "key = value", { key: "value" }],
      ["key=value", "key=value", { key: "value" }],
      ["tabs", "\tkey\t=\tvalue\t", { key: "value" }],
      ["CRLF", "key = value\r", { key: "value" }],
      ["capitals in the key", "CREDENTIAL_PROCESS = Value", { credential_process: "Value" }],
      ["a comment after the value", "key = value # c", { key: "value" }],
      ["a comment with ; after a tab", "key = value\t; c", { key: "value" }],
      ["a number sign without a blank", "key = a#b;c", { key: "a#b;c" }],
      ["a comment in quotes, which ends the value for every SDK", "key = \"a #b\"", { key: "\"a" }],
      ["a comment for a value", "key = # c", {}],
      ["an equals sign in the value", "key = a=b", { key: "a=b" }],
      ["a colon in the value", "key = op://a/b", { key: "op://a/b" }],
      ["double quotes, which are kept", "key = \"/a b/x\" get 'a b'", { key: "\"/a b/x\" get 'a b'" }],
      ["backslashes, which are kept", "key = /a\\ b/x", { key: "/a\\ b/x" }],
      ["a dollar sign, a percent sign and a tilde", "key = $HOME %a% ~/x", { key: "$HOME %a% ~/x" }],
      ["an empty value", "key =", {}],
      ["the key __proto__", "__proto__ = value", { ["__proto__"]: "value" }],
      ["the key constructor", "constructor = value", { constructor: "value" }],
      ["a comment line", "# key = value", {}],
      ["a comment line with ;", "; key = value", {}],
      ["an indented comment line", "   # key = value", {}],
      ["a blank line", " \t", {}]
    ] as const
  ) {
    it(`is read with ${what}`, () => {
      const found = read(`[profile x]\n${line}`).profile("x")
      assert.isFalse(found instanceof Failure)
      assert.deepStrictEqual(found && "values" in found ? [...found.values] : found, Object.entries(values))
    })
  }

  it("may be indented if all keys of the profile are", () => {
    assert.deepStrictEqual(profile("x", "[profile x]\n  a = 1\n  b = 2\n"), { a: "1", b: "2" })
    assert.deepStrictEqual(profile("x", "[profile x]\n    a = 1\n  b = 2\nc = 3\n"), { a: "1", b: "2", c: "3" })
  })

  it("belongs to a key without a value when it is indented below it", () => {
    const config = "[profile x]\ns3 =\n  Addressing_Style = path\n\n  # note\n\tmax=3 # c\nregion = a\n"
    assert.deepStrictEqual(profile("x", config), { "s3.addressing_style": "path", "s3.max": "3", region: "a" })
    assert.deepStrictEqual(profile("x", "[profile x]\n  s3 =\n    a = 1\nb = 2\n"), { "s3.a": "1", b: "2" })
    assert.deepStrictEqual(profile("x", "[profile x]\ns3 = # note\n  a = 1\n"), { "s3.a": "1" })
    assert.deepStrictEqual(profile("x", "[profile x]\nempty =\nb = 2\n"), { b: "2" })
  })

  for (
    const [what, lines, line] of [
      ["has no `=`", "a = 1\nword", 3],
      ["has no `=` and is nested", "s3 =\n  word", 3],
      ["holds the value of the line above it", "credential_process =\n  /bin/op-aws-credential-process dev", 3],
      ["has no key", "= value", 2],
      ["has a colon for its `=`", "key: value", 2],
      ["has a colon before its `=`", "key: a=b", 2],
      ["has its `=` in a comment only", "key # = value", 2],
      ["goes on with the value above it", "a = 1\n  more", 3],
      ["looks like a key and is indented below a value", "a = 1\n  b = 2", 3],
      ["is indented below an indented value", "  a = 1\n    b = 2", 3],
      ["goes on with a value across blank lines and comments", "a = 1\n\n# note\n  b = 2", 5],
      ["is indented like the key without a value above it", "  s3 =\n  b = 2", 3],
      ["is indented like the key whose nested keys are above it", "  s3 =\n    a = 1\n  b = 2", 4],
      ["follows a nested key without a value", "s3 =\n  a =\n  b = 2", 4],
      ["holds a carriage return", "a = 1\rb = 2", 2]
    ] as const
  ) {
    it(`is an error when it ${what}, in the profile in use only`, () => {
      const damaged = `[profile x]\n${lines}\n`
      const config = `${damaged}\n[profile y]\nregion = a\n[default]\nregion = b\n`
      assert.deepStrictEqual(profile("x", config), `/aws/config:${line}`)
      assert.deepStrictEqual(profile("y", config), { region: "a" })
      assert.deepStrictEqual(profile("default", config), { region: "b" })
      assert.deepStrictEqual(profile("x", damaged.replaceAll("\n", "\r\n")), `/aws/config:${line}`)
      assert.deepStrictEqual(profile("x", "", damaged.replace("profile ", "")), `/aws/credentials:${line}`)
    })
  }

  it("before any section is nobody's", () => {
    assert.deepStrictEqual(profile("x", "region = a\nword\n[profile x]\nb = 1\n"), { b: "1" })
  })

  it("is not repeated in the error, for it may hold a key", () => {
    const found = read("[profile x]\naws_secret_access_key fake-secret-for-tests\n").profile("x")
    assert.instanceOf(found, Failure)
    assert.strictEqual(found instanceof Error ? found.message : "", "/aws/config:2: the line has no `=`")
  })
})

describe("both files together", () => {
  it("take a later key over an earlier one, in one section and in two of one name", () => {
    const config = "[profile x]\na = 1\na = 2\nb = 1\n[profile y]\nb = 9\n[profile \"x\"]\nb = 2\nc = 1\n"
    assert.deepStrictEqual(profile("x", config), { a: "2", b: "2", c: "1" })
  })

  it("are merged key by key, the credentials file over the config file wherever its keys stand", () => {
    const config = "[profile x]\na = config\nb = config\ns3 =\n  a = config\n  b = config\n"
    const credentials = "[x]\nb = credentials\nc = credentials\ns3 =\n  b = credentials\n"
    assert.deepStrictEqual(profile("x", config, credentials), {
      a: "config",
      b: "credentials",
      "s3.a": "config",
      "s3.b": "credentials",
      c: "credentials"
    })
  })

  it("unset a key by an empty value", () => {
    assert.deepStrictEqual(profile("x", "[profile x]\na = 1\nb = 1\n", "[x]\na =\n"), { b: "1" })
  })

  it("take [profile default] for the whole of default, before or after [default]", () => {
    const bare = "[default]\na = 1\nb = 1\n"
    const prefixed = "[profile default]\nb = 2\n"
    for (const config of [bare + prefixed, prefixed + bare, bare + prefixed + bare]) {
      assert.deepStrictEqual(profile("default", config, "[default]\nc = 3\n"), { b: "2", c: "3" })
    }
    assert.deepStrictEqual(profile("default", bare, "[default]\nc = 3\n"), { a: "1", b: "1", c: "3" })
  })

  it("name each profile once, in file order, the config file first", () => {
    const config = "[profile b]\n[default]\n[profile a]\n[services s]\n[profile b]\n"
    const names = read(config, "[z]\n[a]\n[__proto__]\n").profileNames()
    assert.deepStrictEqual(names, ["b", "default", "a", "z", "__proto__"])
  })

  it("have a profile without settings, and none under a name that nothing has", () => {
    const config = read("[profile x]\n")
    assert.deepStrictEqual(plain(config.profile("x")), {})
    for (const name of ["", "y", "xx", "profile x", "__proto__", "toString", "x]"]) {
      assert.isUndefined(config.profile(name))
    }
  })

  it("may both be empty", () => {
    assert.deepStrictEqual(read("").profileNames(), [])
    assert.isUndefined(read("").profile("default"))
    assert.isUndefined(read("").services("default"))
  })

  it("say where they are", () => {
    const { configPath, credentialsPath } = read("")
    assert.deepStrictEqual({ configPath, credentialsPath }, {
      configPath: "/aws/config",
      credentialsPath: "/aws/credentials"
    })
  })
})

describe("a [services] section", () => {
  const config = "[services local]\nsts =\n  endpoint_url = http://localhost:4566\n" +
    "s3 =\n  endpoint_url = http://localhost:1\n[profile local]\nservices = local\n[services broken]\nsts\n"

  it("is found by its own name, beside a profile of that name", () => {
    assert.deepStrictEqual(plain(read(config).services("local")), {
      "sts.endpoint_url": "http://localhost:4566",
      "s3.endpoint_url": "http://localhost:1"
    })
    assert.deepStrictEqual(profile("local", config), { services: "local" })
    assert.deepStrictEqual(read(config).profileNames(), ["local"])
  })

  it("is an error where it cannot be read, and nothing where it is missing or in the credentials file", () => {
    assert.deepStrictEqual(plain(read(config).services("broken")), "/aws/config:9")
    assert.isUndefined(read(config).services("other"))
    assert.isUndefined(read("", config).services("local"))
  })
})

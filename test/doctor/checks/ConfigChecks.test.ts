import { assert, describe, it } from "@effect/vitest"
import { checkConfigFile, checkConfigSections } from "../../../src/doctor/checks/AwsFiles.ts"
import { configLines } from "../../../src/domain/aws-config/ConfigLines.ts"

const path = "/home/me/.aws/config"
const lines = (text: string, credentials = false) => configLines({ path, text }, credentials)

const clean = [
  "# all that every client reads alike",
  "[default]",
  "region=eu-central-1",
  "[profile dev-1.x/y%z@a:b+c]",
  "op_item = op://Private/AWS",
  "s3 =",
  "  max_concurrent_requests = 20",
  "",
  "[sso-session corp]",
  "sso_region = eu-central-1",
  "[services local]",
  "sts =",
  "  endpoint_url = http://localhost:4566",
  "[plugins]",
  "cli_legacy_plugin_path = x",
  ""
].join("\n")

/** A file's findings as `what`, each with the clients that its `why` names. */
const found = (text: string, credentials = false) =>
  checkConfigFile(lines(text, credentials)).map(({ what, why }) => `${what} | ${why}`)

describe("checkConfigFile", () => {
  it("has nothing to say of a file that is as it should be", () => {
    assert.deepStrictEqual(found(clean), [])
    assert.deepStrictEqual(found(clean.replaceAll("\n", "\r\n")), [])
    assert.deepStrictEqual(found("[a]\naws_access_key_id = AKIAFAKE0000EXAMPLE0\n", true), [])
    assert.deepStrictEqual(found(""), [])
  })

  const cases: ReadonlyArray<readonly [string, string, RegExp]> = [
    [
      "a byte order mark",
      `\uFEFF${clean}`,
      /config:1: .*byte order mark \| the AWS CLI and boto3, Java and Rust refuse the whole file/
    ],
    [
      "a section that comes twice",
      "[profile a]\n[profile b]\n[profile a]\n",
      /config:3: .*\[profile a\].* after line 1 \| the AWS CLI and boto3 refuse the whole file/
    ],
    [
      "a key that comes twice",
      "[profile a]\nregion = x\noutput = y\nRegion = z\n",
      /config:4: Region .*second time, after line 2 \| the AWS CLI and boto3 refuse the whole file/
    ],
    [
      "a header that is not closed",
      "[profile a]\n[profile b\n",
      /config:2: the section header \[profile b is not closed.* \| the AWS CLI and boto3 refuse the whole file/
    ],
    [
      "one that looks like a key",
      "[profile a]\n[x = y\n",
      /config:2: .*not closed.* \| the AWS CLI and boto3 take it for a key of the section above/
    ],
    [
      "a header that Python takes for a value",
      "[profile a]\nregion =\n [profile b]\n",
      /config:3: a line sets nothing/
    ],
    ["an indented key", "[profile a]\n\tregion = x\n", /config:2: a key is indented \| Java, Rust/],
    [
      "keys that are all indented",
      "[profile a]\n  region = x\n  output = y\n",
      /config:2, 3: keys are indented \| Java, Rust/
    ],
    [
      "a key with a colon",
      "[profile a]\nregion: x\n",
      /config:2: a `:` stands in the place of `=` \| Java and Rust refuse the whole file, and JavaScript/
    ],
    [
      "a line without =",
      "[profile a]\nregion\n",
      /config:2: a line sets nothing \| the AWS CLI and boto3, Java and Rust/
    ],
    ["a value on the next line", "[profile a]\nregion =\n  eu-west-1\n", /config:3: a line sets nothing/],
    [
      "a key before any section",
      "region = x\n[profile a]\n",
      /config:1: a line stands before the first section \| the AWS CLI and boto3, Java and Rust/
    ],
    [
      "a continued value",
      "[profile a]\ncredential_process = x\n  --profile a\n",
      /config:3: a line is indented below a key that has a value \| the AWS CLI and boto3, Go, Java and Rust add it/
    ]
  ]
  it.each(cases)("finds %s", (_, text, expected) => {
    const findings = found(text)
    assert.isTrue(findings.some((finding) => expected.test(finding)), findings.join("\n"))
  })

  it("tells of many lines at once, the first five by number", () => {
    const [only, ...more] = found("[profile a]\n  a = x\n  b = x\n  c = x\n  d = x\n  e = x\n  f = x\n")
    assert.match(only ?? "", /config:2, 3, 4, 5, 6, …: keys are indented/)
    assert.deepStrictEqual(more, [])
  })

  it("never shows a value", () => {
    const text =
      "[profile a]\naws_secret_access_key: fake-secret-for-tests\nfake-secret-for-tests\n  aws_secret_access_key = fake-secret-for-tests\naws_secret_access_key = fake-secret-for-tests # c\n"
    const all = [...checkConfigFile(lines(text)), ...checkConfigSections(lines(text), () => true)]
    assert.isAbove(all.length, 3)
    assert.notInclude(JSON.stringify(all), "fake-secret")
  })
})

/** The same for sections; every profile is of concern. */
const odd = (text: string, credentials = false) =>
  checkConfigSections(lines(text, credentials), () => true).map(({ mend, what, why }) => `${what} | ${why} | ${mend}`)

describe("checkConfigSections", () => {
  it("has nothing to say of a file that is as it should be", () => {
    assert.deepStrictEqual(odd(clean), [])
    assert.deepStrictEqual(
      odd("[default]\nregion = a\n[my profile]\naws_access_key_id = AKIAFAKE0000EXAMPLE0\n", true),
      []
    )
  })

  const cases: ReadonlyArray<readonly [string, string, boolean, RegExp]> = [
    [
      "a profile without the word",
      "[dev]\nregion = x\n",
      false,
      /:1: \[dev\] is no profile \| .*no client finds this one \| write it as\n\[profile dev\]/
    ],
    [
      "a profile with a dot",
      "[profile.dev]\nregion = x\n",
      false,
      /only JavaScript takes it for one \| write it as\n\[profile dev\]/
    ],
    [
      "the word in the credentials file",
      "[profile dev]\naws_access_key_id = AKIAFAKE0000EXAMPLE0\n",
      true,
      /no client finds this one \| write it as\n\[dev\]/
    ],
    [
      "two defaults",
      "[default]\nregion = x\n[profile default]\nregion = y\n",
      false,
      /:1: there is \[default\], and \[profile default\] in line 3 \| the AWS CLI and boto3 take the one that comes later/
    ],
    [
      "a quoted name",
      "[profile \"dev\"]\nregion = x\n",
      false,
      /Go, Java and Rust do not find a quoted name \| write it as\n\[profile dev\]/
    ],
    [
      "a name with a space",
      "[profile my dev]\nregion = x\n",
      false,
      /only Go finds a name with a space \| rename it, .*\n\[profile my-dev\]/
    ],
    [
      "a quoted name with a space",
      "[profile \"my dev\"]\nregion = x\n",
      false,
      /only the AWS CLI and boto3 find a quoted name with a space/
    ],
    [
      "a name with a #",
      "[profile a#b]\nregion = x\n",
      false,
      /Java and Rust refuse the whole file, Go and JavaScript miss/
    ],
    [
      "a name with other characters",
      "[profile café]\nregion = x\n",
      false,
      /JavaScript, Java and Rust do not find a name with characters other/
    ],
    ["two spaces", "[profile  dev]\nregion = x\n", false, /JavaScript does not find a header with more than one space/],
    [
      "a space behind the bracket",
      "[ profile dev ]\nregion = x\n",
      false,
      /the AWS CLI and boto3 do not find a header with a space behind/
    ],
    [
      "a comment right behind the bracket",
      "[profile dev]# c\nregion = x\n",
      false,
      /JavaScript does not find a header with a comment/
    ],
    [
      "a key in capitals",
      "[profile dev]\nREGION = x\n",
      false,
      /:2: REGION is not all lower-case \| JavaScript, Java and C\+\+ do not see the key \| write it as\nregion = …/
    ],
    [
      "a comment behind a value",
      "[profile dev]\nregion = x # c\n",
      false,
      /:2: a comment stands behind the value of region \| the AWS CLI and boto3 take the comment/
    ]
  ]
  it.each(cases)("finds %s", (_, text, credentials, expected) => {
    const findings = odd(text, credentials)
    assert.isTrue(findings.some((finding) => expected.test(finding)), findings.join("\n"))
  })

  it("leaves the spelling of profiles alone that are no concern, and sections that are for other tools", () => {
    assert.deepStrictEqual(checkConfigSections(lines("[profile \"x\"]\nREGION = a # b\n"), () => false), [])
    assert.deepStrictEqual(odd("[toolkit]\ntheme = dark\n[preview]\ncloudfront = true\n"), [])
  })
})

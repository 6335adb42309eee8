import { assert, describe, it } from "@effect/vitest"
import { editProfile, type ProfileEdit } from "../../../src/domain/aws-config/AwsConfigEdit.ts"
import type { ConfigFailure } from "../../../src/domain/aws-config/ConfigFailure.ts"
import { Failure } from "../../../src/domain/base/Failure.ts"

const lines = (...all: ReadonlyArray<string>): string => all.map((line) => `${line}\n`).join("")

const inConfig = (text: string, edit: Partial<ProfileEdit>) => editProfile(text, { file: "config", profile: "dev", ...edit })
const inCredentials = (text: string, edit: Partial<ProfileEdit>) =>
  editProfile(text, { file: "credentials", profile: "dev", ...edit })

const messageOf = (result: string | ConfigFailure<"ConfigUneditable">): string =>
  result instanceof Failure ? result.message : assert.fail(`edited: ${result}`)

describe("setting keys", () => {
  it.each<{ readonly title: string; readonly before: string; readonly edit: Partial<ProfileEdit>; readonly after: string }>([
    {
      title: "makes a section at the end of the file, a blank line below what is there",
      before: lines("[default]", "region = eu-west-1"),
      edit: { set: [["region", "eu-central-1"], ["op_item", "AWS"]] },
      after: lines("[default]", "region = eu-west-1", "", "[profile dev]", "region = eu-central-1", "op_item = AWS")
    },
    {
      title: "makes the file",
      before: "",
      edit: { set: [["region", "eu-central-1"]] },
      after: lines("[profile dev]", "region = eu-central-1")
    },
    {
      title: "writes [default] without a word before it",
      before: "",
      edit: { profile: "default", set: [["region", "eu-central-1"]] },
      after: lines("[default]", "region = eu-central-1")
    },
    {
      title: "takes [profile default] for the default profile",
      before: lines("[profile default]", "region = eu-west-1"),
      edit: { profile: "default", set: [["region", "eu-central-1"]] },
      after: lines("[profile default]", "region = eu-central-1")
    },
    {
      title: "changes a key where it stands and adds the others below the last one",
      before: lines("# mine", "[profile dev] # note", "# why", "region=eu-west-1", "output = json", "", "# other", "[profile b]", "region = x"),
      edit: { set: [["op_item", "AWS"], ["region", "eu-central-1"]] },
      after: lines(
        "# mine",
        "[profile dev] # note",
        "# why",
        "region = eu-central-1",
        "output = json",
        "op_item = AWS",
        "",
        "# other",
        "[profile b]",
        "region = x"
      )
    },
    {
      title: "leaves a key alone that has the value",
      before: lines("[profile dev]", "region=eu-west-1"),
      edit: { set: [["region", "eu-west-1"]] },
      after: lines("[profile dev]", "region=eu-west-1")
    },
    {
      title: "writes a key in lower case that only some clients read",
      before: lines("[profile dev]", "Credential_Process = old"),
      edit: { set: [["credential_process", "old"]] },
      after: lines("[profile dev]", "credential_process = old")
    },
    {
      title: "keeps a comment behind a value, on a line of its own",
      before: lines("[profile dev]", "region = eu-west-1 # home", "output = json #"),
      edit: { set: [["region", "eu-west-1"], ["output", "text"]] },
      after: lines("[profile dev]", "# home", "region = eu-west-1", "output = text")
    },
    {
      title: "adds below nested lines, and below a comment that is indented with them",
      before: lines("[profile dev]", "s3 =", "  max_queue_size = 10", "  # fast", "", "# end"),
      edit: { set: [["region", "eu-west-1"]] },
      after: lines("[profile dev]", "s3 =", "  max_queue_size = 10", "  # fast", "region = eu-west-1", "", "# end")
    },
    {
      title: "adds to a section without keys directly below its header",
      before: lines("[profile dev]", "# nothing yet", "", "[profile b]"),
      edit: { set: [["region", "eu-west-1"]] },
      after: lines("[profile dev]", "region = eu-west-1", "# nothing yet", "", "[profile b]")
    },
    {
      title: "replaces what was nested in a key",
      before: lines("[profile dev]", "op_item =", "  a = b", "region = x"),
      edit: { set: [["op_item", "AWS"]] },
      after: lines("[profile dev]", "op_item = AWS", "region = x")
    },
    {
      title: "keeps carriage returns",
      before: "[profile dev]\r\nregion = a\r\n\r\n[profile b]\r\n",
      edit: { set: [["op_item", "AWS"], ["region", "b"]] },
      after: "[profile dev]\r\nregion = b\r\nop_item = AWS\r\n\r\n[profile b]\r\n"
    },
    {
      title: "keeps the want of a line break at the end of the file",
      before: "[profile dev]\nregion = a",
      edit: { set: [["op_item", "AWS"]] },
      after: "[profile dev]\nregion = a\nop_item = AWS"
    },
    {
      title: "leaves the blank line above a last one that goes, as the last one, with no more of a line break than that had",
      before: "[profile dev]\nregion = a\n\nop_item = AWS",
      edit: { remove: ["op_item"] },
      after: "[profile dev]\nregion = a\n"
    },
    {
      title: "keeps a byte order mark",
      before: "\uFEFF[profile dev]\nregion = a\n",
      edit: { set: [["region", "b"]] },
      after: "\uFEFF[profile dev]\nregion = b\n"
    },
    {
      title: "keeps the indentation of a file that is indented as a whole, where a header would be lost otherwise",
      before: lines("  [profile dev]", "    region = a", "  [profile b]", "    region = x"),
      edit: { set: [["region", "b"], ["op_item", "AWS"]] },
      after: lines("  [profile dev]", "    region = b", "  op_item = AWS", "  [profile b]", "    region = x")
    },
    {
      title: "does not take [dev] or [profile.dev] for the profile",
      before: lines("[dev]", "region = a"),
      edit: { set: [["region", "b"]] },
      after: lines("[dev]", "region = a", "", "[profile dev]", "region = b")
    },
    {
      title: "knows a name in quotes, which some clients read",
      before: lines("[profile \"dev\"]", "region = a"),
      edit: { set: [["region", "b"]] },
      after: lines("[profile \"dev\"]", "region = b")
    }
  ])("$title", ({ after, before, edit }) => {
    assert.strictEqual(inConfig(before, edit), after)
    assert.strictEqual(inConfig(after, edit), after)
  })

  it("makes a section of the plain name in the credentials file, where [profile dev] is nobody's", () => {
    const before = lines("[profile dev]", "aws_access_key_id = FAKE")
    assert.strictEqual(
      inCredentials(before, { set: [["region", "a"]] }),
      lines("[profile dev]", "aws_access_key_id = FAKE", "", "[dev]", "region = a")
    )
  })
})

describe("removing keys", () => {
  const remove = ["aws_access_key_id", "AWS_SECRET_ACCESS_KEY"]

  it.each<{ readonly title: string; readonly before: string; readonly after: string }>([
    {
      title: "takes their lines and nothing else",
      before: lines("[dev]", "# mine", "aws_access_key_id = FAKE", "region = x", "aws_secret_access_key=FAKE # c", "", "[b]", "k = v"),
      after: lines("[dev]", "# mine", "region = x", "", "[b]", "k = v")
    },
    {
      title: "takes a section with its last key",
      before: lines("[a]", "k = v", "", "[dev]", "aws_access_key_id = FAKE", "aws_secret_access_key = FAKE", "", "# b's", "[b]", "k = v"),
      after: lines("[a]", "k = v", "", "[dev]", "", "# b's", "[b]", "k = v")
    },
    {
      title: "takes a section in the middle with its blank lines",
      before: lines("[a]", "k = v", "", "[dev]", "aws_access_key_id = FAKE", "aws_secret_access_key = FAKE", "", "[b]", "k = v"),
      after: lines("[a]", "k = v", "", "[b]", "k = v")
    },
    {
      title: "takes the last section with the blank line above it",
      before: lines("[a]", "k = v", "", "[dev]", "aws_access_key_id = FAKE", "aws_secret_access_key = FAKE"),
      after: lines("[a]", "k = v")
    },
    {
      title: "leaves an empty file where nothing else was",
      before: lines("[dev]", "aws_access_key_id = FAKE", "aws_secret_access_key = FAKE"),
      after: ""
    },
    {
      title: "leaves a section that has a comment",
      before: lines("[dev]", "# the old key", "aws_access_key_id = FAKE", "aws_secret_access_key = FAKE"),
      after: lines("[dev]", "# the old key")
    },
    {
      title: "leaves a section that never had a key",
      before: lines("[dev]", "", "[b]", "k = v"),
      after: lines("[dev]", "", "[b]", "k = v")
    },
    {
      title: "leaves a file alone that has no such profile",
      before: lines("[a]", "aws_access_key_id = FAKE"),
      after: lines("[a]", "aws_access_key_id = FAKE")
    }
  ])("$title", ({ after, before }) => {
    assert.strictEqual(inCredentials(before, { remove }), after)
    assert.strictEqual(inCredentials(after, { remove }), after)
  })

  it("keeps the section in the config file", () => {
    assert.strictEqual(inConfig(lines("[profile dev]", "aws_access_key_id = FAKE"), { remove }), lines("[profile dev]"))
  })

  it("takes what is nested below a key", () => {
    const before = lines("[profile dev]", "s3 =", "  # fast", "", "  a = b", "region = x")
    assert.strictEqual(inConfig(before, { remove: ["s3"] }), lines("[profile dev]", "region = x"))
  })

  it("does not take a key that is to be set", () => {
    const before = lines("[profile dev]", "region = x")
    assert.strictEqual(inConfig(before, { set: [["region", "y"]], remove: ["region"] }), lines("[profile dev]", "region = y"))
  })
})

describe("what cannot be edited", () => {
  const set = [["region", "x"]] as const

  it.each<{ readonly title: string; readonly before: string; readonly edit?: Partial<ProfileEdit>; readonly line: number; readonly why: RegExp }>([
    { title: "a profile that is there twice", before: lines("[profile dev]", "[profile b]", "[profile \"dev\"]"), line: 3, why: /a second time, and first in line 1$/ },
    { title: "[default] beside [profile default]", before: lines("[default]", "[profile default]"), edit: { profile: "default" }, line: 2, why: /a second time/ },
    { title: "a key that is there twice", before: lines("[profile dev]", "region = a", "Region = b"), line: 3, why: /key stands here a second time/ },
    { title: "a line without `=`", before: lines("[profile dev]", "region"), line: 2, why: /the line has no `=`$/ },
    { title: "a line that continues another", before: lines("[profile dev]", "region = a", "  b = c"), line: 3, why: /indented below a key that has a value/ },
    { title: "a header that is not closed", before: lines("[profile dev", "region = a"), line: 1, why: /no closing/ },
    { title: "a header that the AWS CLI does not read", before: lines("", "[ profile dev ]", "region = a"), line: 2, why: /the AWS CLI reads another name/ },
    { title: "a header with another bracket behind it", before: lines("[profile dev] # [x]", "region = a"), line: 1, why: /the AWS CLI reads another name/ }
  ])("$title", ({ before, edit, line, why }) => {
    const result = inConfig(before, { set, path: "/home/me/.aws/config", ...edit })
    assert.match(messageOf(result), why)
    assert.strictEqual(result instanceof Failure ? result.line : undefined, line)
    assert.include(messageOf(result), `/home/me/.aws/config:${line} cannot be edited: `)
  })

  it("leaves trouble in other profiles to others", () => {
    const before = lines("[profile b]", "word", "[profile b]", "[profile dev]", "region = a")
    assert.strictEqual(inConfig(before, { set }), before.replace("= a", "= x"))
  })

  it.each(["", " a", "a ", "a\nb", "a\tb", "a #b", "a ;b", "#a", ";", "a\u0000", "\ud800"])(
    "a value that would be read otherwise: %j",
    (value) => {
      const result = messageOf(inConfig("", { set: [["region", value]] }))
      assert.match(result, /^~\/\.aws\/config cannot be edited: the value of region /)
    }
  )

  it.each(["", "a b", "a]", "é", "a#b", "\"a\"", "a\nb", "a\\b"])("a new profile with a name that not all clients read: %j", (profile) => {
    assert.match(messageOf(inConfig("", { profile, set })), /not every AWS client reads a profile of that name/)
  })

  it("a section DEFAULT in the credentials file, which the AWS CLI spreads over all others", () => {
    assert.match(messageOf(inCredentials("", { profile: "DEFAULT", set })), /not every AWS client/)
    assert.match(messageOf(inCredentials("[DEFAULT]\nregion = a\n", { profile: "DEFAULT", set })), /the AWS CLI reads/)
    assert.strictEqual(inConfig("", { profile: "DEFAULT", set }), lines("[profile DEFAULT]", "region = x"))
  })

  it.each(["", "a b", "a=b", "a.b", "a:b"])("a key that is no plain word: %j", (key) => {
    assert.match(messageOf(inConfig("", { set: [[key, "v"]] })), /no plain word$/)
  })
})

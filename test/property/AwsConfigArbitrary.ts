import { Arbitrary, Schema } from "effect"

/** One of these, the first being the simplest. */
const oneOf = <const A extends ReadonlyArray<string | boolean>>(...values: A): Arbitrary.Arbitrary<A[number]> =>
  Arbitrary.map(
    Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: values.length - 1 }))),
    (index) => values[index]!
  )

/** Text of characters (or words) from an alphabet. */
export const textOf = (
  alphabet: ReadonlyArray<string>,
  lengths: { readonly minLength?: number; readonly maxLength?: number } = {}
): Arbitrary.Arbitrary<string> => Arbitrary.map(Arbitrary.array(oneOf(...alphabet), lengths), (all) => all.join(""))

const name = textOf([..."ab", ..."AZ09_-/.%@:+"], { minLength: 1, maxLength: 6 })

const value = Arbitrary.map(
  textOf([..."ab =:\"'\\%$#;[]{},/|é日", "👩"], { minLength: 1, maxLength: 12 }),
  (text) => text.replace(/(^|\s+)[#;]/g, "x").trim() || "v"
)

const keys = [
  "region",
  "mfa_serial",
  "op_vault",
  "op_item",
  "credential_process",
  "role_arn",
  "x-custom.key",
  "constructor",
  "tostring"
] as const

interface Entry {
  readonly key: string
  readonly value: string
}

interface Block {
  readonly key: string
  readonly children: ReadonlyArray<Entry>
}

/** A profile as it is printed; `values` is what is to be read again. */
interface Section {
  readonly name: string
  readonly entries: ReadonlyArray<Entry>
  readonly empty: boolean
  readonly blocks: ReadonlyArray<Block>
  readonly layout: Layout
}

interface Layout {
  readonly quote: string
  readonly gap: string
  readonly equals: string
  readonly indent: string
  readonly nesting: string
  readonly comment: string
  readonly trailing: string
}

export interface Sample {
  readonly config: string
  readonly credentials: string
  readonly names: ReadonlyArray<string>
  readonly profiles: Readonly<Record<string, Readonly<Record<string, string>>>>
  readonly services: Readonly<Record<string, Readonly<Record<string, string>>>>
}

const distinct = <A>(items: ReadonlyArray<A>, key: (item: A) => string): ReadonlyArray<A> =>
  [...new Map(items.map((item) => [key(item), item])).values()]

const entries = (names: ReadonlyArray<string>, maxLength: number, minLength = 0) =>
  Arbitrary.map(
    Arbitrary.array(Arbitrary.all({ key: oneOf(...names), value }), { minLength, maxLength }),
    (all) => distinct(all, (entry) => entry.key)
  )

const blocks = Arbitrary.map(
  Arbitrary.array(
    Arbitrary.all({
      key: oneOf("s3", "sts", "dynamodb"),
      children: entries(["addressing_style", "endpoint_url", "max_bandwidth"], 3, 1)
    }),
    { maxLength: 2 }
  ),
  (all) => distinct(all, (block) => block.key)
)

const section = (comments: boolean): Arbitrary.Arbitrary<Section> =>
  Arbitrary.all({
    name,
    entries: entries(keys, 5),
    empty: oneOf(false, true),
    blocks,
    layout: Arbitrary.all({
      quote: oneOf("", "\"", "'"),
      gap: oneOf(" ", "\t"),
      equals: oneOf(" = ", "=", "= ", " =", "\t=\t"),
      indent: oneOf("", " ", "\t", "    "),
      nesting: oneOf("  ", "\t", " \t "),
      comment: oneOf("", "# a = b", "; [profile other]", "   # indented", "   "),
      trailing: comments ? oneOf("", " # note", "\t; note", " #") : Arbitrary.Constant("")
    })
  })

const printed = (title: string, part: Section, newline: string): string => {
  const { comment, equals, nesting, trailing } = part.layout
  // Where a key has no value, clients agree on what an indented line means only if the key itself is not indented.
  const indent = part.blocks.length > 0 || part.empty ? "" : part.layout.indent
  const lines = [`[${title}]${trailing}`, comment]
  for (const entry of part.entries) lines.push(`${indent}${entry.key}${equals}${entry.value}${trailing}`, comment)
  if (part.empty) lines.push(`left_empty${equals}`.trimEnd() + trailing)
  for (const block of part.blocks) {
    lines.push(`${block.key} =`, comment)
    for (const entry of block.children) lines.push(`${nesting}${entry.key}${equals}${entry.value}`, comment)
  }
  return lines.map((line) => line + newline).join("")
}

const valuesOf = (part: Section): Record<string, string> =>
  Object.fromEntries([
    ...part.entries.map((entry) => [entry.key, entry.value]),
    ...part.blocks.flatMap((block) => block.children.map((entry) => [`${block.key}.${entry.key}`, entry.value]))
  ])

const merged = (parts: ReadonlyArray<Section>): Record<string, Record<string, string>> => {
  const result: Record<string, Record<string, string>> = {}
  for (const part of parts) result[part.name] = { ...result[part.name], ...valuesOf(part) }
  return result
}

/**
 * Both AWS files in what all clients read alike. `loose` adds what the AWS CLI refuses or reads otherwise and the SDKs
 * do not: the same section twice, nested keys in both files, and comments behind a value.
 */
export const sample = (options: { readonly loose: boolean }): Arbitrary.Arbitrary<Sample> => {
  const one = section(options.loose)
  const several = Arbitrary.array(one, { maxLength: 4 })
  return Arbitrary.map(
    Arbitrary.all({
      profiles: several,
      standard: Arbitrary.array(one, { maxLength: 1 }),
      prefixed: oneOf(false, true),
      services: Arbitrary.array(one, { maxLength: 2 }),
      credentials: several,
      newline: oneOf("\n", "\r\n"),
      preamble: oneOf("", "# top\n", "\n\n")
    }),
    ({ credentials, newline, preamble, prefixed, profiles, services, standard }) => {
      const once = (parts: ReadonlyArray<Section>) => options.loose ? parts : distinct(parts, (part) => part.name)
      const usual = standard.map((part) => ({ ...part, name: "default" }))
      const inConfig = once(profiles)
      const inServices = once(services)
      // A key that only one file leaves empty is read in two ways, and so are nested keys in both files.
      const inCredentials = once(credentials).map((part) => ({
        ...part,
        empty: false,
        blocks: options.loose ? part.blocks : []
      }))
      const title = (kind: string, { layout, name }: Section) =>
        `${kind}${layout.gap}${layout.quote}${name}${layout.quote}`
      return {
        config: preamble + [
          ...inConfig.map((part) => printed(title("profile", part), part, newline)),
          ...usual.map((part) => printed(prefixed ? "profile default" : "default", part, newline)),
          ...inServices.map((part) => printed(title("services", part), part, newline))
        ].join(""),
        credentials: inCredentials.map((part) => printed(part.name, part, newline)).join(""),
        names: distinct([...inConfig, ...usual, ...inCredentials].map((part) => part.name), (text) => text),
        profiles: merged([...inConfig, ...usual, ...inCredentials]),
        services: merged(inServices)
      }
    }
  )
}

const kinds = ["key", "empty", "comment", "blank", "header", "word", "colon", "keyless", "bracket"] as const

/**
 * The lines of `[profile x]` in any indentation and order, most of them sound by themselves. Keys are numbered, so that
 * none comes twice, and so are the other profiles.
 */
export const heap: Arbitrary.Arbitrary<string> = Arbitrary.map(
  Arbitrary.all({
    newline: oneOf("\n", "\r\n"),
    lines: Arbitrary.array(
      Arbitrary.all({
        indent: oneOf("", "", "", " ", "  ", "\t", "    "),
        kind: oneOf("key", "key", "key", "empty", "empty", "key", ...kinds)
      }),
      { maxLength: 9 }
    )
  }),
  ({ lines, newline }) =>
    ["[profile x]", ...lines.map(({ indent, kind }, index) => indent + soundLine[kind](index))].join(newline)
)

const soundLine: Record<(typeof kinds)[number], (index: number) => string> = {
  key: (index) => `key${index} = value ${index}`,
  empty: (index) => `empty${index} =`,
  comment: (index) => `# key${index} = no`,
  blank: () => "",
  header: (index) => `[profile other${index}]`,
  word: () => "word",
  colon: (index) => `key${index}: value`,
  keyless: () => "= value",
  bracket: (index) => `key${index} = [profile x]`
}

/** Anything at all, most of it near to the grammar, in which no profile is named x. */
export const garbage: Arbitrary.Arbitrary<string> = textOf(
  [..."\n\n[]=:#; \t\r\"'\\\u00a0\ufeff\u0000éa", "profile ", "default", "\n[profile ", "\n[services "],
  { maxLength: 40 }
)

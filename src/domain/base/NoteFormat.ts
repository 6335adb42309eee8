/**
 * How a note is put on disk. Written out by hand, because notes are read and written before `op` is started: Effect's
 * Schema would take longer to load (5 ms in Bun, 15 in Node) than everything else until then.
 */
export interface NoteFormat<A> {
  readonly encode: (note: A) => string
  /** Undefined for anything but a whole note; members that are not known are left out. */
  readonly decode: (text: string) => A | undefined
}

/** Reads a value out of JSON; undefined when it is not one of these. */
export type Shape<A> = (value: unknown) => A | undefined

export const text: Shape<string> = (value) => typeof value === "string" ? value : undefined

export const truth: Shape<boolean> = (value) => typeof value === "boolean" ? value : undefined

export const finite: Shape<number> = (value) => typeof value === "number" && Number.isFinite(value) ? value : undefined

export const integer: Shape<number> = (value) => Number.isSafeInteger(value) ? value as number : undefined

export const oneOf = <const A extends string>(...known: ReadonlyArray<A>): Shape<A> => (value) =>
  known.find((one) => one === value)

export const listOf = <A>(item: Shape<A>): Shape<ReadonlyArray<A>> => (value) => {
  if (!Array.isArray(value)) return undefined
  const items: Array<A> = []
  for (const one of value) {
    const read = item(one)
    if (read === undefined) return undefined
    items.push(read)
  }
  return items
}

type Members = Readonly<Record<string, Shape<unknown>>>

type Read<Of> = Of extends Shape<infer A> ? A : never

/** An object with these members, of which the optional ones may be missing. */
export const record = <Required extends Members, Optional extends Members = {}>(
  required: Required,
  optional?: Optional
): Shape<
  & { readonly [Name in keyof Required]: Read<Required[Name]> }
  & { readonly [Name in keyof Optional]?: Read<Optional[Name]> }
> =>
(value) => {
  if (typeof value !== "object" || value === null) return undefined
  const given = new Map<string, unknown>(Object.entries(value))
  const found: Record<string, unknown> = {}
  for (const [name, shape] of Object.entries<Shape<unknown>>({ ...required, ...optional })) {
    if (!given.has(name) && !Object.hasOwn(required, name)) continue
    const read = shape(given.get(name))
    if (read === undefined) return undefined
    found[name] = read
  }
  return found as never
}

/** One JSON object. */
export const noteFormat = <A extends object>(shape: Shape<A>): NoteFormat<A> => ({
  encode: (note) => JSON.stringify(note),
  decode: (written) => {
    try {
      return shape(JSON.parse(written))
    } catch {
      return undefined
    }
  }
})

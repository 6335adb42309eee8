import type { Shape } from "../base/NoteFormat.ts"

/**
 * One kind of entry that is kept between calls: what its entries are called and how they are written. A store of one
 * kind is a store of any.
 */
export interface EntryKind<Key, Entry, Listed = Entry> {
  /** Where its files are, below the cache directory; undefined for the directory itself. */
  readonly folder?: string
  /** The file of a key's entry, which ends in `.json`. */
  readonly fileName: (key: Key) => string
  readonly encode: (entry: Entry) => string
  /** Undefined for what is no whole entry of this kind. */
  readonly decode: (text: string) => Entry | undefined
  /** Whether what is found in a key's file was written for this key: a name may be a digest. */
  readonly isOf: (key: Key, entry: Entry) => boolean
  /** An entry in this file as a list has it; undefined where nobody would look for it there. */
  readonly listed: (file: string, entry: Entry) => Listed | undefined
}

/**
 * A member of an entry: what it is called there and in the file, what reads it where it is not simply a text that is not
 * empty, and what writes it where it is not written as it is.
 */
type Member<Entry, Name extends keyof Entry> = {
  [Key in Name]: readonly [
    key: Key,
    name: string,
    read?: Shape<Exclude<Entry[Key], undefined>>,
    write?: (value: Exclude<Entry[Key], undefined>) => unknown
  ]
}[Name]

type Needed<Entry> = { [Name in keyof Entry]-?: {} extends Pick<Entry, Name> ? never : Name }[keyof Entry]

type AnyMember = readonly [key: string, name: string, read?: Shape<any>, write?: (value: any) => unknown]

/** How an object stands in JSON. A hit reads by it, so that it is a table and a loop, and no Schema of Effect's. */
export interface Layout<Entry> {
  readonly write: (entry: Entry) => Readonly<Record<string, unknown>>
  readonly read: Shape<Entry>
}

/** Members in the order in which they are written: first those that have to be there. */
export const layout = <Entry extends object>(
  needed: ReadonlyArray<Member<Entry, Needed<Entry>>>,
  optional: ReadonlyArray<Member<Entry, Exclude<keyof Entry, Needed<Entry>>>>
): Layout<Entry> => {
  const members = [...needed, ...optional] as ReadonlyArray<AnyMember>
  return {
    write: (entry) =>
      Object.fromEntries(members.map(([key, name, , write]) => {
        const value: unknown = entry[key as keyof Entry]
        return [name, write === undefined || value === undefined ? value : write(value)]
      })),
    read: (value) => {
      if (typeof value !== "object" || value === null) return undefined
      const found: Record<string, unknown> = {}
      for (let index = 0; index < members.length; index++) {
        const member = members[index]!
        const given = (value as Readonly<Record<string, unknown>>)[member[1]]
        if (given === undefined && index >= needed.length) continue
        const read = member[2]
        const one: unknown = read !== undefined ? read(given) : typeof given === "string" && given !== "" ? given : undefined
        if (one === undefined) return undefined
        found[member[0]] = one
      }
      return found as Entry
    }
  }
}

import { digest } from "../Digest.ts"
import { noteFormat, record, text } from "../NoteFormat.ts"

/**
 * What `import` is about to write, kept until it is done: whoever comes after an interruption looks there before making
 * a second item. Written before the item is, when it has no id yet, so that its vault and its title are what it is found
 * by.
 */
export const importNote = noteFormat(record({ vault: text, title: text }, { account: text }))

export type ImportNote = NonNullable<ReturnType<typeof importNote.decode>>

/** The note of a key. An access key ID is no secret. */
export const importNoteName = (accessKeyId: string): string => `import-${digest(accessKeyId)}`

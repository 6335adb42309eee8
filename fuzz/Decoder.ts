import { Failure } from "../src/domain/base/Failure.ts"

/** Something that reads text which is not ours, and what it promises of every text. */
export interface Decoder {
  readonly name: string
  /** Texts that it reads well. Those that it is given are made from them. */
  readonly seeds: ReadonlyArray<string>
  /**
   * Reads one text and answers with a word for what came of it. Throws where a promise is broken: that of every decoder
   * is not to throw and to say what is wrong in words that fit on a line.
   */
  readonly read: (text: string) => string | Promise<string>
  /** How much rarer than others it is tried, because one try costs so much more: 1 unless said. */
  readonly cost?: number
}

/** A promise that was not kept. */
export class Broken extends Error {}

export const promise = (isKept: boolean, what: string): void => {
  if (!isKept) throw new Broken(what)
}

const control = /[\p{Cc}\u2028\u2029]/u

/**
 * A word for an answer: a failure's tag, or whether there was one. A failure says something, on one line, in both of its
 * parts, as they are printed.
 */
export const wordFor = (answer: unknown): string => {
  if (!(answer instanceof Failure)) return answer === undefined ? "nothing" : "read"
  for (const words of [answer.message, answer.hint]) {
    promise(words.trim() !== "", `${answer._tag} says nothing`)
    promise(words.length <= 2000, `${answer._tag} says ${words.length} characters`)
    promise(!control.test(words), `${answer._tag} has a control character in its words`)
  }
  return answer._tag
}

/** What a person does on a keyboard, as far as a question cares. Printable characters in a row are one `text`. */
export type Keystroke =
  | { readonly text: string }
  | { readonly key: Key }

export type Key =
  | "enter"
  | "leave"
  | "suspend"
  | "backspace"
  | "delete"
  | "eraseLine"
  | "eraseWord"
  | "eraseRest"
  | "up"
  | "down"
  | "left"
  | "right"
  | "home"
  | "end"
  | "pageUp"
  | "pageDown"

export interface Decoded {
  readonly strokes: ReadonlyArray<Keystroke>
  /** The beginning of a sequence whose end has not arrived. */
  readonly rest: string
}

const controls: Readonly<Record<string, Key>> = {
  "\x01": "home",
  "\x02": "left",
  "\x03": "leave",
  "\x04": "leave",
  "\x05": "end",
  "\x06": "right",
  "\x08": "backspace",
  "\x09": "down",
  "\x0a": "enter",
  "\x0b": "eraseRest",
  "\x0d": "enter",
  "\x0e": "down",
  "\x10": "up",
  "\x15": "eraseLine",
  "\x17": "eraseWord",
  "\x1a": "suspend",
  "\x1c": "leave",
  "\x7f": "backspace"
}

/** By the last byte of a sequence, or by its number where that is `~`; what a modifier adds is left out. */
const sequences: Readonly<Record<string, Key>> = {
  A: "up",
  B: "down",
  C: "right",
  D: "left",
  F: "end",
  H: "home",
  Z: "up",
  "1~": "home",
  "3~": "delete",
  "4~": "end",
  "5~": "pageUp",
  "6~": "pageDown",
  "7~": "home",
  "8~": "end"
}

/** A whole sequence: `ESC [ … final`, `ESC O final`, or Alt with a key. */
const whole = /^\x1b(?:\[([0-9;:<=>?]*)([@-~])|O([@-~])|[^[O\x00-\x1f\x7f])/u

const begun = /^\x1b(?:\[[0-9;:<=>?]*|O)?/
const unfinished = /^\x1b(?:\[[0-9;:<=>?]*|O)?$/

/**
 * The keystrokes in what a terminal has sent in raw mode. Where `isAll`, an Escape at the end is the Escape key, as
 * nothing has followed it for a while. Keys that mean nothing to a question are left out.
 */
export const decodeKeystrokes = (sent: string, isAll: boolean): Decoded => {
  const strokes: Array<Keystroke> = []
  let text = ""
  const end = (): void => {
    if (text !== "") strokes.push({ text })
    text = ""
  }
  for (let at = 0; at < sent.length;) {
    const code = sent.codePointAt(at)!
    const character = String.fromCodePoint(code)
    if (character === "\x1b") {
      end()
      const tail = sent.slice(at)
      const found = whole.exec(tail)
      if (found === null) {
        if (!isAll && unfinished.test(tail)) return { strokes, rest: tail }
        const [skipped = ""] = begun.exec(tail) ?? []
        // The Escape key alone is a wish to leave; a sequence that was cut off is not.
        if (skipped === "\x1b") strokes.push({ key: "leave" })
        at += skipped.length
        continue
      }
      const [sequence, parameters = "", final, single] = found
      const key = sequences[final === "~" ? `${parameters.split(";")[0]}~` : final ?? single ?? ""]
      if (key !== undefined) strokes.push({ key })
      at += sequence.length
      continue
    }
    at += character.length
    if (code >= 0x20 && code !== 0x7f && !(code >= 0x80 && code < 0xa0)) text += character
    else {
      end()
      const key = controls[character]
      if (key !== undefined) strokes.push({ key })
    }
  }
  end()
  return { strokes, rest: "" }
}

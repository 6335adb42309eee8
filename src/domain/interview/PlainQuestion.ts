import { printable } from "../base/Printable.ts"
import { wrapped } from "../base/TerminalText.ts"
import { matching, type Option, optionLine } from "./ChoiceQuestion.ts"
import { confirmedBy, offer } from "./ConfirmQuestion.ts"
import { complaintLines, plain, type View } from "./Frame.ts"
import { answerIn, type LineAsked } from "./LineQuestion.ts"

/** A question for a terminal that can do nothing but write one line below the other (TERM=dumb). */
export interface PlainQuestion<A> {
  /** The lines above the one that is typed on. */
  readonly lines: ReadonlyArray<string>
  readonly prompt: string
  readonly hidden: boolean
  /** What a typed line means; or the lines to show before it is asked again, in another way where `next` says so. */
  read(typed: string):
    | { readonly answer: A; readonly shown?: string }
    | { readonly again: ReadonlyArray<string>; readonly next?: PlainQuestion<A> }
}

/** As many options are listed as a screen has lines; more are found by a part of their name. */
const mostListed = 20

const asked = (question: string): string => `? ${printable(question, 400)}`

/** One of several, by its number or a part of its name. The Enter key alone takes the first, as it does in a list. */
export const plainChoice = (question: string, options: ReadonlyArray<Option>, { columns }: Pick<View, "columns">): PlainQuestion<number> => {
  const listed = (positions: ReadonlyArray<number>): ReadonlyArray<string> => {
    const lines = positions.slice(0, mostListed).map((position) => {
      const number = `  ${position + 1} `
      const [label, detail] = optionLine(options[position]!, columns - number.length, "...")
      return number + (detail === "" ? label : `${label}  ${detail}`)
    })
    const more = positions.length - mostListed
    return more > 0 ? [...lines, `  and ${more} more: type a part of the name`] : lines
  }
  // What was typed may be a number, or a word of the detail.
  const taken = (answer: number) => ({ answer, shown: `> ${printable(options[answer]!.label)}` })
  const among = (first: number): PlainQuestion<number> => ({
    lines: [...wrapped(asked(question), columns), ...listed(options.map((_, position) => position))],
    prompt: `number, or a part of the name (${first + 1}): `,
    hidden: false,
    read: (typed) => {
      const text = typed.trim()
      if (text === "") return taken(first)
      const number = /^\d+$/.test(text) ? Number(text) : 0
      if (number >= 1 && number <= options.length) return taken(number - 1)
      const [found, ...others] = matching(options, text)
      if (found === undefined) return { again: [`nothing matches "${printable(text)}"`] }
      return others.length === 0 ? taken(found) : { again: listed([found, ...others]), next: among(found) }
    }
  })
  return among(0)
}

export const plainConfirm = (question: string, usual: boolean): PlainQuestion<boolean> => ({
  lines: [],
  prompt: `${asked(question)} (${offer(usual)}) `,
  hidden: false,
  read: (typed) => {
    const answer = typed.trim() === "" ? usual : confirmedBy(typed.trim())
    return answer === undefined ? { again: ["type y or n"] } : { answer }
  }
})

export const plainLine = (
  { check, hidden, question, usual }: LineAsked,
  view: Pick<View, "columns">
): PlainQuestion<string> => ({
  lines: [],
  prompt: `${asked(question)}${usual === undefined ? "" : ` (${printable(usual)})`}: `,
  hidden,
  read: (typed) => {
    const answer = answerIn(typed, usual)
    const complaint = check?.(answer)
    return complaint === undefined ? { answer } : { again: complaintLines(complaint, view).map(plain) }
  }
})

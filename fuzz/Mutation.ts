import type { Random } from "./Random.ts"

/** What decoders are known to stumble over, whatever they read. */
const awkward: ReadonlyArray<string> = [
  "", "\0", "\t", "\n", "\r", "\r\n", " ", "\u00a0", "\u0085", "\u2028", "\ufeff", "\ufffd", "\ud800", "\udfff", "\u202e", "İ", "ß", "💥", "é",
  "\x1b[31m", "\x1b]0;x\x07", "\x7f", "\"", "'", "`", "\\", "\\u0000", "\\ud800", "#", ";", "=", ":", "/", "//", "..", "~", "$HOME", "$(id)", "%s", "%",
  "[", "]", "{", "}", "[]", "{}", "null", "true", "NaN", "Infinity", "-0", "0", "1e999", "9007199254740993", "-1", "00", "0x10", "__proto__", "constructor",
  "toString", "hasOwnProperty", "length", "[profile ", "[DEFAULT]", "--", "-", "op://", "arn:aws:iam::", "https://", "12h", "1.5h", "2026-11-30T24:00:00Z"
]

/** Long enough to show what grows faster than its input, short enough to be read a hundred thousand times. */
const longest = 16 * 1024

type Mutate = (text: string, random: Random, others: ReadonlyArray<string>) => string

const at = (text: string, random: Random): number => random.below(text.length + 1)

const span = (text: string, random: Random): readonly [number, number] => {
  const one = at(text, random)
  const other = Math.min(text.length, one + 1 + random.below(random.once(4) ? text.length + 1 : 12))
  return [one, other]
}

const mutations: ReadonlyArray<Mutate> = [
  // Something awkward goes in, or takes the place of a part.
  (text, random) => {
    const place = at(text, random)
    return text.slice(0, place) + random.oneOf(awkward) + text.slice(place)
  },
  (text, random) => {
    const [from, to] = span(text, random)
    return text.slice(0, from) + random.oneOf(awkward) + text.slice(to)
  },
  // A part goes, comes twice, comes often, or comes from another text.
  (text, random) => {
    const [from, to] = span(text, random)
    return text.slice(0, from) + text.slice(to)
  },
  (text, random) => {
    const [from, to] = span(text, random)
    return text.slice(0, to) + text.slice(from, to) + text.slice(to)
  },
  (text, random) => {
    const [from, to] = span(text, random)
    return text.slice(0, to) + text.slice(from, to).repeat(random.below(random.once(50) ? 2000 : 8)) + text.slice(to)
  },
  (text, random, others) => {
    const [from, to] = span(random.oneOf(others), random)
    const place = at(text, random)
    return text.slice(0, place) + random.oneOf(others).slice(from, to) + text.slice(place)
  },
  // One character is another.
  (text, random) => {
    const place = at(text, random)
    const code = random.once(3) ? random.below(0x10000) : random.below(0x80)
    return text.slice(0, place) + String.fromCharCode(code) + text.slice(place + 1)
  },
  (text, random) => {
    const place = at(text, random)
    return text.slice(0, place) + String.fromCharCode(text.charCodeAt(place) ^ 1 << random.below(7)) + text.slice(place + 1)
  },
  // It ends too early, or its lines are in another order.
  (text, random) => text.slice(0, at(text, random)),
  (text, random) => {
    const lines = text.split("\n")
    const one = random.below(lines.length)
    const [line] = lines.splice(one, 1)
    lines.splice(random.below(lines.length + 1), 0, line!)
    return lines.join("\n")
  }
]

/** What may stand in the place of a value, where the form is right and the type is not. */
const values: ReadonlyArray<unknown> = [null, true, 0, -1, 1e300, "", "x", [], {}, [[]], [null], { id: null }, "\u0000", "💥".repeat(200)]

/** The same JSON with one of its values another, gone or twice; a text that is no JSON stays as it is. */
const restructured: Mutate = (text, random) => {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return text
  }
  let holders: Array<Record<string, unknown> | Array<unknown>> = []
  const visit = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return
    holders.push(value as Record<string, unknown>)
    Object.values(value).forEach(visit)
  }
  visit(json)
  holders = holders.filter((holder) => Object.keys(holder).length > 0)
  if (holders.length === 0) return text
  const holder = random.oneOf(holders) as Record<string, unknown>
  const name = random.oneOf(Object.keys(holder))
  if (random.once(4)) delete holder[name]
  else if (Array.isArray(holder) && random.once(2)) holder.push(...holder)
  else if (typeof holder[name] === "string" && random.once(2)) holder[name] = random.oneOf(mutations)(holder[name], random, [text])
  else holder[name] = random.oneOf(values)
  return JSON.stringify(json).slice(0, longest)
}

/** One of these texts, changed in some places. Not all that comes out is well-formed Unicode. */
export const mutated = (seeds: ReadonlyArray<string>, random: Random): string => {
  let text = random.oneOf(seeds)
  // In form first, and then, every other time, not in form any more.
  for (let change = random.below(4); change > 0; change--) text = restructured(text, random, seeds)
  for (let change = random.once(2) ? 0 : 1 + random.below(6); change > 0; change--) text = random.oneOf(mutations)(text, random, seeds)
  return text.slice(0, longest)
}

import { type Arrow, arrowsAmong, roomOf, rooms, sources } from "./rooms.ts"

const bands = ["commands", "features", "session", "services", "layers", "domain"] as const

type Band = (typeof bands)[number]

/** The band of a room; the doors are in none, because they use what they like. */
const bandOf = (room: string): Band | undefined => {
  if (room.endsWith(".ts")) return undefined
  const part = room.split("/")[0]!
  return bands.find((band) => band === part) ?? "features"
}

const idOf = (room: string): string => room.replaceAll(/\W/g, "_")

const nameOf = (room: string): string => room.slice(room.indexOf("/") + 1)

/** The pairs that no way over others says already. */
const reduced = (pairs: ReadonlyArray<Arrow>): ReadonlyArray<Arrow> => {
  const next = Map.groupBy(pairs, ({ from }) => from)
  const reaches = (from: string, to: string, first: boolean): boolean =>
    (next.get(from) ?? []).some((pair) => !(first && pair.to === to) && (pair.to === to || reaches(pair.to, to, false)))
  return pairs.filter(({ from, to }) => !reaches(from, to, true))
}

const distinct = (pairs: ReadonlyArray<Arrow>): ReadonlyArray<Arrow> =>
  [...new Map(pairs.map((pair) => [`${pair.from} ${pair.to}`, pair])).values()].filter(({ from, to }) => from !== to)

/**
 * The page with the rooms of src/, from its imports: a diagram, in which an arrow that others imply is left out, and
 * each room with its number of files and what it is about.
 */
export const roomsPage = (): string => {
  const files = sources()
  const between = distinct(arrowsAmong(files).map(({ from, to }) => ({ from: roomOf(from), to: roomOf(to) })))
  const within = (band: Band) => reduced(between.filter(({ from, to }) => bandOf(from) === band && bandOf(to) === band))
  const across = reduced(distinct(between.flatMap(({ from, to }) => {
    const [a, b] = [bandOf(from), bandOf(to)]
    return a === undefined || b === undefined ? [] : [{ from: a, to: b }]
  })))
  const count = Map.groupBy(files, ({ path }) => roomOf(path))
  const drawn = bands.flatMap((band) => [
    `  subgraph of_${band} [${band}]`,
    ...Object.keys(rooms).filter((room) => bandOf(room) === band).map((room) => `    ${idOf(room)}["${nameOf(room)}"]`),
    ...within(band).map(({ from, to }) => `    ${idOf(from)} --> ${idOf(to)}`),
    "  end"
  ])
  return [
    "# The rooms of src/",
    "",
    "Made from the imports by `UPDATE_DOCS=1 npx vitest run test/architecture`, and checked by the same test. An arrow means",
    "\"uses\"; one that others imply is left out. Rooms and files never use each other in a circle.",
    "",
    "```mermaid",
    "flowchart TD",
    ...drawn,
    ...across.map(({ from, to }) => `  of_${from} ==> of_${to}`),
    "```",
    "",
    "Each room after all those that it may use:",
    "",
    "| room | files | about |",
    "|---|---|---|",
    ...Object.entries(rooms).map(([room, about]) => `| ${room} | ${count.get(room)?.length ?? 0} | ${about} |`),
    ""
  ].join("\n")
}

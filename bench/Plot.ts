import type { Compared, Figures, Miss } from "./Figures.ts"
import type { Spread } from "./Statistics.ts"

const width = 860
const labels = 350
const right = 130
const bar = 22
const gap = 10

const colours = { ours: "#2563eb", theirs: "#94a3b8", waiting: "#e2e8f0", text: "#0f172a", quiet: "#64748b" }

const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;")

const say = (x: number, y: number, text: string, more = ""): string => `<text x="${x}" y="${y}" ${more}>${escaped(text)}</text>`

const box = (x: number, y: number, wide: number, colour: string): string =>
  `<rect x="${x.toFixed(1)}" y="${y}" width="${Math.max(0, wide).toFixed(1)}" height="${bar}" fill="${colour}"/>`

interface Row {
  readonly label: string
  /** Milliseconds, from left to right. */
  readonly parts: ReadonlyArray<{ readonly value: number; readonly colour: string }>
  readonly whisker: Spread
  readonly note: string
}

interface Panel {
  readonly title: string
  readonly rows: ReadonlyArray<Row>
}

const drawn = ({ rows, title }: Panel, top: number): { readonly svg: string; readonly height: number } => {
  const most = Math.max(...rows.map(({ whisker }) => whisker.high)) * 1.02
  const scale = (value: number) => value / most * (width - labels - right)
  const lines = rows.map(({ label, note, parts, whisker }, index) => {
    const y = top + 38 + index * (bar + gap)
    const middle = y + bar / 2
    let x = labels
    const boxes = parts.map(({ colour, value }) => {
      const drawnBox = box(x, y, scale(value), colour)
      x += scale(value)
      return drawnBox
    })
    const [from, to] = [labels + scale(whisker.low), labels + scale(whisker.high)]
    const half = `<path d="M${from.toFixed(1)} ${middle}H${to.toFixed(1)}" stroke="${colours.text}" stroke-width="1.5"/>`
    return [
      say(labels - 12, middle + 5, label, "text-anchor=\"end\""),
      ...boxes,
      half,
      say(Math.max(x, to) + 8, middle + 5, note, "font-weight=\"600\"")
    ].join("\n")
  })
  return {
    svg: [say(24, top + 18, title, "font-size=\"16\" font-weight=\"700\""), ...lines].join("\n"),
    height: 38 + rows.length * (bar + gap) + 26
  }
}

const whole = (name: string, milliseconds: Spread, colour: string, note: string): Row => ({
  label: name,
  parts: [{ value: milliseconds.median, colour }],
  whisker: milliseconds,
  note
})

const milliseconds = (value: number): string => `${value.toFixed(value < 20 ? 1 : 0)} ms`

/** Each program below the runtime that it is measured beside. */
const hitRows = (all: ReadonlyArray<Compared>): ReadonlyArray<Row> => {
  const hits = all.filter(({ beside }) => !all.some(({ name }) => name === beside))
  const runtimes = [...new Set(hits.map(({ beside }) => beside))]
  return runtimes.flatMap((runtime) => {
    const beside = hits.filter((hit) => hit.beside === runtime)
    const share = beside[0]!
    const idle = {
      median: share.milliseconds.median / share.ratio.median,
      low: share.milliseconds.low / share.ratio.median,
      high: share.milliseconds.high / share.ratio.median
    }
    return [
      whole(runtime.replaceAll("`", ""), idle, colours.theirs, milliseconds(idle.median)),
      ...beside.map((hit) =>
        whole(`a hit, ${hit.name}`, hit.milliseconds, colours.ours, `${milliseconds(hit.milliseconds.median)}, × ${hit.ratio.median.toFixed(2)}`)
      )
    ]
  })
}

const missRow = ({ code, milliseconds: total, name, own }: Miss): Row => ({
  label: `${name}, ${code === "typed" ? "code typed at once" : "code from the item"}`,
  parts: [{ value: total.median - own.median, colour: colours.waiting }, { value: own.median, colour: colours.ours }],
  whisker: total,
  note: `+ ${own.median.toFixed(0)} ms`
})

/** Hits and misses as bars. */
export const plot = ({ date, hits, machine, misses }: Figures): string => {
  const panels: ReadonlyArray<Panel> = [
    { title: "From start to exit, with a session in the cache", rows: hitRows(hits) },
    { title: "Without one: op (300 ms) and STS (50 ms), and what the program adds", rows: misses.map(missRow) }
  ]
  let top = 16
  const parts: Array<string> = []
  for (const panel of panels) {
    const { height, svg } = drawn(panel, top)
    parts.push(svg)
    top += height
  }
  const caption = `Medians, the line is the middle half of all runs. ${date}, ${machine.system}, ${machine.cores} cores.`
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${top + 24}" font-family="system-ui, sans-serif" font-size="14" fill="${colours.text}">
<rect width="100%" height="100%" fill="#ffffff"/>
${parts.join("\n")}
${say(24, top + 8, caption, `font-size="12" fill="${colours.quiet}"`)}
</svg>
`
}

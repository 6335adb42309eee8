/** A span of time in milliseconds as people say it, rounded to its largest unit. */
const span = (milliseconds: number): string => {
  const units = [[86_400_000, "day"], [3_600_000, "hour"], [60_000, "minute"], [1000, "second"]] as const
  const [size, name] = units.find(([size]) => milliseconds >= size) ?? units[3]
  const count = Math.round(milliseconds / size)
  return `${count} ${name}${count === 1 ? "" : "s"}`
}

/** How the clocks differ: AWS's time less ours in milliseconds; undefined where AWS did not say its time. */
export const skewText = (skew: number | undefined): string =>
  skew === undefined
    ? "the clock of this machine is too far from AWS's"
    : `the clock of this machine is ${span(Math.abs(skew))} ${skew > 0 ? "behind" : "ahead of"} AWS's`

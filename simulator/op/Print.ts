/** JSON as `op` prints it: two spaces, a line end behind it. */
export const printJson = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`

/** A table for people: columns padded, three spaces between. */
export const printTable = (rows: ReadonlyArray<ReadonlyArray<string>>): string => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows.map((row) => `${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("   ").trimEnd()}\n`)
    .join("")
}

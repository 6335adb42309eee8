import { printable } from "./Printable.ts"

/** The header of a profile's section in the config file, as AWS's own tools write it. */
export const profileHeader = (name: string, length?: number): string =>
  name === "default" ? "[default]" : `[profile ${printable(name, length)}]`

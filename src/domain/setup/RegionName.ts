import { defaultRegion, partitionOfArn } from "../Region.ts"

/** Why this is no region, as a sentence for whoever has just typed it. */
export const regionComplaint = (region: string): string | undefined =>
  /^[a-z]{2,8}(?:-[a-z]+)+-\d+$/.test(region) ? undefined : "A region is written like eu-central-1."

/** The region to propose: the first that somebody has written, else that of the device's partition, where it is known. */
export const likelyRegion = (
  written: ReadonlyArray<string | undefined>,
  serial: string | undefined
): { readonly region: string | undefined; readonly written: boolean } => {
  const found = written.find((region) => region !== undefined && regionComplaint(region) === undefined)
  return found === undefined
    ? { region: defaultRegion(partitionOfArn(serial ?? "") ?? "aws"), written: false }
    : { region: found, written: true }
}

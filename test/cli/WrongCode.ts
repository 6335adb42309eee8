import type { Home } from "./Program.ts"

/** Six digits that the device shows neither now nor in the minutes around. */
export const wrongCode = ({ sts }: Home, serial?: string): string => {
  const right = Array.from({ length: 9 }, (_, index) => sts.code(serial, index - 4))
  return ["000000", "000001", "000002", "000003", "000004", "000005", "000006", "000007", "000008", "000009"]
    .find((code) => !right.includes(code))!
}

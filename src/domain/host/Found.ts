/** What stands at a path. `mode` is the permission bits, `mine` whether we own it. Nothing below it was looked at. */
export type Found =
  | { readonly kind: "missing" }
  /** It cannot be seen; the reason is half a sentence. */
  | { readonly kind: "hidden"; readonly reason: string }
  | { readonly kind: "file" | "directory" | "other"; readonly mode: number; readonly mine: boolean }
  /** `to` is what the link leads to in the end, which is no link itself. */
  | { readonly kind: "link"; readonly mine: boolean; readonly to: Found }

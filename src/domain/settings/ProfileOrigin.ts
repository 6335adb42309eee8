import { inflateSync } from "node:zlib"
import { given } from "../base/Given.ts"
import { type Environment, variable } from "../base/Environment.ts"

/** Which profile a call that names none is for, and what says so. */
export interface ProfileOrigin {
  readonly profile: string
  /** `AWS_PROFILE` is set, or it is not and `[default]` counts. */
  readonly from: "AWS_PROFILE" | "default"
  /** The `.envrc` that direnv has read AWS_PROFILE from, for a directory and all that is below it. */
  readonly direnv?: string
}

export const profileOrigin = (environment: Environment): ProfileOrigin => {
  const named = variable(environment, "AWS_PROFILE")
  if (named === undefined) return { profile: "default", from: "default" }
  const file = setByDirenv(environment, "AWS_PROFILE", named) ? variable(environment, "DIRENV_FILE") : undefined
  return { profile: named, from: "AWS_PROFILE", ...given({ direnv: file }) }
}

/**
 * Whether direnv has given a variable the value that it has. Its DIRENV_DIFF is zlib-packed JSON in base64url, whose
 * member `n` holds what it has set (direnv: gzenv/gzenv.go, internal/cmd/env_diff.go).
 */
const setByDirenv = (environment: Environment, name: string, value: string): boolean => {
  const diff = variable(environment, "DIRENV_DIFF")
  if (diff === undefined) return false
  try {
    const packed = Buffer.from(diff, "base64url")
    return JSON.parse(inflateSync(packed, { maxOutputLength: 1 << 20 }).toString()).n?.[name] === value
  } catch {
    return false
  }
}

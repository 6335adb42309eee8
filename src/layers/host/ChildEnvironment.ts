import type { Environment } from "../../domain/base/Environment.ts"

/** How variables begin that are AWS's own; `AMAZON_` is what old tools call those for a key. */
const ofAws = ["AWS_", "AMAZON_"]

/**
 * What a program that we start gets to know of our environment: all of it except AWS's own variables, which may hold
 * keys and are no business of a password manager, a dialog or a security key.
 */
export const childEnvironment = (environment: Environment): Record<string, string | undefined> =>
  Object.fromEntries(Object.entries(environment).filter(([name]) => !ofAws.some((prefix) => name.startsWith(prefix))))

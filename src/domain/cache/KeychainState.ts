/**
 * What is known of the keychain without asking anybody. `unknown`: this system does not say without perhaps asking
 * somebody.
 */
export type KeychainState = "unlocked" | "locked" | "no default collection" | "unreachable" | "unknown"

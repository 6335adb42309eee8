/**
 * Security: the session of a profile that is to be narrowed never rests under the profile's own name, where the Go
 * program would find it and hand it out whole. No profile has a name like this: a null character is in no text file.
 */
const mark = "\0whole"

/** The name that the whole session of a narrowed profile is kept under. */
export const wholeName = (profile: string): string => `${profile}${mark}`

/** The profile that a session is kept for, by the name that it is kept under. */
export const profileOfKept = (name: string): string => name.endsWith(mark) ? name.slice(0, -mark.length) : name

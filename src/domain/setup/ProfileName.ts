/** What all clients read alike in `[profile …]` and leave as it is in a `credential_process` line. */
export const isProfileName = (name: string): boolean => /^[\w/.%@:+][\w/.%@:+-]{0,127}$/.test(name)

/** Why a profile cannot be called so, as a sentence for whoever has just typed it. */
export const profileNameComplaint = (name: string): string | undefined =>
  isProfileName(name)
    ? undefined
    : name.startsWith("-")
    ? "A name that begins with - is a flag to most programs."
    : name.length > 128
    ? "A name has 128 characters at most."
    : "Letters, digits and _ - / . % @ : + are what every AWS client reads alike."

/** The folders that a PATH names. Empty and relative entries name none. */
export const pathFolders = (path: string | undefined): ReadonlyArray<string> =>
  (path ?? "").split(":").filter((folder) => folder.startsWith("/"))

/**
 * Where programs are looked for that were started from a desktop and not from a shell: no file of a shell has added to
 * that PATH (macOS: path_helper's /etc/paths; Linux: systemd's default, without what distributions add to it).
 */
export const desktopFolders: ReadonlyArray<string> = [
  "/usr/local/bin",
  "/usr/bin",
  "/bin",
  "/usr/local/sbin",
  "/usr/sbin",
  "/sbin"
]

/** Folders that go away when their manager takes another version of Node, Bun or Python. */
export const isManaged = (path: string): boolean =>
  /\/(?:\.nvm|\.fnm|fnm|fnm_multishells|\.volta|\.asdf|\.nodenv|\.mise|mise|n\/versions|nvm)\//.test(path)

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

/** Where package runners keep what they run once: npm's npx, pnpm's and Yarn's dlx, bunx, and Bun's own cache. */
const runnersCaches: ReadonlyArray<readonly [runner: string, folder: RegExp]> = [
  ["npx", /\/_npx\//],
  ["pnpm dlx", /\/(?:pnpm\/dlx|\.pnpm-store\/[^/]+\/tmp\/dlx-[^/]+|pnpm\/store\/[^/]+\/tmp\/dlx-[^/]+)\//],
  ["yarn dlx", /\/dlx-\d+\//],
  ["bunx", /\/bunx-[^/]+\/|\/\.bun\/install\/cache\//]
]

/** The package runner that a path is a copy of; it deletes its copies without a word. */
export const runnerOf = (path: string): string | undefined =>
  runnersCaches.find(([, folder]) => folder.test(path))?.[0]

/** What was built where this program is worked on, and not installed from a package. */
export const isCheckoutBuild = (path: string): boolean =>
  /\/dist\/(?:main\.js|bin\/op-aws-credential-process)$/.test(path) && !path.includes("/node_modules/")

/** Folders that go away when their manager takes another version of Node, Bun or Python. */
export const isManaged = (path: string): boolean =>
  /\/(?:\.nvm|\.fnm|fnm|fnm_multishells|\.volta|\.asdf|\.nodenv|\.mise|mise|n\/versions|nvm)\//.test(path)

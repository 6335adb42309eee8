/** What this process, or its machine, has no more of, by the system's name for the error. */
export const shortages: ReadonlyMap<string, readonly [what: string, mend: string]> = new Map([
  ["EMFILE", ["this process may open no more files", "raise the limit of open files (`ulimit -n`)"]],
  ["ENFILE", ["this machine may open no more files", "close some programs, or raise the system's limit (fs.file-max)"]],
  ["EAGAIN", ["this user may start no more processes", "end some, or raise the limit of processes (`ulimit -u`)"]],
  ["ENOMEM", ["there is no memory left for another process", "end some programs, or raise the limit of memory"]]
])

/** Whether an error's code says that the machine or a limit stands in the way, and not the program that was to run. */
export const isShortage = (code: string): boolean => shortages.has(code)

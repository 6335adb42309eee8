/** Why something could not be written, and what to do about it, as parts of sentences. */
export interface DiskTrouble {
  /** Half a sentence that names no path. */
  readonly reason: string
  /** What mends it; undefined where it depends on what was to be written, as with permissions. */
  readonly cure?: string
  /** It is the same for every file that would be made there. */
  readonly general?: true
}

const readOnly = "choose a place on a disk that can be written to, or mount it so"

const known: Readonly<Record<string, DiskTrouble>> = {
  EACCES: { reason: "permission denied" },
  EPERM: { reason: "permission denied" },
  EROFS: { reason: "the disk is read-only", cure: readOnly },
  ENOSPC: { reason: "the disk is full", cure: "make room on the disk (`df -h` and `df -i` show what is used)" },
  EDQUOT: { reason: "the disk quota is used up", cure: "make room within your disk quota (`quota -s` shows it)" },
  EFBIG: { reason: "the file size limit is too low", cure: "raise the file size limit of the shell (`ulimit -f`)" },
  EIO: { reason: "the disk has a fault", cure: "see to the disk: the system's log says more" },
  EMFILE: { reason: "too many files are open", cure: "raise the limit of open files (`ulimit -n`)" },
  ENFILE: { reason: "too many files are open", cure: "close other programs: the whole system has too many files open" },
  ENOENT: { reason: "the directory is not there" },
  ENOTDIR: { reason: "a file is in the place of a directory", cure: "move away the file that is in its place" },
  EISDIR: { reason: "a directory is in its place", cure: "move away the directory that is in its place" },
  ELOOP: { reason: "its links lead in a circle", cure: "mend the links" },
  ENAMETOOLONG: { reason: "the path is too long", cure: "choose a shorter path" }
}

/** What the system's error code (`ENOSPC`) says of a disk. */
export const diskTrouble = (code: string): DiskTrouble => known[code] ?? { reason: `system error ${code}` }

/**
 * A hint that fits the reason: its own cure, else the usual one. `otherwise` is a way around what is the matter with one
 * place; what is general has been told with its own.
 */
export const troubleHint = ({ cure, general }: DiskTrouble, usual: string, otherwise?: string): string =>
  `${cure ?? usual}${otherwise === undefined || general === true ? "" : `, or ${otherwise}`}`

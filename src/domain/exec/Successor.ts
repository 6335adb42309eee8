/** The program that this process becomes when everything of its own is closed. */
export interface Successor {
  /** The file that is run, found already. */
  readonly path: string
  /** What it is told: its name as it was typed, then its arguments. */
  readonly words: readonly [name: string, ...args: ReadonlyArray<string>]
  /** Security: the session is in here. It goes to the kernel with the program and nowhere else. */
  readonly environment: Readonly<Record<string, string>>
  /** Open files that are for it, by their numbers, besides the standard three. */
  readonly inherited?: ReadonlyArray<number>
}

/** The numbers of a list such as `7,63`, without those of the standard three; whatever else stands there is left out. */
export const descriptorsIn = (list = ""): ReadonlyArray<number> =>
  list.split(",").filter((word) => /^[1-9]\d{0,8}$/.test(word)).map(Number).filter((descriptor) => descriptor > 2)

/** How many bytes of a file's beginning are looked at: more than the program headers of an ordinary executable take. */
export const headSize = 4096

/** The interpreter of a script, as its first line names it. */
const interpreterOf = (head: string): string | undefined => /^#![ \t]*([^\s\0]+)/.exec(head)?.[1]

/** The loader that a dynamically linked executable asks the kernel for. */
const loaderOf = (head: string): string | undefined => /\0(\/[\x21-\x7e]*\/ld[-.\w]*)\0/.exec(head)?.[1]

const elf = "\x7fELF"
/** Mach-O in either byte order, 32 and 64 bits, and several of them in one file. */
const machO = ["\xfe\xed\xfa\xce", "\xfe\xed\xfa\xcf", "\xce\xfa\xed\xfe", "\xcf\xfa\xed\xfe", "\xca\xfe\xba\xbe"]

/** Width of words, byte order and processor of an ELF file: bytes 4, 5, 18 and 19 of its header (elf(5)). */
const machineOf = (head: string): string => head.slice(4, 6) + head.slice(18, 20)

/**
 * Whether the kernel is sure to run a file that begins like this, and with which other file's help. Both heads are
 * Latin-1; `ours` is that of the program which runs now. Undefined where it is not sure: a script without a first line
 * for the kernel, a program for another processor.
 */
export const kernelRuns = (head: string, ours: string): { readonly needs: string | undefined } | undefined => {
  if (head.startsWith("#!")) {
    const interpreter = interpreterOf(head)
    return interpreter === undefined ? undefined : { needs: interpreter }
  }
  if (head.startsWith(elf)) {
    return ours.startsWith(elf) && machineOf(head) === machineOf(ours) ? { needs: loaderOf(head) } : undefined
  }
  return machO.some((magic) => head.startsWith(magic)) && machO.some((magic) => ours.startsWith(magic))
    ? { needs: undefined }
    : undefined
}

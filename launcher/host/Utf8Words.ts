export const utf8Words = (text: string): ReadonlyArray<number> => host.utf8Words(text)
